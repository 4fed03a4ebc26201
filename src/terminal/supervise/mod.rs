//! A process that waits: the only thing that can put a terminal back after SIGKILL.
//!
//! The original process becomes the supervisor and the program goes on in its child. The shell
//! waits for the original process, so it does not touch the terminal before the supervisor has put
//! it back; a watcher beside the program would race with the shell's next prompt.
//!
//! The supervisor has one thread, lets go of every descriptor but its own one of the terminal,
//! stops when its child stops, hands on the signals that processes send to it, and ends as its
//! child has ended. If it is killed itself, its child gets SIGHUP where the system can do that.
//!
//! What the program does is not its business.

mod guess;
mod watch;

use std::convert::Infallible;
use std::io::{self, IsTerminal};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::atomic::AtomicU8;
use std::thread;

use ttyring_platform::unix::child::{
    Ears, Fork, HANGUP, Receipts, TERMINATE, end_by, fork, ignores, lifeline, parent, send,
    shared_page, spawn_dependent, threads, wait_for_end,
};
use ttyring_platform::unix::process::id;
use ttyring_platform::{Backend, Error, Os, Result, die_with_parent};

use super::report;
use watch::Watch;

type OsTty = <Os as Backend>::Tty;

/// Makes a process wait for a program and put the terminal back when it is dead, whatever killed
/// it.
///
/// # Platform notes
///
/// When the supervisor itself is killed, Linux sends SIGHUP to the program (SIGTERM if that is
/// ignored). Elsewhere a program that called [`start`](Supervisor::start) sends it to itself; one
/// that was started by [`run`](Supervisor::run) goes on alone.
#[derive(Debug)]
pub struct Supervisor(());

/// When a supervisor that cannot know what a program has switched on resets the modes of the
/// terminal.
///
/// The settings are put back in any case. Where the program's output goes into a pipe, another
/// program may be using the terminal, and the modes are reset only after a signal has ended this
/// one, or where it failed and left the settings changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reset {
    /// After a signal has ended the program, after an exit status other than 0, and when the
    /// settings were left changed. `ssh`, for example, puts the settings back and exits with 255
    /// when the connection breaks; what the remote program had switched on stays on.
    #[default]
    Failed,
    /// After every end.
    Always,
    /// Never.
    Never,
}

/// How the supervisor knows what is to be undone.
#[derive(Debug)]
enum Debts {
    /// The program tells, and leaves receipts for the signals that it handles.
    Told(&'static [AtomicU8], &'static Receipts),
    /// Any program: from what is seen of it.
    Guessed {
        /// Whether its output goes to the terminal, not into a pipe to a program that may be using
        /// the terminal itself.
        shown: bool,
        /// When the modes are reset.
        reset: Reset,
    },
}

impl Supervisor {
    /// Goes on in a child, while the original process waits for it and puts the terminal back when
    /// it is dead. To be called at the start of `main`: there may be one thread only, and process
    /// ids that were asked for before are those of the supervisor.
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
    /// use ttyring::terminal::Supervisor;
    ///
    /// fn main() -> ttyring::Result<()> {
    ///     Supervisor::start()?;
    ///     // From here on, not even `kill -9` leaves the terminal in raw mode.
    ///     Ok(())
    /// }
    /// ```
    #[allow(unsafe_code)]
    pub fn start() -> Result<()> {
        if report::is_supervised() {
            return Ok(());
        }
        let (page, receipts) = (shared_page()?, Receipts::new()?);
        let Some(tty) = terminal()? else {
            return Ok(());
        };
        let watch = Watch::new(tty, Debts::Told(page, receipts))?;
        if threads().is_some_and(|threads| threads > 1) {
            let busy = io::Error::other("a supervisor must be started before any thread");
            return Err(Error::os("fork", busy));
        }
        let (reader, writer) = lifeline()?;
        let original = id();
        let ears = Ears::open();
        // SAFETY: there is one thread, where the system tells; elsewhere the documentation asks.
        match unsafe { fork() }? {
            Fork::Parent(program) => {
                drop(reader);
                watch.run(program, &ears, Some(writer))
            }
            Fork::Child => {
                drop((writer, watch));
                report::start(page, original);
                receipts.leave_here();
                notice_end_of_parent(original, reader);
                Ok(())
            }
        }
    }

    /// Runs any program and waits for it; ends this process as the program has ended.
    ///
    /// The program need not know about it. The settings are put back as they were found; modes are
    /// switched off as `reset` says. Without a terminal the program takes the place of this
    /// process.
    ///
    /// # Errors
    ///
    /// That the program cannot be started.
    pub fn run(mut command: Command, reset: Reset) -> io::Result<Infallible> {
        let shown = io::stdout().is_terminal();
        let Some(tty) = terminal()? else {
            return Err(command.exec());
        };
        let watch = Watch::new(tty, Debts::Guessed { shown, reset })?;
        let ears = Ears::open();
        let program = spawn_dependent(&mut command, &ears, last_words())?;
        watch.run(program, &ears, None)
    }
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
