//! A pseudo-terminal with a program on it and a pipe for the program's time stamps.
//!
//! It starts and ends programs; when to type what is the driver's concern.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use rustix::fs::{Mode, OFlags};
use rustix::io::FdFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::protocol::STAMP_FD;

/// Both sides of a pseudo-terminal of 80 × 24 cells.
#[derive(Debug)]
pub(crate) struct Pty {
    pub(crate) master: OwnedFd,
    pub(crate) slave: OwnedFd,
}

impl Pty {
    /// Opens a pair whose master never blocks.
    pub(crate) fn open() -> io::Result<Self> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        rustix::io::fcntl_setfd(&master, FdFlags::CLOEXEC)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let slave = rustix::fs::open(name, flags, Mode::empty())?;
        let size = Winsize {
            ws_col: 80,
            ws_row: 24,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&slave, size)?;
        nonblocking(&master)?;
        Ok(Pty { master, slave })
    }

    /// Starts `command` as the leader of a session on this terminal, its standard streams on the
    /// terminal and `stamps` as descriptor [`STAMP_FD`].
    pub(crate) fn spawn(&self, command: &mut Command, stamps: BorrowedFd<'_>) -> io::Result<Child> {
        let slave = self.slave.try_clone()?;
        let stamps = stamps.as_raw_fd();
        command
            .stdin(Stdio::from(self.slave.try_clone()?))
            .stdout(Stdio::from(self.slave.try_clone()?))
            .stderr(Stdio::from(self.slave.try_clone()?));
        let prepare = move || {
            rustix::process::setsid()?;
            rustix::process::ioctl_tiocsctty(&slave)?;
            install(stamps)
        };
        // The terminal was opened first, so descriptor 3 is in use, and what the standard library
        // opens to report a failed exec is another.
        // SAFETY: between fork and exec only setsid(2), ioctl(2), dup2(2) and fcntl(2) are called;
        // all are async-signal-safe, and nothing is allocated.
        unsafe { command.pre_exec(prepare) };
        command.spawn()
    }
}

/// Makes `stamps` descriptor [`STAMP_FD`] of the process that is about to be another program.
fn install(stamps: i32) -> io::Result<()> {
    // SAFETY: the parent keeps the pipe open until the child has been started.
    let stamps = unsafe { BorrowedFd::borrow_raw(stamps) };
    if stamps.as_raw_fd() == STAMP_FD {
        rustix::io::fcntl_setfd(stamps, FdFlags::empty())?;
        return Ok(());
    }
    // SAFETY: whatever this number is in the child, it is replaced, and is not owned by anything
    // that runs before the new program does.
    let mut target = std::mem::ManuallyDrop::new(unsafe { owned(STAMP_FD) });
    rustix::io::dup2(stamps, &mut target)?;
    Ok(())
}

/// Takes a descriptor by number.
///
/// # Safety
///
/// As [`OwnedFd::from_raw_fd`](std::os::fd::FromRawFd::from_raw_fd).
unsafe fn owned(number: i32) -> OwnedFd {
    use std::os::fd::FromRawFd;
    // SAFETY: the caller's promise.
    unsafe { OwnedFd::from_raw_fd(number) }
}

/// Makes reads and writes of `fd` return instead of waiting.
pub(crate) fn nonblocking(fd: impl AsFd) -> io::Result<()> {
    let flags = rustix::fs::fcntl_getfl(&fd)?;
    rustix::fs::fcntl_setfl(&fd, flags | OFlags::NONBLOCK)?;
    Ok(())
}
