//! Where one thread sleeps until another hands it a token.
//!
//! It is a lock and a condition variable instead of `std::thread::park`, so that the model checker
//! runs the same code and nobody else takes the token. Whether anybody sleeps is known in `notify`:
//! while both sides are busy, nothing here is called.

use std::time::{Duration, Instant};

use crate::sync::{Condvar, Mutex, lock};

#[derive(Debug)]
pub(super) struct Parker {
    token: Mutex<bool>,
    handed: Condvar,
}

impl Parker {
    pub(super) fn new() -> Self {
        Parker {
            token: Mutex::new(false),
            handed: Condvar::new(),
        }
    }

    /// Sleeps until there is a token and takes it. Returns false if `deadline` came first.
    pub(super) fn park(&self, deadline: Option<Instant>) -> bool {
        let mut token = lock(&self.token);
        while !*token {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            token = match left {
                None => self.handed.wait(token).expect(UNPOISONED),
                Some(Duration::ZERO) => return false,
                Some(left) => self.handed.wait_timeout(token, left).expect(UNPOISONED).0,
            };
        }
        *token = false;
        true
    }

    /// Hands a token to the thread that sleeps here, or to the next one that comes to sleep.
    pub(super) fn unpark(&self) {
        *lock(&self.token) = true;
        // The lock is free by now; otherwise the sleeper would wake only to sleep on the lock.
        self.handed.notify_one();
    }
}

const UNPOISONED: &str = "no code panics while it holds the lock";
