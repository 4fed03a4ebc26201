//! Whether the terminal is ours to change now: one pure, total function.
//!
//! A [`State`] holds the reasons not to have the terminal switched on. An [`Event`] changes one of
//! them, and [`State::next`] says what to do so that what is [in force](InForce) agrees with the
//! state again. Nothing here touches a terminal, a lock or a clock, so tests enumerate the whole
//! function. `docs/restore.md` draws it. The end of the process is no event here: after it nobody
//! gets the lock, and so no event is taken.

/// What happens to a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Event {
    /// A holder wants something else: whether anybody wants other settings than those found.
    Change { settings: bool },
    /// The process is about to stop.
    Stop,
    /// It goes on, in the foreground.
    Continue,
    /// Somebody else gets the terminal. If `drain`, late replies are read first, and what has to
    /// keep them from being shown stays in force until then.
    Lend { drain: bool },
    /// The late replies are read, or given up.
    Drained,
    /// Whoever had the terminal is done with it.
    TakeBack,
    /// A thread that holds the terminal panics: it comes back with the next change.
    Panic,
    /// SIGCONT was heard: somebody may have changed the terminal while nobody could notice.
    Resume,
}

/// What is to be done about the settings, or about the modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// Nothing.
    Keep,
    /// Switch them off: they are as they were found.
    Off,
    /// Switch them on.
    On,
    /// They are on: change them to what is wanted now.
    Adjust,
    /// They should be on: look, and switch them on again if somebody has replaced them.
    Check,
}

/// What is to be done: the modes go off before the settings, and on after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Actions {
    pub(crate) settings: Action,
    pub(crate) modes: Action,
}

/// What is switched on now, whatever should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct InForce {
    /// The settings are the program's.
    pub(crate) settings: bool,
    /// The modes are those that the program wants, even if it wants none.
    pub(crate) modes: bool,
}

/// Everything that decides whether the terminal is to be switched on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct State {
    /// Threads that are about to stop the process, or have not come back from it.
    stops: u32,
    loans: u32,
    /// Loans whose late replies are still awaited.
    drains: u32,
    panicked: bool,
    wants_settings: bool,
}

impl State {
    /// Returns the state after `event`, and what has to be done to get there.
    pub(crate) fn next(self, now: InForce, event: Event) -> (State, Actions) {
        let next = self.after(event);
        let free = next.stops == 0 && !next.panicked;
        let modes = free && next.loans == 0;
        let settings = free && next.loans == next.drains && next.wants_settings;
        let actions = Actions {
            settings: action(now.settings, settings, event),
            modes: action(now.modes, modes, event),
        };
        (next, actions)
    }

    fn after(self, event: Event) -> State {
        let mut next = self;
        match event {
            Event::Change { settings } => {
                next.wants_settings = settings;
                next.panicked = false;
            }
            Event::Stop => next.stops += 1,
            Event::Continue => next.stops = self.stops.saturating_sub(1),
            Event::Lend { drain } => {
                next.loans += 1;
                next.drains += u32::from(drain);
            }
            Event::Drained => next.drains = self.drains.saturating_sub(1),
            Event::TakeBack => next.loans = self.loans.saturating_sub(1).max(self.drains),
            Event::Panic => next.panicked = true,
            Event::Resume => {}
        }
        next
    }

    /// Returns whether the process is stopped, or about to be.
    pub(crate) fn is_stopped(self) -> bool {
        self.stops > 0
    }
}

fn action(is_on: bool, wanted: bool, event: Event) -> Action {
    match (is_on, wanted, event) {
        (true, false, _) => Action::Off,
        (false, true, _) => Action::On,
        (true, true, Event::Change { .. }) => Action::Adjust,
        (true, true, Event::Resume) => Action::Check,
        _ => Action::Keep,
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
