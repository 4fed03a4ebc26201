//! What every backend must do, in the order of the traits.

#[cfg(unix)]
mod descriptor;
#[cfg(windows)]
#[path = "no_descriptor.rs"]
mod descriptor;
mod hangup;
mod modes;
mod reading;
mod signals;
mod waiting;

pub(crate) use descriptor::*;
#[allow(unused_imports, reason = "not every terminal can hang up")]
pub(crate) use hangup::*;
pub(crate) use modes::*;
pub(crate) use reading::*;
pub(crate) use signals::*;
pub(crate) use waiting::*;

use ttyring_platform::{Backend, Poller, Ready, Signals, Transfer, Tty};

use crate::fixture::{Fixture, LONG};

type TtyOf<S> = <<S as Fixture>::Backend as Backend>::Tty;
type PollerOf<S> = <<S as Fixture>::Backend as Backend>::Poller;

/// A fixture with a private terminal and a poller for these signals.
fn set_up<S: Fixture>(signals: Signals) -> (S, TtyOf<S>, PollerOf<S>) {
    let fixture = S::new();
    let tty = fixture.private();
    let poller = fixture.backend().poller(&tty, signals).expect("a poller");
    (fixture, tty, poller)
}

/// Waits until the terminal is ready.
#[track_caller]
fn wait_for_tty(poller: &mut impl Poller) {
    let ready = poller.wait(LONG).expect("wait");
    assert!(ready.tty, "{ready:?}");
}

/// Reads `count` bytes as they come, waiting before each read.
#[track_caller]
fn read_exactly(tty: &impl Tty, poller: &mut impl Poller, count: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 4096];
    while bytes.len() < count {
        wait_for_tty(poller);
        match tty.read(&mut buffer).expect("read") {
            Transfer::Bytes(read) => bytes.extend_from_slice(&buffer[..read]),
            other => panic!("{other:?} after {} of {count} bytes", bytes.len()),
        }
    }
    bytes
}

/// Waits until exactly `count` bytes can be read.
#[track_caller]
fn wait_for_pending(tty: &impl Tty, count: usize) {
    let arrived = ttyring_test_support::wait_until(|| tty.pending().expect("FIONREAD") == count);
    assert!(arrived, "{:?} pending, not {count}", tty.pending());
}

const TTY_ONLY: Ready = Ready {
    tty: true,
    woken: false,
    signals: Signals::empty(),
};
const WOKEN_ONLY: Ready = Ready {
    tty: false,
    woken: true,
    signals: Signals::empty(),
};
