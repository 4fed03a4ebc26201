//! A terminal that goes away: a typed end, for good, and nothing that spins or blocks.

use ttyring_platform::{Poller, Result, Signals, Termios, Transfer, Tty, When};

use super::set_up;
use crate::fixture::{Fixture, NOW};

pub(crate) fn hangup_ends_reads_and_stays<S: Fixture>() {
    let (mut fixture, tty, _poller) = set_up::<S>(Signals::empty());
    fixture.hang_up();
    let mut buffer = [0; 8];
    for _ in 0..3 {
        assert_eq!(tty.read(&mut buffer).expect("read"), Transfer::End);
    }
    assert_eq!(tty.write(b"x").expect("write"), Transfer::End);
}

pub(crate) fn hangup_ends_a_wait<S: Fixture>() {
    let (mut fixture, tty, mut poller) = set_up::<S>(Signals::empty());
    assert!(poller.wait(NOW).expect("wait").is_empty());
    fixture.hang_up();
    for _ in 0..3 {
        assert!(poller.wait(None).expect("wait").tty);
        assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::End);
    }
}

pub(crate) fn hangup_refuses_settings<S: Fixture>() {
    let (mut fixture, tty, _poller) = set_up::<S>(Signals::empty());
    let found = tty.termios().expect("tcgetattr");
    fixture.hang_up();
    assert!(is_gone::<S, _>(
        tty.termios().map(|termios| termios.line_mode())
    ));
    assert!(is_gone::<S, _>(tty.set_termios(When::Now, &found)));
    assert!(is_gone::<S, _>(tty.size()));
    assert!(is_gone::<S, _>(tty.pending()));
    assert!(is_gone::<S, _>(tty.discard_input()));
}

fn is_gone<S: Fixture, T>(answer: Result<T>) -> bool {
    answer.is_err_and(|error| error.raw_os_error() == Some(S::GONE))
}
