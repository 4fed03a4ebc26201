//! Panics, caught and not, of the thread that uses the terminal and of others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use ttyring::LineMode;
use ttyring::terminal::Modes;
use ttyring_test_support::{Pty, contains, join};

use crate::{on, settings, without_hooks};

#[test]
fn panic_that_is_caught_costs_the_modes_until_the_next_call() {
    let mut pty = Pty::open();
    let found = settings(&pty);
    let mut terminal = on(&pty);
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
    let mut terminal = on(&pty);
    terminal.enter(LineMode::RAW).expect("raw");
    let raw = settings(&pty);
    assert!(std::thread::spawn(|| panic!("as asked")).join().is_err());
    assert_eq!(settings(&pty), raw);
}

#[test]
fn panic_of_the_thread_that_used_a_terminal_last_restores_it() {
    let pty = Pty::open();
    let found = settings(&pty);
    let mut terminal = on(&pty);
    terminal.enter(LineMode::RAW).expect("raw");
    let user = thread::spawn(move || {
        terminal.enable(Modes::PASTE).expect("paste");
        assert!(catch_unwind(|| panic!("as asked")).is_err());
        terminal
    });
    let terminal = join("the thread that uses it", user);
    assert_eq!(settings(&pty), found);
    drop(terminal);
}

#[test]
fn borrower_that_panics_leaves_the_terminal_as_found_without_a_hook() {
    let pty = Pty::open();
    let found = settings(&pty);
    let mut terminal = without_hooks(&pty);
    terminal.enter(LineMode::RAW).expect("raw");
    let raw = settings(&pty);
    // A panic without the hook, which would restore it in any case.
    let borrowed = AssertUnwindSafe(|| terminal.lend(|| std::panic::resume_unwind(Box::new(()))));
    assert!(catch_unwind(borrowed).is_err());
    assert_eq!(settings(&pty), found);
    terminal.enable(Modes::PASTE).expect("paste");
    assert_eq!(settings(&pty), raw);
}
