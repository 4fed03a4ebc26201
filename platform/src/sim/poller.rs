//! Waiting on a scripted terminal: the clock jumps to whatever comes first.

use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use super::Operation;
use super::state::{Shared, State, error};
use crate::{BorrowedDescriptor, Ready, Result, Signals};

/// Waits for a scripted terminal.
///
/// A wait without a limit that nothing in the script ends blocks for as long as there is a
/// [`Waker`] that could end it, and fails with `EDEADLK` when there is none.
#[derive(Debug)]
pub struct Poller {
    shared: Arc<Shared>,
    signals: Signals,
    /// One owner more than there are wakers.
    wakers: Arc<()>,
}

/// Ends the wait of a [`Poller`] from any thread.
#[derive(Clone, Debug)]
pub struct Waker {
    shared: Weak<Shared>,
    _alive: Arc<()>,
}

impl Poller {
    pub(super) fn new(shared: &Arc<Shared>, signals: Signals) -> Self {
        Poller {
            shared: Arc::clone(shared),
            signals,
            wakers: Arc::default(),
        }
    }

    fn take(&self, state: &mut State) -> Ready {
        let ready = Ready {
            tty: state.hung_up || !state.input.is_empty() || state.spurious,
            woken: state.woken,
            signals: state.signals & self.signals,
        };
        state.spurious = false;
        state.woken = false;
        // What nobody asked for is forgotten, as its default action would be.
        state.signals = Signals::empty();
        ready
    }
}

impl crate::Poller for Poller {
    type Waker = Waker;

    fn wait(&mut self, timeout: Option<Duration>) -> Result<Ready> {
        let mut state = self.shared.state();
        state.calls.waits += 1;
        state.enter(Operation::Wait)?;
        let deadline = timeout.map(|timeout| state.now + timeout);
        loop {
            let ready = self.take(&mut state);
            if !ready.is_empty() || deadline.is_some_and(|deadline| state.now >= deadline) {
                return Ok(ready);
            }
            match (state.next(), deadline) {
                (Some(next), Some(deadline)) => state.advance_to(next.min(deadline)),
                (Some(time), None) | (None, Some(time)) => state.advance_to(time),
                (None, None) if Arc::strong_count(&self.wakers) > 1 => {
                    state = self
                        .shared
                        .changed
                        .wait(state)
                        .unwrap_or_else(PoisonError::into_inner);
                }
                (None, None) => return Err(error(Operation::Wait, libc::EDEADLK)),
            }
        }
    }

    fn waker(&self) -> Waker {
        Waker {
            shared: Arc::downgrade(&self.shared),
            _alive: Arc::clone(&self.wakers),
        }
    }

    fn descriptor(&self) -> Option<BorrowedDescriptor<'_>> {
        None
    }
}

impl crate::Wake for Waker {
    fn wake(&self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.state().woken = true;
            shared.changed.notify_all();
        }
    }
}
