//! Waiting for the other side: spin a little, then sleep.
//!
//! How a sleeper is found and woken is in `gate`; this file says how long to spin first, and has
//! the vocabulary of waiting.

use core::cell::Cell;
use std::time::{Duration, Instant};

use super::gate::Gate;
use super::storage::Shared;
use crate::sync::{self, Arc};

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Waited {
    /// There is something: bytes for the consumer, space for the producer.
    Ready,
    /// There will never be anything again: the producer closed the ring and everything was read;
    /// or, for the producer, the ring is closed or the consumer is gone.
    Ended,
    /// A [`Waker`] asked for it.
    Woken,
    /// The time ran out.
    TimedOut,
}

/// Ends the waits of one side of a ring from any thread.
///
/// A wake-up before the wait is not lost, and several count as one. It takes a lock when the side
/// sleeps, so it is not for signal handlers. It keeps the memory of the ring.
///
/// # Examples
///
/// ```
/// use ttyring::ring::{self, Waited};
///
/// let (_producer, mut consumer) = ring::channel(64);
/// let waker = consumer.waker();
/// std::thread::spawn(move || waker.wake());
/// assert_eq!(consumer.wait(None), Waited::Woken);
/// ```
#[derive(Clone, Debug)]
pub struct Waker {
    shared: Arc<Shared>,
    gate: fn(&Shared) -> &Gate,
}

impl Waker {
    pub(super) fn new(shared: &Arc<Shared>, gate: fn(&Shared) -> &Gate) -> Self {
        Waker {
            shared: Arc::clone(shared),
            gate,
        }
    }

    /// Ends the wait that is going on, or the next one.
    pub fn wake(&self) {
        (self.gate)(&self.shared).wake();
    }
}

/// Looks between two of which the processor is left to itself for a moment: so the other side
/// gets its cache lines done before they are asked for again.
const PAUSES: u32 = 8;

/// The most looks before sleeping: about as long as a sleep and its wake-up take, so that a wait
/// never costs more than twice what the better choice would have.
const MOST_LOOKS: u32 = 256;

/// The fewest: enough for an answer that is under way.
const FEWEST_LOOKS: u32 = 4;

/// How long one side spins, by how its last waits went.
#[derive(Debug)]
pub(super) struct Spin {
    looks: Cell<u32>,
}

impl Spin {
    pub(super) fn new() -> Self {
        Spin {
            looks: Cell::new(MOST_LOOKS / 4),
        }
    }

    /// Waits until `ready` gives an answer or `timeout` has passed: spins, then sleeps at `gate`.
    pub(super) fn wait(
        &self,
        gate: &Gate,
        sleeps: bool,
        timeout: Option<Duration>,
        mut ready: impl FnMut() -> Option<Waited>,
    ) -> Waited {
        if let Some(found) = ready() {
            return found;
        }
        if timeout == Some(Duration::ZERO) {
            return Waited::TimedOut;
        }
        // A time-out beyond what the clock can say is none.
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        if !sleeps {
            return spin_on(deadline, ready);
        }
        if let Some(found) = self.spin(&mut ready) {
            return found;
        }
        gate.sleep(deadline, ready)
    }

    /// Looks a bounded number of times: more often next time if that helped, less if not.
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
}

/// Spins for as long as it takes, for a pair that never sleeps.
fn spin_on(deadline: Option<Instant>, mut ready: impl FnMut() -> Option<Waited>) -> Waited {
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
