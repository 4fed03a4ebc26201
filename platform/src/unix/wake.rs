//! Wake-ups from other threads: a flag, and a descriptor that ends the wait.

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::Wake;

/// What a poller and its wakers share: whether somebody called, and the descriptor to write to.
///
/// The descriptor is an eventfd or the non-blocking write end of a pipe; signals may share it.
#[derive(Debug)]
pub struct Notify {
    descriptor: Arc<OwnedFd>,
    woken: AtomicBool,
}

impl Notify {
    /// Makes the shared part for a descriptor.
    pub fn new(descriptor: Arc<OwnedFd>) -> Arc<Self> {
        Arc::new(Notify {
            descriptor,
            woken: AtomicBool::new(false),
        })
    }

    /// Returns whether somebody called since the last time, and forgets it.
    ///
    /// To be asked after the descriptor has been drained: a call in between leaves the descriptor
    /// readable, which costs a wake-up that finds nothing. The other way round one would be lost.
    pub fn take(&self) -> bool {
        // Acquire: pairs with the Release in `wake`.
        self.woken.swap(false, Ordering::Acquire)
    }
}

/// Ends the wait of a poller from any thread.
#[derive(Clone, Debug)]
pub struct Waker(Arc<Notify>);

impl Waker {
    /// Makes a waker for what the poller holds.
    pub fn new(notify: &Arc<Notify>) -> Self {
        Waker(Arc::clone(notify))
    }
}

impl Wake for Waker {
    fn wake(&self) {
        // Release: pairs with the Acquire in `Notify::take`. Only the first call since then has
        // to write; the descriptor stays readable until the poller drains it.
        if !self.0.woken.swap(true, Ordering::Release) {
            // A full pipe or counter is readable, which is all that is asked for.
            let _ = rustix::io::write(&self.0.descriptor, &1u64.to_ne_bytes());
        }
    }
}
