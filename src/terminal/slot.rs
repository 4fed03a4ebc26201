//! A place for one record that a signal handler may use at any moment: whoever swaps the record
//! out owns it.
//!
//! There are two kinds of users. The *owner*, one thread at a time and never inside a handler,
//! replaces the record ([`Slot::put`]) or removes it ([`Slot::clear`]); to do so it swaps the
//! pointer, and what it gets back is its own to free. A *handler* ([`Slot::take`]) swaps in the
//! record's [`mark`], works on the record and puts it back; it never frees and never waits for
//! the owner. If the owner has replaced the record meanwhile, the handler leaves the old one
//! behind: a leak of one record in a process that is most likely dying. Each record has a mark of
//! its own, so that a handler which comes back late cannot put an old record over a newer one that
//! another handler has just then; and since what it leaves behind is never freed, no later record
//! has the same mark.
//!
//! The pointer is the only shared word. The orderings are edges of [`crate::sync`]: the models of
//! `tests/loom_ring/slot.rs` show that each is needed.
//!
//! This module does not know what a record is.

use std::ops::{Deref, DerefMut};
use std::ptr;
use std::sync::atomic::Ordering;

use crate::sync::{self, AtomicPtr, Edge, both, keeps, order};

/// How often the owner looks again while a handler on another thread has the record.
const PATIENCE: u32 = 1000;

/// A place for one record.
#[derive(Debug)]
pub(super) struct Slot<T: Send> {
    record: AtomicPtr<T>,
}

/// Stands for a record that a handler has: its address with the lowest bit set, which no record
/// has.
fn mark<T>(record: *mut T) -> *mut T {
    const { assert!(align_of::<T>() > 1, "the lowest bit is the mark's") };
    record.map_addr(|address| address | 1)
}

fn is_mark<T>(record: *mut T) -> bool {
    record.addr() & 1 == 1
}

#[allow(unsafe_code)]
fn into_box<T>(record: *mut T) -> Option<Box<T>> {
    if record.is_null() || is_mark(record) {
        return None;
    }
    // SAFETY: neither null nor a mark, so it came out of `Box::into_raw` in `put`; it was
    // swapped out of the slot by the caller, which makes it the caller's alone.
    Some(unsafe { Box::from_raw(record) })
}

impl<T: Send> Slot<T> {
    /// Makes an empty slot.
    pub(super) fn new() -> Self {
        Slot {
            record: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// Puts a record in and returns the one that was there; for the owner only.
    pub(super) fn put(&self, record: Box<T>) -> Option<Box<T>> {
        self.exchange(Box::into_raw(record))
    }

    /// Removes the record and returns it; for the owner only.
    pub(super) fn clear(&self) -> Option<Box<T>> {
        self.exchange(ptr::null_mut())
    }

    fn exchange(&self, new: *mut T) -> Option<Box<T>> {
        // Release: pairs with the Acquire in `take`; what is in the new record is seen there.
        // Acquire: pairs with the Release in `Taken::drop`; what handlers did to the old one is
        // seen here.
        let both = both(Edge::SlotPublish, Edge::SlotReclaim);
        for _ in 0..sync::bound_tries(PATIENCE) {
            // Relaxed: only says whether to try; the exchange below orders.
            let old = self.record.load(Ordering::Relaxed);
            if is_mark(old) {
                sync::yield_now();
                continue;
            }
            let swapped = self
                .record
                .compare_exchange(old, new, both, Ordering::Relaxed);
            // Not `old`: a record that came since may have the address of one that was freed, and
            // only the pointer that was in the slot may be used to reach it.
            if let Ok(there) = swapped {
                return into_box(there);
            }
        }
        // A handler keeps it: that process is ending. It will find that its mark is gone.
        into_box(self.record.swap(new, both))
    }

    /// Takes the record out until the answer is dropped. Async-signal-safe.
    pub(super) fn take(&self) -> Take<'_, T> {
        // Relaxed: only says whether to try; the exchange below orders.
        let mut record = self.record.load(Ordering::Relaxed);
        loop {
            if record.is_null() {
                return Take::Empty;
            }
            if is_mark(record) {
                return Take::Busy;
            }
            let marked = if keeps(Edge::SlotAlone) {
                mark(record)
            } else {
                record
            };
            // Acquire: pairs with the Release in `exchange` and in `Taken::drop`. The mark passes
            // nothing on, and an exchange does not break the chain from whoever put the record in.
            let swapped = self.record.compare_exchange(
                record,
                marked,
                order(Edge::SlotTake),
                Ordering::Relaxed,
            );
            match swapped {
                // Not `record`, as in `exchange`.
                Ok(there) => {
                    return Take::Record(Taken {
                        slot: self,
                        record: there,
                    });
                }
                Err(now) => record = now,
            }
        }
    }
}

impl<T: Send> Drop for Slot<T> {
    fn drop(&mut self) {
        drop(self.clear());
    }
}

/// What [`Slot::take`] found.
#[derive(Debug)]
pub(super) enum Take<'a, T: Send> {
    /// The record; nobody else can reach it now.
    Record(Taken<'a, T>),
    /// Another handler has it.
    Busy,
    /// There is none.
    Empty,
}

/// A record that was taken out; dropping this puts it back.
#[derive(Debug)]
pub(super) struct Taken<'a, T: Send> {
    slot: &'a Slot<T>,
    record: *mut T,
}

impl<T: Send> Deref for Taken<'_, T> {
    type Target = T;

    #[allow(unsafe_code)]
    fn deref(&self) -> &T {
        // SAFETY: came out of `Box::into_raw`, and whoever swapped it out is alone with it.
        unsafe { &*self.record }
    }
}

impl<T: Send> DerefMut for Taken<'_, T> {
    #[allow(unsafe_code)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`.
        unsafe { &mut *self.record }
    }
}

impl<T: Send> Drop for Taken<'_, T> {
    fn drop(&mut self) {
        let there = if keeps(Edge::SlotOwnMark) {
            mark(self.record)
        } else {
            // Relaxed: of no meaning, only a weakened slot comes here.
            self.slot.record.load(Ordering::Relaxed)
        };
        // Release: pairs with the Acquire in `exchange` and `take`. If the mark is gone, the
        // owner has moved on; freeing is not async-signal-safe, so the record stays behind.
        let _ = self.slot.record.compare_exchange(
            there,
            self.record,
            order(Edge::SlotReturn),
            Ordering::Relaxed,
        );
    }
}
