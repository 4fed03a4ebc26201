//! Terminal input for command-line programs on Linux and macOS.
#![deny(unsafe_code)]

pub mod ring;

mod sync;
