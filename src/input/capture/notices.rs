//! What the thread has to tell besides bytes, and how the program is woken to hear it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ttyring_platform::{Error, Signals};

use crate::input::source::Arrival;
use crate::ring;

/// The bit beside those of [`Signals`]: somebody called the waker.
const WOKEN: u32 = 1 << 16;

/// What the thread and the program share besides the ring.
#[derive(Debug)]
pub(super) struct Notices {
    /// Signals, and [`WOKEN`].
    flags: AtomicU32,
    failure: Mutex<Option<Error>>,
    /// Ends the program's wait for bytes.
    consumer: ring::Waker,
}

impl Notices {
    pub(super) fn new(consumer: ring::Waker) -> Self {
        Notices {
            flags: AtomicU32::new(0),
            failure: Mutex::new(None),
            consumer,
        }
    }

    /// Says that these signals arrived.
    pub(super) fn signals(&self, signals: Signals) {
        self.tell(u32::from(signals.bits()));
    }

    /// Says that somebody called a waker.
    pub(super) fn woken(&self) {
        self.tell(WOKEN);
    }

    fn tell(&self, flags: u32) {
        // Release: pairs with the Acquire in `take`.
        self.flags.fetch_or(flags, Ordering::Release);
        self.consumer.wake();
    }

    /// Takes what was told, one thing at a time.
    pub(super) fn take(&self) -> Option<Arrival> {
        // Relaxed: only to leave the cache line alone while there is nothing; what is missed now
        // is seen after the wake-up that follows it.
        if self.flags.load(Ordering::Relaxed) == 0 {
            return None;
        }
        // Acquire: pairs with the Release in `tell`.
        let flags = self.flags.swap(0, Ordering::Acquire);
        let signals = Signals::from_bits_truncate((flags & 0xffff) as u16);
        if signals.is_empty() {
            return Some(Arrival::Woken);
        }
        if flags & WOKEN != 0 {
            self.woken();
        }
        Some(Arrival::Signals(signals))
    }

    /// Says what ended the thread; to be called before the ring is closed.
    pub(super) fn fail(&self, error: Error) {
        *self.failure() = Some(error);
    }

    /// Takes what ended the thread.
    pub(super) fn take_failure(&self) -> Option<Error> {
        self.failure().take()
    }

    fn failure(&self) -> MutexGuard<'_, Option<Error>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_and_a_wake_up_that_came_together_are_told_one_by_one() {
        let (_producer, consumer) = ring::channel(64);
        let notices = Notices::new(consumer.waker());
        assert!(notices.take().is_none());
        notices.signals(Signals::WINCH);
        notices.woken();
        notices.signals(Signals::CONT);
        let both = Signals::WINCH | Signals::CONT;
        assert!(matches!(notices.take(), Some(Arrival::Signals(signals)) if signals == both));
        assert!(matches!(notices.take(), Some(Arrival::Woken)));
        assert!(notices.take().is_none());
    }
}
