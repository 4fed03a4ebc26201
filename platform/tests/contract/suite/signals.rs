//! Signals and the size of the window.

use ttyring_platform::{Backend, Poller, Ready, Signals, Size, Tty};

use super::set_up;
use crate::stage::{LONG, NOW, Stage, signals_alone};

pub(crate) fn signals_are_reported_once<S: Stage>() {
    let _alone = signals_alone();
    let wanted = Signals::WINCH | Signals::USR1 | Signals::TERM;
    let (mut stage, _tty, mut poller) = set_up::<S>(wanted);
    stage.raise(Signals::USR1);
    stage.raise(Signals::USR1 | Signals::TERM);
    let ready = poller.wait(LONG).expect("wait");
    assert_eq!(ready.signals, Signals::USR1 | Signals::TERM);
    assert!(!ready.woken && !ready.tty);
    assert_eq!(poller.wait(NOW).expect("wait"), Ready::default());
    stage.raise(Signals::WINCH);
    assert_eq!(poller.wait(None).expect("wait").signals, Signals::WINCH);
}

pub(crate) fn signals_nobody_asked_for_are_not_reported<S: Stage>() {
    let _alone = signals_alone();
    let (mut stage, tty, mut poller) = set_up::<S>(Signals::USR1);
    // Somebody has to ask for it, or its default action ends the process.
    let mut other = stage
        .backend()
        .poller(&tty, Signals::USR2)
        .expect("a poller");
    stage.raise(Signals::USR2);
    assert_eq!(poller.wait(NOW).expect("wait"), Ready::default());
    // The script has one poller's memory: only real signals reach both.
    drop(other.wait(NOW));
    stage.raise(Signals::WINCH | Signals::USR1);
    assert_eq!(poller.wait(LONG).expect("wait").signals, Signals::USR1);
}

pub(crate) fn signal_ends_a_wait<S: Stage>() {
    let _alone = signals_alone();
    let (mut stage, _tty, mut poller) = set_up::<S>(Signals::USR1);
    let raising = stage.raise_soon(Signals::USR1);
    assert_eq!(poller.wait(None).expect("wait").signals, Signals::USR1);
    drop(raising);
}

pub(crate) fn resize_changes_the_size<S: Stage>() {
    let (mut stage, tty, _poller) = set_up::<S>(Signals::empty());
    for (columns, rows) in [(132, 43), (1, 1), (u16::MAX, u16::MAX), (80, 24)] {
        let size = Size {
            columns,
            rows,
            width: columns / 2,
            height: rows / 3,
        };
        stage.resize(size);
        assert_eq!(tty.size().expect("size"), size);
    }
}
