//! The descriptors that a supervisor keeps, and how it lets go of all others.
//!
//! What they are for is not known here.

use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use libc::c_int;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::unix::above_standard;
use crate::{Error, Result};

/// Lets go of every descriptor but `kept`: a pipe whose other end waits for the last writer must
/// not wait for this process.
///
/// # Errors
///
/// When there is no `/dev/null`, or the system is out of descriptors.
///
/// # Panics
///
/// When one of `kept` has the number of a standard stream, in whose place `/dev/null` is put; see
/// [`above_standard`].
///
/// # Safety
///
/// Nothing in this process may use or close a descriptor afterwards, except `kept`.
pub unsafe fn let_go(kept: &[BorrowedFd<'_>]) -> Result<()> {
    let kept: Vec<c_int> = kept.iter().map(AsRawFd::as_raw_fd).collect();
    assert!(
        kept.iter().all(|&descriptor| descriptor > 2),
        "a kept descriptor would be replaced"
    );
    let nothing = rustix::fs::open("/dev/null", OFlags::RDWR, Mode::empty())
        .map_err(|error| Error::os("open", error))?;
    for standard in 0..3 {
        // SAFETY: replaces a standard stream; nobody uses it any more.
        unsafe { libc::dup2(nothing.as_raw_fd(), standard) };
    }
    std::mem::forget(nothing);
    for descriptor in open_descriptors() {
        if descriptor > 2 && !kept.contains(&descriptor) {
            // SAFETY: the caller lets go of it.
            unsafe { libc::close(descriptor) };
        }
    }
    Ok(())
}

fn open_descriptors() -> Vec<c_int> {
    let Ok(entries) = std::fs::read_dir("/dev/fd") else {
        return (3..256).collect();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect()
}

/// Makes a pair whose first end can be read to its end only once the second is closed: by the
/// death of the process that holds it, for example.
///
/// # Errors
///
/// `EMFILE`, `ENFILE`.
pub fn lifeline() -> Result<(OwnedFd, OwnedFd)> {
    // Not a pipe: Darwin has no pipe2(2), and a pair of sockets closes on exec from the start
    // wherever the system can do that.
    let (reader, holder) = UnixStream::pair().map_err(|error| Error::os("socketpair", error))?;
    let above = |end: UnixStream| above_standard(end.into());
    let moved = |error| Error::os("fcntl", error);
    Ok((above(reader).map_err(moved)?, above(holder).map_err(moved)?))
}

/// Waits until the other end of a [`lifeline`] is closed.
pub fn wait_for_end(reader: &OwnedFd) {
    let mut byte = [0];
    while rustix::io::read(reader, &mut byte) == Err(Errno::INTR) {}
}
