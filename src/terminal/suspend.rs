//! Stopping and coming back: the terminal is the shell's while the program is stopped.
//!
//! The rules are those of ncurses: restore the terminal, stop by SIGTSTP with its default action
//! (SIGSTOP would hang for ever in an orphaned group), and when continued take the settings as they
//! are *now* for those that were found. A program that is continued in the background stops there
//! again, as if it had touched the terminal. Calls have the time to wait for late replies, so that
//! these are not typed into the shell; handlers do not.

use std::any::Any;
use std::io;
use std::process::{ExitStatus, Output};
use std::time::Duration;

use ttyring_platform::system::process::{BACKGROUND, STOP, background_error};
use ttyring_platform::{Backend, Result, Tty};

use super::custody::list::{self, Claim};
use super::world::{is_in_foreground, is_reachable, pause, stop, stop_group};
use super::{Terminal, report};

impl<B: Backend> Terminal<B> {
    /// Gives the terminal back to the shell and stops the process and its group, as Ctrl-Z does in
    /// a program that does not read keys. Returns when the process is continued and everything is
    /// on again. Settings that the user has changed with `stty` meanwhile are kept.
    ///
    /// If reports were on or a question was asked, replies that are under way are read first: for
    /// 250 ms at most, for 1 s over ssh, and longer where an earlier answer took longer (2 s at
    /// most). What else was read is kept for
    /// [`take_unread`](Terminal::take_unread).
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
        self.custody().give(false)?;
        if is_reachable(self.tty()) {
            return_after(stop_group);
        }
        self.take_again(Some(true))
    }

    /// Gives the terminal back while `f` runs, for a child process that uses it: with the settings
    /// that were found, and every mode off. Everything is on again afterwards.
    ///
    /// Bytes that nobody has read go to whoever reads first, `f` or, afterwards, this program.
    /// Replies that are under way are read first, as in [`suspend`](Terminal::suspend).
    ///
    /// Settings that the child has changed are kept if it ended well, as shells do. If `f` returns
    /// an [`ExitStatus`] or an [`Output`], alone or in an [`io::Result`], its success decides; with
    /// any other `R`, settings without echo or line editing are not kept.
    ///
    /// # Errors
    ///
    /// As [`suspend`](Terminal::suspend).
    ///
    /// # Panics
    ///
    /// When `f` does; the terminal is then left as it was found until it is changed again.
    pub fn lend<R: 'static>(&mut self, f: impl FnOnce() -> R) -> Result<R> {
        self.lend_with_unread(|_| f())
    }

    /// As [`lend`](Terminal::lend). `f` gets the bytes that were read and not used; those that it
    /// leaves are kept.
    pub(crate) fn lend_with_unread<R: 'static>(
        &mut self,
        f: impl FnOnce(&mut Vec<u8>) -> R,
    ) -> Result<R> {
        self.custody().give(false)?;
        let loan = Loan(self.custody());
        let mut unread = self.custody().take_unread();
        let result = f(&mut unread);
        std::mem::forget(loan);
        self.custody().give_unread(unread);
        self.take_again(ended_well(&result)).map(|()| result)
    }

    /// Switches everything on again after SIGCONT, if somebody has restored it: a SIGSTOP leaves no
    /// time to give the terminal back.
    pub(crate) fn resumed(&mut self) -> Result<()> {
        self.wait_for_foreground()?;
        self.custody().resumed()
    }

    fn take_again(&mut self, ended_well: Option<bool>) -> Result<()> {
        let in_foreground = self.wait_for_foreground();
        self.custody().take_back(ended_well)?;
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
fn ended_well<R: Any>(result: &R) -> Option<bool> {
    let result: &dyn Any = result;
    let status = if let Some(status) = result.downcast_ref::<ExitStatus>() {
        Some(*status)
    } else if let Some(output) = result.downcast_ref::<Output>() {
        Some(output.status)
    } else if let Some(status) = result.downcast_ref::<io::Result<ExitStatus>>() {
        status.as_ref().ok().copied()
    } else {
        let output = result.downcast_ref::<io::Result<Output>>()?;
        output.as_ref().ok().map(|output| output.status)
    };
    Some(status.is_some_and(|status| status.success()))
}

/// How often a process in the background asks to be stopped before it goes on without a terminal:
/// in an orphaned group nothing stops it.
const STOP_ATTEMPTS: u32 = 50;

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
    come_back(list::are_ours_to_change);
    list::go_on(stopped);
}

/// Stops the process; before it goes on, its supervisor may note what the user has changed.
fn under_supervision(stop: impl FnOnce()) {
    let before = report::acknowledgements();
    stop();
    before.wait_for_another();
}

/// Stops the process while `is_ours` says that the terminal is somebody else's; returns whether it
/// was ours in the end. Async-signal-safe if `is_ours` is.
fn come_back(is_ours: impl Fn() -> bool) -> bool {
    for _ in 0..STOP_ATTEMPTS {
        if is_ours() {
            return true;
        }
        under_supervision(|| stop(BACKGROUND));
        pause(Duration::from_millis(2));
    }
    false
}

/// Stops the process, while it is in the background, until it is in the foreground.
///
/// # Errors
///
/// `EIO`, as the system answers, when nobody could continue it.
pub(super) fn wait_for_foreground<T: Tty>(tty: &T) -> Result<()> {
    match come_back(|| is_in_foreground(tty)) {
        true => Ok(()),
        false => Err(background_error()),
    }
}

#[cfg(test)]
#[path = "suspend_tests.rs"]
mod tests;
