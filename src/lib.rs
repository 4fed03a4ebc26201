//! Terminal input for command-line programs on Linux and macOS.
#![deny(unsafe_code)]

pub mod adapter;
pub mod decode;
pub mod encode;
pub mod event;
mod input;
pub mod profile;
pub mod query;
pub mod ring;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod sanitize;
pub mod terminal;

mod sync;

pub use event::*;
pub use input::{
    Builder, Bytes, Capture, CaptureWait, CaptureWaker, Events, Input, Polled, Unread, Wait,
};
pub use profile::Realtime;
pub use terminal::{Keyboard, Modes, Terminal};
pub use ttyring_platform::{
    Backend, Error, LineMode, Os, Outcome, Poller, Reading, Ready, Result, Signals, Size, Termios,
    Time, Tty, Wake, When,
};
