//! Every other Unix, on mio: epoll, kqueue or poll, whichever the system has.
//!
//! The terminal is [`unix::Tty`]; only the waiting is different. On Linux and macOS this backend
//! is there with the feature `portable`, and never the default.

mod poller;

use std::os::fd::OwnedFd;

pub use poller::Poller;

use crate::unix::{self, Tty};
use crate::{Backend, Result, Signals, Time};

/// Any Unix as a source of terminals.
#[derive(Clone, Copy, Debug, Default)]
pub struct Portable;

impl Portable {
    /// Takes a terminal that the program has opened itself, by a description of our own where its
    /// name can be opened, otherwise as [`share`](Portable::share).
    ///
    /// # Errors
    ///
    /// `ENOTTY` when it is not a terminal, `EIO` when it has hung up.
    pub fn adopt(&self, descriptor: OwnedFd) -> Result<Tty> {
        Tty::adopt(descriptor)
    }

    /// Takes a terminal as it is, without changing the flags of its description.
    ///
    /// # Errors
    ///
    /// As [`adopt`](Portable::adopt).
    pub fn share(&self, descriptor: OwnedFd) -> Result<Tty> {
        Tty::share(descriptor)
    }
}

impl Backend for Portable {
    type Tty = Tty;
    type Poller = Poller;

    fn open(&self) -> Result<Tty> {
        unix::open_terminal().map(Tty::new)
    }

    fn poller(&self, tty: &Tty, signals: Signals) -> Result<Poller> {
        Poller::new(tty, signals)
    }

    fn now(&self) -> Time {
        unix::now()
    }
}
