//! Instructions between the return of the read that brings a key and the stamp of the handler:
//! counted by stepping the program through them one at a time.
//!
//! The count differs between runs of a program: where its stack and its libraries lie decides about
//! some of the way. So several runs are counted, and the range is reported with the median.
//!
//! Only the first thread is stepped. A program that reads in one thread and handles in another has
//! no such path, and is refused.

use std::fs::read_link;
use std::io;
use std::path::PathBuf;
use std::thread::{sleep, yield_now};
use std::time::Duration;

use nix::libc::{SYS_read, SYS_readv, SYS_write};
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::contender::Contender;
use crate::contender::protocol::{Mode, STAMP_FD, now};
use crate::contender::session::Session;
use crate::progress::go_on;
use crate::stats::Spread;

mod registers;

use registers::Registers;

/// A program that does nothing for so long waits for a key.
const QUIET: Duration = Duration::from_millis(20);
/// A program that makes so many calls meanwhile looks for its key all the time.
const RESTLESS: u32 = 1000;
/// How long a key may take before it is clear that its read will not be seen.
const LOST: Duration = Duration::from_secs(2);
/// The first keys load what is loaded once.
const WARM: usize = 3;
/// Keys that are counted in each run.
const KEYS: usize = 3;
/// Runs of the program.
const RUNS: usize = 5;
/// Looks at a program that takes a step, before it is slept between them.
const LOOKS: u32 = 1000;
const ELSEWHERE: &str = "its handler is not in the thread that reads";
/// Bytes of a stamp.
const STAMP: u64 = 8;
/// No reader needs so many.
const ENDLESS: u64 = 20_000_000;

/// Returns the median over some runs, with the least and the most.
pub(super) fn count(contender: &Contender) -> io::Result<Spread> {
    let counts: io::Result<Vec<f64>> = (0..RUNS).map(|_| run(contender)).collect();
    let mut counts = counts?;
    counts.sort_by(f64::total_cmp);
    Ok(Spread {
        low: counts[0],
        median: counts[RUNS / 2],
        high: counts[RUNS - 1],
    })
}

/// Returns the median over some keys of one run.
fn run(contender: &Contender) -> io::Result<f64> {
    let mut stepped = Stepped::start(contender)?;
    let mut counts = Vec::new();
    for _ in 0..WARM + KEYS {
        counts.push(stepped.key()?);
    }
    let counts = &mut counts[WARM..];
    counts.sort_unstable();
    Ok(counts[KEYS / 2] as f64)
}

/// A program whose first thread stops at every system call.
#[derive(Debug)]
struct Stepped<'c> {
    contender: &'c Contender,
    session: Session,
    pid: Pid,
    /// It stands still, and this signal is to be handed to it when it goes on.
    stopped: Option<Option<Signal>>,
    /// The system call that it is in.
    entered: Option<Registers>,
}

impl<'c> Stepped<'c> {
    fn start(contender: &'c Contender) -> io::Result<Self> {
        let session = Session::start(contender, Mode::Events)?;
        let pid = Pid::from_raw(session.id() as i32);
        let options = Options::PTRACE_O_TRACESYSGOOD | Options::PTRACE_O_EXITKILL;
        let seized = ptrace::seize(pid, options);
        seized.map_err(|error| contender.failed(format!("steps: ptrace(2): {error}")))?;
        ptrace::interrupt(pid)?;
        Ok(Stepped {
            contender,
            session,
            pid,
            stopped: None,
            entered: None,
        })
    }

    /// Types a key once the program waits for one; returns the instructions on its way.
    fn key(&mut self) -> io::Result<u64> {
        for _ in 0..RESTLESS {
            if self.call(QUIET)?.is_none() {
                break;
            }
        }
        self.session.drain();
        self.session.send(b"x")?;
        while let Some((call, result)) = self.call(LOST)? {
            let reads = [SYS_read, SYS_readv].contains(&call.number);
            if reads && result == 1 && self.is_terminal(call.arguments[0]) {
                return self.steps_to_stamp();
            }
        }
        Err(self.refused(ELSEWHERE))
    }

    /// Lets the program run until a system call is over; returns the call and its result, `None`
    /// when that takes longer than `patience`.
    fn call(&mut self, patience: Duration) -> io::Result<Option<(Registers, i64)>> {
        loop {
            if let Some(signal) = self.stopped.take() {
                ptrace::syscall(self.pid, signal)?;
            }
            match self.stop(patience)? {
                None => return Ok(None),
                Some(WaitStatus::PtraceSyscall(_)) => {}
                Some(_) => continue,
            }
            let now = Registers::of(self.pid)?;
            match self.entered.take() {
                None => self.entered = Some(now),
                Some(entered) => return Ok(Some((entered, now.result))),
            }
        }
    }

    /// Waits for the program to stand still.
    fn stop(&mut self, patience: Duration) -> io::Result<Option<WaitStatus>> {
        let end = now() + patience;
        let flags = WaitPidFlag::WNOHANG | WaitPidFlag::__WALL;
        let mut looks = 0;
        loop {
            go_on()?;
            match waitpid(self.pid, Some(flags))? {
                WaitStatus::StillAlive if looks < LOOKS => {
                    looks += 1;
                    yield_now();
                }
                WaitStatus::StillAlive if now() >= end => return Ok(None),
                WaitStatus::StillAlive => sleep(Duration::from_micros(100)),
                WaitStatus::Exited(..) | WaitStatus::Signaled(..) => {
                    return Err(self.refused("ended while its instructions were counted"));
                }
                status => {
                    self.stopped = Some(match status {
                        WaitStatus::Stopped(_, Signal::SIGTRAP) => None,
                        WaitStatus::Stopped(_, signal) => Some(signal),
                        _ => None,
                    });
                    return Ok(Some(status));
                }
            }
        }
    }

    /// Counts the instructions from here to the system call that writes the stamp.
    fn steps_to_stamp(&mut self) -> io::Result<u64> {
        for steps in 1..ENDLESS {
            ptrace::step(self.pid, self.stopped.take().flatten())?;
            if self.stop(LOST)?.is_none() {
                return Err(self.refused(ELSEWHERE));
            }
            if self.stamps(&Registers::of(self.pid)?)? {
                return Ok(steps);
            }
        }
        Err(self.refused("did not stamp what it read"))
    }

    /// Whether the next instruction is the call that writes the stamp.
    fn stamps(&self, registers: &Registers) -> io::Result<bool> {
        Ok(registers.is_before_call(self.pid)?
            && registers.next_number == SYS_write
            && registers.arguments[2] == STAMP
            && self.file(registers.arguments[0]) == self.file(STAMP_FD as u64))
    }

    fn is_terminal(&self, descriptor: u64) -> bool {
        let file = self.file(descriptor);
        file.is_some_and(|file| file.starts_with("/dev/pts") || file.starts_with("/dev/tty"))
    }

    /// What a descriptor of the program stands for.
    fn file(&self, descriptor: u64) -> Option<PathBuf> {
        read_link(format!("/proc/{}/fd/{descriptor}", self.pid)).ok()
    }

    fn refused(&self, why: &str) -> io::Error {
        self.contender.failed(format!("steps: {why}"))
    }
}
