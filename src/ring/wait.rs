//! Waiting for the other side: spin for a while, then sleep.
//!
//! How a sleeper is found and woken is in `notify`. Here is how long a side spins first.

use core::cell::Cell;
use std::time::{Duration, Instant};

use crossbeam_utils::CachePadded;

use super::notify::{Callback, Notify, Waited};
use crate::sync::{self, Arc};

/// How many pauses come after a look, so that the other side gets its cache lines back before they
/// are asked for again.
const PAUSES: u32 = 8;

/// The most looks before a sleep. They take about as long as a sleep and its wake-up, so a wait
/// never takes more than twice as long as it has to.
const MOST_LOOKS: u32 = 256;

/// The fewest looks before a sleep: enough for an answer that is on its way.
const FEWEST_LOOKS: u32 = 4;

/// What one side of a ring waits at, and what the other side waits at.
#[derive(Debug)]
pub(super) struct Link {
    /// The other side rarely writes to it, so a look at it costs little.
    own: Arc<CachePadded<Notify>>,
    other: Arc<CachePadded<Notify>>,
    /// Whether waits end in a sleep. If not, nobody has to be woken.
    sleeps: bool,
    /// How often to look before the next sleep, by how the last waits went.
    looks: Cell<u32>,
}

impl Link {
    /// Makes the producer's link and the consumer's. A consumer that sleeps elsewhere is woken by
    /// `on_data`.
    pub(super) fn pair(sleeps: bool, on_data: Option<Callback>) -> (Link, Link) {
        let space = Arc::new(CachePadded::new(Notify::new(None)));
        let data = Arc::new(CachePadded::new(Notify::new(on_data)));
        let link = |own: &Arc<_>, other: &Arc<_>| Link {
            own: Arc::clone(own),
            other: Arc::clone(other),
            sleeps,
            looks: Cell::new(MOST_LOOKS / 4),
        };
        (link(&space, &data), link(&data, &space))
    }

    /// Wakes the other side if it sleeps. What it waits for has been published before.
    #[inline(always)]
    pub(super) fn notify(&self) {
        if self.sleeps {
            self.other.notify();
        }
    }

    /// Tells the other side that this one has ended.
    pub(super) fn end(&self) {
        self.other.end();
    }

    /// Returns whether the other side has ended. Everything that it did is visible then.
    pub(super) fn is_ended(&self) -> bool {
        self.own.is_ended()
    }

    /// Returns whether a waker of this side was called since the last time.
    pub(super) fn take_wake(&self) -> bool {
        self.own.take_wake()
    }

    pub(super) fn waker(&self) -> Waker {
        Waker(Arc::clone(&self.own))
    }

    /// Waits until `ready` has an answer or `timeout` has passed.
    pub(super) fn wait(
        &self,
        timeout: Option<Duration>,
        mut ready: impl FnMut() -> Option<Waited>,
    ) -> Waited {
        if let Some(found) = ready() {
            return found;
        }
        if timeout == Some(Duration::ZERO) {
            return Waited::TimedOut;
        }
        // A timeout that ends beyond the range of the clock never passes.
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        if !self.sleeps {
            return spin_until(deadline, ready);
        }
        if let Some(found) = self.spin(&mut ready) {
            return found;
        }
        self.own.sleep(deadline, ready)
    }

    /// Looks a limited number of times: twice as many the next time if that helped, half as many
    /// if not.
    fn spin(&self, ready: &mut impl FnMut() -> Option<Waited>) -> Option<Waited> {
        let looks = self.looks.get();
        for _ in 0..sync::bound_spin(looks) {
            sync::pause(PAUSES);
            let found = ready();
            if found.is_some() {
                self.looks.set((looks * 2).min(MOST_LOOKS));
                return found;
            }
        }
        self.looks.set((looks / 2).max(FEWEST_LOOKS));
        None
    }

    /// Announces a sleep elsewhere, unless `ready` has an answer.
    pub(super) fn arm(&self, ready: impl FnMut() -> Option<Waited>) -> Option<Waited> {
        self.own.arm(ready)
    }

    /// Takes that announcement back.
    pub(super) fn disarm(&self) {
        self.own.retract();
    }
}

/// Spins until `ready` has an answer or `deadline` has passed.
fn spin_until(deadline: Option<Instant>, mut ready: impl FnMut() -> Option<Waited>) -> Waited {
    let mut looks = 0u32;
    loop {
        sync::pause(PAUSES);
        if let Some(found) = ready() {
            return found;
        }
        looks = looks.wrapping_add(1);
        if looks % MOST_LOOKS == 0 {
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Waited::TimedOut;
            }
            // The other side may need this very processor.
            sync::yield_now();
        }
    }
}

/// Ends the waits of one side of a ring from any thread.
///
/// A call before the wait is not lost, and several calls count as one. It takes a lock when the
/// side sleeps, so it is not for signal handlers.
#[derive(Clone, Debug)]
pub(crate) struct Waker(Arc<CachePadded<Notify>>);

impl Waker {
    /// Ends the present wait, or the next one.
    pub(crate) fn wake(&self) {
        self.0.wake();
    }
}
