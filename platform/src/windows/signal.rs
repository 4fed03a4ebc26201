//! Control events as signals, and who wants them.
//!
//! The system calls a handler in a thread of its own (`SetConsoleCtrlHandler`), so that locks may
//! be taken here. What an event does to the process without a subscriber is not decided here.

use std::fmt::Debug;
use std::sync::{Mutex, PoisonError, Weak};

use crate::Signals;

/// The signals that exist here: control events, and a change of the window.
pub const SUPPORTED: Signals = Signals::INT
    .union(Signals::QUIT)
    .union(Signals::HUP)
    .union(Signals::TERM)
    .union(Signals::WINCH);

/// Somebody who wants signals as events.
pub(super) trait Subscriber: Debug + Send + Sync {
    /// Takes those of the signals that it wants; false if there is none.
    fn tell(&self, signals: Signals) -> bool;

    /// Whether it wants any of the signals.
    fn wants(&self, signals: Signals) -> bool;
}

/// Subscribers; those that are gone are dropped on the way.
#[derive(Debug, Default)]
pub(super) struct Subscribers(Mutex<Vec<Weak<dyn Subscriber>>>);

impl Subscribers {
    pub(super) const fn new() -> Self {
        Subscribers(Mutex::new(Vec::new()))
    }

    pub(super) fn add(&self, subscriber: Weak<dyn Subscriber>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|other| other.strong_count() > 0);
        all.push(subscriber);
    }

    /// Tells all of them; returns whether any wanted it.
    pub(super) fn tell(&self, signals: Signals) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter()
            .filter_map(Weak::upgrade)
            .fold(false, |taken, subscriber| subscriber.tell(signals) | taken)
    }
}

/// Whether anybody takes any of these control events as an event.
pub fn is_wanted(signals: Signals) -> bool {
    let all = CONTROL.0.lock().unwrap_or_else(PoisonError::into_inner);
    all.iter()
        .filter_map(Weak::upgrade)
        .any(|subscriber| subscriber.wants(signals))
}

/// The subscribers to control events, which are sent to the whole process.
pub(super) static CONTROL: Subscribers = Subscribers::new();

/// Delivers control events as signals to every subscriber; returns whether any wanted them. If
/// none did, the default action of the event is to follow.
pub fn deliver(signals: Signals) -> bool {
    CONTROL.tell(signals)
}

/// Returns the signal that a control event corresponds to, by its number (`CTRL_C_EVENT` and so
/// on); empty for a number that is none.
///
/// A closed window is a hangup; logoff and shutdown ask the program to end.
pub fn of_control_event(event: u32) -> Signals {
    match event {
        0 => Signals::INT,
        1 => Signals::QUIT,
        2 => Signals::HUP,
        5 | 6 => Signals::TERM,
        _ => Signals::empty(),
    }
}
