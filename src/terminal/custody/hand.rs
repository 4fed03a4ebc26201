//! Carrying out what [`State::next`] demands, with the lock in hand.
//!
//! Every step first shows a plan that covers what the step is about to do, and afterwards one that
//! has only what is left. What the terminal does not take stays in the ledger. Whoever has the lock
//! next writes it before anything else, so that nobody tears another's sequence.

use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ttyring_platform::{Error, LineMode, Reports, Result, Termios, Tty};

use super::super::modes::Enabled;
use super::super::report;
use super::super::world::{BlockedSignals, pause, raise_stop};
use super::plan::{self, Bytes, Plan, Settings};
use super::shared::{Refused, Turn};
use super::state::{Action, Actions, Event, State};
use super::unwritten::Unwritten;
use super::wants::{HolderId, Wants};

/// What only the holder of the lock sees.
#[derive(Debug)]
pub(crate) struct Ledger<T: Tty> {
    pub(crate) state: State,
    pub(crate) wants: Wants,
    /// What `wants` come to.
    pub(super) enabled: Enabled,
    /// The same as bytes: to switch everything on, to do so where it may be on, to switch it off.
    set: Bytes,
    again: Bytes,
    reset: Bytes,
    /// What the terminal has not taken yet.
    pub(super) unwritten: Unwritten,
    /// The line mode that is in force.
    line: Option<LineMode>,
    /// The last settings that were changed: what we made is never found.
    last: Option<Settings<T::Termios>>,
    /// The last borrower failed: what it left is not what the user wants.
    pub(crate) spoiled: bool,
    /// The terminal may be sending something that nobody typed.
    pub(crate) reports: bool,
    /// How long the slowest answer took; none before the first.
    pub(crate) round_trip: Option<Duration>,
    /// The holders' own descriptions of the terminal.
    pub(crate) descriptions: Vec<(HolderId, Arc<T>)>,
    /// Bytes that were read and not used, and the terminal that they came from while it has no
    /// holder: another one may have its number later.
    pub(crate) unread: Vec<u8>,
    pub(crate) unread_from: Option<Arc<T>>,
}

impl<T: Tty> Ledger<T> {
    pub(crate) fn new() -> Self {
        Ledger {
            state: State::default(),
            wants: Wants::default(),
            enabled: Enabled::default(),
            set: Bytes::EMPTY,
            again: Bytes::EMPTY,
            reset: Bytes::EMPTY,
            unwritten: Unwritten::new(),
            line: None,
            last: None,
            spoiled: false,
            reports: false,
            round_trip: None,
            descriptions: Vec::new(),
            unread: Vec::new(),
            unread_from: None,
        }
    }

    /// Returns whether late replies have to be read before the terminal is given away: they are
    /// under way, and reading them does not show them.
    pub(crate) fn has_to_drain(&self) -> bool {
        let is_unseen = |mode: LineMode| !mode.canonical && !mode.echo;
        self.reports && self.line.is_some_and(is_unseen)
    }

    /// Takes over what the holders want now; returns what they wanted before.
    fn reckon(&mut self) -> Result<Enabled> {
        let enabled = self.wants.enabled();
        let (set, reset) = (enabled.set_bytes(), enabled.reset_bytes());
        if reset.len().max(set.len()) > plan::ROOM {
            let error = std::io::Error::from(std::io::ErrorKind::InvalidInput);
            return Err(Error::os("more than 1000 bytes to switch on or off", error));
        }
        self.set = Bytes::of(&set);
        self.again = Bytes::of(&enabled.again_bytes());
        self.reset = Bytes::of(&reset);
        self.reports |= enabled.reports();
        Ok(mem::replace(&mut self.enabled, enabled))
    }
}

/// The lock of a custody, with signals blocked; a stop that came meanwhile is raised afterwards.
// The fields are dropped in this order.
#[derive(Debug)]
pub(crate) struct Hand<'a, T: Tty> {
    pub(super) turn: Turn<'a, Ledger<T>, Plan<T>>,
    pub(super) index: usize,
    /// What has just been asked: the next event need not ask again.
    pub(super) in_foreground: bool,
    pub(super) _quiet: BlockedSignals,
    pub(super) _due: Due<'a>,
}

/// Whether a handler found the lock taken and wants the process to stop.
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

impl<T: Tty> Hand<'_, T> {
    /// Changes what the holders want, and what is in force if the terminal is ours now. If `noted`,
    /// the program writes that itself.
    pub(super) fn change<R>(
        &mut self,
        noted: bool,
        change: impl FnOnce(&mut Wants) -> R,
    ) -> Result<R> {
        let result = change(&mut self.turn.wants);
        self.changed(noted)?;
        Ok(result)
    }

    /// The wishes have changed.
    #[inline(never)]
    pub(super) fn changed(&mut self, noted: bool) -> Result<()> {
        let before = self.turn.reckon()?;
        let before = if noted {
            self.turn.enabled.clone()
        } else {
            before
        };
        let settings = self.turn.wants.line().is_some();
        self.take(Event::Change { settings }, Some(&before))
    }

    /// Takes an event and does what it demands; a change also says what was wanted before.
    /// Async-signal-safe without a change.
    pub(super) fn take(&mut self, event: Event, before: Option<&Enabled>) -> Result<()> {
        let now = self.turn.plan().in_force();
        let (next, actions) = self.turn.state.next(now, event);
        self.turn.state = next;
        let on = [Action::On, Action::Check];
        let goes_on = on.contains(&actions.settings) || on.contains(&actions.modes);
        let in_foreground = mem::take(&mut self.in_foreground);
        if goes_on && !in_foreground && !self.turn.plan().may_touch() {
            // It is somebody else's; the next event that finds it ours switches it on.
            return Ok(());
        }
        self.switch_off(actions)?;
        match actions.settings {
            Action::On => self.enter()?,
            Action::Adjust if self.turn.line != self.turn.wants.line() => self.enter()?,
            Action::Check => self.check()?,
            _ => {}
        }
        match (actions.modes, before) {
            (Action::On, _) => self.switch_on(),
            (Action::Adjust, Some(before)) => self.adjust(before),
            _ => Ok(()),
        }
    }

    /// Each step is noted before the next, so that a death between them undoes no pop twice.
    fn switch_off(&mut self, actions: Actions) -> Result<()> {
        if actions.modes == Action::Off {
            if self.turn.plan().may_touch() {
                let reset = self.turn.plan().reset.clone();
                self.write(reset.as_slice())?;
                self.tell_reports(Reports::empty())?;
            }
            self.show(|plan| plan.modes = false)?;
            if self.turn.unwritten.is_empty() {
                self.settle()?;
            }
        }
        if actions.settings == Action::Off {
            if self.turn.plan().may_touch() {
                self.turn
                    .plan()
                    .restore_settings(|tty, found| tty.set_termios_unguarded(found));
            }
            self.turn.line = None;
            self.show(|plan| plan.settings = None)?;
        }
        Ok(())
    }

    /// Changes the settings to the line mode that was entered last. The settings that the terminal
    /// has now are those to go back to, unless they are our own, or a failed borrower left them.
    fn enter(&mut self) -> Result<()> {
        let (Some(tty), Some(mode)) = (self.tty(), self.turn.wants.line()) else {
            return Ok(());
        };
        let now = tty.termios()?;
        let spoiled = mem::take(&mut self.turn.spoiled);
        let found = match &self.turn.last {
            Some(last) if spoiled || last.made.contains(&now) => last.found.clone(),
            _ => now.clone(),
        };
        let wanted = found.with(&mode);
        self.keep(&found, [now, wanted.clone()])?;
        tty.set_termios_unguarded(&wanted)?;
        // tcsetattr succeeds when any part was taken; what counts later is what is there now.
        let made = tty.termios().unwrap_or_else(|_| wanted.clone());
        self.turn.line = Some(mode);
        self.keep(&found, [wanted, made])
    }

    fn keep(&mut self, found: &T::Termios, made: [T::Termios; 2]) -> Result<()> {
        let found = found.clone();
        let settings = Some(Settings { found, made });
        self.turn.last.clone_from(&settings);
        self.show(|plan| plan.settings = settings)
    }

    /// If somebody has replaced the settings, changes them to what is wanted, and the modes, too,
    /// which may be on or off.
    fn check(&mut self) -> Result<()> {
        let (Some(tty), Some(ours)) = (self.tty(), &self.turn.plan().settings) else {
            return Ok(());
        };
        let now = tty.termios()?;
        // What was found may be in `made`, if somebody restored it before it was read back.
        if ours.made.contains(&now) && (now != ours.found || now == ours.made[0]) {
            return Ok(());
        }
        self.enter()?;
        match self.turn.plan().modes {
            true => self.write_after_others(&self.turn.again.clone()),
            false => Ok(()),
        }
    }

    fn switch_on(&mut self) -> Result<()> {
        self.turn.reports |= self.turn.enabled.reports();
        self.cover(&self.turn.reset.clone())?;
        self.show(|plan| plan.modes = true)?;
        self.tell_reports(self.turn.enabled.modes.reports())?;
        self.write_after_others(&self.turn.set.clone())
    }

    fn adjust(&mut self, before: &Enabled) -> Result<()> {
        let now = &self.turn.enabled;
        let (bytes, both) = (before.change_to(now), before.on_the_way_to(now));
        self.cover(&Bytes::of(&both.reset_bytes()))?;
        self.turn.unwritten.push(&bytes);
        self.tell_reports(self.turn.enabled.modes.reports())?;
        match self.turn.unwritten.is_empty() {
            true => self.settle(),
            false => self.flush().map(drop),
        }
    }

    /// Tells every holder's description, each of which reads for itself, what is reported.
    pub(super) fn tell_reports(&self, reports: Reports) -> Result<()> {
        let mut descriptions = self.turn.descriptions.iter();
        descriptions.try_for_each(|(_, tty)| tty.set_reports(reports))
    }

    /// Shows a plan that writes these bytes at the end, and before them those that undo what the
    /// terminal has not taken yet, if there is room for both.
    fn cover(&mut self, reset: &Bytes) -> Result<()> {
        let (due, reports) = (!self.turn.unwritten.is_empty(), self.turn.reports);
        self.show(|plan| {
            plan.reports = reports;
            if !due || !plan.reset.append(reset.as_slice()) {
                plan.reset.clone_from(reset);
            }
        })
    }

    /// Everything is written: shows a plan that undoes only what is on.
    fn settle(&mut self) -> Result<()> {
        let is_on = self.turn.plan().modes;
        let reset = Some(&self.turn.reset).filter(|_| is_on).cloned();
        self.show(|plan| plan.reset = reset.unwrap_or(Bytes::EMPTY))
    }

    /// Writes as much of what is due as the terminal takes now; returns whether that is all.
    pub(super) fn flush(&mut self) -> Result<bool> {
        if let Some(tty) = self.tty().filter(|_| !self.turn.unwritten.is_empty()) {
            let write = |bytes: &[u8]| plan::write_what_fits(&*tty, bytes);
            if !self.turn.unwritten.advance(write) {
                return Ok(false);
            }
            self.settle()?;
        }
        Ok(true)
    }

    /// Writes what is due and then `bytes`, and waits for the terminal to take them, for a while.
    /// Async-signal-safe.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.turn.unwritten.push(bytes);
        for _ in 0..plan::WRITE_ATTEMPTS {
            if self.flush()? {
                break;
            }
            pause(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Writes after somebody else has had the terminal.
    fn write_after_others(&mut self, bytes: &Bytes) -> Result<()> {
        self.turn.unwritten.begin_again();
        self.write(bytes.as_slice())
    }

    /// Where nothing is due, writes what the terminal takes now and has more wait, as much as there
    /// is room for; returns how much that is together.
    pub(super) fn begin_to_write(&mut self, bytes: &[u8]) -> usize {
        let Some(tty) = self.tty() else {
            return bytes.len();
        };
        let written = plan::write_what_fits(&*tty, bytes);
        let end = bytes.len().min(written + plan::ROOM);
        self.turn.unwritten.push(&bytes[written..end]);
        end
    }

    pub(super) fn tty(&self) -> Option<Arc<T>> {
        self.turn.plan().tty.clone()
    }

    /// Shows another plan, to a supervisor as well.
    pub(super) fn show(&mut self, change: impl FnOnce(&mut Plan<T>)) -> Result<()> {
        if !self.turn.publish(change) {
            return Err(Refused::Ended.into());
        }
        self.tell();
        Ok(())
    }

    #[inline(never)]
    fn tell(&self) {
        report::tell(self.index, self.turn.plan().owed());
    }
}

impl From<Refused> for Error {
    #[cold]
    #[inline(never)]
    fn from(refused: Refused) -> Self {
        let (operation, source) = match refused {
            Refused::Ended => (
                "terminal",
                std::io::Error::other("the process is ending, and has restored its terminal"),
            ),
            Refused::Busy => ("lock", std::io::ErrorKind::WouldBlock.into()),
        };
        Error::os(operation, source)
    }
}
