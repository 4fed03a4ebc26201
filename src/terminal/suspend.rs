//! Stopping and coming back: the terminal is the shell's while the program is stopped.
//!
//! The rules are those of ncurses: put back, stop by SIGTSTP with its default action (SIGSTOP would
//! hang for ever in an orphaned group), and when continued take the terminal as it is *now* for
//! how it was found. Where there is time, as in calls but not in handlers, replies that are under
//! way are waited for, so that they are not typed into the shell. A program that is continued in the background waits there for the
//! foreground, as if it had touched the terminal.

use std::any::Any;
use std::io;
use std::process::{ExitStatus, Output};
use std::time::Duration;

use ttyring_platform::unix::process::{BACKGROUND, STOP, background_error};
use ttyring_platform::{Backend, Result, Tty};

use super::custody::Borrower;
use super::custody::list::{self, Claim};
use super::world::{is_in_foreground, is_reachable, pause, stop, stop_group};
use super::{Terminal, report};

impl<B: Backend> Terminal<B> {
    /// Gives the terminal back to the shell and stops the process and its group, as Ctrl-Z does
    /// for a program that does not read it. Returns when it is continued, with everything on
    /// again; what the user has changed meanwhile with `stty` is kept.
    ///
    /// If reports were on or a question was asked, replies that are under way are read first: for
    /// 250 ms at most, for 1 s over ssh, and longer where an earlier answer took longer (2 s at
    /// most). What was read meanwhile is kept for [`take_unread`](Terminal::take_unread).
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
        self.custody.give(false)?;
        if is_reachable(self.tty()) {
            return_after(stop_group);
        }
        self.take_again(Borrower::EndedWell)
    }

    /// Gives the terminal back while `f` runs, for a child that uses it: settings as they were
    /// found, every mode off. Everything is on again afterwards.
    ///
    /// Bytes that were read and not used stay where they are; bytes that were not read go to
    /// whoever reads first, `f` or, afterwards, this program. Replies that are under way are read
    /// first, as in [`suspend`](Terminal::suspend).
    ///
    /// Settings that the child has changed are kept if it ended well, as shells do: if `f` returns
    /// an [`ExitStatus`] or an [`Output`], alone or in an [`io::Result`], its success decides; of
    /// any other `R`, settings without echo or line editing are taken for an accident.
    ///
    /// # Errors
    ///
    /// As [`suspend`](Terminal::suspend).
    ///
    /// # Panics
    ///
    /// When `f` does; the terminal is then left as it was found until it is changed again.
    pub fn suspend_with<R: 'static>(&mut self, f: impl FnOnce() -> R) -> Result<R> {
        self.lend(|_| f())
    }

    /// As [`suspend_with`](Terminal::suspend_with); `f` gets what
    /// [`take_unread`](Terminal::take_unread) would return, and what it leaves of that is kept.
    pub(crate) fn lend<R: 'static>(&mut self, f: impl FnOnce(&mut Vec<u8>) -> R) -> Result<R> {
        self.custody.give(false)?;
        let loan = Loan(&self.custody);
        let mut unread = self.custody.take_unread();
        let result = f(&mut unread);
        std::mem::forget(loan);
        self.custody.give_unread(unread);
        self.take_again(verdict(&result)).map(|()| result)
    }

    /// To be called when SIGCONT has arrived: makes sure that everything is on again, also after a
    /// SIGSTOP that left no time to give the terminal back. Otherwise it does nothing.
    ///
    /// # Errors
    ///
    /// As [`suspend`](Terminal::suspend).
    pub fn resumed(&mut self) -> Result<()> {
        self.wait_for_foreground()?;
        self.custody.resumed()
    }

    fn take_again(&mut self, borrower: Borrower) -> Result<()> {
        let in_foreground = self.wait_for_foreground();
        self.custody.take_back(borrower)?;
        in_foreground
    }
}

/// A loan whose borrower panics ends with the terminal as found.
struct Loan<'a, T: Tty>(&'a Claim<T>);

impl<T: Tty> Drop for Loan<'_, T> {
    fn drop(&mut self) {
        self.0.abandon_loan();
    }
}

/// Says how a borrower has ended, if what it has left says so.
fn verdict<R: Any>(result: &R) -> Borrower {
    let result: &dyn Any = result;
    let of_status = |status: &ExitStatus| status.success();
    let ended_well = if let Some(status) = result.downcast_ref() {
        Some(of_status(status))
    } else if let Some(status) = result.downcast_ref::<io::Result<ExitStatus>>() {
        Some(status.as_ref().is_ok_and(of_status))
    } else if let Some(output) = result.downcast_ref::<Output>() {
        Some(output.status.success())
    } else {
        let output = result.downcast_ref::<io::Result<Output>>();
        output.map(|output| output.as_ref().is_ok_and(|output| output.status.success()))
    };
    match ended_well {
        Some(true) => Borrower::EndedWell,
        Some(false) => Borrower::Failed,
        None => Borrower::Unknown,
    }
}

/// How often a process in the background asks to be stopped before it goes on without a terminal:
/// in an orphaned group nothing stops it.
const ATTEMPTS: u32 = 50;

/// Restores every terminal, stops the process, and switches everything on again when it is
/// continued. Async-signal-safe.
pub(super) fn stop_and_return() {
    return_after(|| stop(STOP));
}

fn return_after(stop: impl FnOnce()) {
    let Some(stopped) = list::stop_all() else {
        return;
    };
    under_supervision(stop);
    come_back();
    list::go_on(stopped);
}

/// Stops the process; before it goes on, its supervisor may look at what the user has changed.
fn under_supervision(stop: impl FnOnce()) {
    let look = report::look();
    stop();
    look.wait();
}

/// Waits until the process is in the foreground, as far as that can be had. Async-signal-safe.
fn come_back() {
    for _ in 0..ATTEMPTS {
        if list::are_ours_to_change() {
            return;
        }
        under_supervision(|| stop(BACKGROUND));
        pause(Duration::from_millis(2));
    }
}

/// Stops the process, while it is in the background, until it is in the foreground.
///
/// # Errors
///
/// `EIO`, as the system answers, when nobody could continue it.
pub(super) fn wait_for_foreground<T: Tty>(tty: &T) -> Result<()> {
    for _ in 0..ATTEMPTS {
        if is_in_foreground(tty) {
            return Ok(());
        }
        under_supervision(|| stop(BACKGROUND));
        pause(Duration::from_millis(2));
    }
    Err(background_error())
}
