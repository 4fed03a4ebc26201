//! What a program switches on by bytes of its own is switched off with everything else.
#![allow(clippy::unwrap_used)]

use ttyring::Keyboard;
use ttyring::terminal::{Modes, Restore, Terminal};
use ttyring_platform::Backend;
use ttyring_platform::sim::Sim;

fn terminal(sim: &Sim) -> Terminal<Sim> {
    Terminal::adopt(sim.open().unwrap(), Restore::all()).unwrap()
}

/// What was written since there were `before` bytes.
fn written(sim: &Sim, before: usize) -> String {
    let bytes = sim.written().split_off(before);
    String::from_utf8(bytes).unwrap().replace('\x1b', "ESC")
}

#[test]
fn noted_modes_are_not_written_but_undone() {
    let sim = Sim::new();
    let mut terminal = terminal(&sim);
    terminal
        .note_modes(Modes::ALTERNATE_SCREEN | Modes::HIDDEN_CURSOR)
        .unwrap();
    assert_eq!(written(&sim, 0), "");
    drop(terminal);
    let undone = written(&sim, 0);
    assert!(undone.contains("ESC[?25h"), "{undone}");
    assert!(undone.contains("ESC[?1049l"), "{undone}");
}

#[test]
fn modes_that_are_noted_as_off_are_left_alone() {
    let sim = Sim::new();
    let mut terminal = terminal(&sim);
    terminal.note_modes(Modes::FOCUS | Modes::PASTE).unwrap();
    terminal.note_modes(Modes::PASTE).unwrap();
    drop(terminal);
    let undone = written(&sim, 0);
    assert!(undone.contains("ESC[?2004l"), "{undone}");
    assert!(!undone.contains("1004"), "{undone}");
}

#[test]
fn noted_modes_come_back_after_a_loan() {
    let sim = Sim::new();
    let mut terminal = terminal(&sim);
    terminal.note_modes(Modes::PASTE).unwrap();
    terminal.note_keyboard_push(Keyboard::DISAMBIGUATE).unwrap();
    terminal.lend(|| ()).unwrap();
    let switched = written(&sim, 0);
    let (off, on) = switched.split_once("ESC[?2004h").unwrap();
    assert!(off.contains("ESC[?2004l"), "{switched}");
    assert!(off.contains("ESC[<u"), "{switched}");
    assert!(format!("{off}{on}").contains("ESC[>1u"), "{switched}");
}

#[test]
fn noted_flags_of_the_keyboard_are_popped_while_their_screen_is_shown() {
    let sim = Sim::new();
    let mut terminal = terminal(&sim);
    terminal.note_modes(Modes::ALTERNATE_SCREEN).unwrap();
    terminal.note_keyboard_push(Keyboard::EVENT_TYPES).unwrap();
    terminal.note_keyboard_push(Keyboard::DISAMBIGUATE).unwrap();
    assert!(terminal.note_keyboard_pop().unwrap());
    assert_eq!(written(&sim, 0), "");
    drop(terminal);
    let undone = written(&sim, 0);
    let popped = undone.find("ESC[<u").unwrap();
    let left = undone.find("ESC[?1049l").unwrap();
    assert!(popped < left, "{undone}");
    assert_eq!(undone.matches("ESC[<").count(), 1, "{undone}");
}

#[test]
fn modes_of_our_own_are_written_beside_noted_ones() {
    let sim = Sim::new();
    let mut first = terminal(&sim);
    first.note_modes(Modes::PASTE).unwrap();
    first.enable(Modes::FOCUS).unwrap();
    assert_eq!(written(&sim, 0), "ESC[?1004h");
}
