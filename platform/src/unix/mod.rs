//! What POSIX makes the same on every system: signals, the steps of opening, the raw-mode mask,
//! and the terminal of the systems that rustix speaks for.
//!
//! Nothing here waits, and nothing here knows which system it runs on.

mod blocking;
pub mod child;
mod device;
mod disposition;
mod mask;
pub mod named_device;
pub mod no_dump;
pub mod no_realtime;
mod open;
pub mod posix_signals;
pub mod process;
pub mod secret;
mod session;
pub mod settings;
pub mod signal;
mod stop;
mod termios;
mod tty;
mod undo;
#[cfg(feature = "sandbox")]
pub mod unsandboxed;
mod wake;

pub use blocking::{Blocking, piece};
pub use device::terminal_device;
pub use mask::Blocked;
pub use open::{Opened, above_standard, open_terminal};
pub use session::fresh_session;
pub use termios::Termios;
pub use tty::Tty;
pub use undo::{Undo, unsupported};
pub use wake::{Calls, Waker};

use rustix::time::{ClockId, clock_gettime};

use crate::Time;

/// Reads `CLOCK_MONOTONIC`.
pub fn now() -> Time {
    let now = clock_gettime(ClockId::Monotonic);
    // The clock counts from boot: neither part is negative.
    Time::from_nanos(now.tv_sec.unsigned_abs() * 1_000_000_000 + now.tv_nsec.unsigned_abs())
}
