//! Waiting for the terminal's last words: replies and reports that were under way when the modes
//! ended.
//!
//! A terminal answers in order, so what comes before the answer to a question asked last is all
//! that was still due. The question is DA1 (`CSI c`), which every terminal since the VT100
//! answers with `CSI ? … c`. What is read meanwhile is for the caller to keep or to throw away.

use std::time::Duration;

use ttyring_platform::{Outcome, Tty};

use super::custody::plan;
use super::world::{now, pause, wait_readable};

/// Primary device attributes.
const QUESTION: &[u8] = b"\x1b[c";

/// How long an answer is awaited at least, and where nothing is known of the link: a terminal that
/// does not answer costs so much at exit and at each suspension.
const SHORTEST: Duration = Duration::from_millis(250);

/// How long a wait is at once, so that the end of the process is noticed.
const TURN: Duration = Duration::from_millis(20);

/// The same where the link is a remote one.
const REMOTE: Duration = Duration::from_secs(1);

/// The longest wait on any link.
const LONGEST: Duration = Duration::from_secs(2);

/// The most bytes that are kept while the answer is awaited.
const KEPT: usize = 1 << 20;

/// Returns how long an answer is awaited where the slowest one so far took `round_trip`.
pub(super) fn timeout(round_trip: Option<Duration>) -> Duration {
    let is_remote = || std::env::var_os("SSH_CONNECTION").is_some();
    match round_trip {
        Some(taken) => taken.saturating_mul(3).clamp(SHORTEST, LONGEST),
        None if is_remote() => REMOTE,
        None => SHORTEST,
    }
}

/// What was read, and how long the answer took if it came.
#[derive(Debug)]
pub(super) struct Last {
    pub(super) bytes: Vec<u8>,
    pub(super) round_trip: Option<Duration>,
}

/// Asks, and reads until the answer has come, `timeout` has passed, or it `is_over`.
pub(super) fn wait<T: Tty>(tty: &T, timeout: Duration, is_over: impl Fn() -> bool) -> Last {
    plan::write(tty, QUESTION);
    let asked = now();
    let mut heard = Heard::default();
    let mut buffer = [0; 4096];
    let mut round_trip = None;
    while !is_over() && heard.bytes.len() < KEPT {
        let left = timeout.saturating_sub(now().since(asked));
        if left.is_zero() {
            break;
        }
        if !wait_readable(tty, left.min(TURN)) {
            // Run out, or a device that cannot be polled.
            pause(Duration::from_millis(1));
            continue;
        }
        match tty.read(&mut buffer) {
            Ok(Outcome::Bytes(count)) if heard.answered_by(&buffer[..count]) => {
                round_trip = Some(now().since(asked));
                break;
            }
            Ok(Outcome::Bytes(_)) => {}
            Ok(Outcome::NotReady) => pause(Duration::from_millis(1)),
            Ok(Outcome::End) | Err(_) => break,
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
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_three_times_as_long_as_the_slowest_within_limits() {
        let milliseconds = Duration::from_millis;
        assert_eq!(timeout(Some(milliseconds(0))), SHORTEST);
        assert_eq!(timeout(Some(milliseconds(200))), milliseconds(600));
        assert_eq!(timeout(Some(milliseconds(900))), LONGEST);
        assert_eq!(timeout(Some(Duration::MAX)), LONGEST);
    }

    fn ends_in(chunks: &[&[u8]]) -> bool {
        let mut heard = Heard::default();
        chunks.iter().any(|chunk| heard.answered_by(chunk))
    }

    #[test]
    fn answer_is_found_behind_other_replies_and_across_reads() {
        assert!(ends_in(&[b"\x1b[<0;1;1M\x1b[?62;22c"]));
        assert!(ends_in(&[b"abc\x1b[?6", b"2c"]));
        assert!(ends_in(&[b"\x1b", b"[", b"?", b"1;2", b"c"]));
    }

    #[test]
    fn the_rest_is_kept_in_its_order() {
        let mut heard = Heard::default();
        assert!(!heard.answered_by(b"ab\x1b[<0;1;1M\x1b[?6"));
        assert!(heard.answered_by(b"2;22cde"));
        assert_eq!(heard.bytes, b"ab\x1b[<0;1;1Mde");
    }

    #[test]
    fn other_replies_are_not_the_answer() {
        assert!(!ends_in(&[b"\x1b[?1;2u"]));
        assert!(!ends_in(&[b"\x1b[3;4R\x1b[c"]));
        assert!(!ends_in(&[b"\x1b[?2026;2$yc"]));
        assert!(!ends_in(&[b"\x1b[>1;2c"]));
    }
}
