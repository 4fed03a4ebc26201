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

mod blocking;
mod consumer;
mod gate;
mod options;
mod parker;
mod producer;
mod signals;
mod stamps;
mod storage;
mod wait;

pub use blocking::Blocking;

pub use consumer::{Consumer, ReadGrant};
pub use options::Options;
pub use producer::{Producer, WriteGrant};
pub use wait::{Waited, Waker};

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
