//! Steps a program from system call to system call, its threads included.
//!
//! Every entry and every end of a call is a boundary. A signal that is sent while the program
//! stands at the end of one call is handled before anything else of the program happens. Sent at
//! the entry, it ends a call that waits; a call that does not wait completes first, so that such a
//! boundary is the same as the next.

use std::collections::BTreeMap;
use std::io;
use std::mem::MaybeUninit;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::ptrace::{self, Call, EVENT_STOP};
use crate::wires;

/// How long a thread may take to halt.
const HALTING: Duration = Duration::from_secs(1);

/// A process that is traced.
#[derive(Debug)]
pub(crate) struct Tracer {
    process: i32,
    /// The threads, each with the call that it is in.
    threads: BTreeMap<i32, Option<(i64, u64)>>,
    counting: bool,
    /// Signals that halted threads are still to get.
    signals: BTreeMap<i32, i32>,
}

/// The entry or the end of a system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Boundary {
    pub(crate) number: i64,
    pub(crate) entry: bool,
}

/// Why a thread has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It stands at a boundary inside the operation, until it is told to go on.
    Boundary(Boundary),
    /// It stands at the mark behind the operation, until it is told to go on.
    Over,
    /// The process was stopped by this signal.
    Stopped(i32),
    /// Something else; it goes on.
    Passed,
    /// The kernel does not say which call it stands at.
    Unknown,
}

impl Tracer {
    /// Traces a process that waits in a system call.
    pub(crate) fn seize(process: i32) -> io::Result<Self> {
        ptrace::seize(process)?;
        ptrace::interrupt(process)?;
        Ok(Tracer {
            process,
            threads: BTreeMap::from([(process, None)]),
            counting: false,
            signals: BTreeMap::new(),
        })
    }

    /// Whether this is one of the threads.
    pub(crate) fn follows(&self, thread: i32) -> bool {
        let task = format!("/proc/{}/task/{thread}", self.process);
        self.threads.contains_key(&thread) || Path::new(&task).exists()
    }

    /// Forgets a thread that has ended.
    pub(crate) fn forget(&mut self, thread: i32) {
        self.threads.remove(&thread);
    }

    /// Finds out why a thread has stopped.
    pub(crate) fn seen(&mut self, thread: i32, status: i32) -> Seen {
        let (signal, event) = (libc::WSTOPSIG(status), status >> 16);
        self.threads.entry(thread).or_default();
        if signal == libc::SIGTRAP | 0x80 {
            return self.at_call(thread);
        }
        if event == EVENT_STOP && signal != libc::SIGTRAP {
            let _ = ptrace::listen(thread);
            let first = thread == self.process;
            return if first {
                Seen::Stopped(signal)
            } else {
                Seen::Passed
            };
        }
        // The start of a thread, the end of a stop, or a signal on its way to the program.
        let signal = if event == 0 { signal } else { 0 };
        let _ = ptrace::go_to_call(thread, signal);
        Seen::Passed
    }

    fn at_call(&mut self, thread: i32) -> Seen {
        let inside = self.threads.entry(thread).or_default();
        let (entered, entry) = match ptrace::call(thread) {
            Ok(Call::Entry { number, first }) => (Some((number, first)), true),
            Ok(Call::Exit) => (inside.take(), false),
            // It has been killed meanwhile.
            Err(error) if error.raw_os_error() == Some(libc::ESRCH) => return Seen::Passed,
            Err(_) => return Seen::Unknown,
        };
        if entry {
            *inside = entered;
        }
        let is_mark = |mark| entered.is_some_and(|(number, first)| is_close(number, first, mark));
        if is_mark(wires::END) && self.counting {
            self.counting = false;
            return Seen::Over;
        }
        self.counting |= is_mark(wires::BEGIN) && !entry;
        if !self.counting {
            self.go_on(thread);
            return Seen::Passed;
        }
        let number = entered.map_or(-1, |(number, _)| number);
        Seen::Boundary(Boundary { number, entry })
    }

    /// Lets a thread that stands at a boundary go on to the next.
    pub(crate) fn go_on(&self, thread: i32) {
        // An error means that it was killed meanwhile.
        let _ = ptrace::go_to_call(thread, 0);
    }

    /// Brings every other thread to a halt.
    pub(crate) fn halt_others(&mut self, thread: i32) {
        let others = self
            .threads
            .keys()
            .copied()
            .filter(|&other| other != thread);
        for other in others.collect::<Vec<_>>() {
            match halt(other) {
                Some(0) => {}
                // It comes again when the thread is let go.
                Some(signal) => drop(self.signals.insert(other, signal)),
                None => drop(self.threads.remove(&other)),
            }
        }
    }

    /// Gives every thread up: all of them stand still.
    pub(crate) fn let_go(self) {
        for &thread in self.threads.keys() {
            let signal = self.signals.get(&thread).copied().unwrap_or(0);
            // An error means that it was killed meanwhile.
            let _ = ptrace::detach(thread, signal);
        }
    }
}

/// Brings a thread to a halt; returns the signal that was on its way to the program, zero without
/// one, or `None` for a thread that is ending. The first thread of a process that ends shows
/// neither a halt nor its end while there are others.
fn halt(thread: i32) -> Option<i32> {
    ptrace::interrupt(thread).ok()?;
    let end = Instant::now() + HALTING;
    let number = libc::id_t::try_from(thread).expect("a thread");
    let flags = libc::WSTOPPED | libc::WNOHANG | libc::__WALL;
    loop {
        let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
        // The end of a thread is left for the shell to hear of.
        // SAFETY: the answer has a place.
        if unsafe { libc::waitid(libc::P_PID, number, info.as_mut_ptr(), flags) } == -1 {
            return None;
        }
        // SAFETY: all zero is a valid answer, and the call has filled it in or left it.
        let info = unsafe { info.assume_init() };
        // SAFETY: an answer of waitid(2), or zeroes, has a process and a status.
        let (halted, status) = unsafe { (info.si_pid() != 0, info.si_status()) };
        if halted {
            // What is not a plain signal is an event, or a system call.
            let is_delivery = status >> 8 == 0 && status & 0x80 == 0;
            return Some(if is_delivery { status } else { 0 });
        }
        if Instant::now() > end {
            return None;
        }
        std::thread::sleep(Duration::from_micros(50));
    }
}

fn is_close(number: i64, first: u64, descriptor: i32) -> bool {
    #[allow(clippy::useless_conversion, reason = "c_long has 32 bits elsewhere")]
    let close = i64::from(libc::SYS_close);
    number == close && first as i32 == descriptor
}
