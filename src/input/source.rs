//! The kernel's side of an input: waits for the terminal and fills the ring from it.
//!
//! It never looks at a byte; what the bytes mean is the reader's concern.

use std::cell::Cell;
use std::io::IoSliceMut;
use std::mem::take;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::Duration;

use ttyring_platform::{Backend, Outcome, Poller, Ready, Result, Signals, Time, Tty};

use super::reader::Reader;
use super::session::Arrivals;
use super::wait::{Looked, Wait};
use crate::probe;
use crate::ring::{Producer, Waited};
use crate::terminal::Terminal;

/// From this many contiguous bytes on, one `read(2)` into the first span is better than a
/// `readv(2)` into both: the vector costs 44–84 ns, and what a terminal sends at once is small.
const SPAN: usize = 1024;

/// A read of so many bytes is one of a text that flows: the next part is likely to be there.
const FLOW: usize = 1024;

/// So many reads of such a text are made without a look at signals and wakers between them.
const UNWATCHED: u32 = 16;

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// There are new bytes in the ring.
    Bytes,
    /// Signals that were asked for.
    Signals(Signals),
    /// Somebody called the waker.
    Woken,
    /// The deadline has passed.
    Elapsed,
    /// The terminal is gone, and everything that it sent is in the ring.
    End,
}

/// A terminal, what waits for it, and the ring's producer. It may move to another thread; the
/// terminal's modes stay behind.
#[derive(Debug)]
pub(crate) struct Source<B: Backend> {
    backend: B,
    tty: Arc<B::Tty>,
    poller: B::Poller,
    producer: Producer,
    /// What the last wait found and nobody has asked for yet.
    found: Ready,
    /// Waits for bytes in `read(2)` itself where nothing limits the wait.
    alone: bool,
    strategy: Wait,
    ended: bool,
    /// How many bytes the last read brought, none if it found nothing.
    newest: usize,
    /// Reads since the last look at signals and wakers that were made without waiting.
    unwatched: u32,
    /// Whether each read is followed by a look at the clock.
    stamps: bool,
    /// When the newest bytes were read; without stamps, when that was first asked.
    read_at: Cell<Option<Time>>,
}

impl<B: Backend> Source<B> {
    pub(crate) fn new(backend: B, tty: Arc<B::Tty>, poller: B::Poller, producer: Producer) -> Self {
        Source {
            backend,
            tty,
            poller,
            producer,
            found: Ready::default(),
            alone: false,
            strategy: Wait::Block,
            ended: false,
            newest: 0,
            unwatched: 0,
            stamps: false,
            read_at: Cell::new(None),
        }
    }

    /// Chooses whether waits without a limit are made in `read(2)` itself. A shared description
    /// is not made to block, since that would reach the others: there the poller goes on waiting.
    pub(crate) fn set_alone(&mut self, alone: bool) -> Result<()> {
        if self.tty.is_private() {
            self.tty.set_blocking(alone)?;
            self.alone = alone;
        }
        Ok(())
    }

    /// Chooses whether the time of each read is noted.
    pub(crate) fn set_stamps(&mut self, stamps: bool) {
        self.stamps = stamps;
    }

    /// When the newest bytes were read, where that is noted.
    pub(crate) fn stamp(&self) -> Option<Time> {
        self.read_at.get().filter(|_| self.stamps)
    }

    /// Chooses what is done before sleeping.
    pub(crate) fn set_strategy(&mut self, strategy: Wait) {
        self.strategy = strategy;
    }

    /// What is done before sleeping.
    pub(crate) fn strategy(&self) -> Wait {
        self.strategy
    }

    pub(crate) fn tty(&self) -> &B::Tty {
        &self.tty
    }

    pub(crate) fn backend(&self) -> &B {
        &self.backend
    }

    /// Returns a handle that ends the waits.
    pub(crate) fn waker(&self) -> <B::Poller as Poller>::Waker {
        self.poller.waker()
    }

    /// Returns what polls readable when a wait would not block.
    pub(crate) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.poller.descriptor()
    }

    pub(crate) fn producer(&mut self) -> &mut Producer {
        &mut self.producer
    }

    /// Fills another ring from now on.
    pub(crate) fn set_producer(&mut self, producer: Producer) {
        self.producer = producer;
    }

    /// Waits until the ring has room, or somebody wakes the producer; `None` when the ring is closed
    /// or nobody is left to read it.
    pub(crate) fn wait_for_room(&mut self) -> Option<Waited> {
        let waited = self.producer.wait(None);
        (waited != Waited::Ended).then_some(waited)
    }

    /// Waits until there are new bytes, or something else to tell, or `deadline` has passed.
    pub(crate) fn wait(&mut self, deadline: Option<Time>) -> Result<Arrival> {
        loop {
            if let Some(arrival) = self.noticed() {
                return Ok(arrival);
            }
            match self.spin(deadline)? {
                Looked::Ready if self.fill()? => return Ok(Arrival::Bytes),
                Looked::Noticed => continue,
                Looked::Ready | Looked::Nothing => {}
            }
            let Some(deadline) = deadline else {
                if self.sleep()? {
                    return Ok(Arrival::Bytes);
                }
                continue;
            };
            if self.flows() && self.fill_ahead()? {
                return Ok(Arrival::Bytes);
            }
            let timeout = deadline.since(self.backend.now());
            self.found = self.poller.wait(Some(timeout))?;
            if self.found.is_empty() {
                return Ok(Arrival::Elapsed);
            }
            if take(&mut self.found.tty) && self.fill()? {
                return Ok(Arrival::Bytes);
            }
        }
    }

    /// Sleeps and reads as [`wait`](Source::wait) without a deadline, if there is nothing else to
    /// do first; returns whether there are new bytes. When there are none, `wait` knows why.
    #[inline(always)]
    fn refill(&mut self) -> Result<bool> {
        let sleeps = !self.ended && self.found.is_empty() && self.strategy == Wait::Block;
        Ok(sleeps && self.sleep()?)
    }

    /// Sleeps until there is something, and reads if it is bytes; returns whether it is. What else
    /// there is, is noted.
    #[inline(always)]
    fn sleep(&mut self) -> Result<bool> {
        if !self.alone {
            if self.flows() && self.fill_ahead()? {
                return Ok(true);
            }
            self.found = self.poller.wait(None)?;
            if !take(&mut self.found.tty) {
                return Ok(false);
            }
        }
        let filled = self.fill()?;
        if self.alone && !filled {
            // A signal interrupts the read; the poller then says which one.
            self.look()?;
        }
        Ok(filled)
    }

    /// Whether to read before waiting: a text flows, and reads do not block.
    #[inline(always)]
    fn flows(&self) -> bool {
        self.newest >= FLOW && !self.alone
    }

    /// Reads without waiting first, now and then excepted; returns whether there are new bytes.
    #[inline(never)]
    fn fill_ahead(&mut self) -> Result<bool> {
        self.unwatched = (self.unwatched + 1) % UNWATCHED;
        if self.unwatched == 0 || !self.tty.is_private() {
            return Ok(false);
        }
        self.newest = 0;
        self.fill()
    }

    /// Notices signals and wake-ups that are there already; returns whether there are any.
    pub(super) fn look(&mut self) -> Result<bool> {
        let found = self.poller.wait(Some(Duration::ZERO))?;
        self.found.signals |= found.signals;
        self.found.woken |= found.woken;
        Ok(self.found.woken || !self.found.signals.is_empty())
    }

    /// What an earlier wait found and nobody has asked for yet.
    fn noticed(&mut self) -> Option<Arrival> {
        let signals = take(&mut self.found.signals);
        if !signals.is_empty() {
            return Some(Arrival::Signals(signals));
        }
        if take(&mut self.found.woken) {
            return Some(Arrival::Woken);
        }
        self.ended.then_some(Arrival::End)
    }

    /// Reads once, and again only while a read filled all that it was given and another cannot
    /// block; returns whether there are new bytes.
    #[inline(always)]
    fn fill(&mut self) -> Result<bool> {
        match self.read_once()? {
            (Outcome::Bytes(count), room) if count < room => Ok(true),
            (Outcome::Bytes(_), _) if self.alone || !self.tty.is_private() => Ok(true),
            (Outcome::Bytes(_), _) => self.fill_on(),
            (Outcome::NotReady, _) => Ok(false),
            (Outcome::End, _) => {
                self.ended = true;
                Ok(false)
            }
        }
    }

    /// Reads on after a read that filled all that it was given.
    #[inline(never)]
    fn fill_on(&mut self) -> Result<bool> {
        loop {
            match self.read_once()? {
                (Outcome::Bytes(count), room) if count == room => {}
                (Outcome::End, _) => {
                    self.ended = true;
                    return Ok(true);
                }
                _ => return Ok(true),
            }
        }
    }

    /// Makes one system call into the free part of the ring; returns what it came to and how many
    /// bytes it could have taken.
    #[inline(always)]
    fn read_once(&mut self) -> Result<(Outcome, usize)> {
        let Some(mut grant) = self.producer.grant() else {
            return Ok((Outcome::NotReady, 0));
        };
        let (first, second) = grant.slices();
        let (outcome, room) = if second.is_empty() || first.len() >= SPAN {
            let room = first.len();
            (self.tty.read(first)?, room)
        } else {
            let room = first.len() + second.len();
            (read_both(&*self.tty, first, second)?, room)
        };
        if let Outcome::Bytes(count) = outcome {
            probe::read(count);
            self.newest = count;
            if self.stamps {
                let now = self.backend.now();
                self.read_at.set(Some(now));
                grant.commit_at(count, now.as_nanos());
            } else {
                self.read_at.set(None);
                grant.commit(count);
            }
        }
        Ok((outcome, room))
    }
}

/// Makes one system call into both ends of the storage, which happens once in a turn of the ring.
#[cold]
#[inline(never)]
fn read_both(tty: &impl Tty, first: &mut [u8], second: &mut [u8]) -> Result<Outcome> {
    tty.read_vectored(&mut [IoSliceMut::new(first), IoSliceMut::new(second)])
}

impl<B: Backend> Arrivals<B> for Source<B> {
    fn now(&self) -> Time {
        self.backend.now()
    }

    fn read_at(&self, _: &Reader) -> Time {
        let at = self.read_at.get().unwrap_or_else(|| self.now());
        self.read_at.set(Some(at));
        at
    }

    #[inline(always)]
    fn refill(&mut self) -> Result<bool> {
        Source::refill(self)
    }

    fn wait(&mut self, _: &mut Reader, deadline: Option<Time>) -> Result<Arrival> {
        Source::wait(self, deadline)
    }

    fn suspend(&mut self, terminal: &mut Terminal<B>, reader: &mut Reader) -> Result<()> {
        terminal.suspend()?;
        reader.append(terminal.take_unread());
        self.look().map(drop)
    }
}
