//! Where events come from: eBPF, the kernel's tracepoints alone, or nothing but what user space sees.
//!
//! The best one that this machine permits is chosen, and what kept the better ones from it is said.

use std::io;

use super::event::Event;
use super::key::Point;
use super::terminal::Terminal;
use super::{ebpf, perf};

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

/// A source of events, to be chosen by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Source {
    /// The kernel's tracepoints and the program's probes, by eBPF
    Bpf,
    /// The kernel's tracepoints, by perf_event_open
    Perf,
    /// Nothing but what user space sees: the whole way, there and back
    User,
}

/// What kept better sources away, one reason each.
pub(super) type Reasons = Vec<String>;

/// Finds the best collector for `terminal` down from `first`, and says why it is not a better one; without
/// any there are only reasons. `function` is where a program without probes has handled a key.
pub(super) fn choose(
    terminal: &Terminal,
    first: Source,
    function: Option<&str>,
) -> (Option<Box<dyn Collect>>, Reasons) {
    let mut reasons = Vec::new();
    if first == Source::Bpf {
        match ebpf::collect(terminal, function) {
            Ok(collector) => return (Some(collector), reasons),
            Err(reason) => reasons.push(format!("no eBPF: {reason}")),
        }
    }
    if first != Source::User {
        match perf::collect(terminal) {
            Ok(collector) => return (Some(collector), reasons),
            Err(reason) => reasons.push(format!("no tracepoints: {reason}")),
        }
    }
    (None, reasons)
}
