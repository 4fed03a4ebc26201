//! The kernel's side of an input: waits for the terminal and fills the ring from it.
//!
//! It never looks at a byte; what the bytes mean is the reader's concern.

use std::hint::spin_loop;
use std::io::IoSliceMut;
use std::mem::take;
use std::sync::Arc;
use std::time::Duration;

use ttyring_platform::{
    Backend, BorrowedDescriptor, Poller, Ready, Result, Signals, Time, Transfer, Tty,
};

use super::wait::Wait;
use crate::probe;
use crate::ring::Producer;

/// From this many contiguous bytes on, one `read(2)` into the first span is better than a
/// `readv(2)` into both: the vector costs 44–84 ns, and what a terminal sends at once is small.
const SPAN: usize = 1024;

/// After a read of this many bytes, text is flowing and the next part is likely to be there.
const FLOW: usize = 1024;

/// How many reads of flowing text are made before signals and wakers are looked at again.
const UNWATCHED: u32 = 16;

/// A spinning wait looks at signals and wakers once in so many looks at the terminal.
const LOOKS: u32 = 32;

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
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
pub(super) struct Source<B: Backend> {
    backend: B,
    tty: Arc<B::Tty>,
    poller: B::Poller,
    producer: Producer,
    wait: Wait,
    /// Reads block: only under [`Wait::Read`], and never on a shared description.
    reads_block: bool,
    /// What the last wait found and has not been told yet.
    ready: Ready,
    ended: bool,
    /// How many bytes the last read brought, none if it found nothing.
    newest: usize,
    /// Reads since the last look at signals and wakers that were made without waiting.
    unwatched: u32,
    /// Whether the time of each read goes into the ring.
    stamps: bool,
}

/// A source without its ring.
pub(super) struct Unfilled<B: Backend> {
    pub(super) backend: B,
    pub(super) tty: Arc<B::Tty>,
    pub(super) poller: B::Poller,
}

impl<B: Backend> Unfilled<B> {
    pub(super) fn source(self, producer: Producer) -> Source<B> {
        Source {
            backend: self.backend,
            tty: self.tty,
            poller: self.poller,
            producer,
            wait: Wait::Poll,
            reads_block: false,
            ready: Ready::default(),
            ended: false,
            newest: 0,
            unwatched: 0,
            stamps: false,
        }
    }
}

impl<B: Backend> Source<B> {
    /// Chooses how to wait. A shared description is not made to block, since that would reach the
    /// processes that share it.
    pub(super) fn set_wait(&mut self, wait: Wait) -> Result<()> {
        self.wait = wait;
        if self.tty.is_private() {
            self.reads_block = wait == Wait::Read;
            self.tty.set_blocking(self.reads_block)?;
        }
        Ok(())
    }

    /// Chooses whether the time of each read goes into the ring.
    pub(super) fn set_stamps(&mut self, stamps: bool) {
        self.stamps = stamps;
    }

    pub(super) fn backend(&self) -> &B {
        &self.backend
    }

    /// Returns a handle that ends the waits.
    pub(super) fn waker(&self) -> <B::Poller as Poller>::Waker {
        self.poller.waker()
    }

    /// Returns what polls readable when a wait would not block.
    pub(super) fn descriptor(&self) -> Option<BorrowedDescriptor<'_>> {
        self.poller.descriptor()
    }

    /// Returns what waits in the place of this, where there is no descriptor.
    #[cfg(any(feature = "mio", feature = "tokio", feature = "async-io"))]
    pub(super) fn watch(&mut self) -> Result<Option<Arc<dyn ttyring_platform::Watch>>> {
        self.poller.watch()
    }

    pub(super) fn producer(&mut self) -> &mut Producer {
        &mut self.producer
    }

    /// Waits until there are new bytes, or something else to tell, or `deadline` has passed.
    pub(super) fn wait(&mut self, deadline: Option<Time>) -> Result<Arrival> {
        loop {
            if matches!(self.wait, Wait::Spin(_) | Wait::Busy)
                && self.spin(deadline)?
                && self.fill()?
            {
                return Ok(Arrival::Bytes);
            }
            if let Some(arrival) = self.noticed() {
                return Ok(arrival);
            }
            let sleeps_in_read = self.reads_block && deadline.is_none();
            if !sleeps_in_read && !self.reads_ahead() {
                let timeout = deadline.map(|deadline| deadline.since(self.backend.now()));
                self.ready = self.poller.wait(timeout)?;
                if !take(&mut self.ready.tty) {
                    if deadline.is_some() && self.ready.is_empty() {
                        return Ok(Arrival::Elapsed);
                    }
                    continue;
                }
            }
            if self.fill()? {
                return Ok(Arrival::Bytes);
            }
            if sleeps_in_read {
                // A signal interrupts the read; the poller then says which one.
                self.look()?;
            }
        }
    }

    /// Looks again and again for as long as the way of waiting says, but not beyond `deadline`;
    /// returns whether there is something to read. Signals and wake-ups end it, too.
    #[cold]
    fn spin(&mut self, deadline: Option<Time>) -> Result<bool> {
        let budget = match self.wait {
            Wait::Spin(budget) => Some(self.backend.now() + budget),
            _ => None,
        };
        let limit = deadline.into_iter().chain(budget).min();
        let mut looks = 0_u32;
        while !self.is_noticed() {
            // A terminal that is gone says EIO here; the read says what it is.
            if self.tty.pending().map_or(true, |count| count > 0) {
                return Ok(true);
            }
            looks = looks.wrapping_add(1);
            if budget.is_none() && looks % LOOKS == 0 {
                self.look()?;
            }
            if limit.is_some_and(|limit| self.backend.now() >= limit) {
                break;
            }
            spin_loop();
        }
        Ok(false)
    }

    /// Whether to read before waiting, because text is flowing. Now and then it says no, so that
    /// signals and wakers are not missed.
    #[inline(always)]
    fn reads_ahead(&mut self) -> bool {
        if self.newest < FLOW || self.reads_block || !self.tty.is_private() {
            return false;
        }
        self.newest = 0;
        self.unwatched = (self.unwatched + 1) % UNWATCHED;
        self.unwatched != 0
    }

    /// Notices signals and wake-ups that are there already.
    pub(super) fn look(&mut self) -> Result<()> {
        let found = self.poller.wait(Some(Duration::ZERO))?;
        self.ready.signals |= found.signals;
        self.ready.woken |= found.woken;
        Ok(())
    }

    fn is_noticed(&self) -> bool {
        self.ended || self.ready.woken || !self.ready.signals.is_empty()
    }

    /// Takes what an earlier wait found and has not been told yet.
    #[inline(always)]
    fn noticed(&mut self) -> Option<Arrival> {
        if !self.is_noticed() {
            return None;
        }
        let signals = take(&mut self.ready.signals);
        if !signals.is_empty() {
            return Some(Arrival::Signals(signals));
        }
        if take(&mut self.ready.woken) {
            return Some(Arrival::Woken);
        }
        Some(Arrival::End)
    }

    /// Reads once, and again only while a read filled all that it was given and another cannot
    /// block; returns whether there are new bytes.
    #[inline(always)]
    fn fill(&mut self) -> Result<bool> {
        match self.read_once()? {
            (Transfer::Bytes(count), room) if count < room => Ok(true),
            (Transfer::Bytes(_), _) if self.reads_block || !self.tty.is_private() => Ok(true),
            (Transfer::Bytes(_), _) => self.fill_on(),
            (Transfer::NotReady, _) => Ok(false),
            (Transfer::End, _) => {
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
                (Transfer::Bytes(count), room) if count == room => {}
                (Transfer::End, _) => {
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
    fn read_once(&mut self) -> Result<(Transfer, usize)> {
        let Some((first, second)) = self.producer.grant() else {
            return Ok((Transfer::NotReady, 0));
        };
        let (outcome, room) = if second.is_empty() || first.len() >= SPAN {
            let room = first.len();
            (self.tty.read(first)?, room)
        } else {
            let room = first.len() + second.len();
            (read_both(&*self.tty, first, second)?, room)
        };
        if let Transfer::Bytes(count) = outcome {
            probe::read(count);
            self.newest = count;
            if self.stamps {
                let now = self.backend.now().as_nanos();
                self.producer.commit_at(count, now);
            } else {
                self.producer.commit(count);
            }
        }
        Ok((outcome, room))
    }
}

/// Makes one system call into both ends of the storage, which happens once in a turn of the ring.
#[cold]
#[inline(never)]
fn read_both(tty: &impl Tty, first: &mut [u8], second: &mut [u8]) -> Result<Transfer> {
    tty.read_vectored(&mut [IoSliceMut::new(first), IoSliceMut::new(second)])
}
