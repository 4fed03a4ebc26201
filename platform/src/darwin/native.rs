//! The kernel of macOS behind the seam, and the proof that the tables agree with it.
//!
//! Compiled on Apple's systems only. Nothing is decided here; every function is one call.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::io::{self, IoSliceMut};
use std::mem::{MaybeUninit, size_of};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::ptr;

use crate::darwin::abi::{Device, Errno, FdSet, Kevent, Request, Timespec, Timeval};
use crate::darwin::sys::{Answer, PATH, Sys};
use crate::darwin::{Darwin, DarwinPoller, DarwinTty};
use crate::unix::above_standard;
use crate::{Backend, Result, Signals, Time};

mod layout;

/// macOS as a source of terminals.
#[derive(Clone, Copy, Debug, Default)]
pub struct MacOs;

const DRIVER: Darwin<Kernel> = Darwin::new(Kernel);

impl MacOs {
    /// Takes a terminal that the program has opened itself, by a description of our own where its
    /// name can be opened, otherwise as [`share`](MacOs::share).
    ///
    /// # Errors
    ///
    /// `ENOTTY` when it is not a terminal.
    pub fn adopt(&self, descriptor: OwnedFd) -> Result<DarwinTty<Kernel>> {
        DRIVER.adopt(descriptor)
    }

    /// Takes a terminal as it is, without changing the flags of its description.
    ///
    /// # Errors
    ///
    /// As [`adopt`](MacOs::adopt).
    pub fn share(&self, descriptor: OwnedFd) -> Result<DarwinTty<Kernel>> {
        DRIVER.share(descriptor)
    }
}

impl Backend for MacOs {
    type Tty = DarwinTty<Kernel>;
    type Poller = DarwinPoller<Kernel>;

    fn open(&self) -> Result<Self::Tty> {
        DRIVER.open()
    }

    fn poller(&self, tty: &Self::Tty, signals: Signals) -> Result<Self::Poller> {
        DRIVER.poller(tty, signals)
    }

    fn now(&self) -> Time {
        DRIVER.now()
    }
}

/// The system calls of the kernel that runs this process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kernel;

unsafe extern "C" {
    /// `devname_r(3)`, which the `libc` crate does not declare.
    fn devname_r(
        device: libc::dev_t,
        kind: libc::mode_t,
        name: *mut c_char,
        length: c_int,
    ) -> *mut c_char;
}

impl Sys for Kernel {
    fn stream(&self, number: usize) -> BorrowedFd<'_> {
        match number {
            0 => rustix::stdio::stdin(),
            1 => rustix::stdio::stdout(),
            _ => rustix::stdio::stderr(),
        }
    }

    fn open(&self, path: &CStr, flags: i32) -> Answer<OwnedFd> {
        // SAFETY: a string with its zero; no mode is asked for without O_CREAT.
        let fd = checked(unsafe { libc::open(path.as_ptr(), flags) })?;
        // SAFETY: just opened, and nobody else knows it.
        let own = unsafe { OwnedFd::from_raw_fd(fd) };
        above_standard(own).map_err(errno)
    }

    fn duplicate(&self, fd: BorrowedFd<'_>) -> Answer<OwnedFd> {
        rustix::io::fcntl_dupfd_cloexec(fd, 3).map_err(errno)
    }

    fn ttyname(&self, fd: BorrowedFd<'_>, path: &mut [u8; PATH]) -> Answer<()> {
        // SAFETY: the place is as long as is said.
        match unsafe { libc::ttyname_r(fd.as_raw_fd(), path.as_mut_ptr().cast(), PATH) } {
            0 => Ok(()),
            code => Err(Errno(code)),
        }
    }

    fn device_name(&self, device: Device, name: &mut [u8; PATH]) -> Answer<()> {
        let place = name.as_mut_ptr().cast();
        // SAFETY: the place is as long as is said.
        let found = unsafe { devname_r(device.0, libc::S_IFCHR, place, PATH as c_int) };
        if found.is_null() {
            Err(Errno::NOENT)
        } else {
            Ok(())
        }
    }

    fn device(&self, fd: BorrowedFd<'_>) -> Answer<Option<Device>> {
        let stat = rustix::fs::fstat(fd).map_err(errno)?;
        let character = stat.st_mode & libc::S_IFMT == libc::S_IFCHR;
        Ok(character.then_some(Device(stat.st_rdev)))
    }

    fn controlling_device(&self) -> Answer<Option<Device>> {
        let mut info = MaybeUninit::<libc::proc_bsdinfo>::zeroed();
        let length = size_of::<libc::proc_bsdinfo>() as c_int;
        // SAFETY: the place is as long as is said.
        let written = unsafe {
            libc::proc_pidinfo(
                std::process::id() as c_int,
                libc::PROC_PIDTBSDINFO,
                0,
                info.as_mut_ptr().cast::<c_void>(),
                length,
            )
        };
        if written != length {
            return Err(last());
        }
        // SAFETY: written whole, and valid when zero anyway.
        let info = unsafe { info.assume_init() };
        // NODEV is all ones.
        Ok((info.e_tdev != u32::MAX).then_some(Device(info.e_tdev as i32)))
    }

    fn set_nonblocking(&self, fd: BorrowedFd<'_>, nonblocking: bool) -> Answer<()> {
        let mut flags = rustix::fs::fcntl_getfl(fd).map_err(errno)?;
        flags.set(rustix::fs::OFlags::NONBLOCK, nonblocking);
        rustix::fs::fcntl_setfl(fd, flags).map_err(errno)
    }

    fn ioctl<T>(&self, fd: BorrowedFd<'_>, request: Request<T>, argument: &mut T) -> Answer<()> {
        let place = ptr::from_mut(argument);
        // SAFETY: the kernel moves as many bytes as the request says, which is the size of `T`
        // (`Request::encode`); every `T` in the tables is plain integers.
        checked(unsafe { libc::ioctl(fd.as_raw_fd(), request.number().into(), place) }).map(drop)
    }

    fn read(&self, fd: BorrowedFd<'_>, buffer: &mut [u8]) -> Answer<usize> {
        rustix::io::read(fd, buffer).map_err(errno)
    }

    fn readv(&self, fd: BorrowedFd<'_>, buffers: &mut [IoSliceMut<'_>]) -> Answer<usize> {
        rustix::io::readv(fd, buffers).map_err(errno)
    }

    fn write(&self, fd: BorrowedFd<'_>, bytes: &[u8]) -> Answer<usize> {
        rustix::io::write(fd, bytes).map_err(errno)
    }

    fn pipe(&self) -> Answer<(OwnedFd, OwnedFd)> {
        // Darwin has no pipe2(2): a program that another thread starts in between inherits the
        // ends, which keeps nobody waiting, since neither end waits for an end of file.
        let (reader, writer) = rustix::pipe::pipe().map_err(errno)?;
        let above = |end| above_standard(end).map_err(errno);
        let ends = (above(reader)?, above(writer)?);
        for end in [&ends.0, &ends.1] {
            rustix::io::fcntl_setfd(end, rustix::io::FdFlags::CLOEXEC).map_err(errno)?;
            rustix::fs::fcntl_setfl(end, rustix::fs::OFlags::NONBLOCK).map_err(errno)?;
        }
        Ok(ends)
    }

    fn kqueue(&self) -> Answer<OwnedFd> {
        // SAFETY: takes nothing.
        let fd = checked(unsafe { libc::kqueue() })?;
        // SAFETY: just opened, and nobody else knows it.
        let queue = above_standard(unsafe { OwnedFd::from_raw_fd(fd) }).map_err(errno)?;
        rustix::io::fcntl_setfd(&queue, rustix::io::FdFlags::CLOEXEC).map_err(errno)?;
        Ok(queue)
    }

    fn kevent(
        &self,
        queue: BorrowedFd<'_>,
        changes: &[Kevent],
        events: &mut [Kevent],
        timeout: Option<Timespec>,
    ) -> Answer<usize> {
        let timeout = timeout.as_ref().map_or(ptr::null(), ptr::from_ref);
        // SAFETY: both lists are as long as is said; the layouts are those of `libc`
        // (`layout.rs`).
        let count = checked(unsafe {
            libc::kevent(
                queue.as_raw_fd(),
                changes.as_ptr().cast(),
                changes.len() as c_int,
                events.as_mut_ptr().cast(),
                events.len() as c_int,
                timeout.cast(),
            )
        })?;
        Ok(count as usize)
    }

    fn select(
        &self,
        limit: i32,
        reading: &mut FdSet,
        writing: &mut FdSet,
        timeout: Option<Timeval>,
    ) -> Answer<usize> {
        let mut timeout = timeout;
        let timeout = timeout.as_mut().map_or(ptr::null_mut(), ptr::from_mut);
        let (reading, writing) = (ptr::from_mut(reading), ptr::from_mut(writing));
        // SAFETY: the layouts are those of `libc` (`layout.rs`), and `limit` is within the sets.
        let count = checked(unsafe {
            libc::select(
                limit,
                reading.cast(),
                writing.cast(),
                ptr::null_mut(),
                timeout.cast(),
            )
        })?;
        Ok(count as usize)
    }

    fn clock(&self, clock: u32) -> u64 {
        let mut now = MaybeUninit::<libc::timespec>::zeroed();
        // SAFETY: a place of the right size; it stays zero if the clock does not exist.
        unsafe { libc::clock_gettime(clock, now.as_mut_ptr()) };
        // SAFETY: written, or zero.
        let now = unsafe { now.assume_init() };
        now.tv_sec.unsigned_abs() * 1_000_000_000 + now.tv_nsec.unsigned_abs()
    }
}

fn checked(answer: c_int) -> Answer<c_int> {
    if answer == -1 {
        Err(last())
    } else {
        Ok(answer)
    }
}

/// Returns the `errno` of the call that has just failed.
fn last() -> Errno {
    Errno(io::Error::last_os_error().raw_os_error().unwrap_or(0))
}

fn errno(error: rustix::io::Errno) -> Errno {
    Errno(error.raw_os_error())
}
