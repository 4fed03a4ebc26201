//! How to restore a terminal from here: a value that is complete at every instant and that a signal
//! handler can carry out.

use std::sync::Arc;
use std::time::Duration;

use ttyring_platform::{Reports, Result, Transfer, Tty, When};

use super::super::report::{self, Owed};
use super::super::world::{is_in_foreground, pause};
use super::state::InForce;

/// The most bytes that switch everything off: a supervisor has to have room for them, too.
pub(crate) const ROOM: usize = report::ROOM;

/// How often a write to a terminal that takes nothing is tried again, a millisecond apart.
pub(super) const WRITE_ATTEMPTS: u32 = 100;

/// Bytes without an allocation, so that a handler can copy them.
#[derive(Clone, Debug)]
pub(crate) struct Bytes {
    length: usize,
    bytes: [u8; ROOM],
}

impl Bytes {
    pub(crate) const EMPTY: Bytes = Bytes {
        length: 0,
        bytes: [0; ROOM],
    };

    /// Copies bytes, as many as there is room for.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut copy = Bytes::EMPTY;
        copy.length = bytes.len().min(ROOM);
        copy.bytes[..copy.length].copy_from_slice(&bytes[..copy.length]);
        copy
    }

    /// Adds bytes if there is room for all of them.
    pub(crate) fn append(&mut self, more: &[u8]) -> bool {
        let place = self.bytes[self.length..].get_mut(..more.len());
        let fits = place.map(|place| place.copy_from_slice(more)).is_some();
        self.length += more.len() * usize::from(fits);
        fits
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// Settings that were changed.
#[derive(Clone, Debug)]
pub(crate) struct Settings<S> {
    /// The settings to go back to. What was made by our own hand never gets here.
    pub(crate) found: S,
    /// The settings that the program has made, and those from before: while one takes the place
    /// of the other, either may be there.
    pub(crate) made: [S; 2],
}

/// What is on, and how to switch it off.
#[derive(Debug)]
pub(crate) struct Plan<T: Tty> {
    /// The terminal, through the description of one of its holders; none without holders.
    pub(crate) tty: Option<Arc<T>>,
    pub(crate) settings: Option<Settings<T::Termios>>,
    /// Whether the modes are those that the program wants.
    pub(crate) modes: bool,
    /// Switches the modes off that are on.
    pub(crate) reset: Bytes,
    /// Whether the terminal may be sending reports.
    pub(crate) reports: bool,
}

// Not derived: the terminal itself need not be cloned.
impl<T: Tty> Clone for Plan<T> {
    fn clone(&self) -> Self {
        Plan {
            tty: self.tty.clone(),
            settings: self.settings.clone(),
            modes: self.modes,
            reset: self.reset.clone(),
            reports: self.reports,
        }
    }
}

impl<T: Tty> Plan<T> {
    /// Nothing is on.
    pub(crate) const NOTHING: Plan<T> = Plan {
        tty: None,
        settings: None,
        modes: false,
        reset: Bytes::EMPTY,
        reports: false,
    };

    /// Returns whether the terminal is this process's to change. When the supervisor was killed,
    /// the shell has it back already, as it was left: late is better than never then.
    pub(crate) fn may_touch(&self) -> bool {
        report::is_abandoned() || self.tty.as_deref().is_none_or(is_in_foreground)
    }

    /// Returns what a supervisor would have to do.
    pub(crate) fn owed(&self) -> Owed<'_> {
        let reset = self.reset.as_slice();
        Owed {
            on: self.settings.is_some() || !reset.is_empty(),
            settings: self.settings.is_some(),
            reports: self.reports,
            reset,
        }
    }

    pub(crate) fn in_force(&self) -> InForce {
        InForce {
            settings: self.settings.is_some(),
            modes: self.modes,
        }
    }

    /// Switches everything off. Async-signal-safe.
    pub(crate) fn carry_out(&self) {
        if !self.may_touch() {
            return;
        }
        let set = |tty: &T, found: &T::Termios| tty.set_termios(When::Now, found);
        if report::is_abandoned() {
            // A race with the shell, which may take the settings that it finds for those that the
            // user wants (zsh): they come before everything else.
            self.restore_settings(set);
        }
        if let Some(tty) = &self.tty {
            write(&**tty, self.reset.as_slice());
            // An error means that the terminal is gone.
            let _ = tty.set_reports(Reports::empty());
        }
        self.restore_settings(set);
    }

    /// Restores the settings by `set`, unless somebody else has changed them since and knows better
    /// (sudo's rule). Async-signal-safe if `set` is.
    pub(crate) fn restore_settings(&self, set: impl Fn(&T, &T::Termios) -> Result<()>) {
        let (Some(tty), Some(settings)) = (&self.tty, &self.settings) else {
            return;
        };
        let is_ours = |now| settings.made.contains(&now);
        if tty.termios().is_ok_and(is_ours) {
            // An error means that the terminal is gone, and nothing is left to restore.
            let _ = set(tty, &settings.found);
        }
    }
}

/// Writes without blocking, for a while; returns how much. Async-signal-safe.
pub(crate) fn write<T: Tty>(tty: &T, bytes: &[u8]) -> usize {
    let mut written = 0;
    for _ in 0..WRITE_ATTEMPTS {
        written += write_what_fits(tty, &bytes[written..]);
        if written == bytes.len() {
            break;
        }
        pause(Duration::from_millis(1));
    }
    written
}

/// Writes what the terminal takes now; returns how much. A terminal that is gone takes everything.
/// Async-signal-safe.
pub(crate) fn write_what_fits<T: Tty>(tty: &T, bytes: &[u8]) -> usize {
    let mut written = 0;
    while written < bytes.len() {
        match tty.write(&bytes[written..]) {
            Ok(Transfer::Bytes(count)) => written += count,
            Ok(Transfer::NotReady) => break,
            Ok(Transfer::End) | Err(_) => return bytes.len(),
        }
    }
    written
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
