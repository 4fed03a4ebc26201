//! Linux: epoll over the terminal and an eventfd, TCGETS and TCSETS through rustix.
//!
//! The terminal itself is [`unix::Tty`]: rustix passes the kernel's own `termios` (36 bytes, or 44
//! with speeds), never the C library's (60 bytes).

mod death;
pub(crate) mod defaults;
pub(crate) mod device;
pub(crate) mod dump;
mod poller;
pub mod realtime;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(test)]
mod tests;

use std::os::fd::OwnedFd;

pub use death::die_with_parent;
pub(crate) use death::is_from_kernel;
pub use poller::Poller;

use crate::unix::{self, Tty};
use crate::{Backend, Result, Signals, Time};

/// The Linux kernel as a source of terminals.
#[derive(Clone, Copy, Debug, Default)]
pub struct Linux;

impl Linux {
    /// Takes a terminal that the program has opened itself, by a description of our own where its
    /// name can be opened, otherwise as [`share`](Linux::share).
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
    /// As [`adopt`](Linux::adopt).
    pub fn share(&self, descriptor: OwnedFd) -> Result<Tty> {
        Tty::share(descriptor)
    }
}

impl Backend for Linux {
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
