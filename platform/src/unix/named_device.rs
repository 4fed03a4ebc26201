//! The device of a terminal on systems without more than POSIX for it: its name.

use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags, fstat, open};
use rustix::io::{Errno, retry_on_intr};
use rustix::termios::{isatty, ttyname};

/// Returns `None`: the kernel cannot be asked which terminal is behind `/dev/tty`.
pub fn behind(_tty: BorrowedFd<'_>) -> Option<u64> {
    None
}

/// Opens another description of `tty`, which is a character device.
///
/// # Errors
///
/// `ENOTTY` when it is not a terminal, `ENXIO` when its name means another device, as in a
/// `chroot`, and what `open(2)` answers.
pub fn reopen(tty: BorrowedFd<'_>, flags: OFlags) -> Result<OwnedFd, Errno> {
    let name = ttyname(tty, Vec::new())?;
    let own = retry_on_intr(|| open(&name, flags, Mode::empty()))?;
    let (given, opened) = (fstat(tty)?, fstat(&own)?);
    let same = given.st_rdev == opened.st_rdev && given.st_dev == opened.st_dev;
    if same && isatty(&own) {
        Ok(own)
    } else {
        Err(Errno::NXIO)
    }
}
