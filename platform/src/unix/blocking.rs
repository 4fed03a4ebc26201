//! Whether calls on the description of a terminal may block, what an interrupted read means then,
//! and how much can be written without blocking.
//!
//! The terminal that holds this sets the flag of the description.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::signal::NoRestart;

/// How much a terminal that is ready for output has room for in any case.
const ROOM: usize = 32;

/// Returns the start of `bytes` that a terminal takes at once when it is ready for output, also on
/// a description that blocks.
///
/// That a terminal is ready promises room for one piece of output (`n_tty_poll` of
/// drivers/tty/n_tty.c asks whether there is any at all). Output processing hands a run of
/// characters on in one piece, and each character that moves the cursor by itself.
pub fn piece(bytes: &[u8]) -> &[u8] {
    let moves = |byte: &u8| matches!(byte, b'\n' | b'\r' | b'\t' | b'\x08');
    let run = bytes.iter().position(moves).unwrap_or(bytes.len());
    &bytes[..run.clamp(1, ROOM).min(bytes.len())]
}

/// What a terminal knows of its own reads.
#[derive(Debug)]
pub struct Blocking {
    /// Whether a read may wait, and so wants to see `EINTR`.
    waits: AtomicBool,
    interrupting: Mutex<Option<NoRestart>>,
}

impl Blocking {
    /// Starts for a terminal that is `private` or not. A shared description may block, and others
    /// can change that at any time.
    pub fn of(private: bool) -> Self {
        Blocking {
            waits: AtomicBool::new(!private),
            interrupting: Mutex::new(None),
        }
    }

    /// Records whether reads may wait from now on. While they may, signals with a handler of ours
    /// interrupt them.
    pub fn set(&self, waits: bool) {
        // Relaxed: read by `retry` of the thread that reads.
        self.waits.store(waits, Ordering::Relaxed);
        let mut held = self
            .interrupting
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if held.is_some() != waits {
            *held = waits.then(NoRestart::new);
        }
    }

    /// Returns whether calls on the description may wait. Async-signal-safe.
    pub fn waits(&self) -> bool {
        // Relaxed: stored by `set`, which a handler on this thread sees as it was made, and which
        // comes before the flag of the description is changed.
        self.waits.load(Ordering::Relaxed)
    }

    /// Makes a call again when it was `interrupted` by a signal, unless the caller waits for
    /// signals in it.
    #[inline(always)]
    pub fn retry<T, E: PartialEq>(
        &self,
        interrupted: E,
        mut call: impl FnMut() -> Result<T, E>,
    ) -> Result<T, E> {
        loop {
            let answer = call();
            // Relaxed: set by `set`, of the thread that reads.
            let again = matches!(&answer, Err(error) if *error == interrupted);
            if !again || self.waits.load(Ordering::Relaxed) {
                return answer;
            }
        }
    }
}
