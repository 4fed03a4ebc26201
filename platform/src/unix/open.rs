//! The steps of opening the terminal of this process.
//!
//! `O_NONBLOCK` belongs to the open file description, which every process that inherited the
//! descriptor shares: the shell, the other end of a pipeline, this program's own standard output.
//! So the first steps open a new description. The last step cannot, and changes no flags.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};

use rustix::fs::{FileType, Mode, OFlags, fcntl_getfl, fstat, open};
use rustix::io::{Errno, fcntl_dupfd_cloexec, retry_on_intr};
use rustix::termios::isatty;

use crate::{Error, Result, device};

const PRIVATE: OFlags = OFlags::RDWR
    .union(OFlags::NOCTTY)
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC);

/// A descriptor of a terminal, and whose description it is.
#[derive(Debug)]
pub enum Opened {
    /// A description of this process alone, which does not block.
    Private(OwnedFd),
    /// A description that others share; its flags are as they were found.
    Shared(OwnedFd),
}

impl Opened {
    /// Returns the descriptor, and whether its description is private.
    pub(crate) fn into_parts(self) -> (OwnedFd, bool) {
        match self {
            Opened::Private(descriptor) => (descriptor, true),
            Opened::Shared(descriptor) => (descriptor, false),
        }
    }
}

/// Opens the terminal that standard input, output or error names, else the controlling terminal,
/// else takes the first of the three that is a terminal and can be read as it is.
///
/// # Errors
///
/// [`Error::NoTerminal`] when there is none. When there may be one and the system refuses to open
/// it, what it answers, for example `EMFILE` when the process is out of descriptors.
pub fn open_terminal() -> Result<Opened> {
    let standard = [
        rustix::stdio::stdin(),
        rustix::stdio::stdout(),
        rustix::stdio::stderr(),
    ];
    let mut refusal = Refusal::default();
    for stream in standard {
        if let Some(own) = refusal.note("open", reopen(stream)) {
            return Ok(Opened::Private(own));
        }
    }
    let controlling = retry_on_intr(|| open("/dev/tty", PRIVATE, Mode::empty()));
    let controlling = controlling.and_then(above_standard);
    if let Some(own) = refusal.note("open", controlling) {
        return Ok(Opened::Private(own));
    }
    for stream in standard {
        if is_terminal(stream) && can_read(stream) {
            if let Some(same) = refusal.note("fcntl", fcntl_dupfd_cloexec(stream, 3)) {
                return Ok(Opened::Shared(same));
            }
        }
    }
    Err(refusal.into())
}

/// The first answer that is not "there is no terminal".
#[derive(Default)]
pub(crate) struct Refusal(Option<Error>);

impl Refusal {
    /// Returns what was found, or keeps the answer to `operation` that there was instead.
    pub(crate) fn note<T, E>(&mut self, operation: &'static str, answer: Result<T, E>) -> Option<T>
    where
        E: Into<io::Error>,
    {
        let error = match answer {
            Ok(found) => return Some(found),
            Err(error) => error.into(),
        };
        // No such device or name, something else, or a stream that is closed.
        let nothing = [
            libc::ENXIO,
            libc::ENODEV,
            libc::ENOENT,
            libc::ENOTTY,
            libc::EBADF,
        ];
        if !nothing.map(Some).contains(&error.raw_os_error()) {
            self.0.get_or_insert_with(|| Error::os(operation, error));
        }
        None
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        refusal.0.unwrap_or(Error::NoTerminal)
    }
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

/// Moves a descriptor above the standard streams. In a process that was started with one of them
/// closed, a new descriptor gets its number: the program would print into it, and close or replace
/// it with the stream.
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
