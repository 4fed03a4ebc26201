//! What a driver and a program under test agree on: the clock, the descriptor of the stamps, the key
//! that ends the program, and what is to be stamped.

use std::process::Command;

use rustix::time::{ClockId, clock_gettime};
use ttyring::platform::Time;

/// The descriptor on which a program under test writes its stamps.
pub(crate) const STAMP_FD: i32 = 3;

/// The key that ends a program under test: Ctrl-D.
pub(crate) const END: u8 = 0x04;

/// Payload bytes a stamp, 0 for every event.
const COUNT: &str = "TTYRING_COUNT";

/// Set where an answer on the terminal is wanted instead of stamps.
const ANSWER: &str = "TTYRING_ANSWER";

/// What a program under test stamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Each event.
    Events,
    /// Every this many bytes of payload: keys, or what is inside a paste.
    Every(u64),
    /// Nothing: what it writes on the terminal is the answer.
    Answers,
    /// Nothing, and nobody asks: it may be any program, raw mode or not.
    Quiet,
}

impl Mode {
    /// Tells the program that `command` starts.
    pub(crate) fn hand_down(self, command: &mut Command) {
        let count = match self {
            Mode::Every(bytes) => bytes,
            Mode::Events | Mode::Answers | Mode::Quiet => 0,
        };
        command
            .env("TTYRING_STAMP_FD", STAMP_FD.to_string())
            .env(COUNT, count.to_string());
        if self == Mode::Answers {
            command.env(ANSWER, "1");
        }
    }

    /// What the driver of this program told it.
    pub(crate) fn handed_down() -> Self {
        let count = std::env::var(COUNT).ok();
        match count.and_then(|count| count.parse().ok()).unwrap_or(0) {
            _ if std::env::var_os(ANSWER).is_some() => Mode::Answers,
            0 => Mode::Events,
            count => Mode::Every(count),
        }
    }
}

/// Reads the clock of all stamps: `CLOCK_MONOTONIC`.
pub(crate) fn now() -> Time {
    let now = clock_gettime(ClockId::Monotonic);
    Time::from_nanos(now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64)
}
