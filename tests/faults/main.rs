//! Faults of every call that the library makes while it reads a terminal: no panic, no spinning,
//! no byte lost, and the error is the one that the system gave.
//!
//! `script` puts them into the scripted backend, on every system; `kernel` puts them between the
//! library and a real Linux kernel, through `seam`.

#[cfg(target_os = "linux")]
mod kernel;
mod script;
#[cfg(target_os = "linux")]
mod seam;

use ttyring::platform::Backend;
use ttyring::{Error, Input};

/// The error numbers that any call is answered with.
const ERRNOS: [(&str, i32); 5] = [
    ("EINTR", libc::EINTR),
    ("EAGAIN", libc::EAGAIN),
    ("EIO", libc::EIO),
    ("ENXIO", libc::ENXIO),
    ("EBADF", libc::EBADF),
];

/// What is typed: keys, sequences that a read may cut, a paste; `q` ends it.
const TYPED: &str = "ab\u{e9}\u{65e5}\x1b[A\x1b[1;5C\x1b[200~pasted text, longer than the ring of \
                     sixty-four bytes is, so that it wraps\x1b[201~\x1bOP\x1b[<0;10;20M\x1b[97;5uxyzq";

/// What the events of [`TYPED`] carry: all but the brackets of the paste.
fn carried() -> String {
    TYPED.replace("\x1b[200~", "").replace("\x1b[201~", "")
}

/// What a session came to.
#[derive(Debug, Default)]
struct Session {
    /// The bytes of all events, in order.
    raw: Vec<u8>,
    /// The errors of calls, in order.
    errors: Vec<Option<i32>>,
}

/// Reads up to `q`; goes on after an error, as a program may that wants to.
fn read_all<B: Backend>(input: &mut Input<B>, session: &mut Session) {
    // Each fault gives one error at most, and each event has a byte: more turns are spinning.
    for _ in 0..TYPED.len() + 64 {
        match input.poll(ttyring_test_support::PATIENCE) {
            Ok(polled) => {
                if polled.event().is_none() {
                    return;
                }
                session.raw.extend_from_slice(input.raw());
                if session.raw.ends_with(b"q") {
                    return;
                }
            }
            Err(error) => session.errors.push(number(&error)),
        }
    }
    panic!("no end of events and errors: {session:?}");
}

fn number(error: &Error) -> Option<i32> {
    error.raw_os_error()
}

/// xorshift64*: the same sequence for the same seed, everywhere.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap_or(0) % limit
    }

    /// `bytes` in pieces of one to nine.
    fn pieces(&mut self, mut bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut pieces = Vec::new();
        while !bytes.is_empty() {
            let (piece, rest) = bytes.split_at((1 + self.below(9)).min(bytes.len()));
            pieces.push(piece.to_vec());
            bytes = rest;
        }
        pieces
    }
}
