//! What every source of events does, whatever it stands on.

use std::io;

use super::event::Event;
use super::key::Point;

/// Events of different processors may come in another order than they happened; so long, in
/// nanoseconds, none comes late.
pub(super) const SETTLED: u64 = 500_000;

/// Something that tells what happens to keys.
pub(super) trait Collect {
    /// What it is, for a reader of the figures.
    fn label(&self) -> &'static str;

    /// The points that it can see of a key that a program writes, without the program's own probes.
    fn points(&self) -> &'static [Point];

    /// Begins.
    fn attach(&mut self) -> Result<(), String>;

    /// Ends, until it is begun again. Nothing of it is left in the kernel's or the program's way.
    fn detach(&mut self);

    /// Looks for the probes of a process; returns whether it has them.
    fn watch(&mut self, process: u32) -> bool;

    /// Whether it could see a program's probes.
    fn sees_probes(&self) -> bool {
        true
    }

    /// Takes what was told since the last time.
    fn events(&mut self) -> io::Result<Vec<Event>>;

    /// How many events there was no room for.
    fn lost(&self) -> u64 {
        0
    }

    /// What it does without here, and why.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The points that the kernel's tracepoints show of a key that a program writes.
pub(super) const KERNEL: &[Point] = &[
    Point::Written,
    Point::Queued,
    Point::Runs,
    Point::Woken,
    Point::On,
    Point::Read,
];
