//! Two things that are often said of such rings, each with and without: that padding the positions
//! to lines of their own matters, and that sequential consistency costs more than release.
//!
//! The ring here is as small as one can be, carries words in atomic slots, and is for nothing else.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crossbeam_utils::CachePadded;

use super::lane::{CAPACITY, Lane, Sink};

/// Words of capacity.
const WORDS: usize = CAPACITY / 8;

/// The ordering with which a position is published.
pub(crate) trait Publish: Send + Sync + 'static {
    const ORDERING: Ordering;
}

#[derive(Debug)]
pub(crate) struct Release;

#[derive(Debug)]
pub(crate) struct SeqCst;

impl Publish for Release {
    const ORDERING: Ordering = Ordering::Release;
}

impl Publish for SeqCst {
    const ORDERING: Ordering = Ordering::SeqCst;
}

/// Where the two positions lie.
pub(crate) trait Place: Default + Send + Sync + 'static {
    fn tail(&self) -> &AtomicUsize;
    fn head(&self) -> &AtomicUsize;
}

/// Both in one line.
#[derive(Debug, Default)]
pub(crate) struct Together(AtomicUsize, AtomicUsize);

/// Each in lines of its own.
#[derive(Debug, Default)]
pub(crate) struct Apart(CachePadded<AtomicUsize>, CachePadded<AtomicUsize>);

impl Place for Together {
    fn tail(&self) -> &AtomicUsize {
        &self.0
    }

    fn head(&self) -> &AtomicUsize {
        &self.1
    }
}

impl Place for Apart {
    fn tail(&self) -> &AtomicUsize {
        &self.0
    }

    fn head(&self) -> &AtomicUsize {
        &self.1
    }
}

/// The small ring.
#[derive(Debug)]
pub(crate) struct Small<P, O> {
    place: CachePadded<P>,
    slots: Box<[AtomicU64]>,
    ordering: PhantomData<O>,
}

impl<P: Place, O: Publish> Lane<8> for Small<P, O> {
    type Sender = Arc<Small<P, O>>;
    type Receiver = Arc<Small<P, O>>;

    fn pair() -> (Self::Sender, Self::Receiver) {
        let ring = Arc::new(Small {
            place: CachePadded::default(),
            slots: (0..WORDS).map(|_| AtomicU64::new(0)).collect(),
            ordering: PhantomData,
        });
        (Arc::clone(&ring), ring)
    }

    #[inline]
    fn send(ring: &mut Self::Sender, chunk: &[u8; 8]) -> bool {
        let tail = ring.place.tail().load(Ordering::Relaxed);
        // Acquire: pairs with the store of the head in `receive`.
        if tail.wrapping_sub(ring.place.head().load(Ordering::Acquire)) == WORDS {
            return false;
        }
        let word = u64::from_ne_bytes(*chunk);
        ring.slots[tail % WORDS].store(word, Ordering::Relaxed);
        // At least Release: pairs with the load of the tail in `receive`.
        ring.place.tail().store(tail.wrapping_add(1), O::ORDERING);
        true
    }

    #[inline]
    fn receive(ring: &mut Self::Receiver, sink: &mut Sink) {
        let head = ring.place.head().load(Ordering::Relaxed);
        // Acquire: pairs with the store of the tail in `send`.
        if head != ring.place.tail().load(Ordering::Acquire) {
            let word = ring.slots[head % WORDS].load(Ordering::Relaxed);
            sink.take(&word.to_ne_bytes());
            // At least Release: pairs with the load of the head in `send`.
            ring.place.head().store(head.wrapping_add(1), O::ORDERING);
        }
    }
}
