//! A write never blocks: on no kind of description, whatever keeps the terminal from taking more.

use std::sync::mpsc;
use std::thread;

use rustix::termios::{Action, OptionalActions, OutputModes, tcflow, tcgetattr, tcsetattr};
use ttyring_platform::{Transfer, Tty};

use crate::fixture::{Fixture, PATIENCE};
use crate::pty::{OnDescriptor, PtyFixture};

/// More than a pseudo-terminal holds.
const MUCH: usize = 1 << 20;

/// Writes until the terminal takes no more; returns how much it took.
#[track_caller]
fn fill<T: Tty>(tty: T, text: &'static [u8]) -> usize {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut taken = 0;
        let end = loop {
            match tty.write(text) {
                Ok(Transfer::Bytes(count)) if taken < MUCH => taken += count,
                other => break other,
            }
        };
        // Nobody listens once the test has failed.
        let _ = sender.send((taken, end));
    });
    let (taken, end) = receiver.recv_timeout(PATIENCE).expect("a write blocks");
    assert_eq!(end.expect("write"), Transfer::NotReady, "{taken} bytes");
    taken
}

/// Texts that the kernel takes as a whole, and whose characters it works on one by one.
const TEXTS: [&[u8]; 3] = [
    b"\x1b[?1000l\x1b[?25h",
    b"\n\n\n\n\n\n\n\n\n\n\n\n",
    b"a\tb\r\n",
];

fn set_output_processing<B: OnDescriptor>(fixture: &PtyFixture<B>, on: bool) {
    let mut settings = tcgetattr(fixture.slave()).expect("tcgetattr");
    settings
        .output_modes
        .set(OutputModes::OPOST | OutputModes::ONLCR, on);
    tcsetattr(fixture.slave(), OptionalActions::Now, &settings).expect("tcsetattr");
}

/// Nobody reads the master.
pub(crate) fn write_to_a_full_terminal_is_not_ready<B: OnDescriptor>(
    take: impl Fn(&PtyFixture<B>) -> B::Tty,
) {
    for on in [false, true] {
        for text in TEXTS {
            let fixture = PtyFixture::<B>::new();
            set_output_processing(&fixture, on);
            assert!(fill(take(&fixture), text) > 0);
        }
    }
}

/// Output is stopped, as by Ctrl-S.
pub(crate) fn write_while_output_is_stopped_is_not_ready<B: OnDescriptor>(
    take: impl Fn(&PtyFixture<B>) -> B::Tty,
) {
    let fixture = PtyFixture::<B>::new();
    tcflow(fixture.slave(), Action::OOff).expect("tcflow");
    assert_eq!(fill(take(&fixture), b"x"), 0);
    tcflow(fixture.slave(), Action::OOn).expect("tcflow");
    assert!(fill(take(&fixture), b"x") > 0);
}

/// Makes a module of tests over one way of taking a terminal.
#[macro_export]
macro_rules! writes {
    ($name:ident, $backend:ty: $take:expr) => {
        mod $name {
            use super::*;
            #[test]
            fn write_to_a_full_terminal_is_not_ready() {
                $crate::writing::write_to_a_full_terminal_is_not_ready::<$backend>($take);
            }
            #[test]
            fn write_while_output_is_stopped_is_not_ready() {
                $crate::writing::write_while_output_is_stopped_is_not_ready::<$backend>($take);
            }
        }
    };
}

pub(crate) fn private<B: OnDescriptor>(fixture: &PtyFixture<B>) -> B::Tty {
    fixture.private()
}

pub(crate) fn set_blocking<B: OnDescriptor>(fixture: &PtyFixture<B>) -> B::Tty {
    let tty = fixture.private();
    tty.set_blocking(true).expect("fcntl");
    tty
}

pub(crate) fn shared<B: OnDescriptor>(fixture: &PtyFixture<B>) -> B::Tty {
    fixture.shared().expect("descriptions are shared")
}
