//! Records keys: takes events from a collector, in their order, until somebody says that it is enough.

use std::io;
use std::thread::sleep;
use std::time::Duration;

use super::Args;
use super::collect::{Collect, SETTLED};
use super::event::{Event, Kind};
use super::join::Joiner;
use super::key::{Key, Point};
use super::quota::Quota;
use super::source::{self, Reasons};
use super::terminal::Terminal;
use crate::contender::protocol::now;

/// What was recorded.
#[derive(Debug)]
pub(super) struct Recording {
    pub(super) keys: Vec<Key>,
    /// The points that a whole key has passed.
    pub(super) wanted: Vec<Point>,
    /// What the figures come from.
    pub(super) source: &'static str,
    pub(super) notes: Vec<String>,
}

/// A recording under way.
pub(super) struct Recorder {
    collector: Box<dyn Collect>,
    joiner: Joiner,
    held: Vec<Event>,
    keys: Vec<Key>,
    reader: Option<(u32, Quota)>,
    processes: Vec<u32>,
    probes: bool,
    /// A function stands for the probes: there is no decoding to see.
    function: bool,
    pseudo: bool,
    notes: Vec<String>,
}

impl Recorder {
    /// Finds a collector for `terminal` and begins; where there is none, says why.
    pub(super) fn start(terminal: &Terminal, args: &Args) -> io::Result<Result<Self, Reasons>> {
        let function = args.function.as_deref();
        let (collector, notes) = source::choose(terminal, args.source, function);
        let Some(mut collector) = collector else {
            return Ok(Err(notes));
        };
        collector.attach().map_err(io::Error::other)?;
        Ok(Ok(Recorder {
            collector,
            joiner: Joiner::new(false),
            held: Vec::new(),
            keys: Vec::new(),
            reader: None,
            processes: Vec::new(),
            probes: false,
            function: function.is_some(),
            pseudo: terminal.is_pseudo(),
            notes,
        }))
    }

    /// Looks at a process that reads the terminal: its probes, its quota.
    pub(super) fn watch(&mut self, process: u32) {
        if self.processes.contains(&process) {
            return;
        }
        self.processes.push(process);
        let probes = self.collector.watch(process);
        self.probes = probes;
        self.joiner.expect_probes(probes);
        let mut quota = Quota::of(process);
        quota.look(now().as_nanos());
        self.reader = Some((process, quota));
    }

    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Forgets the keys so far.
    pub(super) fn forget(&mut self) {
        self.keys.clear();
    }

    /// Takes what was told and joins what is old enough.
    pub(super) fn collect(&mut self) -> io::Result<()> {
        let now = now().as_nanos();
        self.held.extend(self.collector.events()?);
        self.held.sort_by_key(|event| event.at);
        let settled = now.saturating_sub(SETTLED);
        let ready = self.held.partition_point(|event| event.at <= settled);
        if let Some((_, quota)) = &mut self.reader {
            quota.look(now);
        }
        let ready: Vec<_> = self.held.drain(..ready).collect();
        for event in ready {
            if event.kind == Kind::Read {
                self.watch(event.process);
            }
            self.keys.extend(self.joiner.push(event));
        }
        self.ask_quota();
        Ok(())
    }

    fn ask_quota(&mut self) {
        let Some((process, quota)) = &self.reader else {
            return;
        };
        // Those before were asked about when they were new.
        let recent = self.keys.iter_mut().rev().take(16);
        for key in recent.filter(|key| key.process == *process) {
            if let Some((from, to)) = key.ends() {
                key.quota_ran_out = quota.ran_out(from, to);
            }
        }
    }

    /// Ends the recording.
    pub(super) fn finish(mut self) -> io::Result<Recording> {
        sleep(2 * Duration::from_nanos(SETTLED));
        self.collect()?;
        self.keys.extend(self.joiner.finish());
        self.collector.detach();
        let mut wanted: Vec<_> = self.collector.points().to_vec();
        if !self.pseudo {
            wanted.retain(|&point| point != Point::Written);
            self.notes
                .push("not a pseudo-terminal: keys begin where the driver queues them".to_owned());
        }
        match (self.probes, self.function) {
            (true, false) => wanted.extend([Point::Decoded, Point::Handled]),
            (true, true) => wanted.push(Point::Handled),
            (false, _) if !self.collector.sees_probes() => {}
            (false, true) => self.notes.push(
                "no such function in the program: keys end where its read returns".to_owned(),
            ),
            (false, false) => self.notes.push(
                "the program has no probes of ttyring (feature usdt): keys end where its read returns".to_owned(),
            ),
        }
        self.notes.extend(self.collector.notes());
        if self.collector.lost() > 0 {
            self.notes.push(format!(
                "{} events were lost: the machine was too busy",
                self.collector.lost()
            ));
        }
        if self.joiner.unread > 0 {
            self.notes.push(format!(
                "{} keys went to no read that was seen",
                self.joiner.unread
            ));
        }
        Ok(Recording {
            keys: self.keys,
            wanted,
            source: self.collector.label(),
            notes: self.notes,
        })
    }
}
