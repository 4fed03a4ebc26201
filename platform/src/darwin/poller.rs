//! Waiting on Darwin: kqueue where it takes the terminal, `select(2)` where it does not.
//!
//! This module keeps the time and chooses between the two; `queue.rs` and `select.rs` each make one
//! call to the kernel.

use std::os::fd::BorrowedFd;
use std::time::Duration;

use super::abi::clock;
use super::queue::{Queue, Trigger};
use super::select::Select;
use super::sys::Sys;
use super::tty::DarwinTty;
use crate::unix::Waker;
use crate::{Poller, Ready, Result, Signals, Time, Wake};

/// The longest wait that is handed to the kernel at once: `select(2)` refuses more than 100,000,000
/// seconds, so that a longer one is made of several.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(10_000_000);

/// `CLOCK_MONOTONIC` of Darwin counts microseconds: what it says may be behind by almost one, and
/// without this a wait could end that much early.
const TICK: Duration = Duration::from_micros(1);

/// Waits for a terminal, wake-ups and signals.
///
/// # Platform notes
///
/// A kqueue is not inherited by `fork(2)`: in the child a wait is refused with `EBADF`.
#[derive(Debug)]
pub struct DarwinPoller<S> {
    sys: S,
    way: Way<S>,
}

#[derive(Debug)]
enum Way<S> {
    Queue(Queue<S>),
    Select(Select<S>),
}

impl<S: Sys> DarwinPoller<S> {
    pub(super) fn new(sys: &S, tty: &DarwinTty<S>, signals: Signals) -> Result<Self> {
        let way = match Queue::new(sys, tty, signals)? {
            Some(queue) => Way::Queue(queue),
            None => Way::Select(Select::new(sys, tty, signals)?),
        };
        Ok(DarwinPoller {
            sys: sys.clone(),
            way,
        })
    }

    /// Returns whether the wait is a `select(2)`, because kqueue does not take this terminal.
    pub fn is_fallback(&self) -> bool {
        matches!(self.way, Way::Select(_))
    }

    fn now(&self) -> Time {
        Time::from_nanos(self.sys.clock(clock::MONOTONIC))
    }

    fn look(&mut self, rest: Option<Duration>) -> Result<Ready> {
        let rest = rest.map(|rest| rest.min(LONGEST_TIMEOUT));
        match &mut self.way {
            Way::Queue(queue) => queue.look(rest),
            Way::Select(select) => select.look(rest),
        }
    }
}

impl<S: Sys> Poller for DarwinPoller<S> {
    type Waker = DarwinWaker<S>;

    fn wait(&mut self, timeout: Option<Duration>) -> Result<Ready> {
        // A wait without a limit, and one that does not wait, need no clock.
        let deadline = match timeout {
            Some(Duration::ZERO) => Some(Time::default()),
            Some(timeout) => Some(self.now() + timeout + TICK),
            None => None,
        };
        let mut rest = timeout;
        loop {
            let ready = self.look(rest)?;
            if !ready.is_empty() || rest == Some(Duration::ZERO) {
                return Ok(ready);
            }
            rest = deadline.map(|deadline| deadline.since(self.now()));
        }
    }

    fn waker(&self) -> DarwinWaker<S> {
        DarwinWaker(match &self.way {
            Way::Queue(queue) => Alarm::Trigger(queue.trigger()),
            Way::Select(select) => Alarm::Pipe(select.waker()),
        })
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match &self.way {
            Way::Queue(queue) => Some(queue.descriptor()),
            // Two descriptors are waited for, and one that stands for both is a kqueue.
            Way::Select(_) => None,
        }
    }
}

/// Ends the wait of a poller from any thread.
#[derive(Clone, Debug)]
pub struct DarwinWaker<S>(Alarm<S>);

#[derive(Clone, Debug)]
enum Alarm<S> {
    Trigger(Trigger<S>),
    Pipe(Waker),
}

impl<S: Sys> Wake for DarwinWaker<S> {
    fn wake(&self) {
        match &self.0 {
            Alarm::Trigger(trigger) => trigger.pull(),
            Alarm::Pipe(waker) => waker.wake(),
        }
    }
}
