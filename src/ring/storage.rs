//! The bytes of the ring, its two positions, and the right of each side to its part of them.
//!
//! All the `unsafe` of the ring is in this file, and nothing outside of it can break what it
//! relies on: the positions are moved here only. Nothing here waits.
#![allow(unsafe_code)]

use core::cell::{Cell, UnsafeCell};
use core::sync::atomic::Ordering::{Acquire, Release};
use core::{fmt, ptr, slice};

use crossbeam_utils::CachePadded;

use crate::sync::{Arc, AtomicUsize, Marks};

/// Bytes in one line of storage: two cache lines, since the prefetcher of x86 fetches pairs, and
/// the line of Apple's processors.
const CACHE_LINE: usize = 128;

#[repr(C, align(128))]
struct Line(UnsafeCell<[u8; CACHE_LINE]>);

/// What both sides see.
///
/// `tail - head`, wrapping, is the number of bytes in the ring: never more than the capacity. The
/// positions run freely over all of `usize`; only an index into the storage is masked.
struct Shared {
    /// Where the next byte is written; only the producer stores it.
    tail: CachePadded<AtomicUsize>,
    /// Where the next byte is read; only the consumer stores it.
    head: CachePadded<AtomicUsize>,
    lines: Box<[Line]>,
    mask: usize,
    wipes: bool,
    marks: Marks,
}

// SAFETY: `lines` is the only field that is not `Sync`. Its bytes are reached only through the one
// WriteHalf and the one ReadHalf, whose ranges are disjoint: see `WriteHalf::slices` and
// `ReadHalf::slices`.
unsafe impl Sync for Shared {}

// SAFETY: plain bytes belong to no thread.
unsafe impl Send for Shared {}

/// Makes both halves of a ring of `capacity` bytes, a power of two.
pub(super) fn split(capacity: usize, wipes: bool) -> (WriteHalf, ReadHalf) {
    assert!(capacity.is_power_of_two(), "the capacity is a power of two");
    // The positions wrap after the first `capacity` bytes, so that every ring in use and under test
    // passes the wrap.
    let start = 0usize.wrapping_sub(capacity);
    let shared = Arc::new(Shared {
        tail: CachePadded::new(AtomicUsize::new(start)),
        head: CachePadded::new(AtomicUsize::new(start)),
        lines: (0..capacity.div_ceil(CACHE_LINE))
            .map(|_| Line(UnsafeCell::new([0; CACHE_LINE])))
            .collect(),
        mask: capacity - 1,
        wipes,
        marks: Marks::new(capacity),
    });
    let write = WriteHalf {
        shared: Arc::clone(&shared),
        tail: start,
        limit: Cell::new(start.wrapping_add(capacity)),
    };
    let read = ReadHalf {
        shared,
        head: start,
        tail: Cell::new(start),
    };
    (write, read)
}

impl Shared {
    fn capacity(&self) -> usize {
        self.mask + 1
    }

    /// Returns where `len` bytes from `position` lie: the start and length of the span up to the
    /// end of the storage, and the length of the span from its beginning.
    #[inline]
    fn spans(&self, position: usize, len: usize) -> (*mut u8, usize, usize) {
        debug_assert!(len <= self.capacity());
        let index = position & self.mask;
        let first = len.min(self.capacity() - index);
        (self.base().wrapping_add(index), first, len - first)
    }

    #[inline]
    fn base(&self) -> *mut u8 {
        UnsafeCell::raw_get(self.lines.as_ptr().cast::<UnsafeCell<[u8; CACHE_LINE]>>()).cast()
    }

    /// Overwrites `len` bytes from `position` with zeros, for good.
    ///
    /// # Safety
    ///
    /// The caller has the sole right to those bytes.
    unsafe fn wipe(&self, position: usize, len: usize) {
        self.marks.write(position, len);
        for offset in 0..len {
            let byte = self
                .base()
                .wrapping_add(position.wrapping_add(offset) & self.mask);
            // SAFETY: the index is masked, so it is inside the storage; the caller owns the byte.
            // Volatile, or the compiler may drop a store to memory that is freed next.
            unsafe { ptr::write_volatile(byte, 0) };
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if self.wipes {
            // SAFETY: `&mut self`: both halves are gone.
            unsafe { self.wipe(0, self.capacity()) };
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("capacity", &self.capacity())
            .finish_non_exhaustive()
    }
}

/// The right to write the free bytes: `tail .. head + capacity`.
#[derive(Debug)]
pub(super) struct WriteHalf {
    shared: Arc<Shared>,
    /// The truth: nobody else stores the tail.
    tail: usize,
    /// The capacity beyond the head as last seen; the true head is the same or ahead, so the free
    /// bytes are at least what it says. The `Cell` also makes the handle `!Sync`.
    limit: Cell<usize>,
}

impl WriteHalf {
    pub(super) fn capacity(&self) -> usize {
        self.shared.capacity()
    }

    /// Returns the position of the next byte to write.
    pub(super) fn tail(&self) -> usize {
        self.tail
    }

    /// Returns how many bytes are known to be free, without looking at the other side.
    #[inline]
    pub(super) fn known(&self) -> usize {
        self.limit.get().wrapping_sub(self.tail)
    }

    /// Looks at the other side and returns how many bytes are free.
    #[inline]
    pub(super) fn refresh(&self) -> usize {
        // Acquire: pairs with the Release store in `ReadHalf::advance`; the consumer is done with
        // the bytes before this position.
        let head = self.shared.head.load(Acquire);
        self.limit.set(head.wrapping_add(self.capacity()));
        self.known()
    }

    /// Forgets the free bytes: none are known until the next look.
    pub(super) fn forget(&mut self) {
        self.limit.set(self.tail);
    }

    /// Returns the known free bytes, in order.
    #[inline]
    pub(super) fn slices(&mut self) -> (&mut [u8], &mut [u8]) {
        self.shared.marks.write(self.tail, self.known());
        let (start, first, second) = self.shared.spans(self.tail, self.known());
        // SAFETY: `tail .. tail + known()` ends at most `capacity` after a head that the consumer
        // published and never moves back, so the ReadHalf reaches none of these bytes until
        // `advance` gives them away, which needs the `&mut self` that the slice borrows. `spans`
        // keeps both ranges inside the storage, and bytes have no invalid value.
        let first = unsafe { slice::from_raw_parts_mut(start, first) };
        // SAFETY: as above; the second span begins at the base and ends before the first begins,
        // since together they are no longer than the capacity.
        let second = unsafe { slice::from_raw_parts_mut(self.shared.base(), second) };
        (first, second)
    }

    /// Gives the first `len` of the known free bytes to the consumer.
    ///
    /// # Panics
    ///
    /// When fewer are known to be free.
    #[inline(always)]
    pub(super) fn advance(&mut self, len: usize) {
        let known = self.known();
        if len > known {
            too_many("committed", len, known);
        }
        self.tail = self.tail.wrapping_add(len);
        // Release: pairs with the Acquire load in `ReadHalf::refresh`; the bytes come first.
        self.shared.tail.store(self.tail, Release);
    }
}

/// The right to read the filled bytes: `head .. tail`.
#[derive(Debug)]
pub(super) struct ReadHalf {
    shared: Arc<Shared>,
    /// The truth: nobody else stores the head.
    head: usize,
    /// The tail as last seen; the true one is the same or ahead. The `Cell` also makes the handle
    /// `!Sync`.
    tail: Cell<usize>,
}

impl ReadHalf {
    /// Returns the position of the next byte to read.
    pub(super) fn head(&self) -> usize {
        self.head
    }

    /// Returns how many bytes are known to be there, without looking at the other side.
    #[inline]
    pub(super) fn known(&self) -> usize {
        self.tail.get().wrapping_sub(self.head)
    }

    /// Looks at the other side and returns how many bytes are there.
    #[inline]
    pub(super) fn refresh(&self) -> usize {
        // Acquire: pairs with the Release store in `WriteHalf::advance`; the bytes before this
        // position are written.
        self.tail.set(self.shared.tail.load(Acquire));
        self.known()
    }

    /// Returns the known bytes, in order.
    #[inline]
    pub(super) fn slices(&self) -> (&[u8], &[u8]) {
        self.shared.marks.read(self.head, self.known());
        let (start, first, second) = self.shared.spans(self.head, self.known());
        // SAFETY: `head .. head + known()` ends at a tail that the producer published and never
        // moves back, so the WriteHalf reaches none of these bytes until `advance` gives them
        // back, which needs `&mut self` while the slices borrow `self`. `spans` keeps both ranges
        // inside the storage, which was zeroed when it was made.
        let first = unsafe { slice::from_raw_parts(start, first) };
        // SAFETY: as above.
        let second = unsafe { slice::from_raw_parts(self.shared.base(), second) };
        (first, second)
    }

    /// Returns one of the known bytes, so many behind the first.
    #[inline]
    pub(super) fn get(&self, offset: usize) -> Option<u8> {
        if offset >= self.known() {
            return None;
        }
        let position = self.head.wrapping_add(offset);
        self.shared.marks.read(position, 1);
        let at = self.shared.base().wrapping_add(position & self.shared.mask);
        // SAFETY: as in `slices`: the byte is one of the known ones, and the index is masked.
        Some(unsafe { at.read() })
    }

    /// Gives the first `len` of the known bytes back to the producer.
    ///
    /// # Panics
    ///
    /// When fewer are known to be there.
    #[inline(always)]
    pub(super) fn advance(&mut self, len: usize) {
        let known = self.known();
        if len > known {
            too_many("released", len, known);
        }
        if self.shared.wipes {
            // SAFETY: as in `slices`, and `&mut self`: no slice is left.
            unsafe { self.shared.wipe(self.head, len) };
        }
        self.head = self.head.wrapping_add(len);
        // Release: pairs with the Acquire load in `WriteHalf::refresh`; reading comes first.
        self.shared.head.store(self.head, Release);
    }
}

/// Out of the way of the bytes: what it takes to format this is not paid for by every key.
#[cold]
#[inline(never)]
#[track_caller]
fn too_many(what: &str, len: usize, known: usize) -> ! {
    panic!("{what} {len} bytes of {known}");
}
