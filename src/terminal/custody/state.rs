//! Whether the terminal is ours to change now: one pure, total function.
//!
//! A [`State`] is the reasons against having the terminal switched on. An [`Event`] changes one of
//! them, and [`State::next`] says what has to be done so that what is [in force](InForce) agrees
//! with the state again. Nothing here touches a terminal, a lock or a clock, so the whole function
//! can be enumerated, and `docs/restore.md` draws it.

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
    /// The process ends. Final: no later event has an effect.
    End,
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

/// The name of a state, for whoever wants to know one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Phase {
    /// What the program wants is in force.
    Ours,
    /// Somebody else has the terminal, by our own hand.
    Lent,
    /// The process is stopped, or about to be.
    Stopped,
    /// The process ends.
    Ended,
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
    ended: bool,
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
        let free = !next.ended && next.stops == 0 && !next.panicked;
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
        if self.ended {
            return next;
        }
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
            Event::End => next.ended = true,
        }
        next
    }

    /// Returns the name of the state.
    pub(crate) fn phase(self) -> Phase {
        match self {
            State { ended: true, .. } => Phase::Ended,
            State { stops: 1.., .. } => Phase::Stopped,
            State { loans: 1.., .. } => Phase::Lent,
            _ => Phase::Ours,
        }
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
