//! The steps of opening: which description of which device, and whether it is private.
//!
//! What can wait for the terminal is not decided here; see `poller.rs`.

use std::ffi::CStr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use super::abi::{Attributes, Device, MAJOR_DEV_TTY, open, request};
use super::sys::{PATH, Sys, retry};
use crate::{Error, Result};

/// A terminal found by one of the steps.
pub(super) struct Found {
    pub(super) fd: OwnedFd,
    /// Whether the description is this process's own.
    pub(super) private: bool,
}

const FLAGS: i32 = open::RDWR | open::NOCTTY | open::NONBLOCK | open::CLOEXEC;

/// Goes through the steps; the first success wins.
///
/// 1. A new description of the device that standard input, output or error names: kqueue takes it.
/// 2. A new description of the controlling device by its own name, for when no stream is a terminal
///    or one is `/dev/tty`, whose name says nothing: kqueue takes it, too.
/// 3. `/dev/tty`, which opens even where the device belongs to another user (after `su`) or has no
///    name here (`chroot`). kqueue refuses it, so the wait is `select(2)`.
/// 4. A stream that is a terminal, as it is.
pub(super) fn terminal<S: Sys>(sys: &S) -> Result<Found> {
    let private = streams(sys)
        .find_map(|stream| reopen(sys, stream))
        .or_else(|| controlling(sys))
        .or_else(|| open_terminal(sys, c"/dev/tty"));
    if let Some(fd) = private {
        return Ok(Found { fd, private: true });
    }
    streams(sys)
        .find(|stream| is_terminal(sys, *stream))
        .and_then(|stream| sys.duplicate(stream).ok())
        .map(|fd| Found { fd, private: false })
        .ok_or(Error::NoTerminal)
}

fn streams<S: Sys>(sys: &S) -> impl Iterator<Item = BorrowedFd<'_>> {
    (0..3).map(|number| sys.stream(number))
}

/// Opens another description of a terminal that is open, also of one that is `/dev/tty`.
pub(super) fn again<S: Sys>(sys: &S, fd: BorrowedFd<'_>) -> Option<OwnedFd> {
    match sys.device(fd).ok()?? {
        device if device.major() == MAJOR_DEV_TTY => open_device(sys, c"/dev/tty", device),
        _ => reopen(sys, fd),
    }
}

/// Opens a description of our own of the terminal that `fd` refers to, by its name.
///
/// `None` for `/dev/tty`, whose name says nothing, and where the name cannot be opened.
pub(super) fn reopen<S: Sys>(sys: &S, fd: impl AsFd) -> Option<OwnedFd> {
    let fd = fd.as_fd();
    let device = sys.device(fd).ok()??;
    if device.major() == MAJOR_DEV_TTY {
        return None;
    }
    let mut path = [0; PATH];
    sys.ttyname(fd, &mut path).ok()?;
    open_device(sys, CStr::from_bytes_until_nul(&path).ok()?, device)
}

fn controlling<S: Sys>(sys: &S) -> Option<OwnedFd> {
    const DEV: &[u8] = b"/dev/";
    let device = sys.controlling_device().ok()??;
    let mut name = [0; PATH];
    sys.device_name(device, &mut name).ok()?;
    let name = CStr::from_bytes_until_nul(&name).ok()?.to_bytes_with_nul();
    let path = [DEV, name].concat();
    open_device(sys, CStr::from_bytes_with_nul(&path).ok()?, device)
}

/// Opens `path` if it still is `device`: in a `chroot` the name may be another terminal's.
fn open_device<S: Sys>(sys: &S, path: &CStr, device: Device) -> Option<OwnedFd> {
    let fd = open_terminal(sys, path)?;
    (sys.device(fd.as_fd()) == Ok(Some(device))).then_some(fd)
}

fn open_terminal<S: Sys>(sys: &S, path: &CStr) -> Option<OwnedFd> {
    let fd = retry(|| sys.open(path, FLAGS)).ok()?;
    is_terminal(sys, fd.as_fd()).then_some(fd)
}

fn is_terminal<S: Sys>(sys: &S, fd: BorrowedFd<'_>) -> bool {
    let mut settings = Attributes::default();
    retry(|| sys.ioctl(fd, request::TIOCGETA, &mut settings)).is_ok()
}
