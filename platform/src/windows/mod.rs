//! Windows: the console API.
//!
//! The driver makes its system calls through the trait [`Sys`], so that tests on any system run the
//! shipped code over an emulated console. The driver makes every decision: which modes to set, what
//! a record becomes, when a wait is over. [`abi`] has the numbers; `native.rs`, on Windows only,
//! makes the calls.

pub mod abi;
mod console;
mod encode;
mod modes;
mod mouse;
mod notify;
mod open;
mod poller;
pub mod record;
pub mod signal;
pub mod sys;
mod text;
mod tty;
mod unwrap;
mod watch;

pub use encode::Encoder;
pub use modes::ConsoleModes;
pub use notify::WindowsWaker;
pub use poller::WindowsPoller;
pub use sys::Sys;
pub use tty::WindowsTty;

use crate::{Backend, Result, Signals, Time};

/// The backend for Windows over one console, real or emulated.
#[derive(Clone, Copy, Debug, Default)]
pub struct Windows<S> {
    sys: S,
}

impl<S: Sys> Windows<S> {
    /// Makes the backend over a console.
    pub const fn new(sys: S) -> Self {
        Windows { sys }
    }
}

impl<S: Sys> Backend for Windows<S> {
    type Tty = WindowsTty<S>;
    type Poller = WindowsPoller<S>;

    fn open(&self) -> Result<Self::Tty> {
        open::console(&self.sys)
    }

    fn poller(&self, tty: &Self::Tty, signals: Signals) -> Result<Self::Poller> {
        WindowsPoller::new(tty, signals)
    }

    fn now(&self) -> Time {
        Time::from_nanos(self.sys.clock())
    }
}
