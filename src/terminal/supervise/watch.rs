//! Waiting for the program: its stops and its end, and the signals that are handed on to it.
//!
//! A signal that is sent to the process group has reached the program already. It is handed on only
//! where that is not so, see [`Watch::has_come_to_group`]; SIGCONT only while the program is stopped and
//! nobody has continued it. Otherwise a continuation that is handed on late would take back the
//! program's next stop.

use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use ttyring_platform::system::child::{
    CHILD, CONTINUE, Change, Received, Seen, SignalListener, Witness, change_of, end_by, exit_now,
    foreground, group_is_gone, is_in_own_group, let_go, send, take_foreground, threads,
};
use ttyring_platform::system::process::{BACKGROUND, STOP, is_in_foreground, pause, stop_if};
use ttyring_platform::{LineMode, Result, Termios, Tty, When};

use super::{Evidence, OsTty, guess};
use crate::terminal::custody::plan;
use crate::terminal::report;

type Settings = <OsTty as Tty>::Termios;

/// How long the program has for what it was sent together with its supervisor, in milliseconds.
const GRACE: u32 = 20;

/// How old the witness's note of a signal may be that the supervisor has just heard of: it may have
/// had to wait for a processor.
const RECENT: Duration = Duration::from_millis(250);

/// The exit status where nobody can say how the program ended.
const UNKNOWN: i32 = 255;

/// A supervisor at work.
#[derive(Debug)]
pub(super) struct Watch {
    tty: OsTty,
    found: Settings,
    /// The settings of a program that was stopped with them on.
    aside: Option<Settings>,
    evidence: Evidence,
    program: i32,
    /// What is known of the program.
    stopped: bool,
    /// What was heard of it and not acted on.
    unread: Option<Change>,
    /// Notes what the whole group gets.
    witness: Option<Witness>,
    /// The last of its notes that was taken for a signal sent to the group.
    matched: Option<Seen>,
    /// Whether the terminal was this process's, or the program's in a group of its own, when it
    /// was last looked at.
    held: bool,
}

impl Watch {
    /// Takes the terminal as it is now for how it was found. To be called before the program is
    /// started, so that it gets nothing that the witness does not.
    pub(super) fn new(tty: OsTty, evidence: Evidence) -> Result<Self> {
        Ok(Watch {
            found: tty.termios()?,
            aside: None,
            evidence,
            program: 0,
            stopped: false,
            unread: None,
            witness: witness(),
            matched: None,
            held: tty.descriptor().is_none_or(is_in_foreground),
            tty,
        })
    }

    /// Waits for the end of the program and ends this process in the same way.
    #[allow(unsafe_code)]
    pub(super) fn run(
        mut self,
        program: i32,
        listener: &SignalListener,
        alive: Option<OwnedFd>,
    ) -> ! {
        self.program = program;
        let alive = alive.as_ref().map(AsFd::as_fd);
        let witness = self.witness.as_ref().map(AsFd::as_fd);
        let kept = [self.tty.descriptor(), alive, witness];
        let kept: Vec<_> = kept.into_iter().flatten().collect();
        // Without /dev/null the descriptors stay open: a pipe may wait for this process.
        // SAFETY: from here to its end this process uses no descriptor but these.
        let _ = unsafe { let_go(&kept) };
        listener.install_handlers();
        loop {
            // First a look: the program may have ended before anything was heard.
            self.catch_up();
            listener.wait(|heard| match heard.signal {
                CHILD => {}
                CONTINUE => self.continued(),
                _ => self.hand_on(heard),
            });
        }
    }

    /// Acts on what has become of the program; returns whether anything has.
    fn catch_up(&mut self) -> bool {
        let mut news = false;
        while let Some(change) = self.next_change() {
            news = true;
            match change {
                Change::Exited(_) | Change::Killed(_) | Change::Lost => self.end(change),
                Change::Stopped(signal) => self.follow(signal),
                Change::Continued => self.stopped = false,
            }
        }
        news
    }

    fn next_change(&mut self) -> Option<Change> {
        self.unread.take().or_else(|| change_of(self.program))
    }

    fn end(&mut self, how: Change) -> ! {
        self.settle(how);
        match how {
            Change::Killed(signal) => end_by(signal),
            Change::Exited(status) => exit_now(status),
            _ => exit_now(UNKNOWN),
        }
    }

    /// The program has stopped: stops, too, so that the shell takes over.
    fn follow(&mut self, signal: i32) {
        self.stopped = true;
        self.put_aside();
        let like = if signal == BACKGROUND { signal } else { STOP };
        stop_if(like, || {
            // Somebody may have continued it meanwhile, before there was a stop to be taken back.
            self.unread = change_of(self.program);
            matches!(self.unread, None | Some(Change::Stopped(_)))
        });
        self.come_back();
    }

    /// This process goes on: looks at the terminal before the program changes it.
    fn come_back(&mut self) {
        self.take_up();
        if let Evidence::Reported(page) = self.evidence {
            report::acknowledge(page);
        }
    }

    /// This process was continued. If that was for the whole group, the program was, too.
    fn continued(&mut self) {
        self.take_up();
        for _ in 0..GRACE {
            if self.catch_up() || !self.stopped {
                return;
            }
            pause(Duration::from_millis(1));
        }
        send(self.program, CONTINUE);
    }

    /// Hands a signal on, unless it was sent to the group and the program has it already.
    fn hand_on(&mut self, heard: Received) {
        if !(is_in_own_group(self.program) && self.has_come_to_group(heard)) {
            send(self.program, heard.signal);
        }
    }

    /// Whether the witness has got the same signal from the same sender a moment ago, or gets it
    /// now.
    fn has_come_to_group(&mut self, heard: Received) -> bool {
        let Some(witness) = &self.witness else {
            return false;
        };
        for _ in 0..GRACE {
            let seen = witness.last(heard.signal).filter(|seen| {
                seen.is_from(heard.sender) && seen.age() < RECENT && self.matched != Some(*seen)
            });
            if seen.is_some() {
                self.matched = seen;
                return true;
            }
            pause(Duration::from_millis(1));
        }
        false
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
        self.held = self.is_ours() || self.is_lent();
        let Some(now) = self.settings() else {
            return;
        };
        let cooked = looks_cooked(&now.line_mode());
        // A program that tells makes its settings anew by itself, and knows whether it wants them.
        let tells = matches!(self.evidence, Evidence::Reported(_));
        match self.aside.take().filter(|_| !tells) {
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
        self.is_ours().then(|| self.tty.termios().ok()).flatten()
    }

    fn is_ours(&self) -> bool {
        self.tty.descriptor().is_none_or(is_in_foreground)
    }

    /// Whether the program has the terminal in a group of its own, as an interactive shell does.
    fn is_lent(&self) -> bool {
        self.tty.descriptor().and_then(foreground) == Some(self.program)
    }

    /// After the death of the program: takes the terminal back that it had in a group of its own,
    /// or gave to a group that is gone.
    fn reclaim(&self) {
        let Some(tty) = self.tty.descriptor().filter(|_| self.held) else {
            return;
        };
        if self.is_lent() || foreground(tty).is_some_and(group_is_gone) {
            // An error means that the terminal is gone.
            let _ = take_foreground(tty);
        }
    }

    /// The program is dead: undoes what it has left.
    fn settle(&self, end: Change) {
        self.reclaim();
        let Some(now) = self.settings() else {
            return;
        };
        match self.evidence {
            Evidence::Reported(page) => report::read(page, |owed| {
                if owed.on {
                    self.undo(owed.reset, owed.settings, owed.reports);
                }
            }),
            Evidence::Observed { shown, reset } => {
                let owed = reset.owed(end, now != self.found, shown);
                let modes = if owed.modes {
                    guess::usual()
                } else {
                    Vec::new()
                };
                self.undo(&modes, owed.settings, owed.input);
            }
        }
    }

    fn undo(&self, reset: &[u8], settings: bool, input: bool) {
        plan::write(&self.tty, reset);
        if input {
            // Reports that came after the death are nobody's; an error means no terminal.
            let _ = self.tty.discard_input();
        }
        if settings {
            let _ = self.tty.set_termios(When::Now, &self.found);
        }
    }
}

/// Starts a witness, unless the system says that this process has several threads; without one a
/// signal for the group is handed on as well.
#[allow(unsafe_code)]
fn witness() -> Option<Witness> {
    let alone = threads().is_none_or(|threads| threads == 1);
    // SAFETY: there is one thread, where the system tells; elsewhere the documentation asks.
    alone.then(|| unsafe { Witness::start() }.ok()).flatten()
}

fn looks_cooked(mode: &LineMode) -> bool {
    mode.canonical && mode.echo
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
