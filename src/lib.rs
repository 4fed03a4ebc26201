//! Terminal input for command-line programs on Linux and macOS.
#![deny(unsafe_code)]

pub mod decode;
pub mod event;
pub mod ring;

mod sync;

pub use event::*;
pub use ttyring_platform::{Signals, Size};
