//! Which terminal is behind a descriptor, also behind `/dev/tty`.

use std::os::fd::BorrowedFd;

use rustix::ioctl::{Getter, Opcode, ioctl, opcode};

/// `TIOCGDEV`, which is `_IOR('T', 0x32, unsigned int)` (asm-generic/ioctls.h).
const TIOCGDEV: Opcode = opcode::read::<u32>(b'T', 0x32);

/// Returns the number of the terminal behind `tty`, in the encoding of `st_rdev`; `None` if it is
/// no terminal or the question is refused, as a sandbox does. Async-signal-safe.
pub(crate) fn behind(tty: BorrowedFd<'_>) -> Option<u64> {
    // SAFETY: the kernel writes one `unsigned int`, whose size is part of the request.
    let question = unsafe { Getter::<TIOCGDEV, u32>::new() };
    // SAFETY: the request changes nothing.
    unsafe { ioctl(tty, question) }.ok().map(u64::from)
}
