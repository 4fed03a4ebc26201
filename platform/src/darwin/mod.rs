//! Darwin: kqueue, the `TIOCGETA` family of ioctls, and `select(2)` where kqueue refuses.
//!
//! The driver makes its system calls through the trait [`Sys`], so that tests on any Unix run the
//! shipped code over an emulated kernel. The driver makes every decision: which device to open,
//! what to retry, what an answer means. [`abi`] has the numbers and layouts; `native.rs`, on Apple's
//! systems only, makes the calls.

pub mod abi;
mod open;
mod poller;
mod queue;
mod select;
pub mod sys;
mod termios;
mod tty;

use std::os::fd::OwnedFd;

pub use poller::{DarwinPoller, DarwinWaker};
pub use sys::Sys;
pub use termios::DarwinTermios;
pub use tty::DarwinTty;

use crate::unix::Opened;
use crate::{Backend, Result, Signals, Time};

/// The backend for Darwin over one kernel, real or emulated.
#[derive(Clone, Copy, Debug, Default)]
pub struct Darwin<S> {
    sys: S,
}

impl<S: Sys> Darwin<S> {
    /// Makes the backend over a kernel.
    pub const fn new(sys: S) -> Self {
        Darwin { sys }
    }

    /// Takes a terminal that the program has opened itself, by a description of our own where its
    /// name can be opened, otherwise as [`share`](Darwin::share).
    ///
    /// # Errors
    ///
    /// `ENOTTY` when it is not a terminal.
    pub fn adopt(&self, descriptor: OwnedFd) -> Result<DarwinTty<S>> {
        match open::reopen(&self.sys, &descriptor) {
            Ok(own) => Ok(DarwinTty::new(self.sys.clone(), Opened::Private(own))),
            Err(_) => self.share(descriptor),
        }
    }

    /// Takes a terminal as it is, without changing the flags of its description.
    ///
    /// # Errors
    ///
    /// As [`adopt`](Darwin::adopt).
    pub fn share(&self, descriptor: OwnedFd) -> Result<DarwinTty<S>> {
        let tty = DarwinTty::new(self.sys.clone(), Opened::Shared(descriptor));
        crate::Tty::termios(&tty)?;
        tty.open_writer();
        Ok(tty)
    }
}

impl<S: Sys> Backend for Darwin<S> {
    type Tty = DarwinTty<S>;
    type Poller = DarwinPoller<S>;

    fn open(&self) -> Result<Self::Tty> {
        let opened = open::terminal(&self.sys)?;
        Ok(DarwinTty::new(self.sys.clone(), opened))
    }

    fn poller(&self, tty: &Self::Tty, signals: Signals) -> Result<Self::Poller> {
        DarwinPoller::new(&self.sys, tty, signals)
    }

    fn now(&self) -> Time {
        Time::from_nanos(self.sys.clock(abi::clock::MONOTONIC))
    }
}
