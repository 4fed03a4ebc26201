//! Waits with one `kevent(2)` for the terminal, wake-ups and signals.
//!
//! - The terminal is `EVFILT_READ` without `EV_CLEAR`: what is not read is reported again, which is
//!   the contract, and a reader that takes less than there is loses nothing.
//! - A wake-up is `EVFILT_USER` with `EV_CLEAR`: several count as one, and there is no descriptor to
//!   drain.
//! - Signals come through a handler and a pipe ([`signal::subscribe`]), as on every system, and not
//!   as `EVFILT_SIGNAL`: that does not hold the default action back (the process would end before
//!   the event is read), does not see a signal that was sent to one thread (`raise(3)`,
//!   `pthread_kill(3)`), and does not interrupt a blocking read, whose caller wants to know.
//! - A wait of less than a second arms `EVFILT_TIMER` with `NOTE_CRITICAL` in the same call: the
//!   timeout of `kevent(2)` may come up to a millisecond late, this timer does not. The timeout
//!   is passed as well, so that a timer that the kernel refuses makes a wait late, never endless.
//!
//! Events are told apart by filter and identifier; `udata` is not used, since every later change
//! overwrites it, a trigger included. This module does not keep the time.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use super::abi::{Errno, Kevent, Timespec, ev, filter, note};
use super::sys::{Sys, refused, retry};
use super::tty::DarwinTty;
use crate::unix::signal::{self, Subscription};
use crate::{Error, Ready, Result, Signals};

/// The one event of each of these filters needs a name.
const WAKE: usize = 0;
const TIMER: usize = 0;

/// Below this a wait is timed by `EVFILT_TIMER`; above, a millisecond does not matter and the
/// kernel may save power.
const PRECISE: Duration = Duration::from_secs(1);

/// Terminal, wake-up, pipe, timer.
const EVENTS: usize = 4;

#[derive(Debug)]
pub(super) struct Queue<S> {
    sys: S,
    queue: Arc<OwnedFd>,
    // Holds the number that the events name.
    tty: Arc<OwnedFd>,
    handled: Option<Handled>,
    /// Whether the timer may still be there from an earlier wait.
    armed: bool,
    /// Whether the event of the terminal is gone with the terminal.
    revoked: bool,
}

/// Signals that come through a handler and a pipe.
#[derive(Debug)]
struct Handled {
    subscription: Subscription,
    reader: OwnedFd,
}

impl<S: Sys> Queue<S> {
    /// Makes a queue; `None` if it does not take this terminal (`/dev/tty`: `EINVAL`).
    pub(super) fn new(sys: &S, tty: &DarwinTty<S>, signals: Signals) -> Result<Option<Self>> {
        let queue = sys.kqueue().map_err(refused("kqueue"))?;
        let mut new = Queue {
            sys: sys.clone(),
            queue: Arc::new(queue),
            tty: Arc::clone(tty.shared_fd()),
            handled: None,
            armed: false,
            revoked: false,
        };
        if new.add(readable(&new.tty)).is_err() {
            return Ok(None);
        }
        new.add(Kevent::change(WAKE, filter::USER, ev::ADD | ev::CLEAR))?;
        if !signals.is_empty() {
            new.handled = Some(new.subscribe(signals)?);
        }
        Ok(Some(new))
    }

    /// Adds one event. With `EV_RECEIPT` the answer is an event of its own, and with an answer to
    /// return the kernel does not go on to wait.
    fn add(&self, mut change: Kevent) -> Result<()> {
        change.flags |= ev::RECEIPT;
        let mut receipt = [Kevent::default()];
        let queue = self.queue.as_fd();
        let count = retry(|| self.sys.kevent(queue, &[change], &mut receipt, None))
            .map_err(refused("kevent"))?;
        match receipt[..count].first() {
            Some(receipt) if receipt.data != 0 => Err(change_error(receipt)),
            _ => Ok(()),
        }
    }

    fn subscribe(&self, signals: Signals) -> Result<Handled> {
        let (reader, writer) = self.sys.pipe().map_err(refused("pipe"))?;
        self.add(readable(&reader))?;
        Ok(Handled {
            subscription: signal::subscribe(signals, Arc::new(writer))?,
            reader,
        })
    }

    /// Asks the kernel once, for at most `rest`; an empty answer may come early.
    pub(super) fn look(&mut self, rest: Option<Duration>) -> Result<Ready> {
        // The terminal stays ready once it is revoked, though its event is gone.
        let rest = if self.revoked {
            Some(Duration::ZERO)
        } else {
            rest
        };
        let change = self.timer_change(rest);
        let mut ready = Ready {
            tty: self.revoked,
            ..Ready::default()
        };
        let mut events = [Kevent::default(); EVENTS];
        let answer = self.sys.kevent(
            self.queue.as_fd(),
            change.as_slice(),
            &mut events,
            rest.map(timespec),
        );
        let count = match answer {
            Ok(count) => count,
            Err(Errno::INTR) => return Ok(ready),
            Err(errno) => return Err(Error::os("kevent", errno)),
        };
        for event in &events[..count] {
            self.note(event, &mut ready)?;
        }
        Ok(ready)
    }

    /// Arms the timer for a short wait, and removes what a longer one would trip over.
    fn timer_change(&mut self, rest: Option<Duration>) -> Option<Kevent> {
        match rest {
            Some(Duration::ZERO) => None,
            Some(rest) if rest < PRECISE => {
                self.armed = true;
                Some(Kevent {
                    fflags: note::NSECONDS | note::CRITICAL,
                    // Less than a second of nanoseconds.
                    data: rest.as_nanos() as isize,
                    ..Kevent::change(TIMER, filter::TIMER, ev::ADD | ev::ONESHOT)
                })
            }
            _ if self.armed => {
                self.armed = false;
                Some(Kevent::change(TIMER, filter::TIMER, ev::DELETE))
            }
            _ => None,
        }
    }

    fn note(&mut self, event: &Kevent, ready: &mut Ready) -> Result<()> {
        match event.filter {
            // Refused, gone already, or up: the caller looks at the clock in any case.
            filter::TIMER => self.armed &= event.flags & ev::ERROR != 0,
            _ if event.flags & ev::ERROR != 0 => return Err(change_error(event)),
            filter::READ if event.ident == self.tty.as_raw_fd() as usize => {
                let end = event.flags & ev::EOF != 0;
                // Nothing to read and no end: a read could block.
                ready.tty |= end || event.data > 0;
                self.revoked |= end && event.flags & ev::ONESHOT != 0;
            }
            filter::READ => ready.signals |= self.handled_signals(),
            filter::USER => ready.woken = true,
            _ => {}
        }
        Ok(())
    }

    fn handled_signals(&self) -> Signals {
        let Some(handled) = &self.handled else {
            return Signals::empty();
        };
        // Read before `take`, so that what arrives in between makes the pipe readable again. What
        // is left in it is reported again; a failure leaves it as it is.
        let _ = self.sys.read(handled.reader.as_fd(), &mut [0; 512]);
        handled.subscription.take()
    }

    pub(super) fn trigger(&self) -> Trigger<S> {
        Trigger {
            sys: self.sys.clone(),
            queue: Arc::clone(&self.queue),
        }
    }

    pub(super) fn descriptor(&self) -> BorrowedFd<'_> {
        self.queue.as_fd()
    }
}

/// Ends the wait of a queue from any thread.
#[derive(Clone, Debug)]
pub(super) struct Trigger<S> {
    sys: S,
    queue: Arc<OwnedFd>,
}

impl<S: Sys> Trigger<S> {
    pub(super) fn pull(&self) {
        let change = Kevent {
            fflags: note::TRIGGER,
            ..Kevent::change(WAKE, filter::USER, 0)
        };
        // Without room for events the call does not wait. It fails only in a forked child, which
        // has no queue and nobody waiting on it.
        let _ = retry(|| {
            self.sys
                .kevent(self.queue.as_fd(), &[change], &mut [], None)
        });
    }
}

fn readable(fd: &OwnedFd) -> Kevent {
    Kevent::change(fd.as_raw_fd() as usize, filter::READ, ev::ADD)
}

fn change_error(event: &Kevent) -> Error {
    Error::os("kevent", Errno(event.data as i32))
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        // Bounded by the longest wait.
        seconds: duration.as_secs() as i64,
        nanoseconds: duration.subsec_nanos().into(),
    }
}
