//! What must be undone on one terminal, made ahead of time so that it can be undone in a signal
//! handler.
//!
//! Everything that [`Undo`] does is async-signal-safe: the calls of [`Tty`] that say so, on values
//! that are ready. Whether now is the time is not decided here.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;
use std::thread::ThreadId;
use std::time::Duration;

use ttyring_platform::unix::process::{id, is_in_foreground, pause};
use ttyring_platform::{LineMode, Outcome, Termios, Tty, When};

use super::fence;
use super::report::{self, Owed};

/// How often a write to a terminal that takes nothing is tried again, a millisecond apart.
const ATTEMPTS: u32 = 100;

/// What a handler can do with a record without knowing whose terminal it is.
pub(super) trait Undo: Debug + Send {
    /// Switches off what was switched on and puts the settings back. Async-signal-safe.
    fn undo(&mut self);

    /// If it was undone, takes the terminal as it is now for how it was found, and switches
    /// everything on again. Async-signal-safe.
    fn redo(&mut self) -> Redone;

    /// As [`redo`](Undo::redo), also when the process was stopped without a chance to undo
    /// anything (SIGSTOP), and the shell has the terminal as it likes it.
    fn refresh(&mut self) -> Redone;

    /// Returns what there is to undo, for a supervisor.
    fn owed(&self) -> Owed<'_>;

    /// Returns the thread that the terminal was last used by.
    fn thread(&self) -> ThreadId;

    /// Undoes everything with time to spare: replies that are under way are waited for and thrown
    /// away, so that they are not typed into the shell.
    fn end(&mut self);

    /// As [`end`](Undo::end), to come back: what was read while replies were waited for is
    /// returned, without the last one.
    fn hand_over(&mut self) -> Vec<u8>;

    /// If the settings that this terminal found are those that `other` had made, takes what
    /// `other` found in their place; returns whether it was so.
    fn inherit(&mut self, other: &dyn Any) -> bool;

    /// Leaves the settings to somebody else.
    fn keep_settings(&mut self);

    /// Returns the record, for [`inherit`](Undo::inherit).
    fn as_any(&self) -> &dyn Any;
}

/// What [`Undo::redo`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Redone {
    /// Everything is on again, or was never off.
    Yes,
    /// The process is in the background: the terminal is somebody else's.
    Background,
}

/// Whether the terminal is as the program wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Everything in the record is on.
    On,
    /// It was undone and is to come back.
    Undone,
    /// It was undone and somebody else uses the terminal: it comes back when the owner says so.
    HandedOver,
}

/// What must be undone on one terminal.
#[derive(Debug)]
pub(super) struct Record<T: Tty> {
    pub(super) tty: Arc<T>,
    /// The process that did what is to be undone; a child that it forks must not undo it.
    pub(super) process: i32,
    pub(super) thread: ThreadId,
    /// The settings to go back to.
    pub(super) found: T::Termios,
    /// What the program wants; `None` leaves the settings alone.
    pub(super) mode: Option<LineMode>,
    /// The settings that the program has made, and those that it made before: while one takes the
    /// place of the other, either may be found.
    pub(super) made: [T::Termios; 2],
    /// The bytes that switch the modes on.
    pub(super) set: Vec<u8>,
    /// As `set`, where the modes may be on still: nothing is pushed twice.
    pub(super) again: Vec<u8>,
    /// The bytes that switch them off.
    pub(super) reset: Vec<u8>,
    /// Whether the terminal may still send what the keyboard did not.
    pub(super) fence: bool,
    pub(super) state: State,
    /// Whether a handler has changed `found`.
    pub(super) renewed: bool,
}

impl<T: Tty> Record<T> {
    /// Returns the record behind an entry of the registry.
    pub(super) fn of(entry: &dyn Undo) -> Option<&Self> {
        entry.as_any().downcast_ref()
    }

    fn put_settings_back(&self) {
        // What is neither of ours was made by somebody else since, who knows better (sudo's rule).
        let ours = self
            .tty
            .termios()
            .is_ok_and(|now| self.mode.is_some() && self.made.contains(&now));
        if ours {
            // An error means that the terminal is gone, and nothing is left to put back.
            let _ = self.tty.set_termios(When::Now, &self.found);
        }
    }

    /// Takes the settings as they are now for those that were found: what the user has changed
    /// meanwhile stays changed.
    fn enter_again(&mut self) {
        let (Some(mode), Ok(now)) = (&self.mode, self.tty.termios()) else {
            return;
        };
        let made = now.with(mode);
        self.found = now;
        self.renewed = true;
        // An error means that the terminal is gone; the next read says so.
        let _ = self.tty.set_termios(When::Now, &made);
        // The kernel may have refused a part of it.
        let made = self.tty.termios().unwrap_or(made);
        self.made = [made.clone(), made];
    }

    /// Whether the terminal is this process's to change. When the supervisor was killed, the shell
    /// has it back already, as it was left: late is better than never then.
    fn may_touch(&self) -> bool {
        self.is_in_foreground() || report::is_abandoned()
    }

    fn is_in_foreground(&self) -> bool {
        self.tty.descriptor().is_none_or(is_in_foreground)
    }

    /// Switches the modes off, if they are on and it is this process's business.
    fn switch_off(&mut self) -> bool {
        if self.state != State::On || !self.is_own() {
            return false;
        }
        self.state = State::Undone;
        let mine = self.may_touch();
        if mine {
            write(&*self.tty, &self.reset);
        }
        mine
    }

    /// Whether the terminal may still send what the keyboard did not, and shows none of it.
    fn awaits_replies(&self) -> bool {
        let unseen = self.mode.is_some_and(|mode| !mode.canonical && !mode.echo);
        self.fence && unseen && self.tty.descriptor().is_some()
    }

    fn await_replies(&self) -> Vec<u8> {
        write(&*self.tty, fence::QUESTION);
        fence::wait(&*self.tty)
    }

    fn is_own(&self) -> bool {
        self.process == id()
    }
}

impl<T: Tty> Undo for Record<T> {
    fn undo(&mut self) {
        if self.state != State::On || !self.is_own() {
            return;
        }
        self.state = State::Undone;
        if report::is_abandoned() {
            // A race with the shell, which may take the settings that it finds for those that the
            // user wants (zsh): they come before everything else.
            self.put_settings_back();
        } else if !self.is_in_foreground() {
            return;
        }
        write(&*self.tty, &self.reset);
        self.put_settings_back();
    }

    fn redo(&mut self) -> Redone {
        if self.state != State::Undone || !self.is_own() {
            return Redone::Yes;
        }
        if !self.may_touch() {
            return Redone::Background;
        }
        self.enter_again();
        write(&*self.tty, &self.set);
        self.state = State::On;
        Redone::Yes
    }

    fn refresh(&mut self) -> Redone {
        let replaced = self.state == State::On
            && self.is_own()
            && self.mode.is_some()
            && self
                .tty
                .termios()
                .is_ok_and(|now| !self.made.contains(&now));
        if !replaced {
            return self.redo();
        }
        if !self.may_touch() {
            return Redone::Background;
        }
        self.enter_again();
        write(&*self.tty, &self.again);
        Redone::Yes
    }

    fn owed(&self) -> Owed<'_> {
        Owed {
            on: self.state == State::On,
            settings: self.mode.is_some(),
            reports: self.fence,
            reset: &self.reset,
        }
    }

    fn thread(&self) -> ThreadId {
        self.thread
    }

    fn end(&mut self) {
        if !self.switch_off() {
            return;
        }
        if self.awaits_replies() {
            drop(self.await_replies());
            // An error means that the terminal is gone, and what was typed with it.
            let _ = self.tty.discard_input();
        }
        self.put_settings_back();
    }

    fn hand_over(&mut self) -> Vec<u8> {
        let mut late = Vec::new();
        if self.switch_off() {
            if self.awaits_replies() {
                late = self.await_replies();
            }
            self.put_settings_back();
        }
        late
    }

    fn inherit(&mut self, other: &dyn Any) -> bool {
        let Some(other) = other.downcast_ref::<Record<T>>() else {
            return false;
        };
        let device = self.tty.device();
        let same = device.is_some() && device == other.tty.device();
        let above = same && other.mode.is_some() && other.made.contains(&self.found);
        if above {
            self.found = other.found.clone();
            self.renewed = true;
        }
        above
    }

    fn keep_settings(&mut self) {
        self.mode = None;
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Writes without blocking, for a while. Async-signal-safe.
pub(super) fn write<T: Tty>(tty: &T, mut bytes: &[u8]) {
    for _ in 0..ATTEMPTS {
        if bytes.is_empty() {
            return;
        }
        match tty.write(bytes) {
            Ok(Outcome::Bytes(count)) => bytes = bytes.get(count..).unwrap_or_default(),
            Ok(Outcome::NotReady) => pause(Duration::from_millis(1)),
            Ok(Outcome::End) | Err(_) => return,
        }
    }
}
