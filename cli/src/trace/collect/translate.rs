//! Records of tracepoints become the events that the joining knows.
//!
//! A tracepoint knows neither terminals nor their work: which descriptors are the terminal is looked
//! up, and which work is its own shows when a writer queues it.

use std::collections::HashMap;

use super::format::Format;
use crate::trace::event::{Event, Kind, Name};

/// The tracepoints that are needed, and what each is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Enter(Side),
    Exit,
    Queue,
    Start,
    End,
    Waking,
    Switch,
    Idle,
}

/// What a descriptor is: the other side of the terminal, or the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Writes,
    Reads,
}

/// One record of a tracepoint.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) at: u64,
    pub(super) cpu: u32,
    pub(super) process: u32,
    pub(super) thread: u32,
    pub(super) source: Source,
    pub(super) data: Vec<u8>,
}

/// What is looked up about other processes.
pub(super) trait Lookup {
    /// Which side of the terminal descriptor `fd` of `process` is.
    fn side(&mut self, process: u32, fd: u32) -> Option<Side>;
    /// The process that a thread belongs to.
    fn process_of(&mut self, thread: u32) -> u32;
}

/// The state that records leave behind.
#[derive(Debug, Default)]
pub(super) struct Translator {
    /// Threads inside a call on the terminal.
    calls: HashMap<u32, Side>,
    /// The terminal's work item, and who executes it now.
    work: i64,
    worker: u32,
    /// When each processor went idle, and how deep.
    idle: HashMap<u32, (u64, i64)>,
}

impl Translator {
    /// Translates a record; most of them have nothing to do with the terminal.
    pub(super) fn translate(
        &mut self,
        record: &Record,
        format: &Format,
        lookup: &mut impl Lookup,
    ) -> Option<Event> {
        let number = |name: &str| format.number(&record.data, name);
        let event = |kind: Kind| Event {
            cpu: record.cpu,
            thread: record.thread,
            process: record.process,
            ..Event::new(record.at, kind)
        };
        match record.source {
            Source::Enter(side) => {
                if lookup.side(record.process, number("fd") as u32) != Some(side) {
                    return None;
                }
                self.calls.insert(record.thread, side);
                (side == Side::Writes).then(|| event(Kind::Write))
            }
            Source::Exit => {
                let value = number("ret");
                let kind = match self.calls.remove(&record.thread)? {
                    Side::Writes => Kind::Written,
                    Side::Reads if value > 0 => Kind::Read,
                    Side::Reads => return None,
                };
                Some(Event {
                    value,
                    ..event(kind)
                })
            }
            Source::Queue => {
                if self.calls.get(&record.thread) == Some(&Side::Writes) {
                    self.work = number("work");
                }
                self.is_ours(number("work")).then(|| event(Kind::Queued))
            }
            Source::Start => self.is_ours(number("work")).then(|| {
                self.worker = record.thread;
                event(Kind::Runs)
            }),
            Source::End => self.is_ours(number("work")).then(|| {
                self.worker = 0;
                event(Kind::Ends)
            }),
            Source::Waking if record.thread == self.worker && self.worker != 0 => {
                let thread = number("pid") as u32;
                Some(Event {
                    thread,
                    process: lookup.process_of(thread),
                    other: record.thread,
                    name: name(format.bytes(&record.data, "comm")),
                    ..event(Kind::Waking)
                })
            }
            Source::Waking => None,
            Source::Switch => Some(Event {
                thread: number("next_pid") as u32,
                process: 0,
                other: number("prev_pid") as u32,
                // Beyond the states there is a bit for "was preempted".
                value: number("prev_state") & 0xff,
                name: name(format.bytes(&record.data, "next_comm")),
                other_name: name(format.bytes(&record.data, "prev_comm")),
                ..event(Kind::Switch)
            }),
            Source::Idle => self.idle(record, number("state"), event(Kind::Awake)),
        }
    }

    fn is_ours(&self, work: i64) -> bool {
        self.work != 0 && work == self.work
    }

    fn idle(&mut self, record: &Record, state: i64, awake: Event) -> Option<Event> {
        // The exit is state -1 of 32 bits.
        if state != -1 {
            self.idle.insert(record.cpu, (record.at, state));
            return None;
        }
        let (since, state) = self.idle.remove(&record.cpu)?;
        Some(Event {
            value: (record.at - since) as i64,
            other: state as u32,
            ..awake
        })
    }
}

fn name(bytes: &[u8]) -> Name {
    let end = bytes
        .iter()
        .position(|&byte| byte == 0)
        .unwrap_or(bytes.len());
    Name::from(&*String::from_utf8_lossy(&bytes[..end]))
}
