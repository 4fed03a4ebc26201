//! Where events come from: eBPF, the kernel's tracepoints alone, or nothing but what user space sees.
//!
//! The best one that this machine permits is chosen, and what kept the better ones from it is said.

use super::collect::Collect;
use super::terminal::Terminal;
use super::{ebpf, perf};

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
