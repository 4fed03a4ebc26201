//! Modes, keyboard flags and notes of several terminals, and changes that wait for the terminal.

use std::thread;
use std::time::{Duration, Instant};

use rustix::termios::{Action, tcflow};
use ttyring::terminal::{Keyboard, Modes};
use ttyring_test_support::{Pty, join, wait_until};

use crate::{count, on};

/// Whether a thread goes on waiting for a while: it has come to the wait itself then.
fn waits<T>(thread: &thread::JoinHandle<T>) -> bool {
    let begun = Instant::now();
    !wait_until(|| thread.is_finished() || begun.elapsed() > Duration::from_millis(50))
        || !thread.is_finished()
}

#[test]
fn change_that_does_not_fit_is_written_once_it_does() {
    let mut pty = Pty::open();
    let mut terminal = on(&pty);
    tcflow(pty.slave(), Action::OOff).expect("stop the output");
    let changing = thread::spawn(move || {
        terminal.enable(Modes::PASTE).expect("in time");
        terminal
    });
    assert!(waits(&changing), "the terminal takes nothing");
    tcflow(pty.slave(), Action::OOn).expect("let the output go");
    let terminal = join("the change", changing);
    pty.model();
    assert_eq!(count(&pty, b"\x1b[?2004h"), 1);
    drop(terminal);
}

#[test]
fn change_that_never_fits_is_refused_in_the_end() {
    let pty = Pty::open();
    let mut terminal = on(&pty);
    tcflow(pty.slave(), Action::OOff).expect("stop the output");
    let changing = thread::spawn(move || terminal.enable(Modes::PASTE).is_err());
    assert!(join("the change", changing), "the terminal takes nothing");
    tcflow(pty.slave(), Action::OOn).expect("let the output go");
}

#[test]
fn change_that_does_not_fit_is_not_written_into_a_lent_terminal() {
    let mut pty = Pty::open();
    let mut other = on(&pty);
    let mut terminal = on(&pty);
    tcflow(pty.slave(), Action::OOff).expect("stop the output");
    let changing = thread::spawn(move || {
        terminal.enable(Modes::PASTE).expect("in time");
        terminal
    });
    assert!(waits(&changing), "the terminal takes nothing");
    let lent = other.lend(|| {
        tcflow(pty.slave(), Action::OOn).expect("let the output go");
        let terminal = join("the change", changing);
        assert!(pty.model().modes().are_off());
        terminal
    });
    let held = pty.model();
    assert!(held.modes().dec.contains(&2004), "wanted since");
    drop(lent);
}

#[test]
fn note_of_another_terminal_is_not_replaced_and_goes_with_it() {
    let mut pty = Pty::open();
    let mut outer = on(&pty);
    outer.note(b"\x1b[6 q", b"\x1b[0 q").expect("note");
    let mut inner = on(&pty);
    inner.note(b"\x1b[2 q", b"\x1b[0 q").expect("note");
    drop(inner);
    outer.lend(|| ()).expect("lend");
    pty.model();
    assert_eq!(count(&pty, b"\x1b[6 q"), 1, "set again");
    assert_eq!(count(&pty, b"\x1b[2 q"), 0, "gone with its terminal");
    assert_eq!(count(&pty, b"\x1b[0 q"), 1);
}

#[test]
fn keyboard_flags_out_of_reach_are_inherited() {
    let mut pty = Pty::open();
    let mut outer = on(&pty);
    let mut inner = on(&pty);
    inner.push_keyboard(Keyboard::DISAMBIGUATE).expect("push");
    outer.enable(Modes::ALTERNATE_SCREEN).expect("screen");
    assert!(!inner.pop_keyboard().expect("pop"), "on the other screen");
    drop(inner);
    outer.disable(Modes::ALTERNATE_SCREEN).expect("screen");
    assert_eq!(pty.model().modes().keyboard, [1, 0]);
    assert!(outer.pop_keyboard().expect("pop"), "its own now");
    assert_eq!(pty.model().modes().keyboard, [0, 0]);
}

#[test]
fn keyboard_flags_of_the_alternate_screen_go_with_it() {
    let mut pty = Pty::open();
    let mut outer = on(&pty);
    let mut inner = on(&pty);
    inner.enable(Modes::ALTERNATE_SCREEN).expect("screen");
    outer.push_keyboard(Keyboard::DISAMBIGUATE).expect("push");
    assert!(!inner.pop_keyboard().expect("pop"), "those of the other");
    drop(inner);
    outer.enable(Modes::ALTERNATE_SCREEN).expect("screen");
    assert_eq!(pty.model().modes().keyboard, [0, 0]);
    outer.push_keyboard(Keyboard::DISAMBIGUATE).expect("push");
    outer.disable(Modes::ALTERNATE_SCREEN).expect("screen");
    outer.enable(Modes::ALTERNATE_SCREEN).expect("screen");
    assert_eq!(pty.model().modes().keyboard, [0, 0]);
}
