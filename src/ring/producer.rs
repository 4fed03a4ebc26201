//! The writing side of the ring: grants, commits, and the end of input.
//!
//! It fills bytes and gives them away; how they are ordered for the other side is in `storage`.

use std::io::{self, IoSliceMut};
use std::time::Duration;

use super::Blocking;
use super::stamps::StampWriter;
use super::storage::WriteHalf;
use super::wait::{Spin, Waited, Waker};
use crate::sync::{Edge, WriteMarks, in_order};

/// The largest first span that `fill_with` asks for before it is content without the second: a
/// Linux terminal never gives more to one `read(2)`.
const ENOUGH: usize = 4096;

/// The writing side of a ring; dropping it [closes](Producer::close) the ring.
///
/// It may be sent to another thread, but not shared between threads:
///
/// ```compile_fail,E0277
/// fn share<T: Sync>(_: &T) {}
/// let (producer, _consumer) = ttyring::ring::channel(64);
/// share(&producer);
/// ```
#[derive(Debug)]
pub struct Producer {
    half: WriteHalf,
    spin: Spin,
    /// Boxed, since it is a producer of its own.
    stamps: Option<Box<StampWriter>>,
    closed: bool,
}

impl Producer {
    pub(super) fn new(half: WriteHalf, stamps: Option<StampWriter>) -> Self {
        Producer {
            half,
            spin: Spin::new(),
            stamps: stamps.map(Box::new),
            closed: false,
        }
    }

    /// Returns the capacity in bytes, a power of two; all of it can be filled.
    pub fn capacity(&self) -> usize {
        self.half.capacity()
    }

    /// Returns how many bytes are free.
    ///
    /// The consumer may free more at any time; only this side makes it less.
    pub fn free(&self) -> usize {
        self.half.refresh()
    }

    /// Grants all free bytes, or `None` when the ring is full or [closed](Producer::close).
    ///
    /// A grant that is dropped or forgotten commits nothing.
    #[inline]
    pub fn grant(&mut self) -> Option<WriteGrant<'_>> {
        self.half.refresh();
        self.known_grant(1)
    }

    /// Grants at least `len` bytes, or `None` when fewer are free.
    ///
    /// Looks at the consumer's side only when what is known does not suffice, so the grant may be
    /// smaller than that of [`grant`](Producer::grant): for small writes in a tight loop.
    #[inline]
    pub fn grant_at_least(&mut self, len: usize) -> Option<WriteGrant<'_>> {
        let len = len.max(1);
        if self.half.known() < len {
            self.half.refresh();
        }
        self.known_grant(len)
    }

    #[inline]
    fn known_grant(&mut self, len: usize) -> Option<WriteGrant<'_>> {
        if self.closed || self.half.known() < len {
            return None;
        }
        let marks = self.half.mark();
        Some(WriteGrant {
            producer: self,
            marks,
        })
    }

    /// Lets `fill` read into the free bytes and commits as many as it returns.
    ///
    /// There are one or two buffers, in order: two only when the first, up to the end of the
    /// storage, is short, since `readv(2)` costs more than `read(2)`. When nothing is free or the
    /// ring is closed, `fill` is not called and the answer is `Ok(0)`.
    ///
    /// # Errors
    ///
    /// Whatever `fill` returns; then nothing is committed, as when it panics.
    ///
    /// # Panics
    ///
    /// When `fill` returns more than was free.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io::Read;
    ///
    /// let (mut producer, consumer) = ttyring::ring::channel(4096);
    /// let mut source: &[u8] = b"typed";
    /// let read = producer.fill_with(|buffers| source.read_vectored(buffers))?;
    /// assert_eq!((read, consumer.len()), (5, 5));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn fill_with<E>(
        &mut self,
        fill: impl FnOnce(&mut [IoSliceMut<'_>]) -> Result<usize, E>,
    ) -> Result<usize, E> {
        let fill = |buffers: &mut [IoSliceMut<'_>]| Ok((fill(buffers)?, None));
        self.fill(fill)
    }

    /// Lets `fill` read into the free bytes and commits as many as it returns, with the time that
    /// it returns: nanoseconds of the monotonic clock, taken after the read.
    ///
    /// # Errors
    ///
    /// As [`fill_with`](Producer::fill_with).
    ///
    /// # Panics
    ///
    /// As [`fill_with`](Producer::fill_with).
    pub fn fill_stamped<E>(
        &mut self,
        fill: impl FnOnce(&mut [IoSliceMut<'_>]) -> Result<(usize, u64), E>,
    ) -> Result<usize, E> {
        self.fill(|buffers| fill(buffers).map(|(filled, nanos)| (filled, Some(nanos))))
    }

    fn fill<E>(
        &mut self,
        fill: impl FnOnce(&mut [IoSliceMut<'_>]) -> Result<(usize, Option<u64>), E>,
    ) -> Result<usize, E> {
        let enough = ENOUGH.min(self.capacity() / 4);
        let Some(mut grant) = self.grant() else {
            return Ok(0);
        };
        let (first, second) = grant.slices();
        let (filled, nanos) = if second.is_empty() || first.len() >= enough {
            fill(&mut [IoSliceMut::new(first)])?
        } else {
            fill(&mut [IoSliceMut::new(first), IoSliceMut::new(second)])?
        };
        match nanos {
            Some(nanos) => grant.commit_at(filled, nanos),
            None => grant.commit(filled),
        }
        Ok(filled)
    }

    /// Copies as much of `bytes` as fits and returns how many bytes that was.
    pub fn push(&mut self, bytes: &[u8]) -> usize {
        if self.half.known() < bytes.len() {
            self.half.refresh();
        }
        let Some(grant) = self.known_grant(1) else {
            return 0;
        };
        let len = bytes.len().min(grant.len());
        grant.commit_copy(&bytes[..len]);
        len
    }

    /// Copies `bytes` if all of them fit, and returns whether they did.
    #[inline]
    pub fn push_all(&mut self, bytes: &[u8]) -> bool {
        match self.grant_at_least(bytes.len()) {
            Some(grant) => {
                grant.commit_copy(bytes);
                true
            }
            None => bytes.is_empty() && !self.closed,
        }
    }

    /// Waits until a byte is free, for at most `timeout`: spins for a moment, then sleeps.
    ///
    /// In the same thread as the consumer this waits for nothing that can happen.
    pub fn wait(&mut self, timeout: Option<Duration>) -> Waited {
        let signals = &self.half.shared.signals;
        let ready = || self.readiness();
        self.spin
            .wait(&signals.space, signals.sleeps, timeout, ready)
    }

    /// Announces a sleep elsewhere, on a descriptor for example: the callback given to
    /// [`Options::on_space`](super::Options::on_space) will be called once, as soon as `wait`
    /// would return. When it would return at once, nothing is announced and the answer is how.
    ///
    /// The callback may still be called once after [`disarm`](Producer::disarm), or after a
    /// wait: take it as a hint to look.
    ///
    /// # Panics
    ///
    /// When the ring was made without that callback.
    pub fn arm(&mut self) -> Option<Waited> {
        self.half.shared.signals.space.arm(|| self.readiness())
    }

    /// Takes the announcement of [`arm`](Producer::arm) back.
    pub fn disarm(&mut self) {
        self.half.shared.signals.space.retract();
    }

    /// Returns a handle that ends the waits of this side.
    pub fn waker(&self) -> Waker {
        Waker::new(&self.half.shared, |shared| &shared.signals.space)
    }

    /// Writes that wait for space, each for at most `timeout`.
    pub fn blocking(&mut self, timeout: Option<Duration>) -> Blocking<'_, Producer> {
        Blocking::new(self, timeout)
    }

    /// Says how a wait would end now, if it would.
    fn readiness(&self) -> Option<Waited> {
        if self.closed || self.is_abandoned() {
            Some(Waited::Ended)
        } else if self.half.refresh() > 0 {
            Some(Waited::Ready)
        } else if self.half.shared.signals.space.take_wake() {
            Some(Waited::Woken)
        } else {
            None
        }
    }

    /// Says that nothing more will come; the consumer still reads what was committed.
    pub fn close(&mut self) {
        if !self.closed {
            self.closed = true;
            self.half.shared.signals.close();
        }
    }

    /// Returns whether the consumer was dropped, so that nobody will read what is committed.
    pub fn is_abandoned(&self) -> bool {
        self.half.shared.signals.is_gone()
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        self.close();
    }
}

/// Copies what fits. [`WouldBlock`](io::ErrorKind::WouldBlock) when the ring is full,
/// [`BrokenPipe`](io::ErrorKind::BrokenPipe) when it is closed or the consumer is gone.
impl io::Write for Producer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed || self.is_abandoned() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        match self.push(bytes) {
            0 if !bytes.is_empty() => Err(io::ErrorKind::WouldBlock.into()),
            written => Ok(written),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Free bytes of the ring, given to the producer to fill.
///
/// They hold whatever they held before: zeros, or bytes that were read already. Dropping the grant
/// commits nothing.
#[derive(Debug)]
pub struct WriteGrant<'a> {
    producer: &'a mut Producer,
    marks: WriteMarks,
}

impl WriteGrant<'_> {
    /// Returns the free bytes in the order in which they will be read; the second slice is empty
    /// unless the bytes reach over the end of the storage.
    #[inline]
    pub fn slices(&mut self) -> (&mut [u8], &mut [u8]) {
        self.producer.half.slices()
    }

    /// Returns how many bytes were granted; never zero.
    #[expect(clippy::len_without_is_empty, reason = "a grant is never empty")]
    #[inline]
    pub fn len(&self) -> usize {
        self.producer.half.known()
    }

    /// Copies `bytes`, which are no more than were granted, and gives them to the consumer.
    #[inline]
    fn commit_copy(mut self, bytes: &[u8]) {
        let (first, second) = self.slices();
        if let Some(first) = first.get_mut(..bytes.len()) {
            first.copy_from_slice(bytes);
        } else {
            let (before, after) = bytes.split_at(first.len());
            first.copy_from_slice(before);
            second[..after.len()].copy_from_slice(after);
        }
        self.commit(bytes.len());
    }

    /// Gives the first `len` bytes of the grant to the consumer.
    ///
    /// # Panics
    ///
    /// When `len` is more than was granted.
    #[inline]
    pub fn commit(self, len: usize) {
        let WriteGrant { producer, marks } = self;
        // The claim ends before the bytes are given away.
        marks.end();
        producer.half.advance(len);
    }

    /// Gives the first `len` bytes of the grant to the consumer, read at `nanos` on the monotonic
    /// clock: see [`Options::stamps`](super::Options::stamps). The same as
    /// [`commit`](WriteGrant::commit) on a ring without stamps.
    ///
    /// # Panics
    ///
    /// When `len` is more than was granted.
    #[inline]
    pub fn commit_at(self, len: usize, nanos: u64) {
        let WriteGrant { producer, marks } = self;
        marks.end();
        let position = producer.half.tail();
        match &mut producer.stamps {
            Some(stamps) if len > 0 => in_order(
                Edge::StampThenData,
                || stamps.write(position, nanos),
                || producer.half.advance(len),
            ),
            _ => producer.half.advance(len),
        }
    }
}
