//! Events become keys: which write, wake-up, read and handling belong together.
//!
//! It knows no kernel and no clock: the same events give the same keys, wherever they come from.

use std::collections::VecDeque;

use super::event::{Event, Kind};
use super::key::{Key, Point};

/// A key that nobody has read for so long, in nanoseconds, is given up.
const GIVE_UP: u64 = 5_000_000_000;

/// Joins events, which must come in the order of their times.
#[derive(Debug)]
pub(super) struct Joiner {
    /// Whether the way ends with the program's own probe, or where the read returns.
    probes: bool,
    window: VecDeque<Event>,
    /// Writes that no read has taken yet: the time and the bytes, once known.
    open: Vec<Pending>,
    /// Keys that were given up because nobody read them.
    pub(super) unread: usize,
}

#[derive(Clone, Copy, Debug)]
struct Pending {
    at: u64,
    writer: u32,
    bytes: i64,
    /// When it was read, and when the program has handled it.
    read: Option<u64>,
    handled: Option<u64>,
}

impl Joiner {
    pub(super) fn new(probes: bool) -> Self {
        Joiner {
            probes,
            window: VecDeque::new(),
            open: Vec::new(),
            unread: 0,
        }
    }

    /// Says that the program has probes after all: from now on a key ends with them.
    pub(super) fn expect_probes(&mut self, probes: bool) {
        self.probes = probes;
    }

    /// Takes the next event; returns the keys that it completes.
    pub(super) fn push(&mut self, event: Event) -> Vec<Key> {
        self.give_up(event.at);
        match event.kind {
            Kind::Write => self.begin(event),
            Kind::Queued | Kind::Pushed if self.open.is_empty() => self.begin(event),
            Kind::Written => self.written(event),
            Kind::Read => self.read(event),
            Kind::Handled => self.handled(event.at),
            _ => {}
        }
        if self.open.is_empty() {
            return Vec::new();
        }
        self.window.push_back(event);
        self.complete()
    }

    fn begin(&mut self, event: Event) {
        self.open.push(Pending {
            at: event.at,
            writer: event.thread,
            bytes: i64::from(event.kind == Kind::Write),
            read: None,
            handled: None,
        });
    }

    fn written(&mut self, event: Event) {
        let latest = |pending: &&mut Pending| pending.writer == event.thread;
        let Some(pending) = self.open.iter_mut().rev().find(latest) else {
            return;
        };
        // The bytes may have been read before the writer's call returned.
        pending.bytes += event.value.max(0) - 1;
        if event.value <= 0 {
            let at = pending.at;
            self.open.retain(|pending| pending.at != at);
        }
    }

    /// A read takes the bytes of the oldest writes; of a key that came from a driver the number
    /// is not known, and any read takes it.
    fn read(&mut self, event: Event) {
        let mut left = event.value;
        for pending in self
            .open
            .iter_mut()
            .filter(|pending| pending.read.is_none())
        {
            if left <= 0 {
                break;
            }
            left -= pending.bytes.max(0);
            pending.bytes = (-left).max(0);
            if left >= 0 {
                pending.read = Some(event.at);
            }
        }
    }

    fn handled(&mut self, at: u64) {
        for pending in &mut self.open {
            if pending.read.is_some() {
                pending.handled.get_or_insert(at);
            }
        }
    }

    fn give_up(&mut self, now: u64) {
        let before = self.open.len();
        self.open
            .retain(|pending| now.saturating_sub(pending.at) < GIVE_UP);
        self.unread += before - self.open.len();
        if self.open.is_empty() {
            self.window.clear();
        }
    }

    fn is_done(&self, pending: &Pending) -> bool {
        match self.probes {
            true => pending.handled.is_some(),
            false => pending.read.is_some(),
        }
    }

    /// Takes the keys that have reached their end.
    fn complete(&mut self) -> Vec<Key> {
        let (done, open): (Vec<_>, Vec<_>) =
            self.open.iter().partition(|pending| self.is_done(pending));
        if done.is_empty() {
            return Vec::new();
        }
        let shared = done.len() > 1 || !open.is_empty();
        let keys = done
            .iter()
            .map(|pending| self.key(pending, shared))
            .collect();
        // What the remaining ones may still need begins with the first of them.
        match open.first() {
            None => self.window.clear(),
            Some(first) => self.window.retain(|event| event.at >= first.at),
        }
        self.open = open;
        keys
    }

    /// Finds the points that the key passed, each after the one before.
    fn key(&self, pending: &Pending, shared: bool) -> Key {
        let last = pending.handled.filter(|_| self.probes).or(pending.read);
        let (begin, end) = (pending.at, last.unwrap_or(pending.at));
        let within = |event: &&Event| event.at >= begin && event.at <= end;
        let mut key = Key::new(self.window.iter().filter(within).copied().collect());
        let events = &key.events;
        let read = events
            .iter()
            .find(|event| event.kind == Kind::Read && Some(event.at) == pending.read);
        let (reader, process) = read.map_or((0, 0), |read| (read.thread, read.process));
        let first = |kind: Kind, from: Option<u64>| {
            let from = from?;
            events
                .iter()
                .find(|event| event.kind == kind && event.at >= from)
        };
        let at = |event: Option<&Event>| event.map(|event| event.at);
        let queued = at(first(Kind::Queued, Some(begin)));
        let runs = first(Kind::Runs, queued.or(Some(begin)));
        let line = at(first(Kind::Line, at(runs)));
        let woken = runs.and_then(|runs| {
            events.iter().find(|event| {
                event.kind == Kind::Waking
                    && event.at >= runs.at
                    && event.process == process
                    && event.other == runs.thread
            })
        });
        let on = woken.and_then(|woken| {
            events.iter().find(|event| {
                event.kind == Kind::Switch && event.at >= woken.at && event.thread == woken.thread
            })
        });
        let decoded = at(first(Kind::Decoded, pending.read));
        let points = [
            (Point::Written, Some(begin).filter(|&at| Some(at) != queued)),
            (Point::Queued, queued),
            (Point::Runs, at(runs)),
            (
                Point::Line,
                line.filter(|&line| at(woken).is_none_or(|woken| line <= woken)),
            ),
            (Point::Woken, at(woken)),
            (Point::On, at(on)),
            (Point::Read, pending.read),
            (Point::Decoded, decoded.filter(|_| self.probes)),
            (Point::Handled, pending.handled.filter(|_| self.probes)),
        ];
        for (point, at) in points {
            key.set(point, at);
        }
        (key.reader, key.process, key.shared) = (reader, process, shared);
        key
    }
}

#[cfg(test)]
#[path = "join_tests.rs"]
mod tests;
