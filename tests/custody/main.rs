//! The terminal is the process's: several inputs on one device, what borrowers leave, what is kept
//! for the next one, what the program writes itself.
#![allow(clippy::unwrap_used)]

mod borrower;
mod holder;

use rustix::termios::{OptionalActions, Termios, tcsetattr};
use ttyring::platform::Os;
use ttyring::terminal::{Restore, Terminal};
use ttyring::{Builder, Input};
use ttyring_test_support::Pty;

fn terminal(pty: &Pty) -> Terminal {
    let slave = pty.slave().try_clone_to_owned().unwrap();
    Terminal::adopt(Os.adopt(slave).unwrap(), Restore::all()).unwrap()
}

fn input(pty: &Pty) -> Input {
    let slave = pty.slave().try_clone_to_owned().unwrap();
    Builder::new().adopt(Os, Os.adopt(slave).unwrap()).unwrap()
}

fn set(pty: &Pty, settings: &Termios) {
    tcsetattr(pty.slave(), OptionalActions::Now, settings).unwrap();
}

/// Sets the terminal raw, as a child does that is about to fail.
fn make_raw(pty: &Pty) {
    let mut raw = pty.termios();
    raw.make_raw();
    set(pty, &raw);
}
