//! Who cannot wait until the reader is left: ends the wait of the thread that has it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use ttyring::Waker;

/// Ends the wait of whoever reads. There is one input, which stays.
static WAKER: OnceLock<Waker> = OnceLock::new();

/// How many need the reader now.
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// Somebody who needs the reader now, until this is dropped.
pub(super) struct Urgent(());

impl Urgent {
    pub(super) fn new() -> Self {
        // Relaxed: changed before the lock of the reader is taken, and whoever reads looks again
        // when it is woken.
        WAITING.fetch_add(1, Ordering::Relaxed);
        Urgent(())
    }
}

impl Drop for Urgent {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Returns whether whoever reads is to leave the reader.
pub(super) fn is_waiting() -> bool {
    // Relaxed: see `Urgent`.
    WAITING.load(Ordering::Relaxed) > 0
}

/// Says how to end the wait of whoever reads.
pub(super) fn set_waker(waker: Waker) {
    // It is that of the one input.
    let _ = WAKER.set(waker);
}

/// Ends the wait of whoever reads, which looks again what there is.
pub(super) fn wake_reader() {
    if let Some(waker) = WAKER.get() {
        waker.wake();
    }
}
