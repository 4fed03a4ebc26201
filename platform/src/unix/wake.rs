//! What ends a wait besides the terminal: wake-ups from other threads and signals, both through one
//! descriptor.
//!
//! The poller makes the descriptor, waits for it and drains it.

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::signal::{self, Subscription};
use crate::{Ready, Result, Signals, Wake};

/// The poller's side: what the descriptor was written to for, once it is readable.
#[derive(Debug)]
pub struct Wakeups {
    notify: Arc<Notify>,
    signals: Option<Subscription>,
}

/// What a poller and its wakers share.
#[derive(Debug)]
struct Notify {
    descriptor: Arc<OwnedFd>,
    woken: AtomicBool,
}

impl Wakeups {
    /// Has wakers, and the handlers of these signals, write to `descriptor`: an eventfd, or the
    /// non-blocking write end of a pipe.
    ///
    /// # Errors
    ///
    /// As [`signal::subscribe`].
    pub fn new(descriptor: Arc<OwnedFd>, signals: Signals) -> Result<Self> {
        let signals = match signals.is_empty() {
            true => None,
            false => Some(signal::subscribe(signals, Arc::clone(&descriptor))?),
        };
        let notify = Notify {
            descriptor,
            woken: AtomicBool::new(false),
        };
        Ok(Wakeups {
            notify: Arc::new(notify),
            signals,
        })
    }

    /// Adds the wake-ups and signals since the last call to `ready`, and forgets them.
    ///
    /// Drain the descriptor first: a wake-up in between then leaves the descriptor readable, which
    /// costs one wait that finds nothing. In the other order a wake-up could be lost.
    pub fn take(&self, ready: &mut Ready) {
        // Acquire: pairs with the Release in `wake`.
        ready.woken |= self.notify.woken.swap(false, Ordering::Acquire);
        if let Some(signals) = &self.signals {
            ready.signals |= signals.take();
        }
    }

    /// Returns a handle that ends the waits.
    pub fn waker(&self) -> Waker {
        Waker(Arc::clone(&self.notify))
    }
}

/// Ends the wait of a poller from any thread.
#[derive(Clone, Debug)]
pub struct Waker(Arc<Notify>);

impl Wake for Waker {
    fn wake(&self) {
        // Release: pairs with the Acquire in `Wakeups::take`. Only the first call since then has
        // to write; the descriptor stays readable until the poller drains it.
        if !self.0.woken.swap(true, Ordering::Release) {
            // A full pipe or counter is readable, which is all that is asked for.
            let _ = rustix::io::write(&self.0.descriptor, &1u64.to_ne_bytes());
        }
    }
}
