//! What a `Terminal` leaves behind when it is dropped: alone, nested, over a script.

use std::os::fd::AsFd;
use std::time::Duration;

use rustix::termios::{LocalModes, OptionalActions, tcsetattr};
use ttyring::terminal::{Keyboard, Modes, Options, Restore, Terminal};
use ttyring::{LineMode, Os};
use ttyring_platform::Tty as _;
use ttyring_platform::sim::Sim;
use ttyring_test_support::{Pty, contains, join, wait_until};

/// A terminal on the slave of `pty`.
fn on(pty: &Pty, options: Options) -> Terminal {
    let descriptor = pty.slave().try_clone_to_owned().expect("dup");
    Terminal::adopt(Os.adopt(descriptor).expect("a terminal"), options).expect("handlers")
}

fn settings(pty: &Pty) -> String {
    format!("{:?}", pty.termios())
}

#[test]
fn inner_terminal_does_not_end_the_raw_mode_of_the_outer() {
    let pty = Pty::open();
    let found = settings(&pty);
    let mut outer = on(&pty, Options::new());
    outer.enter(LineMode::CBREAK).expect("cbreak");
    let cbreak = settings(&pty);
    let mut inner = on(&pty, Options::new());
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
    let mut outer = on(&pty, Options::new());
    outer.enter(LineMode::RAW).expect("raw");
    let mut inner = on(&pty, Options::new());
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
    let mut terminal = on(&pty, Options::new());
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
    let mut terminal = on(&pty, Options::new());
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
    let mut terminal = on(&pty, Options::new());
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
fn late_reports_are_awaited_and_thrown_away() {
    let mut pty = Pty::open();
    let mut terminal = on(&pty, Options::new());
    terminal.enter(LineMode::RAW).expect("raw");
    terminal.enable(Modes::MOUSE).expect("mouse");
    let leaving = std::thread::spawn(move || drop(terminal));
    assert!(pty.read_until(|seen| contains(seen, b"\x1b[?1002l") && seen.ends_with(b"\x1b[c")));
    pty.type_bytes(b"\x1b[<0;1;1M\x1b[?62;22c");
    join("the end of the terminal", leaving);
    let left = rustix::io::ioctl_fionread(pty.slave()).expect("FIONREAD");
    assert_eq!(left, 0);
}

#[test]
fn nothing_is_asked_at_the_end_of_a_program_that_asked_for_nothing() {
    let mut pty = Pty::open();
    let mut terminal = on(&pty, Options::new());
    terminal.enter(LineMode::RAW).expect("raw");
    terminal.enable(Modes::PASTE).expect("paste");
    drop(terminal);
    assert!(pty.read_until(|seen| contains(seen, b"\x1b[?2004l")));
    assert!(!contains(pty.seen(), b"\x1b[c"));
}

#[test]
fn panic_that_is_caught_costs_the_modes_until_the_next_call() {
    let mut pty = Pty::open();
    let found = settings(&pty);
    let mut terminal = on(&pty, Options::new());
    terminal.enter(LineMode::RAW).expect("raw");
    let raw = settings(&pty);
    let caught = std::panic::catch_unwind(|| panic!("as asked"));
    assert!(caught.is_err());
    assert_eq!(settings(&pty), found, "restored before the message");
    terminal.enable(Modes::PASTE).expect("paste");
    assert_eq!(settings(&pty), raw, "on again");
    drop(terminal);
    assert_eq!(settings(&pty), found);
    assert!(pty.read_until(|seen| contains(seen, b"\x1b[?2004l")));
}

#[test]
fn panic_of_another_thread_changes_nothing() {
    let pty = Pty::open();
    let mut terminal = on(&pty, Options::new());
    terminal.enter(LineMode::RAW).expect("raw");
    let raw = settings(&pty);
    assert!(std::thread::spawn(|| panic!("as asked")).join().is_err());
    assert_eq!(settings(&pty), raw);
}

#[test]
fn terminal_that_declines_every_hook_is_still_put_back_by_drop() {
    let pty = Pty::open();
    let found = settings(&pty);
    let mut terminal = on(&pty, Options::new().restore(Restore::empty()));
    terminal.enter(LineMode::RAW).expect("raw");
    drop(terminal);
    assert_eq!(settings(&pty), found);
}

#[test]
fn scripted_terminal_is_put_back_by_drop() {
    let sim = Sim::new();
    let found = sim.termios();
    let mut terminal = Terminal::open(sim.clone(), Options::new()).expect("open");
    terminal.enter(LineMode::RAW).expect("raw");
    terminal.enable(Modes::ALTERNATE_SCREEN).expect("screen");
    terminal.push_keyboard(Keyboard::all()).expect("keyboard");
    assert_ne!(sim.termios(), found);
    terminal.suspend().expect("there and back");
    drop(terminal);
    assert_eq!(sim.termios(), found);
    let written = String::from_utf8(sim.written()).expect("ASCII");
    let (on, off) = ("\x1b[?1049h\x1b[>31u", "\x1b[<u\x1b[?1049l\x1b[0m");
    assert_eq!(written, [on, off, on, off].concat());
    assert_eq!(sim.discarded(), 0);
    sim.advance(Duration::from_secs(1));
}
