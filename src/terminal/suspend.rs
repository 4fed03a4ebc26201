//! Stopping and coming back: the terminal is the shell's while the program is stopped.
//!
//! The rules are those of ncurses: put back, stop by SIGTSTP with its default action (SIGSTOP would
//! hang for ever in an orphaned group), and when continued take the terminal as it is *now* for
//! how it was found. Where there is time, as in calls but not in handlers, replies that are under
//! way are waited for, so that they are not typed into the shell. A program that is continued in the background waits there for the
//! foreground, as if it had touched the terminal.

use std::os::fd::BorrowedFd;
use std::time::Duration;

use ttyring_platform::unix::process::{
    BACKGROUND, STOP, background_error, is_in_foreground, pause, stop, stop_group,
};
use ttyring_platform::{Backend, Result, Tty};

use super::record::State;
use super::{Terminal, registry, report};

impl<B: Backend> Terminal<B> {
    /// Gives the terminal back to the shell and stops the process and its group, as Ctrl-Z does
    /// for a program that does not read it. Returns when it is continued, with everything on
    /// again; what the user has changed meanwhile with `stty` is kept.
    ///
    /// If reports were on or a question was asked, replies that are under way are waited for, 250
    /// ms at most; what was read meanwhile is kept for [`take_late`](Terminal::take_late).
    ///
    /// Returns at once where nobody could continue the process (an orphaned group, or SIGTSTP
    /// ignored from the start). The window may have another size afterwards.
    ///
    /// # Errors
    ///
    /// `EIO` when the process was continued in the background and nobody could stop it there.
    ///
    /// # Platform notes
    ///
    /// A terminal without a descriptor is given back and taken again at once.
    pub fn suspend(&mut self) -> Result<()> {
        self.give_back(State::Undone);
        if self.tty().descriptor().is_some() {
            let look = report::look();
            stop_group();
            look.wait();
        }
        self.take_again()
    }

    /// Gives the terminal back while `f` runs, for a child that uses it: settings as they were
    /// found, every mode off. Everything is on again afterwards.
    ///
    /// Bytes that were read and not used stay where they are; bytes that were not read go to
    /// whoever reads first, `f` or, afterwards, this program. Replies that are under way are waited
    /// for as in [`suspend`](Terminal::suspend).
    ///
    /// # Errors
    ///
    /// As [`suspend`](Terminal::suspend).
    ///
    /// # Panics
    ///
    /// When `f` does; the terminal is then left as it was found.
    pub fn suspend_with<R>(&mut self, f: impl FnOnce() -> R) -> Result<R> {
        self.lend(|_| f())
    }

    /// As [`suspend_with`](Terminal::suspend_with); `f` gets what [`take_late`](Terminal::take_late)
    /// would return.
    pub(crate) fn lend<R>(&mut self, f: impl FnOnce(&mut Vec<u8>) -> R) -> Result<R> {
        self.give_back(State::HandedOver);
        let result = f(&mut self.late);
        self.publish_as(State::Undone);
        self.take_again().map(|()| result)
    }

    /// Returns the bytes that came while late replies were waited for in
    /// [`suspend`](Terminal::suspend) or [`suspend_with`](Terminal::suspend_with): what was typed
    /// just before, and replies. They come before everything that is read afterwards.
    ///
    /// An [`Input`](crate::Input) takes them as its next events by itself.
    pub fn take_late(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.late)
    }

    /// To be called when SIGCONT has arrived: makes sure that everything is on again, also after a
    /// SIGSTOP that left no time to give the terminal back. Otherwise it does nothing.
    ///
    /// # Errors
    ///
    /// As [`suspend`](Terminal::suspend).
    pub fn resumed(&mut self) -> Result<()> {
        self.wait_for_foreground()?;
        self.place.with(|entry| entry.refresh());
        self.sync();
        Ok(())
    }

    fn give_back(&mut self, state: State) {
        self.sync();
        let late = self.place.with(|entry| entry.hand_over());
        self.late.extend(late.unwrap_or_default());
        self.publish_as(state);
    }

    fn take_again(&mut self) -> Result<()> {
        self.wait_for_foreground()?;
        self.sync();
        Ok(())
    }
}

/// How often a process in the background asks to be stopped before it goes on without a terminal:
/// in an orphaned group nothing stops it.
const ATTEMPTS: u32 = 50;

/// Puts every terminal back, stops the process, and switches everything on again when it is
/// continued. Async-signal-safe.
pub(super) fn stop_and_return() {
    registry::undo_all();
    stop_under_supervision(STOP);
    come_back();
}

/// Stops the process; before it goes on, its supervisor may look at what the user has changed.
fn stop_under_supervision(signal: i32) {
    let look = report::look();
    stop(signal);
    look.wait();
}

/// Switches everything on again, in the foreground; returns whether it is on. Async-signal-safe.
pub(super) fn come_back() -> bool {
    for _ in 0..ATTEMPTS {
        if registry::redo_all() {
            return true;
        }
        stop_under_supervision(BACKGROUND);
        pause(Duration::from_millis(2));
    }
    registry::redo_all()
}

/// Stops the process, while it is in the background, until it is in the foreground.
///
/// # Errors
///
/// `EIO`, as the system answers, when nobody could continue it.
pub(super) fn wait_for_foreground(tty: BorrowedFd<'_>) -> Result<()> {
    for _ in 0..ATTEMPTS {
        if is_in_foreground(tty) {
            return Ok(());
        }
        stop_under_supervision(BACKGROUND);
        pause(Duration::from_millis(2));
    }
    Err(background_error())
}
