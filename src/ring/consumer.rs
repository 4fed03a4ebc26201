//! The reading side of the ring: looking at the bytes where they lie, and giving them back.
//!
//! It copies only what it is asked to. How the bytes are ordered is in `storage`.

use std::io::{self, BufRead, Read};
use std::time::Duration;

use super::notify::Waited;
use super::stamps::StampReader;
use super::storage::ReadHalf;
use super::wait::{Link, Waker};

/// The reading side of a ring. Dropping it tells the producer that nobody reads any more.
///
/// [`peek`](Consumer::peek) and [`drain`](Consumer::drain) never wait. As a [`Read`] and
/// [`BufRead`], it waits while the ring is empty, until the end of input.
///
/// You can send it to another thread, but two threads cannot share it:
///
/// ```compile_fail,E0277
/// fn share<T: Sync>(_: &T) {}
/// let (_producer, consumer) = ttyring::ring::channel(64);
/// share(&consumer);
/// ```
///
/// # Examples
///
/// Wait for bytes, and look at them in place:
///
/// ```
/// use std::io::BufRead;
///
/// let (mut producer, mut consumer) = ttyring::ring::channel(64);
/// std::thread::spawn(move || producer.push(b"\x1b[A"));
/// while !consumer.fill_buf()?.is_empty() {
///     let (first, second) = consumer.peek();
///     println!("{first:?} {second:?}");
///     let shown = first.len() + second.len();
///     consumer.release(shown);
/// }
/// assert!(consumer.is_finished());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Consumer {
    half: ReadHalf,
    link: Link,
    stamps: Option<StampReader>,
}

impl Consumer {
    pub(super) fn new(half: ReadHalf, link: Link, stamps: Option<StampReader>) -> Self {
        Consumer { half, link, stamps }
    }

    /// Returns how many bytes can be read. The producer may add more at any time.
    #[inline]
    pub fn len(&self) -> usize {
        self.half.refresh()
    }

    /// Returns whether no byte can be read now. More may come until the ring is
    /// [finished](Consumer::is_finished).
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns whether the producer has closed the ring and everything was read.
    pub fn is_finished(&self) -> bool {
        // The last bytes may have come between a look at the tail and the close: look again.
        self.half.known() == 0 && self.link.is_ended() && self.half.refresh() == 0
    }

    /// Shows all bytes that are there: those up to the end of the storage, then those that follow
    /// from its beginning. The first slice is empty only if there are no bytes at all.
    ///
    /// They stay in the ring until [`release`](Consumer::release).
    #[inline]
    pub fn peek(&self) -> (&[u8], &[u8]) {
        self.half.refresh();
        self.half.slices()
    }

    /// Returns the byte `offset` behind the first, or `None` if there are fewer.
    ///
    /// Looks at the producer's side only when what is known does not suffice.
    #[inline]
    pub(crate) fn get(&self, offset: usize) -> Option<u8> {
        match self.half.get(offset) {
            None if self.half.refresh() > offset => self.half.get(offset),
            byte => byte,
        }
    }

    /// Gives the first `len` bytes back to the producer.
    ///
    /// # Panics
    ///
    /// If this side has not seen as many bytes yet, by [`peek`](Consumer::peek),
    /// [`len`](Consumer::len) or as a [`BufRead`].
    #[inline]
    pub fn release(&mut self, len: usize) {
        self.half.advance(len);
        self.link.notify();
        if let Some(stamps) = &mut self.stamps {
            // Otherwise the stamps of bytes that are gone would fill their ring.
            stamps.advance(self.half.head());
        }
    }

    /// Returns when the byte `offset` behind the front was read, in nanoseconds of the monotonic
    /// clock. This side has seen the byte already.
    ///
    /// `None` if the ring was made without [stamps](super::Options::stamps), or if nothing was
    /// committed with a time yet. Bytes committed without a time have that of the read before them.
    #[inline]
    pub(crate) fn stamp_at(&self, offset: usize) -> Option<u64> {
        let position = self.half.head().wrapping_add(offset);
        self.stamps.as_ref()?.at(position)
    }

    /// Returns when the byte before the front was read, the newest that this side has released.
    ///
    /// `None` as for [`stamp_at`](Consumer::stamp_at). When further bytes came already, it may be
    /// their time.
    pub(crate) fn last_stamp(&self) -> Option<u64> {
        self.stamps.as_ref()?.current()
    }

    /// Hands all bytes that are there to `take`, as one or two slices in order, then releases them
    /// and returns how many there were. If `take` panics, nothing is released.
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
        let (first, second) = self.peek();
        let len = first.len() + second.len();
        if len == 0 {
            // A store of the same head would take its cache line from the producer for nothing.
            return 0;
        }
        take(first);
        if !second.is_empty() {
            take(second);
        }
        self.release(len);
        len
    }

    /// Waits until there is a byte, for at most `timeout`: spins for a while, then sleeps.
    pub(crate) fn wait(&mut self, timeout: Option<Duration>) -> Waited {
        self.link.wait(timeout, || self.readiness())
    }

    /// Announces a sleep elsewhere, for example on a descriptor: the callback given to
    /// [`Options::on_data`](super::Options::on_data) will be called once, as soon as `wait` would
    /// return. If it would return at once, nothing is announced and the answer is how.
    ///
    /// The callback may still be called once after [`disarm`](Consumer::disarm), or after a wait:
    /// take it as a hint to look.
    pub(crate) fn arm(&mut self) -> Option<Waited> {
        self.link.arm(|| self.readiness())
    }

    /// Takes the announcement of [`arm`](Consumer::arm) back.
    pub(crate) fn disarm(&mut self) {
        self.link.disarm();
    }

    /// Returns a handle that ends the waits of this side.
    pub(crate) fn waker(&self) -> Waker {
        self.link.waker()
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
        } else {
            self.link.take_wake().then_some(Waited::Woken)
        }
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        self.link.end();
    }
}

impl Read for Consumer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let read = self.fill_buf()?.read(buffer)?;
        self.release(read);
        Ok(read)
    }
}

impl BufRead for Consumer {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.half.known() == 0 && self.wait(None) == Waited::Woken {
            return Err(io::ErrorKind::Interrupted.into());
        }
        Ok(self.half.slices().0)
    }

    fn consume(&mut self, len: usize) {
        self.release(len);
    }
}
