//! A terminal that goes away: a typed end, for good, and nothing that spins or blocks.

use ttyring_platform::{Outcome, Poller, Result, Signals, Termios, Tty, When};

use super::set_up;
use crate::stage::{NOW, Stage};

pub(crate) fn hangup_ends_reads_and_stays<S: Stage>() {
    let (mut stage, tty, _poller) = set_up::<S>(Signals::empty());
    stage.hang_up();
    let mut buffer = [0; 8];
    for _ in 0..3 {
        assert_eq!(tty.read(&mut buffer).expect("read"), Outcome::End);
    }
    assert_eq!(tty.write(b"x").expect("write"), Outcome::End);
}

pub(crate) fn hangup_ends_a_wait<S: Stage>() {
    let (mut stage, tty, mut poller) = set_up::<S>(Signals::empty());
    assert!(poller.wait(NOW).expect("wait").is_empty());
    stage.hang_up();
    for _ in 0..3 {
        assert!(poller.wait(None).expect("wait").tty);
        assert_eq!(tty.read(&mut [0; 8]).expect("read"), Outcome::End);
    }
}

pub(crate) fn hangup_refuses_settings<S: Stage>() {
    let (mut stage, tty, _poller) = set_up::<S>(Signals::empty());
    let found = tty.termios().expect("tcgetattr");
    stage.hang_up();
    assert!(is_eio(tty.termios().map(|termios| termios.line_mode())));
    assert!(is_eio(tty.set_termios(When::Now, &found)));
    assert!(is_eio(tty.size()));
    assert!(is_eio(tty.pending()));
    assert!(is_eio(tty.discard_input()));
}

fn is_eio<T>(answer: Result<T>) -> bool {
    answer.is_err_and(|error| error.raw_os_error() == Some(libc::EIO))
}
