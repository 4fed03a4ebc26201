//! The terminal behind a descriptor: which it is, also behind `/dev/tty`, and another description
//! of it, also where no name leads to it.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags, open};
use rustix::io::{Errno, retry_on_intr};
use rustix::ioctl::{Getter, Opcode, ioctl, opcode};

/// `_IOR('T', 0x32, unsigned int)` (asm-generic/ioctls.h).
const TIOCGDEV: Opcode = opcode::read::<u32>(b'T', 0x32);

/// Returns the number of the terminal behind `tty`, in the encoding of `st_rdev`; `None` if it is
/// no terminal or the question is refused, as by a sandbox. Async-signal-safe.
pub(crate) fn behind(tty: BorrowedFd<'_>) -> Option<u64> {
    ask(tty).ok().map(u64::from)
}

/// Opens another description of `tty`, which is a character device.
///
/// The way is `/proc/self/fd`: it leads to the device itself. The name of a terminal that a
/// container was handed by its host is missing there, or means another terminal.
///
/// # Errors
///
/// `ENOTTY` when it is not a terminal, `ENXIO` when another terminal was opened, and what
/// `open(2)` answers.
pub(crate) fn reopen(tty: BorrowedFd<'_>, flags: OFlags) -> Result<OwnedFd, Errno> {
    let given = ask(tty)?;
    let path = format!("/proc/self/fd/{}", tty.as_raw_fd());
    let own = retry_on_intr(|| open(&path, flags, Mode::empty()))?;
    // `/dev/ptmx` makes a new terminal at each opening, and `/dev/tty` is the one that is the
    // controlling terminal now.
    if ask(own.as_fd())? == given {
        Ok(own)
    } else {
        Err(Errno::NXIO)
    }
}

fn ask(tty: BorrowedFd<'_>) -> Result<u32, Errno> {
    // SAFETY: the kernel writes one `unsigned int`, whose size is part of the request.
    let question = unsafe { Getter::<TIOCGDEV, u32>::new() };
    // SAFETY: the request changes nothing.
    unsafe { ioctl(tty, question) }
}
