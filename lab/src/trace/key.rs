//! One key on its way: the points that it passed, and what happened meanwhile.
//!
//! How events become keys is in `join`; what they mean is in `cause`.

use super::event::{Event, Kind};

/// A point on the way, in the order in which keys pass them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Point {
    /// The writer's system call began; for a keyboard or a serial line, the driver has the bytes.
    Written,
    Queued,
    Runs,
    Line,
    Woken,
    On,
    Read,
    Decoded,
    Handled,
}

impl Point {
    pub(super) const ALL: [Point; 9] = [
        Point::Written,
        Point::Queued,
        Point::Runs,
        Point::Line,
        Point::Woken,
        Point::On,
        Point::Read,
        Point::Decoded,
        Point::Handled,
    ];

    /// What the stage is called that ends here.
    pub(super) fn stage(self) -> &'static str {
        match self {
            Point::Written => "written",
            Point::Queued => "write → work queued",
            Point::Runs => "→ a kernel worker starts",
            Point::Line => "→ the line discipline has it",
            Point::Woken => "→ the reader is woken",
            Point::On => "→ the reader is switched to",
            Point::Read => "→ read(2) returns",
            Point::Decoded => "→ the program has decoded it",
            Point::Handled => "→ the program has handled it",
        }
    }

    /// The name in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Point::Written => "written",
            Point::Queued => "queued",
            Point::Runs => "worker",
            Point::Line => "line_discipline",
            Point::Woken => "woken",
            Point::On => "switched_to",
            Point::Read => "read",
            Point::Decoded => "decoded",
            Point::Handled => "handled",
        }
    }
}

/// A key: when it passed each point, and the events from its first to its last.
#[derive(Clone, Debug)]
pub(super) struct Key {
    points: [Option<u64>; Point::ALL.len()],
    /// The thread that read it.
    pub(super) reader: u32,
    /// The process of that thread.
    pub(super) process: u32,
    /// The writer began a write while an earlier key was on its way: they share what followed.
    pub(super) shared: bool,
    pub(super) events: Vec<Event>,
    /// A group of the reader ran out of quota meanwhile, by the group's own count.
    pub(super) quota_ran_out: bool,
}

impl Key {
    pub(super) fn new(events: Vec<Event>) -> Self {
        Key {
            points: [None; Point::ALL.len()],
            reader: 0,
            process: 0,
            shared: false,
            events,
            quota_ran_out: false,
        }
    }

    pub(super) fn set(&mut self, point: Point, at: Option<u64>) {
        self.points[point as usize] = at;
    }

    pub(super) fn at(&self, point: Point) -> Option<u64> {
        self.points[point as usize]
    }

    /// The first and the last point that it passed.
    pub(super) fn ends(&self) -> Option<(u64, u64)> {
        let mut passed = self.points.iter().flatten();
        let first = *passed.next()?;
        Some((first, passed.next_back().copied().unwrap_or(first)))
    }

    /// Nanoseconds from the first to the last point.
    pub(super) fn total(&self) -> u64 {
        self.ends().map_or(0, |(first, last)| last - first)
    }

    /// The stages: where each ends, and how many nanoseconds it took.
    pub(super) fn stages(&self) -> impl Iterator<Item = (Point, u64)> + '_ {
        let passed = Point::ALL
            .into_iter()
            .filter_map(|point| Some((point, self.at(point)?)));
        let mut last = None;
        passed.filter_map(move |(point, at)| {
            let before = last.replace(at)?;
            Some((point, at.saturating_sub(before)))
        })
    }

    /// Whether it passed every point of `wanted`, each after the one before.
    pub(super) fn is_whole(&self, wanted: &[Point]) -> bool {
        let mut passed = self.points.iter().flatten();
        let ordered = passed.next().is_some_and(|first| {
            passed
                .try_fold(first, |a, b| (a <= b).then_some(b))
                .is_some()
        });
        ordered && wanted.iter().all(|&point| self.at(point).is_some())
    }

    /// The processor on which the reader went on.
    pub(super) fn cpu(&self) -> Option<u32> {
        let on = self.at(Point::On)?;
        let switch = |event: &&Event| event.kind == Kind::Switch && event.at == on;
        self.events.iter().find(switch).map(|event| event.cpu)
    }

    /// The worker that carried it, and the processor that it ran on.
    pub(super) fn worker(&self) -> Option<(u32, u32)> {
        let runs = self.at(Point::Runs)?;
        let start = |event: &&Event| event.kind == Kind::Runs && event.at == runs;
        let event = self.events.iter().find(start)?;
        Some((event.thread, event.cpu))
    }
}
