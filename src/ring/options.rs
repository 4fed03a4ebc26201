//! How a ring is made: its size and what it does besides carrying bytes.

use core::fmt;

use super::gate::Callback;
use super::signals::Signals;
use super::storage::Shared;
use super::{Consumer, Producer, stamps};

/// How a ring is made.
///
/// # Examples
///
/// ```
/// // For a password: what was read is overwritten as soon as it is released.
/// let (producer, consumer) = ttyring::ring::Options::new(4096).zeroize(true).channel();
/// # drop((producer, consumer));
/// ```
pub struct Options {
    capacity: usize,
    start: usize,
    zeroize: bool,
    spinning: bool,
    stamps: bool,
    on_data: Option<Callback>,
    on_space: Option<Callback>,
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
            spinning: false,
            stamps: false,
            on_data: None,
            on_space: None,
        }
    }

    /// Chooses whether bytes are overwritten with zeros when they are released, and the whole
    /// ring when its last handle is dropped. The default is not to.
    #[must_use]
    pub fn zeroize(mut self, zeroize: bool) -> Self {
        self.zeroize = zeroize;
        self
    }

    /// Chooses whether both sides only ever spin: then a commit or a release does not look
    /// whether the other side sleeps, which saves a full fence, and `wait` keeps its processor
    /// busy for as long as it waits. The default is to sleep.
    #[must_use]
    pub fn spinning(mut self, spinning: bool) -> Self {
        self.spinning = spinning;
        self
    }

    /// Chooses whether the time of each read travels beside its bytes: see
    /// [`Producer::fill_stamped`] and [`Consumer::stamp`]. The default is not to.
    ///
    /// There is room for one time for every sixteen bytes of capacity, and for at least sixteen.
    /// When more reads than that lie unreleased in the ring, the next ones join the read before
    /// them: their bytes seem to be older than they are, never younger. Nothing waits for room.
    ///
    /// # Examples
    ///
    /// ```
    /// let (mut producer, mut consumer) = ttyring::ring::Options::new(64).stamps(true).channel();
    /// for (bytes, nanos) in [(b"ab", 1_000), (b"cd", 2_000)] {
    ///     let read = producer.fill_stamped(|buffers| {
    ///         buffers[0][..2].copy_from_slice(bytes);
    ///         Ok::<_, std::io::Error>((2, nanos))
    ///     });
    ///     assert_eq!(read?, 2);
    /// }
    /// assert_eq!(consumer.stamp(), Some(1_000));
    /// consumer.release(2);
    /// assert_eq!(consumer.stamp(), Some(2_000));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn stamps(mut self, stamps: bool) -> Self {
        self.stamps = stamps;
        self
    }

    /// Gives what wakes a consumer that sleeps elsewhere, on a descriptor for example: see
    /// [`Consumer::arm`]. It is called at most once for each time that the consumer is armed, on
    /// the thread that commits, closes or wakes; it must not panic.
    #[must_use]
    pub fn on_data(mut self, wake: impl Fn() + Send + Sync + 'static) -> Self {
        self.on_data = Some(Box::new(wake));
        self
    }

    /// Gives what wakes a producer that sleeps elsewhere: see [`Producer::arm`]. The same as
    /// [`on_data`](Options::on_data) in the other direction.
    #[must_use]
    pub fn on_space(mut self, wake: impl Fn() + Send + Sync + 'static) -> Self {
        self.on_space = Some(Box::new(wake));
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
    ///
    /// # Panics
    ///
    /// When it is [spinning](Options::spinning) and has something to wake a sleeper by.
    pub fn channel(self) -> (Producer, Consumer) {
        let sleepers = self.on_data.is_some() || self.on_space.is_some();
        assert!(!(self.spinning && sleepers), "a spinning ring wakes nobody");
        let signals = Signals::new(!self.spinning, self.on_data, self.on_space);
        let (write, read) = Shared::split(self.capacity, self.start, self.zeroize, signals);
        let (writer, reader) = self.stamps.then(|| stamps::channel(self.capacity)).unzip();
        (Producer::new(write, writer), Consumer::new(read, reader))
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
