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

use std::convert::Infallible;
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::atomic::AtomicU8;
use std::thread;

use ttyring_platform::unix::child::{
    CHILD, Change, Ears, Fork, HANGUP, TERMINATE, change_of, end_by, exit_now, fork, ignores,
    let_go, lifeline, parent, send, shared_page, spawn_dependent, threads, wait_for_end,
};
use ttyring_platform::unix::process::{BACKGROUND, STOP, id, is_in_foreground, stop};
use ttyring_platform::{Backend, Error, LineMode, Os, Result, Termios, Tty, When, die_with_parent};

use super::modes::{Enabled, Keyboard, Modes};
use super::{record, report};

type OsTty = <Os as Backend>::Tty;
type Settings = <OsTty as Tty>::Termios;

/// Makes a process wait for a program and put the terminal back when it is dead, whatever killed
/// it.
///
/// # Platform notes
///
/// When the supervisor itself is killed, Linux sends SIGHUP to the program (SIGTERM if that is
/// ignored). Elsewhere a program that called [`start`](Supervisor::start) sends it to itself; one
/// that was started by [`run`](Supervisor::run) goes on alone.
#[derive(Debug)]
pub struct Supervisor {
    tty: OsTty,
    found: Settings,
    /// The settings of a program that was stopped with them on.
    aside: Option<Settings>,
    debts: Debts,
}

/// How the supervisor knows what is to be undone.
#[derive(Debug)]
enum Debts {
    /// The program tells.
    Told(&'static [AtomicU8]),
    /// Any program: from what is seen of it.
    Guessed {
        /// Whether its output goes to the terminal, not into a pipe to a program that may be using
        /// the terminal itself.
        shown: bool,
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
        let page = shared_page()?;
        let Some(supervisor) = Supervisor::of_terminal(Debts::Told(page))? else {
            return Ok(());
        };
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
                supervisor.watch(program, &ears, Some(writer))
            }
            Fork::Child => {
                drop((writer, supervisor));
                report::start(page, original);
                notice_end_of_parent(original, reader);
                Ok(())
            }
        }
    }

    /// Runs any program and waits for it; ends this process as the program has ended.
    ///
    /// The program need not know about it. The settings are put back as they were found; modes are
    /// switched off when a signal ended the program, or when it left the settings changed.
    /// Without a terminal the program takes the place of this process.
    ///
    /// # Errors
    ///
    /// That the program cannot be started.
    pub fn run(mut command: Command) -> io::Result<Infallible> {
        let shown = io::stdout().is_terminal();
        let Some(supervisor) = Supervisor::of_terminal(Debts::Guessed { shown })? else {
            return Err(command.exec());
        };
        let ears = Ears::open();
        let program = spawn_dependent(&mut command, &ears, last_words())?;
        supervisor.watch(program, &ears, None)
    }

    fn of_terminal(debts: Debts) -> Result<Option<Self>> {
        let tty = match Os.open() {
            Ok(tty) => tty,
            Err(Error::NoTerminal) => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Some(Supervisor {
            found: tty.termios()?,
            tty,
            aside: None,
            debts,
        }))
    }

    /// Waits for the end of the program and ends this process in the same way.
    #[allow(unsafe_code)]
    fn watch(mut self, program: i32, ears: &Ears, alive: Option<OwnedFd>) -> ! {
        let kept = self.tty.descriptor().into_iter();
        let kept: Vec<_> = kept.chain(alive.as_ref().map(AsFd::as_fd)).collect();
        // Without /dev/null the descriptors stay open: a pipe may wait for this process.
        // SAFETY: from here to its end this process uses no descriptor but these.
        let _ = unsafe { let_go(&kept) };
        ears.listen();
        loop {
            // First a look: the program may have ended before anything was heard.
            while let Ok(Some(change)) = change_of(program) {
                match change {
                    Change::Exited(_) | Change::Killed(_) => self.settle(change),
                    Change::Stopped(signal) => self.stopped(signal),
                    Change::Continued => {}
                }
                match change {
                    Change::Exited(status) => exit_now(status),
                    Change::Killed(signal) => end_by(signal),
                    Change::Stopped(_) | Change::Continued => {}
                }
            }
            ears.wait(|signal| {
                if signal != CHILD {
                    send(program, signal);
                }
            });
        }
    }

    /// The program has stopped: stops, too, so that the shell takes over.
    fn stopped(&mut self, signal: i32) {
        self.put_aside();
        stop(if signal == BACKGROUND { signal } else { STOP });
        self.take_up();
        if let Debts::Told(page) = self.debts {
            report::looked(page);
        }
    }

    /// A program that was stopped by SIGSTOP had no chance to put the settings back.
    fn put_aside(&mut self) {
        match self.settings() {
            Some(now) if looks_cooked(&now.line_mode()) => self.found = now,
            Some(now) => {
                // An error means that the terminal is gone.
                let _ = self.tty.set_termios(When::Now, &self.found);
                self.aside = Some(now);
            }
            None => {}
        }
    }

    fn take_up(&mut self) {
        let Some(now) = self.settings() else {
            return;
        };
        let cooked = looks_cooked(&now.line_mode());
        match self.aside.take() {
            Some(aside) if now == self.found => {
                let _ = self.tty.set_termios(When::Now, &aside);
            }
            // What the user changed meanwhile stays changed, unless it is the program that has
            // been faster.
            _ if cooked => self.found = now,
            _ => {}
        }
    }

    /// Returns the settings, while the terminal is not somebody else's.
    fn settings(&self) -> Option<Settings> {
        let mine = self.tty.descriptor().is_none_or(is_in_foreground);
        mine.then(|| self.tty.termios().ok()).flatten()
    }

    /// The program is dead: undoes what it has left.
    fn settle(&self, end: Change) {
        let Some(now) = self.settings() else {
            return;
        };
        match self.debts {
            Debts::Told(page) => report::read(page, |owed| {
                if owed.on {
                    self.undo(owed.reset, owed.settings, owed.reports);
                }
            }),
            Debts::Guessed { shown } => {
                let changed = now != self.found;
                let killed = matches!(end, Change::Killed(_));
                // A program that ends well in front of a pager leaves the terminal to that.
                let settings = changed && (shown || end != Change::Exited(0));
                if killed || settings {
                    record::write(&self.tty, OTHERS);
                    self.undo(&usual(changed).reset_bytes(), settings, killed);
                }
            }
        }
    }

    fn undo(&self, reset: &[u8], settings: bool, reports: bool) {
        record::write(&self.tty, reset);
        if reports {
            // Reports that came after the death are nobody's; an error means no terminal.
            let _ = self.tty.discard_input();
        }
        if settings {
            let _ = self.tty.set_termios(When::Now, &self.found);
        }
    }
}

/// What other programs switch on besides: mouse reports in the forms of urxvt, UTF-8 and X10, and
/// the application keypad.
const OTHERS: &[u8] = b"\x1b[?1015l\x1b[?1005l\x1b[?9l\x1b>";

/// What programs usually switch on. Leaving the alternate screen moves the cursor of a terminal
/// that does not show it, so it is left only after a program that had changed the settings.
fn usual(changed: bool) -> Enabled {
    let mut modes = Modes::all();
    modes.set(Modes::ALTERNATE_SCREEN, changed);
    let flags = vec![Keyboard::empty()];
    Enabled {
        modes,
        alternate: if changed { flags.clone() } else { Vec::new() },
        main: flags,
    }
}

fn looks_cooked(mode: &LineMode) -> bool {
    mode.canonical && mode.echo
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
