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
        match record.source {
            Source::Enter(side) => {
                if lookup.side(record.process, number("fd") as u32) != Some(side) {
                    return None;
                }
                self.calls.insert(record.thread, side);
                (side == Side::Writes).then(|| event(record, Kind::Write))
            }
            Source::Exit => self.exit(record, number("ret")),
            Source::Queue => {
                if self.calls.get(&record.thread) == Some(&Side::Writes) {
                    self.work = number("work");
                }
                self.of_work(record, number("work"), Kind::Queued)
            }
            Source::Start => {
                let starts = self.of_work(record, number("work"), Kind::Runs)?;
                self.worker = record.thread;
                Some(starts)
            }
            Source::End => {
                let ends = self.of_work(record, number("work"), Kind::Ends)?;
                self.worker = 0;
                Some(ends)
            }
            Source::Waking if record.thread == self.worker && self.worker != 0 => {
                let thread = number("pid") as u32;
                Some(Event {
                    thread,
                    process: lookup.process_of(thread),
                    other: record.thread,
                    name: name(format.bytes(&record.data, "comm")),
                    ..event(record, Kind::Waking)
                })
            }
            Source::Waking => None,
            Source::Switch => Some(switch(record, format)),
            Source::Idle => self.idle(record, number("state")),
        }
    }

    fn exit(&mut self, record: &Record, value: i64) -> Option<Event> {
        let kind = match self.calls.remove(&record.thread)? {
            Side::Writes => Kind::Written,
            Side::Reads if value > 0 => Kind::Read,
            Side::Reads => return None,
        };
        Some(Event {
            value,
            ..event(record, kind)
        })
    }

    fn of_work(&self, record: &Record, work: i64, kind: Kind) -> Option<Event> {
        (self.work != 0 && work == self.work).then(|| event(record, kind))
    }

    fn idle(&mut self, record: &Record, state: i64) -> Option<Event> {
        // The exit is state -1 of 32 bits.
        if state != -1 {
            self.idle.insert(record.cpu, (record.at, state));
            return None;
        }
        let (since, state) = self.idle.remove(&record.cpu)?;
        Some(Event {
            value: (record.at - since) as i64,
            other: state as u32,
            ..event(record, Kind::Awake)
        })
    }
}

/// An event of the thread of `record`.
fn event(record: &Record, kind: Kind) -> Event {
    Event {
        cpu: record.cpu,
        thread: record.thread,
        process: record.process,
        ..Event::new(record.at, kind)
    }
}

fn switch(record: &Record, format: &Format) -> Event {
    let number = |name: &str| format.number(&record.data, name);
    Event {
        thread: number("next_pid") as u32,
        process: 0,
        other: number("prev_pid") as u32,
        // Beyond the states there is a bit for "was preempted".
        value: number("prev_state") & 0xff,
        name: name(format.bytes(&record.data, "next_comm")),
        other_name: name(format.bytes(&record.data, "prev_comm")),
        ..event(record, Kind::Switch)
    }
}

fn name(bytes: &[u8]) -> Name {
    let end = bytes
        .iter()
        .position(|&byte| byte == 0)
        .unwrap_or(bytes.len());
    Name::from(&*String::from_utf8_lossy(&bytes[..end]))
}

#[cfg(test)]
mod tests {
    use super::{Event, Format, Kind, Lookup, Record, Side, Source, Translator};

    /// Process 10 writes on descriptor 3, process 30 reads on 0.
    struct Known;

    impl Lookup for Known {
        fn side(&mut self, process: u32, fd: u32) -> Option<Side> {
            match (process, fd) {
                (10, 3) => Some(Side::Writes),
                (30, 0) => Some(Side::Reads),
                _ => None,
            }
        }

        fn process_of(&mut self, thread: u32) -> u32 {
            thread - 1
        }
    }

    /// A record of one number, whatever its name is.
    fn record(source: Source, thread: u32, value: i64) -> (Record, Format) {
        let name = match source {
            Source::Enter(_) => "fd",
            Source::Exit => "ret",
            Source::Queue | Source::Start | Source::End => "work",
            Source::Waking => "pid",
            Source::Switch => "next_pid",
            Source::Idle => "state",
        };
        let format = Format::parse(&format!("field:long {name}; offset:0; size:8; signed:1;"));
        let record = Record {
            at: 1000,
            cpu: 1,
            process: thread,
            thread,
            source,
            data: value.to_ne_bytes().to_vec(),
        };
        (record, format)
    }

    #[test]
    fn only_what_belongs_to_the_terminal_is_told() {
        let mut translator = Translator::default();
        let steps = [
            (Source::Enter(Side::Writes), 10, 1, None),
            (Source::Exit, 10, 1, None),
            (Source::Queue, 10, 77, None),
            (Source::Enter(Side::Writes), 10, 3, Some(Kind::Write)),
            (Source::Queue, 10, 88, Some(Kind::Queued)),
            (Source::Exit, 10, 1, Some(Kind::Written)),
            (Source::Start, 20, 77, None),
            (Source::Start, 20, 88, Some(Kind::Runs)),
            (Source::Waking, 21, 31, None),
            (Source::Waking, 20, 31, Some(Kind::Waking)),
            (Source::End, 20, 88, Some(Kind::Ends)),
            (Source::Waking, 20, 31, None),
            (Source::Enter(Side::Reads), 30, 0, None),
            (Source::Exit, 30, -11, None),
            (Source::Enter(Side::Reads), 30, 0, None),
            (Source::Exit, 30, 1, Some(Kind::Read)),
        ];
        for (index, (source, thread, value, expected)) in steps.into_iter().enumerate() {
            let (record, format) = record(source, thread, value);
            let event = translator.translate(&record, &format, &mut Known);
            assert_eq!(event.map(|event| event.kind), expected, "step {index}");
        }
    }

    #[test]
    fn processor_that_leaves_an_idle_state_says_how_long_it_was_there() {
        let mut translator = Translator::default();
        let mut translate = |at: u64, state: i64| -> Option<Event> {
            let (mut record, format) = record(Source::Idle, 0, state);
            record.at = at;
            translator.translate(&record, &format, &mut Known)
        };
        assert_eq!(translate(1000, -1), None, "nobody saw it fall asleep");
        assert_eq!(translate(2000, 3), None);
        let event = translate(9000, -1).expect("it leaves");
        assert_eq!(
            (event.kind, event.value, event.other),
            (Kind::Awake, 7000, 3)
        );
    }
}
