//! Terminal input for command-line programs on Linux and macOS.
#![deny(unsafe_code)]

pub mod decode;
pub mod event;
pub mod ring;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod sanitize;

mod sync;

pub use event::*;
pub use ttyring_platform::{Signals, Size};
