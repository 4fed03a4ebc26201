//! Process groups: which one has the terminal, and who is in it.
//!
//! Whether it is this process's to take is not decided here.

use std::os::fd::BorrowedFd;

use libc::c_int;
use rustix::io::Errno;

use crate::unix::BlockedSignals;
use crate::{Error, Result};

/// Returns the number of the process group in the foreground (`tcgetpgrp(3)`); `None` without job
/// control, or when the terminal is gone.
pub fn foreground(tty: BorrowedFd<'_>) -> Option<c_int> {
    let group = rustix::termios::tcgetpgrp(tty).ok()?;
    Some(group.as_raw_pid())
}

/// Returns whether a process group has no member.
pub fn group_is_gone(group: c_int) -> bool {
    // SAFETY: asks whether a signal could be sent, and sends none.
    let answer = unsafe { libc::kill(-group, 0) };
    answer == -1 && Errno::from_io_error(&std::io::Error::last_os_error()) == Some(Errno::SRCH)
}

/// Returns whether a process is in the group of this one.
pub fn is_in_own_group(process: c_int) -> bool {
    // SAFETY: asks for two numbers.
    unsafe { libc::getpgid(process) == libc::getpgrp() }
}

/// Makes the group of this process the one in the foreground, also from the background.
///
/// # Errors
///
/// `ENOTTY` when it is not the controlling terminal, `EIO` when it is gone.
pub fn take_foreground(tty: BorrowedFd<'_>) -> Result<()> {
    // With SIGTTOU blocked a process of the background is let through (`tcsetpgrp(3)`).
    let _blocked = BlockedSignals::one(libc::SIGTTOU);
    rustix::termios::tcsetpgrp(tty, rustix::process::getpgrp())
        .map_err(|error| Error::os("tcsetpgrp", error))
}
