//! The pseudo-terminal of the shell, without what the one of the other tests has: a thread that
//! watches deadlines. This process is forked for each job, so it has one thread.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{grantpt, ptsname, unlockpt};
use rustix::termios::{Termios, tcgetattr};

/// Both sides of a pseudo-terminal.
#[derive(Debug)]
pub(crate) struct Line {
    master: OwnedFd,
    slave: OwnedFd,
}

impl Line {
    /// Opens a pair.
    pub(crate) fn open() -> Self {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let master = rustix::fs::open("/dev/ptmx", flags, Mode::empty()).expect("open /dev/ptmx");
        grantpt(&master).expect("grantpt");
        unlockpt(&master).expect("unlockpt");
        let name = ptsname(&master, Vec::new()).expect("ptsname");
        let slave = rustix::fs::open(name, flags, Mode::empty()).expect("open the slave");
        Line { master, slave }
    }

    /// The side of the terminal.
    pub(crate) fn master(&self) -> BorrowedFd<'_> {
        self.master.as_fd()
    }

    /// The side of the programs.
    pub(crate) fn slave(&self) -> BorrowedFd<'_> {
        self.slave.as_fd()
    }

    /// Returns the settings.
    pub(crate) fn termios(&self) -> Termios {
        tcgetattr(&self.slave).expect("tcgetattr")
    }

    /// Types, or answers.
    pub(crate) fn type_bytes(&self, bytes: &[u8]) {
        // Of so few bytes all are taken; an error shows as a program that waits for them.
        let _ = rustix::io::write(&self.master, bytes);
    }
}
