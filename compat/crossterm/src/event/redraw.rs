//! Having a program draw everything anew after a stop.
//!
//! While the program was stopped, the shell had the terminal, and the alternate screen is empty
//! when it comes back. crossterm has no event for that, and a `Resize` to the same size is not
//! enough: ratatui, for one, draws only what has changed unless the size is another. So the size is
//! another for a moment: one row less, in an event and in [`size`](crate::terminal::size), until
//! the program has asked for it, and a second event with the true size after that.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ttyring::Size;

use super::urgent;

/// How long the other size holds after the program has asked for it: until it has drawn.
const SETTLING: Duration = Duration::from_millis(50);

/// How long it holds if the program never asks.
const LONGEST: Duration = Duration::from_millis(500);

/// When the other size ends, in milliseconds since [`START`]; zero while the size is the true one.
static ENDS: AtomicU64 = AtomicU64::new(0);

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The reader's side.
#[derive(Debug, Default)]
pub(super) struct Redraw {
    is_going_on: bool,
}

impl Redraw {
    pub(super) fn begin(&mut self) {
        self.is_going_on = true;
        ENDS.store(millis(Instant::now() + LONGEST), Ordering::Relaxed);
    }

    pub(super) fn end(&mut self) {
        self.is_going_on = false;
        ENDS.store(0, Ordering::Relaxed);
    }

    pub(super) fn is_going_on(&self) -> bool {
        self.is_going_on
    }

    /// Returns when the true size is to be announced.
    pub(super) fn due(&self) -> Option<Instant> {
        let ends = Duration::from_millis(ENDS.load(Ordering::Relaxed));
        self.is_going_on.then(|| *START + ends)
    }

    /// Returns whether the true size is to be announced now.
    pub(super) fn is_over(&self) -> bool {
        self.due().is_some_and(|due| due <= Instant::now())
    }
}

/// Returns the size that the program is told instead of `size`.
pub(crate) fn shown(size: Size) -> Size {
    // Relaxed: one value, and an answer that is late by a moment is as good.
    let ends = ENDS.load(Ordering::Relaxed);
    if ends == 0 {
        return size;
    }
    let settled = millis(Instant::now() + SETTLING);
    if settled < ends {
        // Nobody else makes it later; two that make it earlier mean the same.
        let _ = ENDS.compare_exchange(ends, settled, Ordering::Relaxed, Ordering::Relaxed);
        urgent::wake_reader();
    }
    other_than(size)
}

/// Returns a size that differs from `size` as little as possible.
pub(super) fn other_than(size: Size) -> Size {
    let (columns, rows) = match (size.columns, size.rows) {
        (columns, rows @ 2..) => (columns, rows - 1),
        (columns @ 2.., rows) => (columns - 1, rows),
        small => small,
    };
    Size {
        columns,
        rows,
        ..size
    }
}

fn millis(time: Instant) -> u64 {
    let since = time.saturating_duration_since(*START).as_millis();
    // Never zero, which means something else.
    u64::try_from(since).unwrap_or(u64::MAX).max(1)
}
