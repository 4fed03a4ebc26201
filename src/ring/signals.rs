//! What the two sides tell each other besides bytes: that one of them is done.
//!
//! The positions are not here.

use crate::sync::{AtomicBool, Edge, order};

/// The end of either side.
#[derive(Debug)]
pub(super) struct Signals {
    closed: AtomicBool,
    gone: AtomicBool,
}

impl Signals {
    pub(super) fn new() -> Self {
        Signals {
            closed: AtomicBool::new(false),
            gone: AtomicBool::new(false),
        }
    }

    /// Says that the producer will commit nothing more.
    pub(super) fn close(&self) {
        // Release: pairs with the Acquire load in `is_closed`; the last tail comes first.
        self.closed.store(true, order(Edge::ClosePublish));
    }

    /// Returns whether the producer will commit nothing more; what it did commit is visible then.
    pub(super) fn is_closed(&self) -> bool {
        // Acquire: pairs with the Release store in `close`.
        self.closed.load(order(Edge::CloseObserve))
    }

    /// Says that the consumer will read nothing more.
    pub(super) fn leave(&self) {
        // Release: pairs with the Acquire load in `is_gone`; what the consumer did comes first.
        self.gone.store(true, order(Edge::GonePublish));
    }

    /// Returns whether the consumer will read nothing more.
    pub(super) fn is_gone(&self) -> bool {
        // Acquire: pairs with the Release store in `leave`.
        self.gone.load(order(Edge::GoneObserve))
    }
}
