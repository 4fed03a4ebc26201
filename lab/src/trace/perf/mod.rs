//! Events by `perf_event_open(2)` on tracepoints: for tools that were built without eBPF, and kernels
//! that refuse it.
//!
//! Every record of every processor goes to user space and most are thrown away there, so it costs the
//! machine more than eBPF. The program's own probes are out of its reach.

use std::collections::HashMap;
use std::fs;
use std::io;

use perf_event::events::Tracepoint;
use perf_event::{Builder, Clock, SampleFlag, Sampler};
use rustix::fs::{makedev, stat};

use super::collect::{self, Collect, SETTLED};
use super::event::Event;
use super::key::Point;
use super::terminal::Terminal;
use crate::contender::protocol::now;

mod format;
mod translate;

use format::Format;
use translate::{Lookup, Record, Side, Source, Translator};

const TRACEPOINTS: [(&str, Source); 14] = [
    ("syscalls/sys_enter_write", Source::Enter(Side::Writes)),
    ("syscalls/sys_enter_writev", Source::Enter(Side::Writes)),
    ("syscalls/sys_enter_read", Source::Enter(Side::Reads)),
    ("syscalls/sys_enter_readv", Source::Enter(Side::Reads)),
    ("syscalls/sys_exit_write", Source::Exit),
    ("syscalls/sys_exit_writev", Source::Exit),
    ("syscalls/sys_exit_read", Source::Exit),
    ("syscalls/sys_exit_readv", Source::Exit),
    ("workqueue/workqueue_queue_work", Source::Queue),
    ("workqueue/workqueue_execute_start", Source::Start),
    ("workqueue/workqueue_execute_end", Source::End),
    ("sched/sched_waking", Source::Waking),
    ("sched/sched_switch", Source::Switch),
    ("power/cpu_idle", Source::Idle),
];

/// Bytes of each buffer: one for each tracepoint on each processor.
const BUFFER: usize = 1 << 16;

/// Kinds of record in a buffer (`linux/perf_event.h`).
const RECORD_LOST: u32 = 2;
const RECORD_SAMPLE: u32 = 9;

struct Perf {
    samplers: Vec<(usize, Sampler)>,
    /// Records that others may still come before.
    held: Vec<(usize, Record)>,
    formats: Vec<Format>,
    translator: Translator,
    processes: Processes,
    lost: u64,
}

/// Opens the tracepoints, to see whether one may.
pub(super) fn collect(terminal: &Terminal) -> Result<Box<dyn Collect>, String> {
    if !terminal.is_pseudo() {
        return Err("it can follow pseudo-terminals only".to_owned());
    }
    let formats = TRACEPOINTS
        .iter()
        .map(|(name, _)| Format::read(name))
        .collect::<io::Result<_>>();
    let formats = formats.map_err(|error| {
        format!("{error}: run the tool as root; where tracefs is missing: mount -t tracefs none /sys/kernel/tracing")
    })?;
    let mut perf = Perf {
        samplers: Vec::new(),
        held: Vec::new(),
        formats,
        translator: Translator::default(),
        processes: Processes::new(terminal),
        lost: 0,
    };
    perf.attach()?;
    perf.detach();
    Ok(Box::new(perf))
}

impl Perf {
    fn open_on(&self, index: usize, cpu: usize) -> io::Result<Sampler> {
        let mut builder = Builder::new(Tracepoint::with_id(self.formats[index].id));
        builder
            .any_pid()
            .one_cpu(cpu)
            .include_kernel()
            .include_hv()
            .sample_period(1)
            .sample(SampleFlag::TID | SampleFlag::TIME | SampleFlag::CPU | SampleFlag::RAW)
            .clockid(Clock::MONOTONIC)
            // Nobody sleeps on it, so nobody is to be woken.
            .wakeup_watermark(BUFFER);
        let mut sampler = builder.build()?.sampled(BUFFER)?;
        sampler.enable()?;
        Ok(sampler)
    }

    /// Takes the records out of all buffers, in the order of their times.
    ///
    /// A call may begin after the buffer of its beginnings was emptied, and return before that of its
    /// ends is: what is newer than the first look stays until the next time.
    fn records(&mut self) -> Vec<(usize, Record)> {
        let settled = now().as_nanos().saturating_sub(SETTLED);
        let records = &mut self.held;
        for (index, sampler) in &mut self.samplers {
            while let Some(record) = sampler.next_record() {
                match record.ty() {
                    RECORD_SAMPLE => {
                        let source = TRACEPOINTS[*index].1;
                        records.extend(
                            parse(&record.to_contiguous(), source).map(|record| (*index, record)),
                        );
                    }
                    RECORD_LOST => self.lost += 1,
                    _ => {}
                }
            }
        }
        records.sort_by_key(|(_, record)| record.at);
        let ready = records.partition_point(|(_, record)| record.at <= settled);
        records.drain(..ready).collect()
    }
}

/// The processors that run, whatever of them this process may use.
fn online() -> Option<Vec<usize>> {
    let text = fs::read_to_string("/sys/devices/system/cpu/online").ok()?;
    let mut cpus = Vec::new();
    for range in text.trim().split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        cpus.extend(first..=last);
    }
    Some(cpus)
}

/// Reads a sample of the flags that `open_on` asks for.
fn parse(bytes: &[u8], source: Source) -> Option<Record> {
    let word = |at: usize| {
        let word = <[u8; 4]>::try_from(bytes.get(at..at + 4)?).ok()?;
        Some(u32::from_ne_bytes(word))
    };
    let at = u64::from_ne_bytes(bytes.get(8..16)?.try_into().ok()?);
    let size = word(24)? as usize;
    Some(Record {
        process: word(0)?,
        thread: word(4)?,
        at,
        cpu: word(16)?,
        source,
        data: bytes.get(28..28 + size)?.to_vec(),
    })
}

impl Collect for Perf {
    fn label(&self) -> &'static str {
        "tracepoints by perf_event_open, without the program's probes"
    }

    fn points(&self) -> &'static [Point] {
        collect::KERNEL
    }

    fn attach(&mut self) -> Result<(), String> {
        let cpus = online().unwrap_or_else(|| vec![0]);
        for index in 0..TRACEPOINTS.len() {
            for &cpu in &cpus {
                let sampler = self.open_on(index, cpu).map_err(|error| {
                    let paranoid = fs::read_to_string("/proc/sys/kernel/perf_event_paranoid");
                    format!(
                        "{error}: run it as root, or give the tool CAP_PERFMON (kernel.perf_event_paranoid is {})",
                        paranoid.as_deref().unwrap_or("unknown").trim()
                    )
                })?;
                self.samplers.push((index, sampler));
            }
        }
        Ok(())
    }

    fn detach(&mut self) {
        self.samplers.clear();
        self.held.clear();
    }

    fn watch(&mut self, _: u32) -> bool {
        false
    }

    fn sees_probes(&self) -> bool {
        false
    }

    fn events(&mut self) -> io::Result<Vec<Event>> {
        let records = self.records();
        self.processes.forget();
        let translated = records.iter().filter_map(|(index, record)| {
            self.translator
                .translate(record, &self.formats[*index], &mut self.processes)
        });
        Ok(translated.collect())
    }

    fn lost(&self) -> u64 {
        self.lost
    }
}

/// What `/proc` says of other processes.
#[derive(Debug)]
struct Processes {
    terminal: Terminal,
    sides: HashMap<(u32, u32), Option<Side>>,
}

impl Processes {
    fn new(terminal: &Terminal) -> Self {
        Processes {
            terminal: terminal.clone(),
            sides: HashMap::new(),
        }
    }

    /// Descriptors may be other files by now.
    fn forget(&mut self) {
        self.sides.clear();
    }

    fn find(&self, process: u32, fd: u32) -> Option<Side> {
        let device = stat(format!("/proc/{process}/fd/{fd}")).ok()?.st_rdev;
        if device == makedev(self.terminal.major, self.terminal.minor) {
            return Some(Side::Reads);
        }
        if device == makedev(5, 0) {
            let own = Terminal::of_process(process).ok()?;
            return (own == self.terminal).then_some(Side::Reads);
        }
        if device != makedev(5, 2) {
            return None;
        }
        let info = fs::read_to_string(format!("/proc/{process}/fdinfo/{fd}")).ok()?;
        let index = info
            .lines()
            .find_map(|line| line.strip_prefix("tty-index:"))?;
        (index.trim() == self.terminal.index().to_string()).then_some(Side::Writes)
    }
}

impl Lookup for Processes {
    fn side(&mut self, process: u32, fd: u32) -> Option<Side> {
        if let Some(&side) = self.sides.get(&(process, fd)) {
            return side;
        }
        let side = self.find(process, fd);
        self.sides.insert((process, fd), side);
        side
    }

    fn process_of(&mut self, thread: u32) -> u32 {
        let status = fs::read_to_string(format!("/proc/{thread}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("Tgid:"));
        line.and_then(|id| id.trim().parse().ok()).unwrap_or(thread)
    }
}
