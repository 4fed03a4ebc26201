//! The world around a process, as far as a test decides it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What a test makes of the world around the process.
#[derive(Debug, Default)]
pub(in crate::terminal) struct Conditions {
    /// How many stops it takes until the process is in the foreground.
    behind: AtomicUsize,
    /// How often the process was stopped.
    stops: AtomicUsize,
    /// The terminal answers nothing.
    mute: AtomicBool,
    /// The supervisor was killed.
    orphan: AtomicBool,
}

// Relaxed, all of it: one thread runs at a time.
impl Conditions {
    pub(in crate::terminal) fn is_in_foreground(&self) -> bool {
        self.behind.load(Ordering::Relaxed) == 0
    }

    /// The process is in the background until it has been stopped so often.
    pub(in crate::terminal) fn background(&self, stops: usize) {
        self.behind.store(stops, Ordering::Relaxed);
    }

    pub(super) fn stopped(&self) {
        self.stops.fetch_add(1, Ordering::Relaxed);
        let behind = self.behind.load(Ordering::Relaxed);
        self.behind
            .store(behind.saturating_sub(1), Ordering::Relaxed);
    }

    pub(in crate::terminal) fn stops(&self) -> usize {
        self.stops.load(Ordering::Relaxed)
    }

    pub(in crate::terminal) fn is_mute(&self) -> bool {
        self.mute.load(Ordering::Relaxed)
    }

    pub(in crate::terminal) fn mute(&self) {
        self.mute.store(true, Ordering::Relaxed);
    }

    pub(in crate::terminal) fn is_orphan(&self) -> bool {
        self.orphan.load(Ordering::Relaxed)
    }

    pub(in crate::terminal) fn kill_supervisor(&self) {
        self.orphan.store(true, Ordering::Relaxed);
    }
}
