//! Terminal input for command-line programs on Linux and macOS.
#![deny(unsafe_code)]

pub mod ring;

mod sync;
pub mod terminal;

pub use ttyring_platform::{Error, LineMode, Os, Result};
