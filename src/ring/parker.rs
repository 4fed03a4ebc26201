//! A place for one thread to sleep until another hands it a token.
//!
//! It is a lock and a condition variable rather than `std::thread::park`, so that the model checker
//! runs the same code, and so that a token is this ring's own. Whether anybody sleeps here is for
//! `gate` to know: nothing in this file is reached while both sides are busy.

use std::time::Instant;

use crate::sync::{Condvar, Mutex, MutexGuard, lock};

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

    /// Sleeps until there is a token and takes it; returns false when `deadline` came first.
    pub(super) fn park(&self, deadline: Option<Instant>) -> bool {
        let mut token = lock(&self.token);
        while !*token {
            token = match deadline {
                None => self.handed.wait(token).expect(UNPOISONED),
                Some(deadline) => match self.park_until(token, deadline) {
                    Some(token) => token,
                    None => return false,
                },
            };
        }
        *token = false;
        true
    }

    fn park_until<'a>(
        &self,
        token: MutexGuard<'a, bool>,
        deadline: Instant,
    ) -> Option<MutexGuard<'a, bool>> {
        let left = deadline.checked_duration_since(Instant::now())?;
        let (token, _) = self.handed.wait_timeout(token, left).expect(UNPOISONED);
        Some(token)
    }

    /// Hands a token to the thread that sleeps here, or to the next one that comes to sleep.
    pub(super) fn unpark(&self) {
        let mut token = lock(&self.token);
        *token = true;
        // The lock is free when the sleeper wakes, or it would have to sleep again on that.
        drop(token);
        self.handed.notify_one();
    }
}

const UNPOISONED: &str = "no code panics while it holds the lock";
