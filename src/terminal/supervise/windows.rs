//! A process that waits: the only thing that can put a console back after `TerminateProcess`.
//!
//! The modes belong to the console, which outlives the program. The supervisor starts the program,
//! leaves Ctrl-C and Ctrl-Break to it, puts the modes back when it is dead, and exits with its
//! status.
//!
//! Neither outlives the other. A program that knows of its supervisor restores the console and exits
//! when that is gone; any other one is ended by the system (a job object).

#[path = "guess.rs"]
mod guess;

use std::convert::Infallible;
use std::io;
use std::process::{Child, Command, ExitStatus, exit};
use std::sync::Once;
use std::thread;

use ttyring_platform::system::child::{self, Change, Tied};
use ttyring_platform::{Backend, Error, Os, Result, Signals, Tty, When};

pub use guess::Reset;

use super::custody::list;

/// Tells a program that it has a supervisor, by the number of that process.
const SUPERVISED: &str = "TTYRING_SUPERVISED";

/// Continues in a child, while the original process waits for it and restores the console when it
/// is dead. Call it at the start of `main`: the child is the program started once more, with
/// the same arguments, and what ran before the call runs twice.
///
/// Without a console, and when called again, it does nothing.
///
/// # Errors
///
/// That the program cannot be started once more.
pub fn start() -> Result<()> {
    if let Some(supervisor) = std::env::var_os(SUPERVISED) {
        end_with(supervisor.to_str().and_then(|number| number.parse().ok()));
        return Ok(());
    }
    if terminal()?.is_none() {
        return Ok(());
    }
    let failed = |error| Error::os("CreateProcessW", error);
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    command
        .args(std::env::args_os().skip(1))
        .env(SUPERVISED, std::process::id().to_string());
    match wait_for(command, Reset::Failed, |_| None) {
        Ok(never) => match never {},
        Err(error) => Err(failed(error)),
    }
}

/// Runs any program and waits for it; ends this process with the status of the program.
///
/// The program need not know about it. The modes of the console are restored as they were found; what the program switched on by sequences is switched off as `reset` says.
///
/// # Errors
///
/// That the program cannot be started.
pub fn run(command: Command, reset: Reset) -> io::Result<Infallible> {
    // Where it cannot be tied, it goes on alone without this process.
    wait_for(command, reset, |child| child::tie(child).ok())
}

/// Restores the console and ends this process when its supervisor is gone: the shell reads the
/// console from then on.
fn end_with(supervisor: Option<u32>) {
    static ONCE: Once = Once::new();
    let Some(supervisor) = supervisor else {
        return;
    };
    ONCE.call_once(|| {
        let wait = move || {
            if child::wait_for_end(supervisor) {
                list::end_all();
                exit(1);
            }
        };
        // Without the thread, the process goes on alone.
        let _ = thread::Builder::new()
            .name("ttyring supervisor".to_owned())
            .spawn(wait);
    });
}

fn wait_for(
    mut command: Command,
    reset: Reset,
    tie: impl FnOnce(&Child) -> Option<Tied>,
) -> io::Result<Infallible> {
    let Some(tty) = terminal()? else {
        exit(code(command.status()?));
    };
    let found = tty.termios()?;
    // Taken as events, so that only the program decides what they do.
    let _events = Os.poller(&tty, Signals::INT | Signals::QUIT)?;
    let mut child = command.spawn()?;
    let _tied = tie(&child);
    let status = child.wait()?;
    let changed = tty.termios()? != found;
    let owed = reset.owed(Change::Exited(code(status)), changed, true);
    if owed.modes {
        let _ = tty.write(&guess::usual());
    }
    tty.set_termios(When::Now, &found)?;
    exit(code(status));
}

fn terminal() -> Result<Option<<Os as Backend>::Tty>> {
    match Os.open() {
        Ok(tty) => Ok(Some(tty)),
        Err(Error::NoTerminal) => Ok(None),
        Err(error) => Err(error),
    }
}

fn code(status: ExitStatus) -> i32 {
    // Windows has a code for every end.
    status.code().unwrap_or(1)
}
