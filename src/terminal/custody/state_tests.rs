//! The pure function, over every state that can be reached and every event.

use std::collections::{HashSet, VecDeque};

use super::*;

const EVENTS: [Event; 10] = [
    Event::Change { settings: true },
    Event::Change { settings: false },
    Event::Stop,
    Event::Continue,
    Event::Lend { drain: true },
    Event::Lend { drain: false },
    Event::Drained,
    Event::TakeBack,
    Event::Panic,
    Event::Resume,
];

/// Counters beyond this are not followed: what is zero, one and several differs.
const SEVERAL: u32 = 3;

/// What is in force after the actions.
fn carried_out(now: InForce, actions: Actions) -> InForce {
    let after = |was_on: bool, action: Action| match action {
        Action::Keep => was_on,
        Action::Off => false,
        Action::On | Action::Adjust | Action::Check => true,
    };
    InForce {
        settings: after(now.settings, actions.settings),
        modes: after(now.modes, actions.modes),
    }
}

/// A state with what is in force in it, as it is where every action was carried out.
type Place = (State, InForce);

fn step((state, now): Place, event: Event) -> (Place, Actions) {
    let (next, actions) = state.next(now, event);
    ((next, carried_out(now, actions)), actions)
}

fn reachable() -> HashSet<Place> {
    // A terminal that is opened wants nothing yet.
    let unused = (State::default(), InForce::default());
    let (start, _) = step(unused, Event::Change { settings: false });
    let mut seen = HashSet::from([start]);
    let mut queue = VecDeque::from([start]);
    while let Some(place) = queue.pop_front() {
        for event in EVENTS {
            let (next, _) = step(place, event);
            let state = next.0;
            let largest = state.stops.max(state.loans).max(state.drains);
            if largest <= SEVERAL && seen.insert(next) {
                queue.push_back(next);
            }
        }
    }
    seen
}

/// Calls `check` for every event in every place.
fn everywhere(mut check: impl FnMut(Place, Event, Place, Actions)) {
    let places = reachable();
    assert!(places.len() > 100, "{}", places.len());
    for place in places {
        for event in EVENTS {
            let (next, actions) = step(place, event);
            check(place, event, next, actions);
        }
    }
}

#[test]
fn what_is_in_force_follows_from_the_state() {
    everywhere(|place, event, (next, now), _| {
        let free = next.stops == 0 && !next.panicked;
        let when = format!("{place:?} {event:?}");
        assert_eq!(now.modes, free && next.loans == 0, "{when}");
        // While late replies are read the settings keep them from being shown, for every loan.
        let hidden = next.loans == next.drains;
        let settings = free && hidden && next.wants_settings;
        assert_eq!(now.settings, settings, "{when}");
    });
}

#[test]
fn a_stop_that_is_continued_changes_nothing() {
    for place in reachable() {
        let (stopped, _) = step(place, Event::Stop);
        assert_eq!(stopped.1, InForce::default(), "{place:?}");
        let (continued, _) = step(stopped, Event::Continue);
        assert_eq!(continued, place);
    }
}

#[test]
fn one_continuation_ends_one_of_several_stops() {
    everywhere(|place, event, next, _| {
        let before = place.0.stops;
        let wanted = match event {
            Event::Stop => before + 1,
            Event::Continue => before.saturating_sub(1),
            _ => before,
        };
        assert_eq!(next.0.stops, wanted, "{place:?} {event:?}");
    });
}

#[test]
fn a_loan_that_is_taken_back_changes_nothing() {
    for place in reachable() {
        for drain in [false, true] {
            let (mut lent, _) = step(place, Event::Lend { drain });
            assert!(!lent.1.modes, "{place:?}");
            // The settings hide late replies, unless an earlier loan has the terminal already.
            assert_eq!(lent.1.settings, drain && place.1.settings, "{place:?}");
            if drain {
                (lent, _) = step(lent, Event::Drained);
            }
            assert_eq!(step(lent, Event::TakeBack).0, place);
        }
    }
}

#[test]
fn no_loan_ends_before_its_replies_are_read() {
    everywhere(|place, event, next, _| {
        assert!(next.0.drains <= next.0.loans, "{place:?} {event:?}");
        if event == Event::Drained {
            assert_eq!(next.0.drains, place.0.drains.saturating_sub(1), "{place:?}");
        }
    });
}

#[test]
fn a_panic_lasts_until_somebody_wants_something() {
    everywhere(|place, event, next, _| {
        let wanted = match event {
            Event::Panic => true,
            Event::Change { .. } => false,
            _ => place.0.panicked,
        };
        assert_eq!(next.0.panicked, wanted, "{place:?} {event:?}");
        assert!(
            !wanted || next.1 == InForce::default(),
            "{place:?} {event:?}"
        );
    });
}

#[test]
fn what_stays_on_is_looked_at_or_adjusted_where_the_event_asks_for_it() {
    everywhere(|place, event, next, actions| {
        let wanted = match event {
            Event::Change { .. } => Action::Adjust,
            Event::Resume => Action::Check,
            _ => Action::Keep,
        };
        if place.1.settings && next.1.settings {
            assert_eq!(actions.settings, wanted, "{place:?} {event:?}");
        }
        if place.1.modes && next.1.modes {
            assert_eq!(actions.modes, wanted, "{place:?} {event:?}");
        }
    });
}
