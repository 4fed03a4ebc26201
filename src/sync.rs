//! The one place that chooses between std and loom, and the table of every ordering on which the
//! ring and the terminal's custody rely.
//!
//! They name their synchronisation by [`Edge`] and take what an edge means from here. In a
//! normal build that is a constant; in a model run (`--cfg loom`) the environment variable
//! `TTYRING_MUTANT` weakens one edge, and `ci/prove/loom.sh` shows that a model then fails. No part of
//! the protocol lives here.

use core::sync::atomic::Ordering;

#[cfg(not(loom))]
pub(crate) use native::*;

#[cfg(loom)]
pub(crate) use model::*;

/// One thing that a protocol needs: an ordering, a fence, a look twice, a sequence.
///
/// `docs/ring.md` has the ring's table of pairs; each variant's name there is its name here. Those
/// of the custody (`src/terminal/custody/shared.rs`) come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// The producer's store of the tail, after the bytes: Release.
    TailPublish,
    /// The consumer's load of the tail, before the bytes: Acquire.
    TailObserve,
    /// The consumer's store of the head, after it is done with the bytes: Release.
    HeadPublish,
    /// The producer's load of the head, before it overwrites the bytes: Acquire.
    HeadObserve,
    /// The producer's last store: no byte follows: Release.
    ClosePublish,
    /// The consumer's load of that: Acquire.
    CloseObserve,
    /// The tail is loaded again after the close was seen.
    CloseRecheck,
    /// The close first, then the look whether the consumer waits.
    CloseThenNotify,
    /// The consumer's last store: nobody reads any more: Release.
    GonePublish,
    /// The producer's load of that: Acquire.
    GoneObserve,
    /// The leave first, then the look whether the producer waits.
    GoneThenNotify,
    /// The tail first, then the look whether the consumer waits.
    DataThenNotify,
    /// The producer's fence between these two: SeqCst.
    DataNotifyFence,
    /// The consumer's fence between its announcement and its look at the tail: SeqCst.
    DataAnnounceFence,
    /// That look.
    DataRecheck,
    /// The head first, then the look whether the producer waits.
    SpaceThenNotify,
    /// The consumer's fence between these two: SeqCst.
    SpaceNotifyFence,
    /// The producer's fence between its announcement and its look at the head: SeqCst.
    SpaceAnnounceFence,
    /// That look.
    SpaceRecheck,
    /// A waker's store of its request: Release.
    WakePublish,
    /// The woken side's swap of it: Acquire.
    WakeObserve,
    /// A waker's request first, then the look whether that side waits.
    WakeThenNotify,
    /// Of several that notify, one wakes.
    WakeOnce,
    /// A ring is full at its capacity, not one byte later.
    FullBound,
    /// The stamp first, then the bytes to which it applies.
    StampThenData,
    /// A thread's exchange that takes the custody's lock, before the ledger: Acquire.
    LockTake,
    /// Its last store, after the ledger: Release.
    LockReturn,
    /// The fence between that exchange and the look at the end: SeqCst.
    LockFence,
    /// That look.
    LockRecheck,
    /// The store that shows a new plan, after it is complete: Release.
    PlanPublish,
    /// The load of which plan is shown, before it is read: Acquire.
    PlanObserve,
    /// The look at the end before a plan is written.
    PublishCheck,
    /// The fence between the store that shows a plan and the next such look: SeqCst.
    PublishFence,
    /// The fence between the mark of the end and the looks at the lock and the plan: SeqCst.
    EndFence,
}

impl Edge {
    /// The ordering of this edge in the correct protocol; of no meaning where the edge is a step.
    const fn ordering(self) -> Ordering {
        match self {
            Edge::TailPublish
            | Edge::HeadPublish
            | Edge::ClosePublish
            | Edge::GonePublish
            | Edge::WakePublish
            | Edge::LockReturn
            | Edge::PlanPublish => Ordering::Release,
            Edge::TailObserve
            | Edge::HeadObserve
            | Edge::CloseObserve
            | Edge::GoneObserve
            | Edge::WakeObserve
            | Edge::LockTake
            | Edge::PlanObserve => Ordering::Acquire,
            _ => Ordering::SeqCst,
        }
    }
}

/// Takes a lock that no code panics under.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .expect("no code panics while it holds the lock")
}

/// The edges as they are, on the types of the standard library.
#[cfg(not(loom))]
mod native {
    use super::{Edge, Ordering};
    use std::sync::OnceLock;

    pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize};
    pub(crate) use std::sync::{Arc, Condvar, Mutex, MutexGuard};
    pub(crate) use std::thread::yield_now;

    /// Returns the ordering of an edge.
    #[inline(always)]
    pub(crate) const fn order(edge: Edge) -> Ordering {
        edge.ordering()
    }

    /// Returns whether a step of the protocol is made: always.
    #[inline(always)]
    pub(crate) const fn keeps(_step: Edge) -> bool {
        true
    }

    /// Puts a full fence at an edge.
    #[inline(always)]
    pub(crate) fn fence(_edge: Edge) {
        core::sync::atomic::fence(Ordering::SeqCst);
    }

    /// Does two things in their order.
    #[inline(always)]
    pub(crate) fn in_order(_edge: Edge, first: impl FnOnce(), second: impl FnOnce()) {
        first();
        second();
    }

    /// Leaves the processor to itself for a moment.
    #[inline(always)]
    pub(crate) fn pause(times: u32) {
        for _ in 0..times {
            core::hint::spin_loop();
        }
    }

    /// Returns how often to look before sleeping: never with one processor, which the other side
    /// needs.
    pub(crate) fn bound_spin(looks: u32) -> u32 {
        static PROCESSORS: OnceLock<usize> = OnceLock::new();
        let count = || std::thread::available_parallelism().map_or(1, usize::from);
        if *PROCESSORS.get_or_init(count) > 1 {
            looks
        } else {
            0
        }
    }

    /// Who touches which byte when: only a model asks.
    #[derive(Debug)]
    pub(crate) struct Marks;

    /// A claim to read bytes.
    #[derive(Debug)]
    pub(crate) struct ReadMarks;

    /// A claim to write bytes.
    #[derive(Debug)]
    pub(crate) struct WriteMarks;

    impl ReadMarks {
        /// Ends the claim.
        #[inline(always)]
        pub(crate) fn end(self) {}
    }

    impl WriteMarks {
        /// Ends the claim.
        #[inline(always)]
        pub(crate) fn end(self) {}
    }

    impl Marks {
        pub(crate) fn new(_capacity: usize) -> Self {
            Marks
        }

        #[inline(always)]
        pub(crate) fn read(&self, _position: usize, _len: usize) -> ReadMarks {
            ReadMarks
        }

        #[inline(always)]
        pub(crate) fn write(&self, _position: usize, _len: usize) -> WriteMarks {
            WriteMarks
        }
    }
}

/// The same names on loom's types, with one edge weakened on request.
#[cfg(loom)]
mod model {
    use super::{Edge, Ordering};
    use std::sync::OnceLock;

    use loom::cell::{ConstPtr, MutPtr, UnsafeCell};
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicUsize};
    pub(crate) use loom::sync::{Arc, Condvar, Mutex, MutexGuard};
    pub(crate) use loom::thread::yield_now;

    /// Returns whether this process runs with `edge` weakened.
    fn is_mutated(edge: Edge) -> bool {
        static MUTANT: OnceLock<Option<String>> = OnceLock::new();
        let mutant = MUTANT.get_or_init(|| std::env::var("TTYRING_MUTANT").ok());
        mutant.as_deref() == Some(&*format!("{edge:?}"))
    }

    /// Returns the ordering of an edge, Relaxed when it is the mutant.
    pub(crate) fn order(edge: Edge) -> Ordering {
        if is_mutated(edge) {
            Ordering::Relaxed
        } else {
            edge.ordering()
        }
    }

    /// Returns whether a step of the protocol is made: unless it is the mutant.
    pub(crate) fn keeps(step: Edge) -> bool {
        !is_mutated(step)
    }

    /// Puts a full fence at an edge, unless it is the mutant.
    pub(crate) fn fence(edge: Edge) {
        if !is_mutated(edge) {
            loom::sync::atomic::fence(Ordering::SeqCst);
        }
    }

    /// Does two things in their order, or the other way round when the edge is the mutant.
    pub(crate) fn in_order(edge: Edge, first: impl FnOnce(), second: impl FnOnce()) {
        if is_mutated(edge) {
            second();
            first();
        } else {
            first();
            second();
        }
    }

    /// Lets the other threads of the model run.
    pub(crate) fn pause(_times: u32) {
        yield_now();
    }

    /// Returns how often to look before sleeping: never, since spinning hides what sleeping does.
    pub(crate) fn bound_spin(_looks: u32) -> u32 {
        0
    }

    /// One cell a byte, whose accesses loom checks for races.
    #[derive(Debug)]
    pub(crate) struct Marks(Vec<UnsafeCell<()>>);

    /// A claim to read bytes, for as long as it lives.
    #[derive(Debug)]
    pub(crate) struct ReadMarks(#[expect(dead_code)] Vec<ConstPtr<()>>);

    /// A claim to write bytes, for as long as it lives.
    #[derive(Debug)]
    pub(crate) struct WriteMarks(#[expect(dead_code)] Vec<MutPtr<()>>);

    impl ReadMarks {
        /// Ends the claim.
        pub(crate) fn end(self) {}
    }

    impl WriteMarks {
        /// Ends the claim.
        pub(crate) fn end(self) {}
    }

    impl Marks {
        pub(crate) fn new(capacity: usize) -> Self {
            Marks((0..capacity).map(|_| UnsafeCell::new(())).collect())
        }

        pub(crate) fn read(&self, position: usize, len: usize) -> ReadMarks {
            ReadMarks(self.cells(position, len).map(UnsafeCell::get).collect())
        }

        pub(crate) fn write(&self, position: usize, len: usize) -> WriteMarks {
            WriteMarks(self.cells(position, len).map(UnsafeCell::get_mut).collect())
        }

        fn cells(&self, position: usize, len: usize) -> impl Iterator<Item = &UnsafeCell<()>> {
            let mask = self.0.len() - 1;
            (0..len).map(move |offset| &self.0[position.wrapping_add(offset) & mask])
        }
    }
}
