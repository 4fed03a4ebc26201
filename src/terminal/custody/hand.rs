//! Carrying out what [`State::next`] demands, with the lock in hand.
//!
//! Every step first shows a plan that covers what the step is about to do, and afterwards one that
//! has only what is left. Nothing here waits: what a terminal does not take at once stays for the
//! caller, who lets go of the lock meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ttyring_platform::{Error, LineMode, Result, Termios, Tty, When};

use super::super::modes::Enabled;
use super::super::report;
use super::super::world::{Quiet, raise_stop};
use super::plan::{self, Bytes, Plan, Settings};
use super::shared::{Refused, Turn};
use super::state::{Action, Actions, Event, State};
use super::wants::Wants;

/// What only the holder of the lock sees.
#[derive(Debug)]
pub(crate) struct Ledger<T: Tty> {
    pub(crate) state: State,
    pub(crate) wants: Wants,
    /// The holders' own descriptions of the terminal.
    pub(crate) descriptions: Vec<(u32, Arc<T>)>,
    /// What `wants` come to, as bytes: to switch everything on, to do so where it may be on, to
    /// switch it off.
    bytes: [Bytes; 3],
    /// The line mode that is in force.
    line: Option<LineMode>,
    /// The last settings that were changed: what we made is never found.
    last: Option<Settings<T::Termios>>,
    /// What the last borrower left is not what the user wants.
    pub(crate) spoiled: bool,
    /// Among the modes that are wanted, some have the terminal send what nobody typed.
    wants_reports: bool,
    /// The terminal may be sending something that nobody typed.
    pub(crate) reports: bool,
    /// How long an answer took, at most; none before the first.
    pub(crate) round_trip: Option<Duration>,
    /// Grows when the modes go on or off as a whole.
    pub(crate) generation: u64,
    /// Bytes that were read and not used, and the terminal that they came from while it has no
    /// holder: another one may have its number later.
    pub(crate) unread: Vec<u8>,
    pub(crate) unread_from: Option<Arc<T>>,
}

/// The bytes of [`Ledger::bytes`].
const SET: usize = 0;
const AGAIN: usize = 1;
const RESET: usize = 2;

impl<T: Tty> Ledger<T> {
    pub(crate) fn new() -> Self {
        Ledger {
            state: State::default(),
            wants: Wants::default(),
            descriptions: Vec::new(),
            bytes: [Bytes::EMPTY; 3],
            line: None,
            last: None,
            spoiled: false,
            wants_reports: false,
            reports: false,
            round_trip: None,
            generation: 0,
            unread: Vec::new(),
            unread_from: None,
        }
    }

    /// Returns whether late replies have to be read before the terminal is given away: they come,
    /// and are not shown.
    pub(crate) fn has_to_drain(&self) -> bool {
        let is_unseen = |mode: LineMode| !mode.canonical && !mode.echo;
        self.reports && self.line.is_some_and(is_unseen)
    }

    /// Notes that an answer took so long.
    pub(crate) fn note_round_trip(&mut self, taken: Duration) {
        self.round_trip = self.round_trip.max(Some(taken));
    }

    /// Takes over what the holders want now.
    pub(crate) fn reckon(&mut self, enabled: &Enabled) -> Result<()> {
        let reset = enabled.reset_bytes();
        let set = enabled.set_bytes();
        if reset.len().max(set.len()) > plan::ROOM {
            let error = std::io::Error::from(std::io::ErrorKind::InvalidInput);
            return Err(Error::os("more than 1000 bytes to switch on or off", error));
        }
        self.bytes = [
            Bytes::of(&set),
            Bytes::of(&enabled.again_bytes()),
            Bytes::of(&reset),
        ];
        self.wants_reports = enabled.reports();
        self.reports |= self.wants_reports;
        Ok(())
    }
}

/// The lock of a custody, with signals blocked; a stop that came meanwhile is raised afterwards.
// The fields are dropped in this order.
#[derive(Debug)]
pub(crate) struct Hand<'a, T: Tty> {
    pub(super) turn: Turn<'a, Ledger<T>, Plan<T>>,
    /// What could not be written yet.
    pub(super) rest: Vec<u8>,
    pub(super) index: usize,
    pub(super) _quiet: Quiet,
    pub(super) _due: Due<'a>,
}

/// Whether a handler found the lock taken.
#[derive(Debug)]
pub(super) struct Due<'a>(pub(super) &'a AtomicBool);

impl Drop for Due<'_> {
    fn drop(&mut self) {
        // Relaxed: a request, which orders nothing.
        if self.0.swap(false, Ordering::Relaxed) {
            raise_stop();
        }
    }
}

/// What a holder changes.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) from: Enabled,
    pub(super) to: Enabled,
}

impl<T: Tty> Hand<'_, T> {
    /// Takes an event and does what it demands. Async-signal-safe without a change.
    pub(super) fn take(&mut self, event: Event, change: Option<&Change>) -> Result<()> {
        let now = self.turn.plan().in_force();
        let (next, actions) = self.turn.state.next(now, event);
        self.turn.state = next;
        let on = [Action::On, Action::Check];
        let goes_on = on.contains(&actions.settings) || on.contains(&actions.modes);
        if goes_on && !self.turn.plan().may_touch() {
            // It is somebody else's; the next event that finds it ours switches it on.
            return Ok(());
        }
        if actions.modes == Action::Off || actions.settings == Action::Off {
            self.switch_off(actions)?;
        }
        match actions.settings {
            Action::On => self.enter()?,
            Action::Adjust if self.turn.line != self.turn.wants.line() => self.enter()?,
            Action::Check => self.check()?,
            _ => {}
        }
        match (actions.modes, change) {
            (Action::On, _) => self.switch_on(),
            (Action::Adjust, Some(change)) => self.adjust(change),
            _ => Ok(()),
        }
    }

    /// Each step is noted before the next, so that a death between them undoes no pop twice.
    fn switch_off(&mut self, actions: Actions) -> Result<()> {
        let Actions { settings, modes } = actions;
        if modes == Action::Off {
            self.turn.plan().switch_off(Actions {
                settings: Action::Keep,
                modes,
            });
            self.turn.generation += 1;
            self.show(|plan| {
                plan.modes = false;
                plan.reset = Bytes::EMPTY;
            })?;
        }
        if settings == Action::Off {
            self.turn.plan().switch_off(Actions {
                settings,
                modes: Action::Keep,
            });
            self.turn.line = None;
            self.show(|plan| plan.settings = None)?;
        }
        Ok(())
    }

    /// Makes the settings those of the line mode that was entered last. What the terminal has now
    /// is what is gone back to, unless it is our own, or what a failed borrower has left.
    fn enter(&mut self) -> Result<()> {
        let (Some(tty), Some(mode)) = (self.tty(), self.turn.wants.line()) else {
            return Ok(());
        };
        let now = tty.termios()?;
        let spoiled = std::mem::take(&mut self.turn.spoiled);
        let found = match &self.turn.last {
            Some(last) if spoiled || last.made.contains(&now) => last.found.clone(),
            _ => now.clone(),
        };
        let wanted = found.with(&mode);
        self.keep(Settings {
            found: found.clone(),
            made: [now, wanted.clone()],
        })?;
        tty.set_termios(When::Now, &wanted)?;
        // tcsetattr succeeds when any part was taken; what counts later is what is there now.
        let made = tty.termios().unwrap_or_else(|_| wanted.clone());
        self.turn.line = Some(mode);
        self.keep(Settings {
            found,
            made: [wanted, made],
        })
    }

    /// If somebody has replaced the settings, makes them what is wanted, and the modes, which may be
    /// on or off.
    fn check(&mut self) -> Result<()> {
        let now = self.tty().map(|tty| tty.termios()).transpose()?;
        let settings = &self.turn.plan().settings;
        let is_other = |ours: &Settings<T::Termios>, now: &T::Termios| {
            // What was found may be in `made`, if somebody restored it before it was looked at.
            !ours.made.contains(now) || (*now == ours.found && *now != ours.made[0])
        };
        let mut ours_and_now = settings.iter().zip(&now);
        let replaced = ours_and_now.any(|(ours, now)| is_other(ours, now));
        if replaced {
            self.enter()?;
            if self.turn.plan().modes {
                self.write(AGAIN);
            }
        }
        Ok(())
    }

    fn switch_on(&mut self) -> Result<()> {
        self.turn.generation += 1;
        self.turn.reports |= self.turn.wants_reports;
        let (reset, reports) = (self.turn.bytes[RESET].clone(), self.turn.reports);
        self.show(|plan| {
            plan.modes = true;
            plan.reset = reset;
            plan.reports = reports;
        })?;
        self.write(SET);
        Ok(())
    }

    fn adjust(&mut self, change: &Change) -> Result<()> {
        let bytes = change.from.change_to(&change.to);
        let both = change.from.on_the_way_to(&change.to).reset_bytes();
        let reports = self.turn.reports;
        self.show(|plan| {
            plan.reset = Bytes::of(&both);
            plan.reports = reports;
        })?;
        if let Some(tty) = self.tty() {
            let written = plan::write_what_fits(&*tty, &bytes);
            self.rest = bytes[written..].to_vec();
        }
        if self.rest.is_empty() {
            self.arrive()?;
        }
        Ok(())
    }

    /// What a change has to write is written: only what is wanted now is left to be undone.
    pub(super) fn arrive(&mut self) -> Result<()> {
        let reset = self.turn.bytes[RESET].clone();
        self.show(|plan| plan.reset = reset)
    }

    fn write(&self, which: usize) {
        if let Some(tty) = self.turn.plan().tty.as_deref() {
            plan::write(tty, self.turn.bytes[which].as_slice());
        }
    }

    fn tty(&self) -> Option<Arc<T>> {
        self.turn.plan().tty.clone()
    }

    fn keep(&mut self, settings: Settings<T::Termios>) -> Result<()> {
        self.turn.last = Some(settings.clone());
        self.show(|plan| plan.settings = Some(settings))
    }

    /// Shows another plan, to a supervisor as well.
    pub(super) fn show(&mut self, change: impl FnOnce(&mut Plan<T>)) -> Result<()> {
        if !self.turn.publish(change) {
            return Err(ended());
        }
        report::tell(self.index, self.turn.plan().owed());
        Ok(())
    }
}

/// The answer to whoever comes after the end.
pub(super) fn ended() -> Error {
    let source = std::io::Error::other("the process is ending, and has restored its terminal");
    Error::os("terminal", source)
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Ended => ended(),
            Refused::Busy => {
                Error::os("lock", std::io::Error::from(std::io::ErrorKind::WouldBlock))
            }
        }
    }
}
