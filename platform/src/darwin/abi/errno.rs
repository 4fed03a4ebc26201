//! Error numbers of Darwin; several differ from those of Linux.

use std::io;

/// An error number as Darwin gives it (`bsd/sys/errno.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(pub i32);

impl Errno {
    /// No such file.
    pub const NOENT: Errno = Errno(2);
    /// Interrupted by a signal.
    pub const INTR: Errno = Errno(4);
    /// Input or output error: hung up, or an orphaned background group.
    pub const IO: Errno = Errno(5);
    /// Device not configured.
    pub const NXIO: Errno = Errno(6);
    /// Bad descriptor.
    pub const BADF: Errno = Errno(9);
    /// Permission denied.
    pub const ACCES: Errno = Errno(13);
    /// No such device.
    pub const NODEV: Errno = Errno(19);
    /// Invalid argument; kqueue's answer to `/dev/tty`.
    pub const INVAL: Errno = Errno(22);
    /// Too many open files.
    pub const MFILE: Errno = Errno(24);
    /// Not a terminal.
    pub const NOTTY: Errno = Errno(25);
    /// The result does not fit.
    pub const RANGE: Errno = Errno(34);
    /// Try again: nothing to read now.
    pub const AGAIN: Errno = Errno(35);
}

impl From<Errno> for io::Error {
    fn from(errno: Errno) -> Self {
        io::Error::from_raw_os_error(errno.0)
    }
}
