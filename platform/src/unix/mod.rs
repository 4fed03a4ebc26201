//! What POSIX makes the same on every system: signals, the steps of opening, the raw-mode mask,
//! and the terminal of the systems that rustix speaks for.
//!
//! Nothing here waits or depends on the system it runs on.

mod blocking;
pub mod child;
mod device;
mod disposition;
mod mask;
pub mod named_device;
mod no_core;
pub mod no_dump;
pub(crate) mod open;
pub(crate) mod pages;
pub mod posix_signals;
pub mod process;
mod session;
pub mod settings;
pub mod signal;
mod stop;
mod termios;
mod tty;
mod wake;

pub use crate::undo::{Undo, unsupported};
pub use blocking::{Blocking, piece};
pub use device::terminal_device;
pub use mask::BlockedSignals;
pub use open::{Opened, above_standard, open_terminal};
pub use session::fresh_session;
pub use termios::Termios;
pub use tty::Tty;
pub use wake::{Waker, Wakeups};

/// Memory for a secret, and a stop to core dumps.
pub mod secret {
    pub use super::no_core::NoCore;
    pub use crate::secret::Secret;
}

use std::mem::MaybeUninit;

use crate::Time;

/// Reads `CLOCK_MONOTONIC`. The C library finds the clock that needs no system call, and so does
/// rustix, by 3 KB of its own in every program. Copies of it where it is called are another.
#[inline(never)]
pub fn now() -> Time {
    let mut now = MaybeUninit::<libc::timespec>::zeroed();
    // SAFETY: the second argument points to room for a `timespec`.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, now.as_mut_ptr()) };
    // SAFETY: every bit pattern is a `timespec`, and all of it was zeroed. The clock always exists.
    let now = unsafe { now.assume_init() };
    // The clock counts from boot: neither part is negative.
    Time::from_nanos(now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64)
}
