//! Every system call that the Darwin backend makes, as one trait.
//!
//! On Apple's systems `native.rs` implements it; in tests an emulated kernel does. Arguments,
//! results and error numbers are Darwin's in both cases. The driver decides what to retry and what
//! an answer means.

use std::ffi::CStr;
use std::fmt::Debug;
use std::io::IoSliceMut;
use std::os::fd::{BorrowedFd, OwnedFd};

use super::abi::{Device, Errno, FdSet, Kevent, Request, Timespec, Timeval};
use crate::Error;

/// The answer of a system call.
pub type Answer<T> = Result<T, Errno>;

/// The longest path of a device, its final zero included (`MAXPATHLEN` would be far more).
pub const PATH: usize = 128;

/// The system calls of Darwin; a value, so that a test can hand in an emulated kernel.
///
/// All but [`open`](Sys::open), [`ttyname`](Sys::ttyname) and [`device_name`](Sys::device_name) are
/// async-signal-safe where they are real.
pub trait Sys: Clone + Debug + Send + Sync + 'static {
    /// Returns standard input, output or error by its number, whether it is open or not.
    fn stream(&self, number: usize) -> BorrowedFd<'_>;

    /// `open(2)` with flags of [`abi::open`](super::abi::open).
    fn open(&self, path: &CStr, flags: i32) -> Answer<OwnedFd>;

    /// `fcntl(2)` with `F_DUPFD_CLOEXEC`: another descriptor of the same description.
    fn duplicate(&self, fd: BorrowedFd<'_>) -> Answer<OwnedFd>;

    /// `ttyname_r(3)`: writes the path of the terminal, with its final zero.
    fn ttyname(&self, fd: BorrowedFd<'_>, path: &mut [u8; PATH]) -> Answer<()>;

    /// `devname_r(3)`: writes the name of a character device within `/dev`, with its final zero.
    fn device_name(&self, device: Device, name: &mut [u8; PATH]) -> Answer<()>;

    /// `fstat(2)`: the device that a descriptor stands for, `None` if it is no character device.
    fn device(&self, fd: BorrowedFd<'_>) -> Answer<Option<Device>>;

    /// The device of the controlling terminal, `e_tdev` of this process (`proc_pidinfo(3)`, which
    /// is one system call and no more).
    fn controlling_device(&self) -> Answer<Option<Device>>;

    /// `fcntl(2)` with `F_GETFL` and `F_SETFL`: sets or clears `O_NONBLOCK`.
    fn set_nonblocking(&self, fd: BorrowedFd<'_>, nonblocking: bool) -> Answer<()>;

    /// `ioctl(2)`; the type of the argument is part of the request.
    fn ioctl<T>(&self, fd: BorrowedFd<'_>, request: Request<T>, argument: &mut T) -> Answer<()>;

    /// `read(2)`.
    fn read(&self, fd: BorrowedFd<'_>, buffer: &mut [u8]) -> Answer<usize>;

    /// `readv(2)`.
    fn readv(&self, fd: BorrowedFd<'_>, buffers: &mut [IoSliceMut<'_>]) -> Answer<usize>;

    /// `write(2)`.
    fn write(&self, fd: BorrowedFd<'_>, bytes: &[u8]) -> Answer<usize>;

    /// `pipe(2)`, with `O_NONBLOCK` and `FD_CLOEXEC` on both ends: the reading, the writing one.
    fn pipe(&self) -> Answer<(OwnedFd, OwnedFd)>;

    /// `kqueue(2)`.
    fn kqueue(&self) -> Answer<OwnedFd>;

    /// `kevent(2)`: makes `changes`, then waits for `events` unless there are none to return.
    fn kevent(
        &self,
        queue: BorrowedFd<'_>,
        changes: &[Kevent],
        events: &mut [Kevent],
        timeout: Option<Timespec>,
    ) -> Answer<usize>;

    /// `select(2)` for reading and for writing.
    fn select(
        &self,
        limit: i32,
        reading: &mut FdSet,
        writing: &mut FdSet,
        timeout: Option<Timeval>,
    ) -> Answer<usize>;

    /// `clock_gettime(2)` with a clock of [`abi::clock`](super::abi::clock), in nanoseconds.
    fn clock(&self, clock: u32) -> u64;
}

/// Makes a system call again as long as a signal interrupts it.
pub(super) fn retry<T>(mut call: impl FnMut() -> Answer<T>) -> Answer<T> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            answer => return answer,
        }
    }
}

/// Returns what makes an error of the answer to `operation`.
pub(super) fn refused(operation: &'static str) -> impl FnOnce(Errno) -> Error {
    move |errno| Error::os(operation, errno)
}
