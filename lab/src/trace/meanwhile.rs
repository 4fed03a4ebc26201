//! What ran on a processor while a key was on its way.

use super::event::{Event, Kind, Name};

/// A thread on a processor for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) name: Name,
    pub(super) thread: u32,
    pub(super) from: u64,
    pub(super) to: u64,
}

impl Span {
    pub(super) fn nanos(&self) -> u64 {
        self.to - self.from
    }

    /// Whether the processor had nothing to do.
    pub(super) fn is_idle(&self) -> bool {
        self.thread == 0
    }
}

/// Returns what ran on `cpu` from `from` to `to`; nothing if it never changed its thread.
pub(super) fn spans(events: &[Event], cpu: u32, from: u64, to: u64) -> Vec<Span> {
    let here = |event: &&Event| event.kind == Kind::Switch && event.cpu == cpu;
    let mut spans: Vec<Span> = Vec::new();
    let mut add = |name, thread, start: u64, end: u64| {
        let (start, end) = (start.max(from), end.min(to));
        if start < end {
            spans.push(Span {
                name,
                thread,
                from: start,
                to: end,
            });
        }
    };
    let mut last: Option<&Event> = None;
    for event in events.iter().filter(here) {
        let since = last.map_or(from, |last| last.at);
        add(event.other_name, event.other, since, event.at);
        last = Some(event);
    }
    if let Some(last) = last {
        add(last.name, last.thread, last.at, to);
    }
    spans
}

/// Adds up the spans of each thread, the longest first.
pub(super) fn by_thread(spans: &[Span]) -> Vec<(Span, u64)> {
    let mut threads: Vec<(Span, u64)> = Vec::new();
    for span in spans {
        match threads
            .iter_mut()
            .find(|(known, _)| known.thread == span.thread)
        {
            Some((_, nanos)) => *nanos += span.nanos(),
            None => threads.push((*span, span.nanos())),
        }
    }
    threads.sort_by_key(|&(_, nanos)| std::cmp::Reverse(nanos));
    threads
}
