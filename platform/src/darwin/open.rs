//! The steps of opening: which description of which device, and whether it is private.
//!
//! What can wait for the terminal is not decided here; see `poller.rs`.

use std::ffi::CStr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use super::abi::{Attributes, Device, Errno, MAJOR_DEV_TTY, open, request};
use super::sys::{Answer, PATH, Sys, retry};
use crate::Result;
use crate::unix::Opened;
use crate::unix::open::Refusal;

const FLAGS: i32 = open::RDWR | open::NOCTTY | open::NONBLOCK | open::CLOEXEC;

/// Goes through the steps; the first success wins.
///
/// 1. A new description of the device that standard input, output or error names: kqueue takes it.
/// 2. A new description of the controlling device by its own name, for when no stream is a terminal
///    or one is `/dev/tty`, whose name says nothing: kqueue takes it, too.
/// 3. `/dev/tty`, which opens even where the device belongs to another user (after `su`) or has no
///    name here (`chroot`). kqueue refuses it, so the wait is `select(2)`.
/// 4. A stream that is a terminal, as it is.
pub(super) fn terminal<S: Sys>(sys: &S) -> Result<Opened> {
    let mut refusal = Refusal::default();
    let private = streams(sys)
        .find_map(|stream| refusal.note("open", reopen(sys, stream)))
        .or_else(|| refusal.note("open", controlling(sys)))
        .or_else(|| refusal.note("open", open_terminal(sys, c"/dev/tty")));
    if let Some(fd) = private {
        return Ok(Opened::Private(fd));
    }
    streams(sys)
        .filter(|stream| is_terminal(sys, *stream))
        .find_map(|stream| refusal.note("fcntl", sys.duplicate(stream)))
        .map(Opened::Shared)
        .ok_or_else(|| refusal.into())
}

fn streams<S: Sys>(sys: &S) -> impl Iterator<Item = BorrowedFd<'_>> {
    (0..3).map(|number| sys.stream(number))
}

/// Opens another description of a terminal that is open, also of one that is `/dev/tty`.
pub(super) fn again<S: Sys>(sys: &S, fd: BorrowedFd<'_>) -> Answer<OwnedFd> {
    let device = sys.device(fd)?.ok_or(Errno::NOTTY)?;
    if device.major() == MAJOR_DEV_TTY {
        return open_device(sys, c"/dev/tty", device);
    }
    reopen(sys, fd)
}

/// Opens a description of our own of the terminal that `fd` refers to, by its name.
///
/// Refused for `/dev/tty`, whose name says nothing, and where the name cannot be opened.
pub(super) fn reopen<S: Sys>(sys: &S, fd: impl AsFd) -> Answer<OwnedFd> {
    let fd = fd.as_fd();
    let device = sys.device(fd)?.ok_or(Errno::NOTTY)?;
    if device.major() == MAJOR_DEV_TTY {
        return Err(Errno::NXIO);
    }
    let mut path = [0; PATH];
    sys.ttyname(fd, &mut path)?;
    let path = CStr::from_bytes_until_nul(&path).map_err(|_| Errno::NOENT)?;
    open_device(sys, path, device)
}

fn controlling<S: Sys>(sys: &S) -> Answer<OwnedFd> {
    const DEV: &[u8] = b"/dev/";
    let device = sys.controlling_device()?.ok_or(Errno::NXIO)?;
    let mut name = [0; PATH];
    sys.device_name(device, &mut name)?;
    let name = CStr::from_bytes_until_nul(&name).map_err(|_| Errno::NOENT)?;
    let path = [DEV, name.to_bytes_with_nul()].concat();
    let path = CStr::from_bytes_with_nul(&path).map_err(|_| Errno::NOENT)?;
    open_device(sys, path, device)
}

/// Opens `path` if it still is `device`: in a `chroot` the name may be another terminal's.
fn open_device<S: Sys>(sys: &S, path: &CStr, device: Device) -> Answer<OwnedFd> {
    let fd = open_terminal(sys, path)?;
    if sys.device(fd.as_fd())? == Some(device) {
        Ok(fd)
    } else {
        Err(Errno::NXIO)
    }
}

fn open_terminal<S: Sys>(sys: &S, path: &CStr) -> Answer<OwnedFd> {
    let fd = retry(|| sys.open(path, FLAGS))?;
    if is_terminal(sys, fd.as_fd()) {
        Ok(fd)
    } else {
        Err(Errno::NOTTY)
    }
}

fn is_terminal<S: Sys>(sys: &S, fd: BorrowedFd<'_>) -> bool {
    let mut settings = Attributes::default();
    retry(|| sys.ioctl(fd, request::TIOCGETA, &mut settings)).is_ok()
}
