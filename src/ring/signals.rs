//! What the two sides tell each other besides bytes: that one is done, that one waits.
//!
//! The positions are not here.

use super::gate::{Callback, DATA, Gate, SPACE};
use crate::sync::{AtomicBool, Edge, in_order, order};

/// The end of either side, and where each waits.
#[derive(Debug)]
pub(super) struct Signals {
    /// Where the consumer waits for bytes.
    pub(super) data: Gate,
    /// Where the producer waits for space.
    pub(super) space: Gate,
    /// Whether any side ever sleeps; if not, nobody looks for sleepers.
    pub(super) sleeps: bool,
    closed: AtomicBool,
    gone: AtomicBool,
}

impl Signals {
    pub(super) fn new(sleeps: bool, on_data: Option<Callback>, on_space: Option<Callback>) -> Self {
        Signals {
            data: Gate::new(&DATA, on_data),
            space: Gate::new(&SPACE, on_space),
            sleeps,
            closed: AtomicBool::new(false),
            gone: AtomicBool::new(false),
        }
    }

    /// Says that the producer will commit nothing more.
    pub(super) fn close(&self) {
        // Release: pairs with the Acquire load in `is_closed`; the last tail comes first.
        let close = || self.closed.store(true, order(Edge::ClosePublish));
        in_order(Edge::CloseThenNotify, close, || self.data.notify());
    }

    /// Returns whether the producer will commit nothing more; what it did commit is visible then.
    pub(super) fn is_closed(&self) -> bool {
        // Acquire: pairs with the Release store in `close`.
        self.closed.load(order(Edge::CloseObserve))
    }

    /// Says that the consumer will read nothing more.
    pub(super) fn leave(&self) {
        // Release: pairs with the Acquire load in `is_gone`; what the consumer did comes first.
        let leave = || self.gone.store(true, order(Edge::GonePublish));
        in_order(Edge::GoneThenNotify, leave, || self.space.notify());
    }

    /// Returns whether the consumer will read nothing more.
    pub(super) fn is_gone(&self) -> bool {
        // Acquire: pairs with the Release store in `leave`.
        self.gone.load(order(Edge::GoneObserve))
    }
}
