//! Whether the reads of a terminal may wait, and what an interruption is then: news, or a nuisance.
//!
//! The flag of the description itself is set by the terminal that holds this.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::signal::Interrupting;

/// What a terminal knows of its own reads.
#[derive(Debug)]
pub struct Blocking {
    /// Whether a read may wait, and so wants to see `EINTR`.
    waits: AtomicBool,
    interrupting: Mutex<Option<Interrupting>>,
}

impl Blocking {
    /// Begins with the reads of a terminal that is `private` or not: what is shared may block or
    /// not, and changes behind our back.
    pub fn of(private: bool) -> Self {
        Blocking {
            waits: AtomicBool::new(!private),
            interrupting: Mutex::new(None),
        }
    }

    /// Takes note that reads may wait from now on, or may not. While they do, the signals that have
    /// a handler of ours interrupt them.
    pub fn set(&self, waits: bool) {
        // Relaxed: read by `retry` of the thread that reads.
        self.waits.store(waits, Ordering::Relaxed);
        let mut held = self
            .interrupting
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if held.is_some() != waits {
            *held = waits.then(Interrupting::new);
        }
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
