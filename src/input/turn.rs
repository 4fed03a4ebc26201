//! Whose turn it is to read the terminal: that of the thread that waits for events, or that of
//! another thread of the process, which asks the terminal something in between.
//!
//! This decides who reads, and reads nothing itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The turn, which an input shares with its handles.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    /// There is a handle: until then, a wait costs one load.
    shared: AtomicBool,
    reading: Mutex<Reading>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Reading {
    #[default]
    Nobody,
    /// The input waits, or its capture thread does.
    Input,
    /// A handle has it.
    Handle,
}

/// How a wait of the input came to its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begun {
    AtOnce,
    /// After another thread, which may have left something unread.
    After,
    /// Not within the time.
    Elapsed,
}

impl Turn {
    /// There is a handle from now on. What a capture thread reads is always the input's.
    pub(crate) fn share(&self, captured: bool) {
        if captured {
            *self.lock() = Reading::Input;
        } else {
            // Relaxed: no wait is under way, since the input is borrowed for this. The handle reaches
            // another thread in a way that orders this before its first use.
            self.shared.store(true, Ordering::Relaxed);
        }
    }

    /// Returns whether waits of the input are to [begin](Turn::begin) and [end](Turn::end) here.
    #[inline]
    pub(crate) fn is_shared(&self) -> bool {
        // Relaxed: see `share`.
        self.shared.load(Ordering::Relaxed)
    }

    /// The input begins to wait, once no handle has the turn.
    pub(crate) fn begin(&self, timeout: Option<Duration>) -> Begun {
        let mut reading = self.lock();
        let is_free = *reading == Reading::Nobody;
        if !is_free {
            let is_handles = |reading: &mut Reading| *reading == Reading::Handle;
            reading = match timeout {
                Some(timeout) => {
                    let waited = self
                        .changed
                        .wait_timeout_while(reading, timeout, is_handles);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => {
                    let waited = self.changed.wait_while(reading, is_handles);
                    waited.unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
        if *reading == Reading::Handle {
            return Begun::Elapsed;
        }
        *reading = Reading::Input;
        if is_free { Begun::AtOnce } else { Begun::After }
    }

    /// The wait of the input has ended.
    pub(crate) fn end(&self) {
        *self.lock() = Reading::Nobody;
    }

    /// Runs `f` in a turn of the handle; returns `None`, without running it, while the input or
    /// another handle has the turn.
    pub(crate) fn take<R>(&self, f: impl FnOnce() -> R) -> Option<R> {
        {
            let mut reading = self.lock();
            if *reading != Reading::Nobody {
                return None;
            }
            *reading = Reading::Handle;
        }
        let given_back = GivenBack(self);
        let result = f();
        drop(given_back);
        Some(result)
    }

    fn lock(&self) -> MutexGuard<'_, Reading> {
        // A single value is whole at any time.
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The turn of a handle, until this is dropped: after a panic, too.
struct GivenBack<'t>(&'t Turn);

impl Drop for GivenBack<'_> {
    fn drop(&mut self) {
        self.0.end();
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handle_has_no_turn_while_the_input_waits() {
        let turn = Turn::default();
        assert_eq!(turn.begin(None), Begun::AtOnce);
        assert_eq!(turn.take(|| ()), None);
        turn.end();
        assert_eq!(turn.take(|| 7), Some(7));
    }

    #[test]
    fn input_waits_for_the_end_of_a_handles_turn() {
        let turn = Turn::default();
        turn.take(|| assert_eq!(turn.begin(Some(Duration::ZERO)), Begun::Elapsed));
        std::thread::scope(|scope| {
            let waits = turn.take(|| {
                let waits = scope.spawn(|| turn.begin(None));
                assert_eq!(turn.take(|| ()), None, "another handle had the turn, too");
                waits
            });
            let begun = waits.expect("nobody's turn").join().expect("no panic");
            assert_ne!(begun, Begun::Elapsed);
        });
        assert_eq!(turn.take(|| ()), None);
    }

    #[test]
    fn turn_ends_with_a_panic() {
        let turn = Turn::default();
        let panicking = || turn.take(|| panic!("on purpose"));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(panicking)).is_err());
        assert_eq!(turn.begin(Some(Duration::ZERO)), Begun::AtOnce);
    }

    #[test]
    fn input_that_is_captured_always_has_the_turn() {
        let turn = Turn::default();
        turn.share(true);
        assert!(!turn.is_shared());
        assert_eq!(turn.take(|| ()), None);
    }
}
