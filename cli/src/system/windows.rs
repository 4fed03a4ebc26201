//! What the tool needs of Windows besides the library.

use std::fs::{File, OpenOptions};
use std::io;
use std::net::UdpSocket;

use ttyring::platform::{Backend, Os, Tty};

/// Returns the columns and rows of the console's window.
pub(crate) fn window_size() -> Option<(u16, u16)> {
    let size = Os.open().ok()?.size().ok()?;
    Some((size.columns, size.rows))
}

/// Leaves the rights of a new file to its directory.
pub(crate) fn for_owner_alone(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Refuses: no number stands for what a process inherited.
pub(crate) fn open_inherited(_number: i32) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Opens a socket and closes it again.
pub(crate) fn open_socket() -> io::Result<()> {
    UdpSocket::bind("127.0.0.1:0").map(drop)
}
