//! How one side sleeps and the other finds out that it has to wake it, without a system call while
//! neither sleeps.
//!
//! It is Dekker's pattern. The side that publishes: publish, fence, look whether anybody waits. The
//! side that waits: announce, fence, look again, sleep. Of two fences in one total order one is
//! first, so either the publisher sees the announcement or the waiter sees what was published.
//! Without both, each could miss the other and the waiter would sleep on.
//!
//! What there is to wait for is the caller's business: it comes in as a closure.

use core::fmt;
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::Instant;

use super::parker::Parker;
use super::wait::Waited;
use crate::sync::{AtomicBool, AtomicUsize, Edge, fence, in_order, keeps, order};

/// Nobody has to be woken.
const AWAKE: usize = 0;
/// A thread sleeps in the parker, or is about to.
const PARKED: usize = 1;
/// The waiting side sleeps elsewhere, on a descriptor for example, and is woken by the callback.
const ARMED: usize = 2;

/// What a ring calls to wake a side that sleeps elsewhere.
pub(super) type Callback = Box<dyn Fn() + Send + Sync>;

/// The edges of one gate: the two of a ring are weakened apart from each other.
#[derive(Debug)]
pub(super) struct Edges {
    notify_fence: Edge,
    announce_fence: Edge,
    recheck: Edge,
}

/// Where the consumer waits for bytes.
pub(super) static DATA: Edges = Edges {
    notify_fence: Edge::DataNotifyFence,
    announce_fence: Edge::DataAnnounceFence,
    recheck: Edge::DataRecheck,
};

/// Where the producer waits for space.
pub(super) static SPACE: Edges = Edges {
    notify_fence: Edge::SpaceNotifyFence,
    announce_fence: Edge::SpaceAnnounceFence,
    recheck: Edge::SpaceRecheck,
};

/// Where one side waits for the other.
pub(super) struct Gate {
    edges: &'static Edges,
    waiting: AtomicUsize,
    woken: AtomicBool,
    parker: Parker,
    callback: Option<Callback>,
}

impl Gate {
    pub(super) fn new(edges: &'static Edges, callback: Option<Callback>) -> Self {
        Gate {
            edges,
            waiting: AtomicUsize::new(AWAKE),
            woken: AtomicBool::new(false),
            parker: Parker::new(),
            callback,
        }
    }

    /// Wakes the other side if it waits; to be called after what it waits for was published.
    #[inline]
    pub(super) fn notify(&self) {
        // Pairs with the fence in `announce`: what was published before this is seen by a waiter
        // whose announcement the next load misses.
        fence(self.edges.notify_fence);
        let waiting = self.waiting.load(Relaxed);
        if waiting != AWAKE {
            self.wake_waiter(waiting);
        }
    }

    #[cold]
    fn wake_waiter(&self, waiting: usize) {
        // Of several threads that notify (there are wakers, too) one wakes. When somebody else
        // has, or the waiter has gone on by itself, it looks again before it sleeps, after a fence
        // that comes after ours: it sees what we published.
        // Release: pairs with the Acquire swap in `retract`.
        let mine = self
            .waiting
            .compare_exchange(waiting, AWAKE, Release, Relaxed);
        if mine.is_ok() || !keeps(Edge::WakeOnce) {
            match waiting {
                PARKED => self.parker.unpark(),
                _ => self.callback.iter().for_each(|wake| wake()),
            }
        }
    }

    /// Ends the wait that is going on, or the next one.
    pub(super) fn wake(&self) {
        // Release: pairs with the Acquire swap in `take_wake`.
        let request = || self.woken.store(true, order(Edge::WakePublish));
        in_order(Edge::WakeThenNotify, request, || self.notify());
    }

    /// Returns whether somebody asked to end the wait, once.
    pub(super) fn take_wake(&self) -> bool {
        // The load first: nobody else clears it, and a swap would take the line from the others.
        // Acquire: pairs with the Release store in `wake`.
        self.woken.load(Relaxed) && self.woken.swap(false, order(Edge::WakeObserve))
    }

    /// Says that this side is about to sleep, and makes sure that it has to.
    fn announce(&self, how: usize, mut ready: impl FnMut() -> Option<Waited>) -> Option<Waited> {
        self.waiting.store(how, Relaxed);
        // Pairs with the fence in `notify`.
        fence(self.edges.announce_fence);
        let found = if keeps(self.edges.recheck) {
            ready()
        } else {
            None
        };
        if found.is_some() {
            self.retract();
        }
        found
    }

    /// Says that this side does not sleep. A notifier that read the announcement before may still
    /// wake: that is a spurious end of the next sleep, which looks again and goes on.
    pub(super) fn retract(&self) {
        // A plain store would do, since a read-modify-write comes right after what it read in the
        // order of the stores; loom does not know that. This path sleeps: it can afford a swap.
        // Acquire: pairs with the Release exchange in `wake_waiter`.
        self.waiting.swap(AWAKE, Acquire);
    }

    /// Sleeps until `ready` gives an answer or `deadline` has come.
    pub(super) fn sleep(
        &self,
        deadline: Option<Instant>,
        mut ready: impl FnMut() -> Option<Waited>,
    ) -> Waited {
        loop {
            if let Some(found) = self.announce(PARKED, &mut ready) {
                return found;
            }
            let handed = self.parker.park(deadline);
            self.retract();
            if let Some(found) = ready() {
                return found;
            }
            if !handed {
                return Waited::TimedOut;
            }
        }
    }

    /// Announces a sleep elsewhere: the callback is called once when there may be something.
    ///
    /// # Panics
    ///
    /// When there is no callback.
    pub(super) fn arm(&self, ready: impl FnMut() -> Option<Waited>) -> Option<Waited> {
        assert!(
            self.callback.is_some(),
            "nothing was given to wake this side by"
        );
        self.announce(ARMED, ready)
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("waiting", &self.waiting)
            .field("woken", &self.woken)
            .finish_non_exhaustive()
    }
}
