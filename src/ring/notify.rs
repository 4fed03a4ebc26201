//! How one side announces that it sleeps, and how the other side finds out that it has to wake it.
//! No system call is made while neither side sleeps.
//!
//! This is Dekker's pattern. The side that publishes stores what it publishes, passes a fence, and
//! looks whether the other side waits. The side that waits stores its announcement, passes a fence,
//! looks again for what it waits for, and sleeps. One of the two fences comes first in their total
//! order, so either the publisher sees the announcement or the waiter sees what was published.
//!
//! What a side waits for is not known here: it comes in as a closure.

use core::fmt;
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::time::Instant;

use super::parker::Parker;
use crate::sync::{AtomicBool, AtomicUsize, fence};

/// The waiting side does not have to be woken.
const AWAKE: usize = 0;
/// A thread sleeps in the parker, or is about to.
const PARKED: usize = 1;
/// The waiting side sleeps elsewhere, for example on a descriptor, and the callback wakes it.
const ARMED: usize = 2;

/// What a ring calls to wake a side that sleeps elsewhere.
pub(super) type Callback = Box<dyn Fn() + Send + Sync>;

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waited {
    /// There are bytes for the consumer, or space for the producer.
    Ready,
    /// There will never be any again: the other side has ended and everything was read, or this
    /// side has closed the ring.
    Ended,
    /// Somebody called a [`Waker`](super::Waker).
    Woken,
    /// The timeout has passed.
    TimedOut,
}

/// What one side of the ring waits at, and what the other side tells it besides bytes.
pub(super) struct Notify {
    waiting: AtomicUsize,
    woken: AtomicBool,
    /// The other side has ended.
    ended: AtomicBool,
    parker: Parker,
    callback: Option<Callback>,
}

impl Notify {
    pub(super) fn new(callback: Option<Callback>) -> Self {
        Notify {
            waiting: AtomicUsize::new(AWAKE),
            woken: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            parker: Parker::new(),
            callback,
        }
    }

    /// Wakes the waiting side if it sleeps. What it waits for has been published before.
    #[inline]
    pub(super) fn notify(&self) {
        // Pairs with the fence in `announce`: a waiter whose announcement the next load misses sees
        // what was published before this fence.
        fence(SeqCst);
        let waiting = self.waiting.load(Relaxed);
        if waiting != AWAKE {
            self.wake_waiter(waiting);
        }
    }

    #[cold]
    fn wake_waiter(&self, waiting: usize) {
        // The other side and any number of wakers may notify; one of them wakes. Where the exchange
        // fails, another has woken the waiter or the waiter has gone on by itself. It then looks
        // again before it sleeps, after a later fence, and sees what was published here.
        // Release: pairs with the Acquire swap in `retract`.
        let exchanged = self
            .waiting
            .compare_exchange(waiting, AWAKE, Release, Relaxed);
        if exchanged.is_ok() {
            match waiting {
                PARKED => self.parker.unpark(),
                _ => self.callback.iter().for_each(|wake| wake()),
            }
        }
    }

    /// Says that the other side has ended.
    pub(super) fn end(&self) {
        // Release: pairs with the Acquire load in `is_ended`; the last position comes first.
        self.ended.store(true, Release);
        self.notify();
    }

    /// Returns whether the other side has ended. Everything that it did is visible then.
    pub(super) fn is_ended(&self) -> bool {
        // Acquire: pairs with the Release store in `end`.
        self.ended.load(Acquire)
    }

    /// Ends the present wait, or the next one.
    pub(super) fn wake(&self) {
        // Release: pairs with the Acquire swap in `take_wake`.
        self.woken.store(true, Release);
        self.notify();
    }

    /// Returns whether `wake` was called since the last time.
    pub(super) fn take_wake(&self) -> bool {
        // The load comes first because a swap would take the cache line from the other side.
        // Acquire: pairs with the Release store in `wake`.
        self.woken.load(Relaxed) && self.woken.swap(false, Acquire)
    }

    /// Announces that this side is about to sleep, unless `ready` has an answer.
    fn announce(&self, how: usize, mut ready: impl FnMut() -> Option<Waited>) -> Option<Waited> {
        self.waiting.store(how, Relaxed);
        // Pairs with the fence in `notify`.
        fence(SeqCst);
        let found = ready();
        if found.is_some() {
            self.retract();
        }
        found
    }

    /// Takes the announcement back. A notifier that has read it may still wake this side: the next
    /// sleep then ends early, and whoever sleeps looks again.
    pub(super) fn retract(&self) {
        // A plain store would do, since an exchange follows what it read in the order of the
        // stores; loom does not know that. A side that was about to sleep can afford a swap.
        // Acquire: pairs with the Release exchange in `wake_waiter`.
        self.waiting.swap(AWAKE, Acquire);
    }

    /// Sleeps until `ready` has an answer or `deadline` has passed.
    pub(super) fn sleep(
        &self,
        deadline: Option<Instant>,
        mut ready: impl FnMut() -> Option<Waited>,
    ) -> Waited {
        loop {
            if let Some(found) = self.announce(PARKED, &mut ready) {
                return found;
            }
            let in_time = self.parker.park(deadline);
            self.retract();
            if let Some(found) = ready() {
                return found;
            }
            if !in_time {
                return Waited::TimedOut;
            }
        }
    }

    /// Announces a sleep elsewhere, unless `ready` has an answer: the callback is called once.
    pub(super) fn arm(&self, ready: impl FnMut() -> Option<Waited>) -> Option<Waited> {
        debug_assert!(self.callback.is_some(), "a ring to arm has a callback");
        self.announce(ARMED, ready)
    }
}

impl fmt::Debug for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notify")
            .field("waiting", &self.waiting)
            .field("woken", &self.woken)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
