//! What the tool needs of a Unix system besides the library.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixDatagram;

use rustix::termios::tcgetwinsize;

/// Returns the columns and rows of the terminal that standard output is.
pub(crate) fn window_size() -> Option<(u16, u16)> {
    let size = tcgetwinsize(io::stdout()).ok()?;
    Some((size.ws_col, size.ws_row))
}

/// Has a new file readable for its owner alone.
pub(crate) fn for_owner_alone(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600)
}

/// Opens the descriptor `number` that this process inherited, for writing.
pub(crate) fn open_inherited(number: i32) -> io::Result<File> {
    // A path of the process's own descriptors makes a new one without assuming ownership of the
    // number; closed ones and sockets are refused.
    File::options()
        .write(true)
        .open(format!("/dev/fd/{number}"))
}

/// Opens a socket and closes it again.
pub(crate) fn open_socket() -> io::Result<()> {
    UnixDatagram::unbound().map(drop)
}
