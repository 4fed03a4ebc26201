//! Ending a wait from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ttyring_platform::{Backend, Os, Poller, Wake};

/// Ends the waits of an [`Input`](super::Input) from any thread: see
/// [`Input::waker`](super::Input::waker).
///
/// A call before the wait is not lost, and several calls may count as one.
#[derive(Debug)]
pub struct Waker<B: Backend = Os> {
    poller: <B::Poller as Poller>::Waker,
    /// Tells a call from other wake-ups of a capture thread.
    called: Arc<AtomicBool>,
}

impl<B: Backend> Clone for Waker<B> {
    fn clone(&self) -> Self {
        Waker {
            poller: self.poller.clone(),
            called: Arc::clone(&self.called),
        }
    }
}

impl<B: Backend> Waker<B> {
    pub(super) fn new(poller: <B::Poller as Poller>::Waker) -> Self {
        Waker {
            poller,
            called: Arc::default(),
        }
    }

    /// Ends the wait that is going on, or the next one: it returns
    /// [`Event::Woken`](crate::Event::Woken). You may call this in a signal handler.
    pub fn wake(&self) {
        // Release: pairs with the Acquire in `take_call`.
        self.called.store(true, Ordering::Release);
        self.poller.wake();
    }

    /// Ends a wait of the thread that reads; the program does not hear of it.
    pub(super) fn wake_reader(&self) {
        self.poller.wake();
    }

    /// Returns whether somebody has called [`wake`](Waker::wake) since the last time.
    pub(super) fn take_call(&self) -> bool {
        // Acquire: pairs with the Release in `wake`.
        self.called.swap(false, Ordering::Acquire)
    }
}
