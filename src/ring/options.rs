//! How a ring is made: its size, and what it does besides carrying bytes.

use core::fmt;

use super::consumer::Consumer;
use super::notify::Callback;
use super::producer::Producer;
use super::wait::Link;
use super::{stamps, storage};

/// Chooses how a ring is made.
///
/// # Examples
///
/// ```
/// // For a password: bytes are overwritten with zeros as soon as they are released.
/// let (mut producer, mut consumer) = ttyring::ring::Options::new(4096).zeroize(true).channel();
/// producer.push(b"secret");
/// consumer.drain(|bytes| assert_eq!(bytes, b"secret"));
/// ```
pub struct Options {
    capacity: usize,
    zeroize: bool,
    spinning: bool,
    stamps: bool,
    on_data: Option<Callback>,
}

/// Makes a ring of at least `capacity` bytes, rounded up to a power of two.
///
/// # Panics
///
/// If `capacity` is zero or above `isize::MAX / 2`.
///
/// # Examples
///
/// ```
/// let (producer, consumer) = ttyring::ring::channel(1000);
/// assert_eq!(producer.capacity(), 1024);
/// assert!(consumer.is_empty());
/// ```
pub fn channel(capacity: usize) -> (Producer, Consumer) {
    Options::new(capacity).channel()
}

impl Options {
    /// Begins with a ring of at least `capacity` bytes, rounded up to a power of two.
    ///
    /// # Panics
    ///
    /// If `capacity` is zero or above `isize::MAX / 2`.
    pub fn new(capacity: usize) -> Self {
        assert!(
            (1..=isize::MAX as usize / 2).contains(&capacity),
            "the capacity of a ring is from 1 to isize::MAX / 2, not {capacity}"
        );
        Options {
            capacity: capacity.next_power_of_two(),
            zeroize: false,
            spinning: false,
            stamps: false,
            on_data: None,
        }
    }

    /// Sets whether bytes are overwritten with zeros: each when it is released, and all of them
    /// when both sides have been dropped. By default they are not.
    #[must_use]
    pub fn zeroize(mut self, zeroize: bool) -> Self {
        self.zeroize = zeroize;
        self
    }

    /// Sets whether a side that waits only spins. By default it sleeps after a while.
    ///
    /// In a spinning ring, a commit or a release need not check whether the other side sleeps,
    /// which saves a full memory fence. In return, a side that waits keeps its processor busy.
    #[must_use]
    pub fn spinning(mut self, spinning: bool) -> Self {
        self.spinning = spinning;
        self
    }

    /// Sets whether the time of each read travels beside its bytes: see
    /// [`Producer::commit_at`] and [`Consumer::stamp_at`].
    ///
    /// There is room for one time for every 16 bytes of capacity, and for at least 16. When more
    /// reads than that lie unreleased in the ring, the next ones join the read before them: their
    /// bytes seem to be older than they are, never younger. Nothing waits for room.
    pub(crate) fn stamps(mut self, stamps: bool) -> Self {
        self.stamps = stamps;
        self
    }

    /// Sets what wakes a consumer that sleeps elsewhere, for example on a descriptor: see
    /// [`Consumer::arm`]. It is called at most once for each time that the consumer is armed, on
    /// the thread that commits, closes or wakes. It must not panic.
    pub(crate) fn on_data(mut self, wake: impl Fn() + Send + Sync + 'static) -> Self {
        self.on_data = Some(Box::new(wake));
        self
    }

    /// Makes the ring.
    pub fn channel(self) -> (Producer, Consumer) {
        let (write, read) = storage::split(self.capacity, self.zeroize);
        let (space, data) = Link::pair(!self.spinning, self.on_data);
        let (writer, reader) = self.stamps.then(|| stamps::channel(self.capacity)).unzip();
        (
            Producer::new(write, space, writer),
            Consumer::new(read, data, reader),
        )
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("capacity", &self.capacity)
            .field("zeroize", &self.zeroize)
            .field("spinning", &self.spinning)
            .field("stamps", &self.stamps)
            .finish_non_exhaustive()
    }
}
