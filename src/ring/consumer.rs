//! The reading side of the ring: looking at the bytes where they lie, and giving them back.
//!
//! It never copies unless it is asked to; how the bytes are ordered is in `storage`.

use std::io::{self, BufRead, Read};
use std::time::Duration;

use super::Blocking;
use super::stamps::StampReader;
use super::storage::ReadHalf;
use super::wait::{Spin, Waited, Waker};
use crate::sync::{Edge, ReadMarks, keeps};

/// The reading side of a ring; dropping it tells the producer that nobody reads any more.
///
/// It may be sent to another thread, but not shared between threads:
///
/// ```compile_fail,E0277
/// fn share<T: Sync>(_: &T) {}
/// let (_producer, consumer) = ttyring::ring::channel(64);
/// share(&consumer);
/// ```
#[derive(Debug)]
pub struct Consumer {
    half: ReadHalf,
    spin: Spin,
    /// Boxed, since it is a consumer of its own.
    stamps: Option<Box<StampReader>>,
}

impl Consumer {
    pub(super) fn new(half: ReadHalf, stamps: Option<StampReader>) -> Self {
        Consumer {
            half,
            spin: Spin::new(),
            stamps: stamps.map(Box::new),
        }
    }

    /// Returns the capacity in bytes, a power of two.
    pub fn capacity(&self) -> usize {
        self.half.capacity()
    }

    /// Returns how many bytes can be read.
    ///
    /// The producer may add more at any time; only this side makes it less.
    #[inline]
    pub fn len(&self) -> usize {
        self.half.refresh()
    }

    /// Returns whether no byte can be read now; more may come unless the ring is
    /// [closed](Consumer::is_closed).
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns whether the producer will add nothing more. What it added before may still be
    /// there: see [`is_finished`](Consumer::is_finished).
    pub fn is_closed(&self) -> bool {
        self.half.shared.signals.is_closed()
    }

    /// Returns whether the producer will add nothing more and everything was read.
    pub fn is_finished(&self) -> bool {
        // The last bytes may have come between a look at the tail and the close: look again.
        self.half.known() == 0
            && self.is_closed()
            && (!keeps(Edge::CloseRecheck) || self.half.refresh() == 0)
    }

    /// Shows all bytes that are there; both slices are empty when there are none.
    ///
    /// They stay in the ring until [`release`](Consumer::release).
    #[inline]
    pub fn peek(&self) -> ReadGrant<'_> {
        self.half.refresh();
        self.known_bytes()
    }

    /// Shows at least `len` bytes, or `None` when fewer are there.
    ///
    /// Looks at the producer's side only when what is known does not suffice, so it may show less
    /// than [`peek`](Consumer::peek): for small reads in a tight loop.
    #[inline]
    pub fn peek_at_least(&self, len: usize) -> Option<ReadGrant<'_>> {
        if self.half.known() >= len || self.half.refresh() >= len {
            Some(self.known_bytes())
        } else {
            None
        }
    }

    /// Shows one byte, so many behind the first, or `None` when fewer are there.
    ///
    /// Looks at the producer's side only when what is known does not suffice, as
    /// [`peek_at_least`](Consumer::peek_at_least).
    #[inline]
    pub fn get(&self, offset: usize) -> Option<u8> {
        match self.half.get(offset) {
            None if self.half.refresh() > offset => self.half.get(offset),
            byte => byte,
        }
    }

    #[inline]
    fn known_bytes(&self) -> ReadGrant<'_> {
        let (first, second) = self.half.slices();
        ReadGrant {
            first,
            second,
            marks: self.half.mark(),
        }
    }

    /// Gives the first `len` bytes back to the producer.
    ///
    /// # Panics
    ///
    /// When fewer bytes than that were shown, counted or read so far: bytes that this side has
    /// not seen cannot be released.
    #[inline]
    pub fn release(&mut self, len: usize) {
        self.half.advance(len);
        if let Some(stamps) = &mut self.stamps {
            // Or the stamps of bytes that are gone would fill their ring.
            stamps.advance(self.half.head());
        }
    }

    /// Returns whether the ring keeps [stamps](super::Options::stamps).
    #[inline]
    pub fn has_stamps(&self) -> bool {
        self.stamps.is_some()
    }

    /// Returns when the byte at the front was read, in nanoseconds of the monotonic clock.
    ///
    /// `None` when there is no byte, when the ring was made without
    /// [stamps](super::Options::stamps), or when nothing was committed with a time yet. Bytes
    /// committed without a time have that of the read before them.
    pub fn stamp(&mut self) -> Option<u64> {
        let stamps = self.stamps.as_mut()?;
        if self.half.known() == 0 && self.half.refresh() == 0 {
            return None;
        }
        stamps.advance(self.half.head());
        stamps.current()
    }

    /// Returns when the byte before the front was read, the newest that this side has released, in
    /// nanoseconds of the monotonic clock.
    ///
    /// `None` as for [`stamp`](Consumer::stamp), but for an empty ring. When further bytes came
    /// already, it may be their time.
    pub fn last_stamp(&self) -> Option<u64> {
        self.stamps.as_ref()?.current()
    }

    /// Hands all bytes that are there to `take`, one or two slices in order, then releases them;
    /// returns how many. When `take` panics, nothing is released.
    ///
    /// # Examples
    ///
    /// ```
    /// let (mut producer, mut consumer) = ttyring::ring::channel(8);
    /// producer.push(b"abc");
    /// let mut taken = Vec::new();
    /// assert_eq!(consumer.drain(|bytes| taken.extend_from_slice(bytes)), 3);
    /// assert_eq!(taken, b"abc");
    /// ```
    #[inline]
    pub fn drain(&mut self, mut take: impl FnMut(&[u8])) -> usize {
        let grant = self.peek();
        for span in [grant.first(), grant.second()] {
            if !span.is_empty() {
                take(span);
            }
        }
        let len = grant.len();
        grant.end();
        self.release(len);
        len
    }

    /// Copies as many bytes as there are into `buffer`, releases them and returns how many.
    #[inline]
    pub fn pop(&mut self, buffer: &mut [u8]) -> usize {
        if self.half.known() < buffer.len() {
            self.half.refresh();
        }
        let grant = self.known_bytes();
        let len = buffer.len().min(grant.len());
        let split = len.min(grant.first.len());
        buffer[..split].copy_from_slice(&grant.first[..split]);
        buffer[split..len].copy_from_slice(&grant.second[..len - split]);
        grant.end();
        self.release(len);
        len
    }

    /// Waits until there is a byte, for at most `timeout`: spins for a moment, then sleeps.
    ///
    /// In the same thread as the producer this waits for nothing that can happen.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use ttyring::ring::{self, Waited};
    ///
    /// let (mut producer, mut consumer) = ring::channel(64);
    /// assert_eq!(consumer.wait(Some(Duration::ZERO)), Waited::TimedOut);
    /// std::thread::spawn(move || producer.push(b"a"));
    /// assert_eq!(consumer.wait(None), Waited::Ready);
    /// ```
    pub fn wait(&mut self, timeout: Option<Duration>) -> Waited {
        let signals = &self.half.shared.signals;
        let ready = || self.readiness();
        self.spin
            .wait(&signals.data, signals.sleeps, timeout, ready)
    }

    /// Announces a sleep elsewhere, on a descriptor for example: the callback given to
    /// [`Options::on_data`](super::Options::on_data) will be called once, as soon as `wait` would
    /// return. When it would return at once, nothing is announced and the answer is how.
    ///
    /// The callback may still be called once after [`disarm`](Consumer::disarm), or after a
    /// wait: take it as a hint to look.
    ///
    /// # Panics
    ///
    /// When the ring was made without that callback.
    pub fn arm(&mut self) -> Option<Waited> {
        self.half.shared.signals.data.arm(|| self.readiness())
    }

    /// Takes the announcement of [`arm`](Consumer::arm) back.
    pub fn disarm(&mut self) {
        self.half.shared.signals.data.retract();
    }

    /// Returns a handle that ends the waits of this side.
    pub fn waker(&self) -> Waker {
        Waker::new(&self.half.shared, |shared| &shared.signals.data)
    }

    /// Reads that wait for bytes, each for at most `timeout`.
    pub fn blocking(&mut self, timeout: Option<Duration>) -> Blocking<'_, Consumer> {
        Blocking::new(self, timeout)
    }

    /// Says how a wait would end now, if it would.
    fn readiness(&self) -> Option<Waited> {
        if self.half.refresh() > 0 {
            Some(Waited::Ready)
        } else if self.is_finished() {
            Some(Waited::Ended)
        } else if self.half.known() > 0 {
            // The last bytes came just before the close.
            Some(Waited::Ready)
        } else if self.half.shared.signals.data.take_wake() {
            Some(Waited::Woken)
        } else {
            None
        }
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        self.half.shared.signals.leave();
    }
}

/// Copies what is there. [`WouldBlock`](io::ErrorKind::WouldBlock) when that is nothing, zero
/// bytes at the end of input.
impl Read for Consumer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut len = self.pop(buffer);
        if len == 0 && !buffer.is_empty() && !self.is_finished() {
            // That was a second look: the last bytes may have come just before the close.
            len = self.pop(buffer);
            if len == 0 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
        }
        Ok(len)
    }
}

/// Shows the bytes in the ring itself. [`WouldBlock`](io::ErrorKind::WouldBlock) when there are
/// none, an empty slice at the end of input.
impl BufRead for Consumer {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.half.known() == 0
            && self.half.refresh() == 0
            && !self.is_finished()
            && self.half.known() == 0
        {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(self.half.slices().0)
    }

    fn consume(&mut self, len: usize) {
        self.release(len);
    }
}

/// Bytes of the ring, shown to the consumer where they lie.
#[derive(Debug)]
pub struct ReadGrant<'a> {
    first: &'a [u8],
    second: &'a [u8],
    marks: ReadMarks,
}

impl<'a> ReadGrant<'a> {
    /// Returns the bytes up to the end of the storage; empty only if there are none at all.
    #[inline]
    pub fn first(&self) -> &'a [u8] {
        self.first
    }

    /// Returns the bytes that follow from the beginning of the storage.
    #[inline]
    pub fn second(&self) -> &'a [u8] {
        self.second
    }

    /// Returns how many bytes are shown.
    #[inline]
    pub fn len(&self) -> usize {
        self.first.len() + self.second.len()
    }

    /// Ends the claim before the bytes are given back.
    #[inline]
    fn end(self) {
        self.marks.end();
    }

    /// Returns whether no bytes are shown.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }
}
