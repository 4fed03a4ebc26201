//! Signals and the size of the window.

use ttyring_platform::{Backend, Poller, Ready, Signals, Size, Tty};

use super::set_up;
use crate::fixture::{Fixture, LONG, NOW, signals_alone};

pub(crate) fn signals_are_reported_once<S: Fixture>() {
    let _alone = signals_alone();
    let (one, _) = S::SIGNALS;
    let wanted = Signals::WINCH | one | Signals::TERM;
    let (mut fixture, _tty, mut poller) = set_up::<S>(wanted);
    fixture.raise(one);
    fixture.raise(one | Signals::TERM);
    let ready = poller.wait(LONG).expect("wait");
    assert_eq!(ready.signals, one | Signals::TERM);
    assert!(!ready.woken && !ready.tty);
    assert_eq!(poller.wait(NOW).expect("wait"), Ready::default());
    fixture.raise(Signals::WINCH);
    assert_eq!(poller.wait(None).expect("wait").signals, Signals::WINCH);
}

pub(crate) fn signals_nobody_asked_for_are_not_reported<S: Fixture>() {
    let _alone = signals_alone();
    let (one, another) = S::SIGNALS;
    let (mut fixture, tty, mut poller) = set_up::<S>(one);
    // Somebody has to ask for it, or its default action ends the process.
    let mut other = fixture.backend().poller(&tty, another).expect("a poller");
    fixture.raise(another);
    assert_eq!(poller.wait(NOW).expect("wait"), Ready::default());
    // The script has one poller's memory: only real signals reach both.
    drop(other.wait(NOW));
    fixture.raise(Signals::WINCH | one);
    assert_eq!(poller.wait(LONG).expect("wait").signals, one);
}

pub(crate) fn signal_ends_a_wait<S: Fixture>() {
    let _alone = signals_alone();
    let (mut fixture, _tty, mut poller) = set_up::<S>(S::SIGNALS.0);
    let raising = fixture.raise_soon(S::SIGNALS.0);
    assert_eq!(poller.wait(None).expect("wait").signals, S::SIGNALS.0);
    drop(raising);
}

pub(crate) fn resize_changes_the_size<S: Fixture>() {
    let (mut fixture, tty, _poller) = set_up::<S>(Signals::empty());
    for (columns, rows) in [(132, 43), (1, 1), (S::LARGEST, S::LARGEST), (80, 24)] {
        let size = Size {
            columns,
            rows,
            width: columns / 2 * u16::from(S::PIXELS),
            height: rows / 3 * u16::from(S::PIXELS),
        };
        fixture.resize(size);
        assert_eq!(tty.size().expect("size"), size);
    }
}
