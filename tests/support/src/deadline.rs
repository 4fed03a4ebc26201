//! Deadlines for waits that have none of their own: a thread to join, a child to end, a line to
//! read.
//!
//! A wait that lasts too long ends the whole test binary, since nothing can end the wait itself;
//! the message says what was waited for, where, and in which test.

use std::panic::Location;
use std::process::{Command, Output, abort};
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::system;

/// How long a test waits for what must happen; far above what a loaded machine needs.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// As [`PATIENCE`], for what takes long by itself: a program that measures, or that a test starts
/// many times.
pub const LONG_PATIENCE: Duration = Duration::from_secs(300);

/// What is being waited for in this process, and the programs that it must not leave behind.
static WAITS: Mutex<Waits> = Mutex::new(Waits {
    next: 0,
    pending: Vec::new(),
    programs: Vec::new(),
});

struct Waits {
    next: u64,
    pending: Vec<Pending>,
    programs: Vec<i32>,
}

struct Pending {
    number: u64,
    what: String,
    test: String,
    place: &'static Location<'static>,
    limit: Duration,
    end: Instant,
}

/// Ends the test binary unless it is dropped, or [renewed](Deadline::renew), in time.
#[derive(Debug)]
pub struct Deadline {
    number: u64,
}

impl Deadline {
    /// Gives `what` so long from now on.
    #[track_caller]
    pub fn new(what: impl Into<String>, limit: Duration) -> Self {
        static WATCHING: Once = Once::new();
        WATCHING.call_once(|| {
            thread::Builder::new()
                .name("deadlines".to_owned())
                .spawn(|| {
                    system::block_signals();
                    watch();
                })
                .expect("a thread");
        });
        let mut waits = waits();
        waits.next += 1;
        let number = waits.next;
        waits.pending.push(Pending {
            number,
            what: what.into(),
            test: thread::current().name().unwrap_or("a thread").to_owned(),
            place: Location::caller(),
            limit,
            end: Instant::now() + limit,
        });
        Deadline { number }
    }

    /// Gives it the same time again.
    pub fn renew(&self) {
        let mut waits = waits();
        let mine = |pending: &&mut Pending| pending.number == self.number;
        if let Some(pending) = waits.pending.iter_mut().find(mine) {
            pending.end = Instant::now() + pending.limit;
        }
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        waits()
            .pending
            .retain(|pending| pending.number != self.number);
    }
}

/// Has this process kill the program with this number if a deadline passes.
pub(crate) fn add_program(number: u32) {
    waits().programs.extend(i32::try_from(number));
}

/// Takes [`add_program`] back.
pub(crate) fn remove_program(number: u32) {
    waits()
        .programs
        .retain(|&known| u32::try_from(known) != Ok(number));
}

fn waits() -> MutexGuard<'static, Waits> {
    WAITS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn watch() {
    loop {
        thread::sleep(Duration::from_millis(100));
        let waits = waits();
        let now = Instant::now();
        let Some(late) = waits.pending.iter().find(|pending| pending.end < now) else {
            continue;
        };
        let (what, test, place) = (&late.what, &late.test, late.place);
        let seconds = late.limit.as_secs();
        let message = format!("\n{test} waited {seconds} s for {what} at {place}\n");
        // Not by eprintln!, whose lock the thread that waits may hold.
        system::report(&message);
        waits
            .programs
            .iter()
            .for_each(|&program| system::kill(program));
        abort();
    }
}

/// Does something that waits by itself; if that takes longer than [`PATIENCE`], the test binary
/// ends and says what was waited for.
#[track_caller]
pub fn within<T>(what: &str, wait: impl FnOnce() -> T) -> T {
    let _deadline = Deadline::new(what, PATIENCE);
    wait()
}

/// As [`within`], for as long as [`LONG_PATIENCE`].
#[track_caller]
pub fn within_long<T>(what: &str, wait: impl FnOnce() -> T) -> T {
    let _deadline = Deadline::new(what, LONG_PATIENCE);
    wait()
}

/// Joins a thread.
///
/// # Panics
///
/// When that thread has panicked.
#[track_caller]
pub fn join<T>(what: &str, thread: JoinHandle<T>) -> T {
    let ended = within(what, || thread.join());
    ended.unwrap_or_else(|_| panic!("{what} panicked"))
}

/// Receives from a channel.
///
/// # Panics
///
/// When nothing comes within [`PATIENCE`], or nobody could send any more.
#[track_caller]
pub fn receive<T>(what: &str, receiver: &Receiver<T>) -> T {
    let received = receiver.recv_timeout(PATIENCE);
    received.unwrap_or_else(|error| panic!("waited for {what}: {error}"))
}

/// Runs a program to its end and returns what it has written.
///
/// # Panics
///
/// When it cannot be started.
#[track_caller]
pub fn output(command: &mut Command) -> Output {
    crate::default_signals();
    let what = format!("the end of {}", command.get_program().to_string_lossy());
    let _deadline = Deadline::new(what, LONG_PATIENCE);
    command.output().expect("start the program")
}
