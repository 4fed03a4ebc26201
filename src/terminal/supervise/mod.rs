//! A process that waits: the only thing that can restore a terminal after SIGKILL.
//!
//! The original process becomes the supervisor and the program continues in its child. The shell
//! waits for the original process, so it does not touch the terminal before the supervisor has
//! restored it; a watcher beside the program would race with the shell's next prompt.
//!
//! The supervisor has one thread, closes every descriptor but its own one of the terminal, stops
//! when its child stops, forwards the signals that processes send to it, and ends as its child has
//! ended. A second process in its group, its witness, notes which signals the whole group gets.
//!
//! # Platform notes
//!
//! When the supervisor itself is killed, Linux sends SIGHUP to the program (SIGTERM if that is
//! ignored). Elsewhere a program that called [`start`] sends it to itself; one that was started by
//! [`run`] continues alone.
//!
//! On Windows, the modes belong to the console, which outlives its programs. When the supervisor
//! itself is terminated, the program continues alone.

mod guess;
mod watch;

use std::convert::Infallible;
use std::io::{self, IsTerminal};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::atomic::AtomicU8;
use std::thread;

use ttyring_platform::system::child::{
    Fork, HANGUP, SignalListener, TERMINATE, end_by, fork, ignores, lifeline, parent, send,
    shared_page, spawn_dependent, threads, wait_for_end,
};
use ttyring_platform::system::process::id;
use ttyring_platform::{Backend, Error, Os, Result, die_with_parent};

use super::report;
pub use guess::Reset;
use watch::Watch;

type OsTty = <Os as Backend>::Tty;

/// How the supervisor knows what is to be undone.
#[derive(Debug)]
enum Evidence {
    /// The program tells.
    Reported(&'static [AtomicU8]),
    /// Any program: from what is seen of it.
    Observed {
        /// Whether its output goes to the terminal, not into a pipe to a program that may be using
        /// the terminal itself.
        shown: bool,
        /// When the modes are reset.
        reset: Reset,
    },
}

/// Continues in a child, while the original process waits for it and restores the terminal when it
/// is dead. Call it at the start of `main`, while there is one thread: process ids that were asked
/// for before are those of the supervisor.
///
/// Without a terminal, and when called again, it does nothing.
///
/// # Errors
///
/// When there is more than one thread; what `fork(2)` answers.
///
/// # Examples
///
/// ```no_run
/// use ttyring::terminal::supervise;
///
/// fn main() -> Result<(), ttyring::Error> {
///     supervise::start()?;
///     // From here on, not even `kill -9` leaves the terminal in raw mode.
///     Ok(())
/// }
/// ```
#[allow(unsafe_code)]
pub fn start() -> Result<()> {
    if report::is_supervised() {
        return Ok(());
    }
    let page = shared_page()?;
    let Some(tty) = terminal()? else {
        return Ok(());
    };
    let watch = Watch::new(tty, Evidence::Reported(page))?;
    if threads().is_some_and(|threads| threads > 1) {
        let busy = io::Error::other("start the supervisor before any other thread");
        return Err(Error::os("fork", busy));
    }
    let (reader, writer) = lifeline()?;
    let original = id();
    let listener = SignalListener::block();
    // SAFETY: there is one thread, where the system tells; elsewhere the documentation asks.
    match unsafe { fork() }? {
        Fork::Parent(program) => {
            drop(reader);
            watch.run(program, &listener, Some(writer))
        }
        Fork::Child => {
            drop((writer, watch));
            report::start(page, original);
            notice_end_of_parent(original, reader);
            Ok(())
        }
    }
}

/// Runs any program and waits for it; ends this process as the program has ended.
///
/// The program need not know about it. The settings are restored as they were found; modes are
/// switched off as `reset` says. Without a terminal the program takes the place of this process.
///
/// Call it before any thread is started: beside other threads, a signal that is sent to the process
/// group reaches the program twice.
///
/// # Errors
///
/// That the program cannot be started.
pub fn run(mut command: Command, reset: Reset) -> io::Result<Infallible> {
    let shown = io::stdout().is_terminal();
    let Some(tty) = terminal()? else {
        return Err(command.exec());
    };
    let watch = Watch::new(tty, Evidence::Observed { shown, reset })?;
    let listener = SignalListener::block();
    let program = spawn_dependent(&mut command, &listener, last_words())?;
    watch.run(program, &listener, None)
}

fn terminal() -> Result<Option<OsTty>> {
    match Os.open() {
        Ok(tty) => Ok(Some(tty)),
        Err(Error::NoTerminal) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the signal for a program whose supervisor is gone.
fn last_words() -> i32 {
    if ignores(HANGUP) { TERMINATE } else { HANGUP }
}

/// Has this process told when its parent dies.
fn notice_end_of_parent(original: i32, pipe: OwnedFd) {
    let signal = last_words();
    if die_with_parent(signal) {
        if parent() != original {
            end_by(signal);
        }
        return;
    }
    // Nobody writes: the read ends when the only writer, the supervisor, is dead.
    let watch = move || {
        wait_for_end(&pipe);
        send(id(), signal);
    };
    // Without the thread the program runs on alone after a supervisor that was killed.
    let _ = thread::Builder::new()
        .name("supervisor watch".to_owned())
        .spawn(watch);
}
