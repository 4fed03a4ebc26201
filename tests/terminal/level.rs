//! Settings: whose are in force, and what comes back.

use std::os::fd::AsFd;
use std::time::Duration;

use rustix::termios::{LocalModes, OptionalActions, tcsetattr};
use ttyring::LineMode;
use ttyring::terminal::{Keyboard, Modes, Restore, Terminal};
use ttyring_platform::sim::Sim;
use ttyring_platform::{Backend, Tty as _};
use ttyring_test_support::{Pty, wait_until};

use crate::{on, settings, without_hooks};

#[test]
fn inner_terminal_does_not_end_the_raw_mode_of_the_outer() {
    let pty = Pty::open();
    let found = settings(&pty);
    let mut outer = on(&pty);
    outer.enter(LineMode::CBREAK).expect("cbreak");
    let cbreak = settings(&pty);
    let mut inner = on(&pty);
    inner.enter(LineMode::RAW).expect("raw");
    assert_ne!(settings(&pty), cbreak);
    drop(inner);
    assert_eq!(settings(&pty), cbreak);
    drop(outer);
    assert_eq!(settings(&pty), found);
}

#[test]
fn outer_terminal_that_goes_first_leaves_the_inner_raw() {
    let pty = Pty::open();
    let found = settings(&pty);
    let mut outer = on(&pty);
    outer.enter(LineMode::RAW).expect("raw");
    let mut inner = on(&pty);
    inner.enter(LineMode::RAW).expect("raw");
    let raw = settings(&pty);
    drop(outer);
    assert_eq!(settings(&pty), raw);
    drop(inner);
    assert_eq!(settings(&pty), found);
}

#[test]
fn levels_count() {
    let pty = Pty::open();
    let found = settings(&pty);
    let mut terminal = on(&pty);
    terminal.enter(LineMode::RAW).expect("raw");
    let raw = settings(&pty);
    terminal.enter(LineMode::PASSWORD).expect("password");
    assert_ne!(settings(&pty), raw);
    terminal.leave().expect("leave");
    assert_eq!(settings(&pty), raw);
    terminal.leave().expect("leave");
    assert_eq!(settings(&pty), found);
    terminal.leave().expect("one too many does nothing");
    assert_eq!(settings(&pty), found);
}

#[test]
fn settings_that_somebody_else_made_since_are_kept() {
    let pty = Pty::open();
    let mut terminal = on(&pty);
    terminal.enter(LineMode::RAW).expect("raw");
    let mut theirs = pty.termios();
    theirs.local_modes.insert(LocalModes::TOSTOP);
    tcsetattr(pty.slave().as_fd(), OptionalActions::Now, &theirs).expect("tcsetattr");
    let theirs = settings(&pty);
    drop(terminal);
    assert_eq!(settings(&pty), theirs);
}

#[test]
fn type_ahead_survives_entering_and_leaving() {
    let mut pty = Pty::open();
    pty.type_bytes(b"typed ahead\n");
    let mut terminal = on(&pty);
    terminal.enter(LineMode::RAW).expect("raw");
    assert!(wait_until(|| terminal
        .tty()
        .pending()
        .is_ok_and(|n| n == 12)));
    terminal.leave().expect("leave");
    terminal.enter(LineMode::RAW).expect("raw");
    assert_eq!(terminal.tty().pending().expect("FIONREAD"), 12);
}

#[test]
fn terminal_that_declines_every_hook_is_still_put_back_by_drop() {
    let pty = Pty::open();
    let found = settings(&pty);
    let mut terminal = without_hooks(&pty);
    terminal.enter(LineMode::RAW).expect("raw");
    drop(terminal);
    assert_eq!(settings(&pty), found);
}

#[test]
fn scripted_terminal_is_put_back_by_drop() {
    let sim = Sim::new();
    let found = sim.termios();
    let mut terminal =
        Terminal::<Sim>::adopt(sim.open().expect("open"), Restore::all()).expect("adopt");
    terminal.enter(LineMode::RAW).expect("raw");
    terminal.enable(Modes::ALTERNATE_SCREEN).expect("screen");
    terminal.push_keyboard(Keyboard::all()).expect("keyboard");
    assert_ne!(sim.termios(), found);
    terminal.suspend().expect("there and back");
    drop(terminal);
    assert_eq!(sim.termios(), found);
    let written = String::from_utf8(sim.written()).expect("ASCII");
    let (on, off) = ("\x1b[?1049h\x1b[>31u", "\x1b[<u\x1b[?25h\x1b[?1049l\x1b[0m");
    assert_eq!(written, [on, off, on, off].concat());
    assert_eq!(sim.discarded(), 0);
    sim.advance(Duration::from_secs(1));
}

#[test]
fn borrower_that_failed_spoils_nothing_that_comes_later() {
    let pty = Pty::open();
    let mut terminal = on(&pty);
    terminal.enter(LineMode::RAW).expect("raw");
    terminal
        .lend(|| std::process::Command::new("false").status())
        .expect("lend")
        .expect("false");
    terminal.leave().expect("leave");
    let mut theirs = pty.termios();
    theirs.local_modes.insert(LocalModes::TOSTOP);
    tcsetattr(pty.slave().as_fd(), OptionalActions::Now, &theirs).expect("tcsetattr");
    terminal.enter(LineMode::RAW).expect("raw");
    drop(terminal);
    assert!(pty.termios().local_modes.contains(LocalModes::TOSTOP));
}
