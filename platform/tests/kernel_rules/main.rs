//! The rules of the kernel that the driver counts on: one test for each, with its source.
//!
//! Sources are files of xnu-11417.101.15 unless they say otherwise. On macOS the tests ask the real
//! kernel, elsewhere the emulated one, which keeps a few more rules that need a process made up for
//! the purpose (`emulated.rs`; `tests/macos` shows the same of the real one). The driver is not
//! involved.
#![allow(clippy::unwrap_used, reason = "tests")]

#[cfg(not(target_vendor = "apple"))]
mod emulated;
mod filters;
#[cfg(not(target_vendor = "apple"))]
#[path = "../kernel/mod.rs"]
mod kernel;
mod queue;
mod setting;
mod terminal;

use ttyring_platform::darwin::abi::open;
#[cfg(target_vendor = "apple")]
use ttyring_test_support::Pty;

#[cfg(not(target_vendor = "apple"))]
use emulated::{Kernel, subject};
#[cfg(target_vendor = "apple")]
use ttyring_platform::Kernel;

/// The kernel in question, with a process whose controlling terminal this is.
#[cfg(target_vendor = "apple")]
fn subject(_: &Pty) -> Kernel {
    Kernel
}

const FLAGS: i32 = open::RDWR | open::NOCTTY | open::NONBLOCK | open::CLOEXEC;
