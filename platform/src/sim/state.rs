//! The terminal itself: what has happened, what is going to, and what the program did.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use super::{Operation, Step, Termios, lock};
use crate::{Error, Result, Signals, Size, Time, When};

/// One terminal, and a way to tell a waiting thread that it has changed.
#[derive(Debug)]
pub(super) struct Shared {
    /// Tells it from every other terminal, real ones included.
    pub(super) number: u64,
    state: Mutex<State>,
    pub(super) changed: Condvar,
}

impl Default for Shared {
    fn default() -> Self {
        /// No device of any system has the highest bit set.
        static NEXT: AtomicU64 = AtomicU64::new(1 << 63);
        Shared {
            // Relaxed: a number, ordered by nothing.
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            state: Mutex::default(),
            changed: Condvar::default(),
        }
    }
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// How often a program called the backend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallCounts {
    /// Reads, of one buffer or several.
    pub reads: usize,
    /// Writes.
    pub writes: usize,
    /// Waits.
    pub waits: usize,
    /// Changes of the settings.
    pub changes: usize,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) now: Time,
    /// What is to come, by time.
    script: VecDeque<(Time, Step)>,
    pub(super) input: VecDeque<u8>,
    pub(super) written: Vec<u8>,
    pub(super) termios: Termios,
    pub(super) changes: Vec<(When, Termios)>,
    pub(super) size: Size,
    pub(super) calls: CallCounts,
    pub(super) discarded: usize,
    pub(super) private: bool,
    pub(super) blocking: bool,
    pub(super) hung_up: bool,
    pub(super) spurious: bool,
    pub(super) woken: bool,
    pub(super) signals: Signals,
    pub(super) read_limit: Option<usize>,
    pub(super) write_limit: Option<usize>,
    faults: Vec<(Operation, i32)>,
}

impl Default for State {
    fn default() -> Self {
        State {
            // Not zero: a program that takes a time for a duration is to fail.
            now: Time::from_nanos(1_000_000_000),
            script: VecDeque::new(),
            input: VecDeque::new(),
            written: Vec::new(),
            termios: Termios::COOKED,
            changes: Vec::new(),
            size: Size {
                columns: 80,
                rows: 24,
                width: 0,
                height: 0,
            },
            calls: CallCounts::default(),
            discarded: 0,
            private: true,
            blocking: false,
            hung_up: false,
            spurious: false,
            woken: false,
            signals: Signals::empty(),
            read_limit: None,
            write_limit: None,
            faults: Vec::new(),
        }
    }
}

impl State {
    pub(super) fn add(&mut self, after: Duration, step: Step) {
        let time = self.now + after;
        let place = self.script.partition_point(|(other, _)| *other <= time);
        self.script.insert(place, (time, step));
        self.settle();
    }

    pub(super) fn is_finished(&self) -> bool {
        self.script.is_empty()
    }

    /// Returns the time of the next step.
    pub(super) fn next(&self) -> Option<Time> {
        self.script.front().map(|(time, _)| *time)
    }

    /// Moves the clock on, never back, through every step on the way.
    pub(super) fn advance_to(&mut self, time: Time) {
        self.now = self.now.max(time);
        self.settle();
    }

    /// Starts an operation: takes a fault that is meant for it. `EINTR` is retried.
    pub(super) fn enter(&mut self, operation: Operation) -> Result<()> {
        match self.fault(operation) {
            None => Ok(()),
            Some(libc::EINTR) => self.enter(operation),
            Some(errno) => Err(error(operation, errno)),
        }
    }

    /// Takes the next fault for an operation.
    pub(super) fn fault(&mut self, operation: Operation) -> Option<i32> {
        let place = self
            .faults
            .iter()
            .position(|(other, _)| *other == operation)?;
        Some(self.faults.remove(place).1)
    }

    pub(super) fn discard_input(&mut self) {
        self.discarded += self.input.len();
        self.input.clear();
    }

    fn settle(&mut self) {
        while self.next().is_some_and(|time| time <= self.now) {
            if let Some((_, step)) = self.script.pop_front() {
                self.happen(step);
            }
        }
    }

    fn happen(&mut self, step: Step) {
        match step {
            // What is sent to a terminal that is gone is lost.
            Step::Bytes(bytes) if !self.hung_up => self.input.extend(bytes),
            Step::Bytes(_) => {}
            Step::Spurious => self.spurious = true,
            Step::Wake => self.woken = true,
            Step::Signal(signals) => self.signals |= signals,
            Step::Resize(size) => {
                self.size = size;
                self.signals |= Signals::WINCH;
            }
            Step::Fault(operation, errno) => self.faults.push((operation, errno)),
            Step::ShortReads(limit) => self.read_limit = limit,
            Step::ShortWrites(limit) => self.write_limit = limit,
            Step::Hangup => {
                self.hung_up = true;
                self.discard_input();
            }
        }
    }
}

pub(super) fn error(operation: Operation, errno: i32) -> Error {
    Error::os(operation.name(), io::Error::from_raw_os_error(errno))
}
