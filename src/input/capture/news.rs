//! What the thread has to say besides bytes, and how the program is woken to hear it.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ttyring_platform::{Error, Signals};

use crate::ring;

/// The bit beside those of [`Signals`]: somebody called the waker.
const WOKEN: u32 = 1 << 16;

/// What the thread and the program share besides the ring.
#[derive(Debug)]
pub(super) struct News {
    /// Signals, and [`WOKEN`].
    flags: AtomicU32,
    /// The thread is to end at the next wake-up.
    pub(super) stop: AtomicBool,
    failure: Mutex<Option<Error>>,
    /// Ends the program's wait for bytes.
    consumer: ring::Waker,
}

impl News {
    pub(super) fn new(consumer: ring::Waker) -> Self {
        News {
            flags: AtomicU32::new(0),
            stop: AtomicBool::new(false),
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

    /// Takes what was said: signals, and whether somebody called a waker.
    pub(super) fn take(&self) -> (Signals, bool) {
        // Relaxed: only to leave the cache line alone while there is nothing; what is missed now
        // is seen after the wake-up that follows it.
        if self.flags.load(Ordering::Relaxed) == 0 {
            return (Signals::empty(), false);
        }
        // Acquire: pairs with the Release in `tell`.
        let flags = self.flags.swap(0, Ordering::Acquire);
        let signals = Signals::from_bits_truncate((flags & 0xffff) as u16);
        (signals, flags & WOKEN != 0)
    }

    /// Says what ended the thread; to be called before the ring is closed.
    pub(super) fn fail(&self, error: Error) {
        *self.failure() = Some(error);
    }

    /// Takes what ended the thread.
    pub(super) fn failed(&self) -> Option<Error> {
        self.failure().take()
    }

    fn failure(&self) -> MutexGuard<'_, Option<Error>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the waits of a [`Capture`](super::Capture) from any thread.
///
/// A wake-up before the wait is not lost, and several count as one. It takes a lock, so it is not
/// for signal handlers.
#[derive(Clone, Debug)]
pub struct CaptureWaker(pub(super) Arc<News>);

impl CaptureWaker {
    /// Ends the wait that is going on, or the next one.
    pub fn wake(&self) {
        self.0.woken();
    }
}
