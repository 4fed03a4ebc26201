//! Waiting for the terminal's last words: replies and reports that were under way when the modes
//! ended.
//!
//! A terminal answers in order, so what comes before the answer to a question asked last is all
//! that was still due. The question is DA1 (`CSI c`), which every terminal since the VT100
//! answers with `CSI ? … c`. What is read meanwhile is for the caller to keep or to throw away.

use std::time::Duration;

use ttyring_platform::{Transfer, Tty};

use super::world::{now, pause, wait_readable};

/// Primary device attributes.
pub(super) const QUESTION: &[u8] = b"\x1b[c";

/// How long an answer is awaited at least, and where nothing is known of the link: a terminal that
/// does not answer costs so much at exit and at each suspension.
const SHORTEST_WAIT: Duration = Duration::from_millis(250);

/// How long a wait is at once, so that the end of the process is noticed.
const TURN: Duration = Duration::from_millis(50);

/// The same where the link is a remote one.
const REMOTE: Duration = Duration::from_secs(1);

/// The longest wait on any link.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// The most bytes that are kept while the answer is awaited.
const KEPT_BYTES: usize = 1 << 20;

/// Returns how long an answer is awaited where the slowest one so far took `round_trip`.
pub(super) fn timeout(round_trip: Option<Duration>) -> Duration {
    timeout_on(round_trip, || std::env::var_os("SSH_CONNECTION").is_some())
}

fn timeout_on(round_trip: Option<Duration>, is_remote: impl FnOnce() -> bool) -> Duration {
    match round_trip {
        Some(taken) => taken.saturating_mul(3).clamp(SHORTEST_WAIT, LONGEST_WAIT),
        None if is_remote() => REMOTE,
        None => SHORTEST_WAIT,
    }
}

/// What was read, and how long the answer took if it came.
#[derive(Debug)]
pub(super) struct Last {
    pub(super) bytes: Vec<u8>,
    pub(super) round_trip: Option<Duration>,
}

/// Reads until the answer has come, `timeout` has passed, or it `is_over`.
pub(super) fn wait<T: Tty>(tty: &T, timeout: Duration, is_over: impl Fn() -> bool) -> Last {
    let asked = now();
    let mut heard = Heard::default();
    let mut buffer = [0; 4096];
    let mut round_trip = None;
    while !is_over() && heard.bytes.len() < KEPT_BYTES {
        let left = timeout.saturating_sub(now().since(asked));
        if left.is_zero() {
            break;
        }
        let (begun, turn) = (now(), left.min(TURN));
        if !wait_readable(tty, turn) {
            if now().since(begun) < turn {
                // Interrupted, or a device that cannot be polled.
                pause(Duration::from_millis(1));
            }
            continue;
        }
        match tty.read(&mut buffer) {
            Ok(Transfer::Bytes(count)) if heard.answered_by(&buffer[..count]) => {
                round_trip = Some(now().since(asked));
                break;
            }
            Ok(Transfer::Bytes(_)) => {}
            Ok(Transfer::NotReady) => pause(Duration::from_millis(1)),
            Ok(Transfer::End) | Err(_) => break,
        }
    }
    Last {
        bytes: heard.bytes,
        round_trip,
    }
}

/// What was read, without the answer.
#[derive(Debug, Default)]
struct Heard {
    bytes: Vec<u8>,
    answer: Answer,
}

impl Heard {
    /// Takes what was read; returns whether the answer ended in it.
    fn answered_by(&mut self, read: &[u8]) -> bool {
        let before = self.bytes.len();
        self.bytes.extend_from_slice(read);
        let Some(end) = self.answer.end_in(read) else {
            return false;
        };
        let end = before + end;
        let start = self.bytes[..end].iter().rposition(|&byte| byte == 0x1b);
        self.bytes.drain(start.unwrap_or(end)..end);
        true
    }
}

/// How much of `CSI ? … c` has been seen.
#[derive(Debug, Default, PartialEq, Eq)]
enum Answer {
    #[default]
    Ground,
    Escape,
    Csi,
    Parameters,
}

impl Answer {
    /// Returns how many of `bytes` there are up to the end of the answer, if it ends there.
    fn end_in(&mut self, bytes: &[u8]) -> Option<usize> {
        let last = bytes.iter().position(|&byte| {
            *self = match (&*self, byte) {
                (_, 0x1b) => Answer::Escape,
                (Answer::Escape, b'[') => Answer::Csi,
                (Answer::Csi, b'?') => Answer::Parameters,
                (Answer::Parameters, b'0'..=b'9' | b';') => Answer::Parameters,
                (Answer::Parameters, b'c') => return true,
                _ => Answer::Ground,
            };
            false
        })?;
        Some(last + 1)
    }
}

#[cfg(test)]
#[path = "fence_tests.rs"]
mod tests;
