//! What a key's time went to, and the verdict over many of them.
//!
//! A stage says between which points time passed; a cause says what there was to wait for. One stage can
//! have several: a reader that was woken may wait for its processor to leave an idle state, and
//! then for another program.

use super::event::{Event, Kind};
use super::key::{Key, Point};
use super::meanwhile;

/// What time goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cause {
    Writer,
    WorkQueue,
    LineDiscipline,
    Idle,
    Cpu,
    Throttled,
    Kernel,
    Program,
}

/// Nanoseconds by cause.
pub(super) type Split = [u64; Cause::ALL.len()];

impl Cause {
    pub(super) const ALL: [Cause; 8] = [
        Cause::Writer,
        Cause::WorkQueue,
        Cause::LineDiscipline,
        Cause::Idle,
        Cause::Cpu,
        Cause::Throttled,
        Cause::Kernel,
        Cause::Program,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Cause::Writer => "the writer",
            Cause::WorkQueue => "work queue",
            Cause::LineDiscipline => "line discipline",
            Cause::Idle => "deep idle state",
            Cause::Cpu => "waiting for the CPU",
            Cause::Throttled => "throttled",
            Cause::Kernel => "the read itself",
            Cause::Program => "the program",
        }
    }

    /// What it means, and what moves it.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Cause::Writer => "the other side of the terminal took long to write",
            Cause::WorkQueue => "the kernel's worker started late, with nothing before it",
            Cause::LineDiscipline => "the kernel took long between the worker and the wake-up",
            Cause::Idle => {
                "a processor had to leave an idle state: hold /dev/cpu_dma_latency at 0, or limit the states"
            }
            Cause::Cpu => {
                "the reader, or the kernel's worker, was ready and another thread ran: priority, affinity, load"
            }
            Cause::Throttled => {
                "the reader's control group had used up its CPU quota: use a weight instead of a quota"
            }
            Cause::Kernel => "the kernel took long from the switch to the return of the read",
            Cause::Program => "the program itself, between its read and its next one",
        }
    }
}

/// Splits the time of `key` by cause; the sum is its total.
pub(super) fn split(key: &Key) -> Split {
    let mut split = Split::default();
    let waits = match is_throttled(key) {
        true => Cause::Throttled,
        false => Cause::Cpu,
    };
    let mut from = key.ends().map_or(0, |(first, _)| first);
    for (point, took) in key.stages() {
        let to = from + took;
        let idle = idle(key, point, waits, from, to);
        let ready = ready(key, point, from + idle, to);
        split[Cause::Idle as usize] += idle;
        // The reader's quota does not hold up the worker.
        let cause = if point == Point::Runs {
            Cause::Cpu
        } else {
            waits
        };
        split[cause as usize] += ready;
        split[rest(key, point, waits) as usize] += took - idle - ready;
        from = to;
    }
    split
}

/// How much of the stage to `point` a processor took to leave its idle state.
fn idle(key: &Key, point: Point, waits: Cause, from: u64, to: u64) -> u64 {
    let cpu = match point {
        Point::Runs => key.worker().map(|(_, cpu)| cpu),
        Point::On if waits == Cause::Cpu => key.cpu(),
        _ => None,
    };
    cpu.map_or(0, |cpu| asleep(key, cpu, from, to))
}

/// How much of the stage somebody was ready and something else ran, where that is not all of it.
fn ready(key: &Key, point: Point, from: u64, to: u64) -> u64 {
    match point {
        Point::Runs => key
            .worker()
            .map_or(0, |worker| others(key, worker, from, to)),
        Point::Read | Point::Decoded | Point::Handled => ready_but_off(key, from, to),
        _ => 0,
    }
}

/// What the stage went to but for what is known to be something else.
fn rest(key: &Key, point: Point, waits: Cause) -> Cause {
    match point {
        Point::Written | Point::Queued => Cause::Writer,
        Point::Runs => Cause::WorkQueue,
        Point::Line | Point::Woken => Cause::LineDiscipline,
        Point::On => waits,
        Point::Read if key.at(Point::On).is_some() => Cause::Kernel,
        // A reader that nobody had to wake was busy with something else.
        Point::Read | Point::Decoded | Point::Handled => Cause::Program,
    }
}

/// The cause that took most, and how many nanoseconds.
pub(super) fn most(split: &Split) -> (Cause, u64) {
    let by_time = Cause::ALL
        .into_iter()
        .map(|cause| (cause, split[cause as usize]));
    by_time
        .max_by_key(|&(_, nanos)| nanos)
        .expect("there are causes")
}

/// Whether the reader's control group was out of quota while it had something to do.
pub(super) fn is_throttled(key: &Key) -> bool {
    let told = |event: &Event| {
        event.throttled
            && match event.kind {
                Kind::Waking => event.process == key.process,
                Kind::Switch => event.other == key.reader,
                _ => false,
            }
    };
    key.quota_ran_out || key.events.iter().any(told)
}

/// How long `cpu` stayed in an idle state after `from`, if it left one before `to`.
fn asleep(key: &Key, cpu: u32, from: u64, to: u64) -> u64 {
    let left = |event: &&Event| {
        event.kind == Kind::Awake && event.cpu == cpu && event.at >= from && event.at <= to
    };
    let first = key.events.iter().find(left);
    // It had fallen asleep before, or the key would not have had to wait for that.
    first.map_or(0, |event| (event.at - from).min(event.value.max(0) as u64))
}

/// How long threads other than `worker` and the writer ran on the worker's processor.
fn others(key: &Key, (worker, cpu): (u32, u32), from: u64, to: u64) -> u64 {
    let writer = key.events.iter().find(|event| event.kind == Kind::Write);
    let writer = writer.map_or(0, |event| event.thread);
    let spans = meanwhile::spans(&key.events, cpu, from, to);
    let others = spans
        .iter()
        .filter(|span| !span.is_idle() && span.thread != worker && span.thread != writer);
    others.map(meanwhile::Span::nanos).sum()
}

/// For how long between `from` and `to` the reader could have run and did not.
fn ready_but_off(key: &Key, from: u64, to: u64) -> u64 {
    let mut off = 0;
    let mut since = None;
    let clamp = |at: u64| at.clamp(from, to);
    for event in &key.events {
        match event.kind {
            Kind::Switch if event.other == key.reader && event.value == 0 => {
                since = Some(event.at);
            }
            Kind::Waking if event.thread == key.reader && since.is_none() => {
                since = Some(event.at);
            }
            Kind::Switch if event.thread == key.reader => {
                let start = since.take();
                off += start.map_or(0, |start| clamp(event.at) - clamp(start));
            }
            _ => {}
        }
    }
    off + since.map_or(0, |start| to - clamp(start))
}

/// What dominates over many keys.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) cause: Cause,
    /// The part of the keys' time that went to it, from 0 to 1.
    pub(super) share: f64,
}

/// Names the cause that most of the time of `splits` went to; none if there are none.
pub(super) fn verdict<'a>(splits: impl Iterator<Item = &'a Split>) -> Option<Verdict> {
    let mut sum = Split::default();
    for split in splits {
        for (sum, nanos) in sum.iter_mut().zip(split) {
            *sum += nanos;
        }
    }
    let all: u64 = sum.iter().sum();
    let (cause, nanos) = most(&sum);
    (all > 0).then(|| Verdict {
        cause,
        share: nanos as f64 / all as f64,
    })
}
