//! The steps of opening the terminal of this process.
//!
//! An open file description carries `O_NONBLOCK`, and whoever inherited the descriptor shares it:
//! the shell, the other end of a pipeline, this program's own standard output. So the first steps
//! open a description of our own, and the last one, which cannot, changes nothing.

use std::ffi::CStr;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};

use rustix::fs::{FileType, Mode, OFlags, fcntl_getfl, fstat, open};
use rustix::io::{Errno, fcntl_dupfd_cloexec};
use rustix::termios::isatty;

use crate::{Error, Result, device};

const PRIVATE: OFlags = OFlags::RDWR
    .union(OFlags::NOCTTY)
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC);

/// A descriptor of a terminal, and whose description it is.
#[derive(Debug)]
pub enum Opened {
    /// The description is this process's own and does not block.
    Private(OwnedFd),
    /// The description is shared with others; its flags are as they were found.
    Shared(OwnedFd),
}

/// Opens the terminal that standard input, output or error names, else the controlling terminal,
/// else takes the first of the three that is a terminal and can be read as it is.
///
/// # Errors
///
/// [`Error::NoTerminal`] when none of these succeeds.
pub fn open_terminal() -> Result<Opened> {
    let standard = [
        rustix::stdio::stdin(),
        rustix::stdio::stdout(),
        rustix::stdio::stderr(),
    ];
    if let Some(own) = standard.into_iter().find_map(|stream| reopen(stream).ok()) {
        return Ok(Opened::Private(own));
    }
    if let Some(own) = open_private(c"/dev/tty") {
        return Ok(Opened::Private(own));
    }
    standard
        .into_iter()
        .filter(|&descriptor| is_terminal(descriptor) && can_read(descriptor))
        .find_map(|descriptor| fcntl_dupfd_cloexec(descriptor, 3).ok())
        .map(Opened::Shared)
        .ok_or(Error::NoTerminal)
}

/// Opens a description of our own of the terminal that `descriptor` refers to; it does not block.
///
/// # Errors
///
/// `ENOTTY` when it is not a terminal, `ENXIO` when another one would be opened, and what `open(2)`
/// answers.
pub(super) fn reopen(descriptor: BorrowedFd<'_>) -> Result<OwnedFd, Errno> {
    if !is_character_device(descriptor)? {
        return Err(Errno::NOTTY);
    }
    above_standard(device::reopen(descriptor, PRIVATE)?)
}

fn open_private(name: &CStr) -> Option<OwnedFd> {
    let own = open(name, PRIVATE, Mode::empty()).ok()?;
    above_standard(own).ok()
}

/// Gives a descriptor another number if it has that of a standard stream, which it gets in a
/// process that was started with one of them closed: whatever the program prints would go there,
/// and whoever closes or replaces the stream would take it away.
///
/// # Errors
///
/// `EMFILE`.
pub fn above_standard(descriptor: OwnedFd) -> Result<OwnedFd, Errno> {
    if descriptor.as_raw_fd() > 2 {
        return Ok(descriptor);
    }
    fcntl_dupfd_cloexec(&descriptor, 3)
}

/// Returns whether `descriptor` is a character device: everything else is no terminal, and an
/// ioctl on it is not ours to make. On a socket that a privileged program got as its standard
/// input even `TCGETS` had an effect (CVE-2023-2002).
pub(super) fn is_character_device(descriptor: BorrowedFd<'_>) -> Result<bool, Errno> {
    let stat = fstat(descriptor)?;
    Ok(FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice)
}

fn is_terminal(descriptor: BorrowedFd<'_>) -> bool {
    is_character_device(descriptor) == Ok(true) && isatty(descriptor)
}

fn can_read(descriptor: BorrowedFd<'_>) -> bool {
    let access = fcntl_getfl(descriptor).map(|flags| flags & OFlags::RWMODE);
    access.is_ok_and(|access| access != OFlags::WRONLY)
}
