//! A single-producer single-consumer ring of bytes: what carries input from the reading side to
//! the decoding side, in one thread or between two.
//!
//! The producer is granted the free bytes themselves, so that `read(2)` or `readv(2)` fills them
//! without a copy; the consumer looks at the bytes where they lie. Neither side takes a lock or
//! makes a system call to do so. `docs/ring.md` explains the protocol.
//!
//! This module knows nothing of terminals, of events or of the clock.
//!
//! # Examples
//!
//! ```
//! use std::convert::Infallible;
//!
//! let (mut producer, mut consumer) = ttyring::ring::channel(64);
//! let read = producer.fill_with(|buffers| {
//!     buffers[0][..3].copy_from_slice(b"\x1b[A");
//!     Ok::<_, Infallible>(3)
//! });
//! assert_eq!(read, Ok(3));
//! assert_eq!(consumer.peek().first(), b"\x1b[A");
//! consumer.release(3);
//! assert!(consumer.is_empty());
//! ```

mod consumer;
mod producer;
mod signals;
mod storage;

pub use consumer::{Consumer, ReadGrant};
pub use producer::{Producer, WriteGrant};

use signals::Signals;
use storage::Shared;

/// Makes a ring of at least `capacity` bytes, rounded up to a power of two.
///
/// # Panics
///
/// When `capacity` is zero or above `isize::MAX / 2`.
///
/// # Examples
///
/// ```
/// let (producer, consumer) = ttyring::ring::channel(1000);
/// assert_eq!(producer.capacity(), 1024);
/// assert_eq!(consumer.len(), 0);
/// ```
pub fn channel(capacity: usize) -> (Producer, Consumer) {
    Options::new(capacity).channel()
}

/// How a ring is made.
///
/// # Examples
///
/// ```
/// // For a password: what was read is overwritten as soon as it is released.
/// let (producer, consumer) = ttyring::ring::Options::new(4096).zeroize(true).channel();
/// # drop((producer, consumer));
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    capacity: usize,
    start: usize,
    zeroize: bool,
}

impl Options {
    /// Begins with a ring of at least `capacity` bytes, rounded up to a power of two.
    ///
    /// # Panics
    ///
    /// When `capacity` is zero or above `isize::MAX / 2`.
    pub fn new(capacity: usize) -> Self {
        assert!(
            (1..=isize::MAX as usize / 2).contains(&capacity),
            "a ring of {capacity} bytes cannot be made"
        );
        Options {
            capacity: capacity.next_power_of_two(),
            start: 0,
            zeroize: false,
        }
    }

    /// Chooses whether bytes are overwritten with zeros when they are released, and the whole
    /// ring when its last handle is dropped. The default is not to.
    #[must_use]
    pub fn zeroize(mut self, zeroize: bool) -> Self {
        self.zeroize = zeroize;
        self
    }

    /// Begins the positions elsewhere than at zero: for tests of their wrap-around.
    #[doc(hidden)]
    #[must_use]
    pub fn starting_at(mut self, position: usize) -> Self {
        self.start = position;
        self
    }

    /// Makes the ring.
    pub fn channel(self) -> (Producer, Consumer) {
        let (write, read) = Shared::split(self.capacity, self.start, self.zeroize, Signals::new());
        (Producer::new(write), Consumer::new(read))
    }
}
