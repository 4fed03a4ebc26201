//! Terminal input for command-line programs on Linux and macOS.
#![deny(unsafe_code)]

pub mod decode;
pub mod event;
pub mod ring;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod sanitize;
pub mod terminal;

mod sync;

pub use event::*;
pub use ttyring_platform::{Error, LineMode, Os, Result, Signals, Size};
