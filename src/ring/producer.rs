//! The writing side of the ring: grants, commits, and the end of input.
//!
//! It fills bytes and gives them away. How they are ordered for the other side is in `storage`.

use std::io::{self, Write};
use std::time::Duration;

use super::notify::Waited;
use super::stamps::StampWriter;
use super::storage::WriteHalf;
use super::wait::{Link, Waker};

/// The writing side of a ring. Dropping it [closes](Producer::close) the ring.
///
/// [`push`](Producer::push) and [`grant`](Producer::grant) never wait. As a [`Write`], it waits
/// while the ring is full, and fails with [`BrokenPipe`](io::ErrorKind::BrokenPipe) once the ring is
/// closed or the consumer is gone.
///
/// You can send it to another thread, but two threads cannot share it:
///
/// ```compile_fail,E0277
/// fn share<T: Sync>(_: &T) {}
/// let (producer, _consumer) = ttyring::ring::channel(64);
/// share(&producer);
/// ```
///
/// # Examples
///
/// Read into the free bytes in place:
///
/// ```
/// use std::io::Read;
///
/// let (mut producer, consumer) = ttyring::ring::channel(4096);
/// let mut source: &[u8] = b"typed";
/// if let Some((first, _)) = producer.grant() {
///     let read = source.read(first)?;
///     producer.commit(read);
/// }
/// assert_eq!(consumer.peek().0, b"typed");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Producer {
    half: WriteHalf,
    link: Link,
    stamps: Option<StampWriter>,
    closed: bool,
}

impl Producer {
    pub(super) fn new(half: WriteHalf, link: Link, stamps: Option<StampWriter>) -> Self {
        Producer {
            half,
            link,
            stamps,
            closed: false,
        }
    }

    /// Returns the capacity in bytes, a power of two. All of it can be filled.
    pub fn capacity(&self) -> usize {
        self.half.capacity()
    }

    /// Grants all free bytes, in the order in which they will be read: those up to the end of the
    /// storage, then those from its beginning. Returns `None` if the ring is full or
    /// [closed](Producer::close).
    ///
    /// The bytes hold whatever they held before: zeros, or bytes that were read already. They are
    /// given to the consumer by [`commit`](Producer::commit), and not before.
    #[inline(always)]
    pub fn grant(&mut self) -> Option<(&mut [u8], &mut [u8])> {
        if self.closed || self.half.refresh() == 0 {
            return None;
        }
        Some(self.half.slices())
    }

    /// Gives the first `len` of the bytes that were [granted](Producer::grant) to the consumer.
    ///
    /// # Panics
    ///
    /// If `len` is more than was granted.
    #[inline(always)]
    pub fn commit(&mut self, len: usize) {
        self.half.advance(len);
        self.link.notify();
    }

    /// Gives the first `len` of the bytes that were granted to the consumer, read at `nanos` on the
    /// monotonic clock: see [`Options::stamps`](super::Options::stamps).
    ///
    /// # Panics
    ///
    /// If `len` is more than was granted.
    #[inline]
    pub(crate) fn commit_at(&mut self, len: usize, nanos: u64) {
        if let Some(stamps) = self.stamps.as_mut().filter(|_| len > 0) {
            stamps.write(self.half.tail(), nanos);
        }
        // Last: whoever sees the bytes sees their stamp.
        self.commit(len);
    }

    /// Copies as much of `bytes` as fits and returns how many bytes that was: none if the ring is
    /// full or [closed](Producer::close).
    #[inline]
    pub fn push(&mut self, bytes: &[u8]) -> usize {
        if self.half.known() >= bytes.len() || self.half.refresh() >= bytes.len() {
            self.push_all(bytes)
        } else {
            self.push_part(bytes)
        }
    }

    /// Copies as much of `bytes` as fits, which is not all of them.
    #[cold]
    #[inline(never)]
    fn push_part(&mut self, bytes: &[u8]) -> usize {
        let fits = self.half.known();
        self.push_all(&bytes[..fits])
    }

    /// Copies `bytes`, which fit.
    #[inline(always)]
    fn push_all(&mut self, bytes: &[u8]) -> usize {
        if self.closed || bytes.is_empty() {
            self.forget_if_closed();
            return 0;
        }
        let (first, second) = self.half.slices();
        if let Some(first) = first.get_mut(..bytes.len()) {
            first.copy_from_slice(bytes);
        } else {
            let (before, after) = bytes.split_at(first.len());
            first.copy_from_slice(before);
            second[..after.len()].copy_from_slice(after);
        }
        self.commit(bytes.len());
        bytes.len()
    }

    /// Waits until a byte is free, for at most `timeout`: spins for a while, then sleeps.
    pub(crate) fn wait(&mut self, timeout: Option<Duration>) -> Waited {
        self.link.wait(timeout, || self.readiness())
    }

    /// Says how a wait would end now, if it would.
    fn readiness(&self) -> Option<Waited> {
        if self.closed || self.is_abandoned() {
            Some(Waited::Ended)
        } else if self.half.refresh() > 0 {
            Some(Waited::Ready)
        } else {
            self.link.take_wake().then_some(Waited::Woken)
        }
    }

    /// Returns a handle that ends the waits of this side.
    pub(crate) fn waker(&self) -> Waker {
        self.link.waker()
    }

    /// Says that nothing more will come. The consumer still reads what was committed.
    pub fn close(&mut self) {
        if !self.closed {
            self.closed = true;
            self.forget_if_closed();
            self.link.end();
        }
    }

    /// After a close nothing is granted, so nothing can be committed.
    #[cold]
    fn forget_if_closed(&mut self) {
        if self.closed {
            self.half.forget();
        }
    }

    /// Returns whether the consumer was dropped, so that nobody will read what is committed.
    pub fn is_abandoned(&self) -> bool {
        self.link.is_ended()
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        self.close();
    }
}

impl Write for Producer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        match self.wait(None) {
            Waited::Ready => Ok(self.push(bytes)),
            Waited::Ended => Err(io::ErrorKind::BrokenPipe.into()),
            Waited::Woken | Waited::TimedOut => Err(io::ErrorKind::Interrupted.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
