//! The one place that chooses between std and loom, and the table of every ordering on which the
//! ring relies.
//!
//! The ring names its synchronisation by [`Edge`] and takes what an edge means from here. In a
//! normal build that is a constant; in a model run (`--cfg loom`) the environment variable
//! `TTYRING_MUTANT` weakens one edge, and `ci/loom.sh` shows that a model then fails. No part of
//! the protocol lives here.

use core::sync::atomic::Ordering;

#[cfg(not(loom))]
pub(crate) use native::*;

#[cfg(loom)]
pub(crate) use model::*;

/// One thing that the protocol of the ring needs: an ordering, a fence, a look twice, a sequence.
///
/// `docs/ring.md` has the table of pairs; each variant's name there is its name here.
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
    /// The consumer's last store: nobody reads any more: Release.
    GonePublish,
    /// The producer's load of that: Acquire.
    GoneObserve,
}

impl Edge {
    /// The ordering of this edge in the correct ring.
    const fn ordering(self) -> Ordering {
        match self {
            Edge::TailPublish | Edge::HeadPublish | Edge::ClosePublish | Edge::GonePublish => {
                Ordering::Release
            }
            Edge::TailObserve | Edge::HeadObserve | Edge::CloseObserve | Edge::GoneObserve => {
                Ordering::Acquire
            }
            Edge::CloseRecheck => Ordering::SeqCst,
        }
    }
}

/// The edges as they are, on the types of the standard library.
#[cfg(not(loom))]
mod native {
    use super::{Edge, Ordering};

    pub(crate) use std::sync::Arc;
    pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize};

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

    /// Who touches which byte when: only a model asks.
    #[derive(Debug)]
    pub(crate) struct Marks;

    /// A claim to read bytes.
    #[derive(Debug)]
    pub(crate) struct ReadMarks;

    /// A claim to write bytes.
    #[derive(Debug)]
    pub(crate) struct WriteMarks;

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
    pub(crate) use loom::sync::Arc;
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicUsize};

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

    /// One cell a byte, whose accesses loom checks for races.
    #[derive(Debug)]
    pub(crate) struct Marks(Vec<UnsafeCell<()>>);

    /// A claim to read bytes, for as long as it lives.
    #[derive(Debug)]
    pub(crate) struct ReadMarks(#[expect(dead_code)] Vec<ConstPtr<()>>);

    /// A claim to write bytes, for as long as it lives.
    #[derive(Debug)]
    pub(crate) struct WriteMarks(#[expect(dead_code)] Vec<MutPtr<()>>);

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
