//! The terminal behind a descriptor: which it is, also behind `/dev/tty`, and another description
//! of it, also where no name leads to it.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags, fstat, makedev, open};
use rustix::io::{Errno, retry_on_intr};
use rustix::ioctl::{Getter, Opcode, ioctl, opcode};
use rustix::termios::tcgetattr;

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
    let given = identify(tty)?;
    let path = format!("/proc/self/fd/{}", tty.as_raw_fd());
    let own = retry_on_intr(|| open(&path, flags, Mode::empty()))?;
    // `/dev/ptmx` makes a new terminal at each opening, and `/dev/tty` is the one that is the
    // controlling terminal now.
    if identify(own.as_fd())? == given {
        Ok(own)
    } else {
        Err(Errno::NXIO)
    }
}

/// Tells a terminal by its number, where the kernel says it; else by the node that it was opened
/// by, for as long as that is no factory of terminals.
fn identify(tty: BorrowedFd<'_>) -> Result<(Option<u32>, u64), Errno> {
    if let Ok(number) = ask(tty) {
        return Ok((Some(number), 0));
    }
    match tcgetattr(tty) {
        Ok(_) => {}
        Err(Errno::IO) => return Err(Errno::IO),
        // Drivers of other devices answer as they please.
        Err(_) => return Err(Errno::NOTTY),
    }
    let node = fstat(tty)?.st_rdev;
    if node == makedev(5, 2) || node == makedev(5, 0) {
        return Err(Errno::NXIO);
    }
    Ok((None, node))
}

fn ask(tty: BorrowedFd<'_>) -> Result<u32, Errno> {
    // SAFETY: the kernel writes one `unsigned int`, whose size is part of the request.
    let question = unsafe { Getter::<TIOCGDEV, u32>::new() };
    // SAFETY: the request changes nothing.
    unsafe { ioctl(tty, question) }
}
