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
    /// The worker that ran last, and since when.
    worker: Option<(u32, u64)>,
    /// Keys that were given up because nobody read them.
    pub(super) unread: usize,
}

#[derive(Clone, Copy, Debug)]
struct Pending {
    at: u64,
    writer: u32,
    bytes: i64,
    /// When the worker began that has carried it to the line discipline.
    carried: Option<u64>,
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
            worker: None,
            unread: 0,
        }
    }

    /// Says that the program has probes after all: from now on a key ends with them.
    pub(super) fn expect_probes(&mut self, probes: bool) {
        self.probes = probes;
    }

    /// Takes the next event; returns the keys that it completes.
    pub(super) fn push(&mut self, event: Event) -> Vec<Key> {
        let given_up = self.give_up(event.at);
        match event.kind {
            Kind::Write => self.begin(event),
            Kind::Queued | Kind::Pushed if self.open.is_empty() => self.begin(event),
            Kind::Written => self.written(event),
            Kind::Runs => self.carried(event),
            Kind::Waking => self.woken(event),
            Kind::Read => self.read(event),
            Kind::Handled => self.handled(event.at),
            _ => {}
        }
        if self.open.is_empty() {
            return given_up;
        }
        self.window.push_back(event);
        given_up.into_iter().chain(self.complete()).collect()
    }

    /// Returns the keys that were read and have not come to their end: the program has ended, or its
    /// probes were not there yet.
    pub(super) fn finish(&mut self) -> Vec<Key> {
        self.give_up(u64::MAX)
    }

    fn begin(&mut self, event: Event) {
        self.open.push(Pending {
            at: event.at,
            writer: event.thread,
            bytes: i64::from(event.kind == Kind::Write),
            carried: None,
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

    fn carried(&mut self, event: Event) {
        self.worker = Some((event.thread, event.at));
        for pending in &mut self.open {
            pending.carried.get_or_insert(event.at);
        }
    }

    /// A reader that sleeps has taken what was carried to it before: by a read that was not seen, or
    /// as a line that was edited.
    fn woken(&mut self, event: Event) {
        let Some((_, since)) = self.worker.filter(|&(worker, _)| worker == event.other) else {
            return;
        };
        let before = self.open.len();
        let is_stale = |pending: &Pending| {
            pending.read.is_none() && pending.carried.is_some_and(|carried| carried < since)
        };
        self.open.retain(|pending| !is_stale(pending));
        self.unread += before - self.open.len();
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

    fn give_up(&mut self, now: u64) -> Vec<Key> {
        let (old, open): (Vec<Pending>, Vec<Pending>) = self
            .open
            .iter()
            .partition(|pending| now.saturating_sub(pending.at) >= GIVE_UP);
        let (read, unread): (Vec<Pending>, Vec<Pending>) =
            old.into_iter().partition(|pending| pending.read.is_some());
        self.unread += unread.len();
        let keys = read
            .iter()
            .map(|pending| self.key(pending, false))
            .collect();
        self.open = open;
        if self.open.is_empty() {
            self.window.clear();
        }
        keys
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
        let shared = done.len() > 1;
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
        let handled = pending.handled.filter(|_| self.probes);
        let last = handled.or(pending.read).unwrap_or(pending.at);
        let within = |event: &&Event| (pending.at..=last).contains(&event.at);
        let mut key = Key::new(self.window.iter().filter(within).copied().collect());
        key.shared = shared;
        let Some(read) = pending.read else {
            return key;
        };
        let way = Way {
            events: &key.events,
            read,
        };
        let reader = way.reader();
        let carried = way.carried(pending.at, reader.map_or(0, |reader| reader.process));
        let decoded = way.first(Kind::Decoded, read, last).map(|event| event.at);
        (key.reader, key.process) = reader.map_or((0, 0), |read| (read.thread, read.process));
        // Of a driver's key the first thing that is known is its work.
        let queued = carried.iter().find(|(point, _)| *point == Point::Queued);
        if queued.is_none_or(|&(_, at)| at != pending.at) {
            key.set(Point::Written, Some(pending.at));
        }
        for (point, at) in carried {
            key.set(point, Some(at));
        }
        key.set(Point::Read, Some(read));
        key.set(Point::Decoded, decoded.filter(|_| self.probes));
        key.set(Point::Handled, handled);
        key
    }
}

/// The events of one key.
struct Way<'a> {
    events: &'a [Event],
    /// When it was read.
    read: u64,
}

impl<'a> Way<'a> {
    fn first(&self, kind: Kind, from: u64, to: u64) -> Option<&'a Event> {
        let mut events = self.events.iter();
        events.find(|event| event.kind == kind && (from..=to).contains(&event.at))
    }

    /// The return of the read that took the key.
    fn reader(&self) -> Option<&'a Event> {
        self.first(Kind::Read, self.read, self.read)
    }

    /// The kernel's part, up to the reader on its processor. Nobody has to wake a reader that is awake.
    fn carried(&self, begin: u64, process: u32) -> Vec<(Point, u64)> {
        let mut passed = Vec::new();
        let queued = self.first(Kind::Queued, begin, self.read);
        passed.extend(queued.map(|event| (Point::Queued, event.at)));
        let from = queued.map_or(begin, |event| event.at);
        let Some(runs) = self.first(Kind::Runs, from, self.read) else {
            return passed;
        };
        passed.push((Point::Runs, runs.at));
        let until_read = |event: &&Event| (runs.at..=self.read).contains(&event.at);
        let mut wakes = self.events.iter().filter(until_read);
        let woken = wakes.find(|event| {
            event.kind == Kind::Waking && event.process == process && event.other == runs.thread
        });
        let line = self.first(
            Kind::Line,
            runs.at,
            woken.map_or(self.read, |woken| woken.at),
        );
        passed.extend(line.map(|event| (Point::Line, event.at)));
        let Some(woken) = woken else {
            return passed;
        };
        passed.push((Point::Woken, woken.at));
        let mut switches = self.events.iter().filter(until_read);
        let on = switches.find(|event| {
            event.kind == Kind::Switch && event.at >= woken.at && event.thread == woken.thread
        });
        passed.extend(on.map(|event| (Point::On, event.at)));
        passed
    }
}

#[cfg(test)]
#[path = "join_tests.rs"]
mod tests;
