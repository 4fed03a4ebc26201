//! Whether something is a terminal.

use std::io::IsTerminal;
use std::os::fd::{AsRawFd, BorrowedFd};

/// Tells terminals from files and pipes.
///
/// # Examples
///
/// ```
/// use std::io::stdout;
/// use ttyring_crossterm::tty::IsTty;
///
/// if stdout().is_tty() {
///     println!("somebody may read this");
/// }
/// ```
pub trait IsTty {
    /// Returns whether this is connected to a terminal.
    fn is_tty(&self) -> bool;
}

impl<S: AsRawFd> IsTty for S {
    #[allow(unsafe_code)]
    fn is_tty(&self) -> bool {
        let descriptor = self.as_raw_fd();
        if descriptor < 0 {
            return false;
        }
        // SAFETY: it is not -1, as was just checked, and `self`, which has it open, outlives it.
        let descriptor = unsafe { BorrowedFd::borrow_raw(descriptor) };
        descriptor.is_terminal()
    }
}
