//! Late replies, and bytes that were read and not used.

use std::panic::catch_unwind;
use std::thread;
use std::time::{Duration, Instant};

use ttyring::query::CURSOR_POSITION;
use ttyring::terminal::Modes;
use ttyring::{Input, LineMode, Unread};
use ttyring_test_support::{Pty, contains, join, wait_until};

use crate::{count, input, on};

#[test]
fn late_reports_are_awaited_and_thrown_away() {
    let mut pty = Pty::open();
    let mut terminal = on(&pty);
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
    let mut terminal = on(&pty);
    terminal.enter(LineMode::RAW).expect("raw");
    terminal.enable(Modes::PASTE).expect("paste");
    drop(terminal);
    assert!(pty.read_until(|seen| contains(seen, b"\x1b[?2004l")));
    assert!(!contains(pty.seen(), b"\x1b[c"));
}

#[test]
fn nothing_is_asked_where_the_answer_would_be_shown() {
    let mut pty = Pty::open();
    let mut terminal = on(&pty);
    terminal.enable(Modes::MOUSE).expect("mouse");
    drop(terminal);
    let mut shown = LineMode::CBREAK;
    shown.echo = true;
    let mut terminal = on(&pty);
    terminal.enter(shown).expect("echo");
    terminal.enable(Modes::MOUSE).expect("mouse");
    drop(terminal);
    // After a panic the settings are as they were found.
    let mut terminal = on(&pty);
    terminal.enter(LineMode::RAW).expect("raw");
    terminal.enable(Modes::MOUSE).expect("mouse");
    assert!(catch_unwind(|| panic!("as asked")).is_err());
    drop(terminal);
    assert!(pty.model().modes().are_off());
    assert_eq!(count(&pty, b"\x1b[c"), 0);
}

#[test]
fn replies_that_were_awaited_are_not_awaited_again() {
    let mut pty = Pty::open();
    let mut terminal = on(&pty);
    terminal.enter(LineMode::RAW).expect("raw");
    terminal.enable(Modes::MOUSE).expect("mouse");
    terminal.disable(Modes::MOUSE).expect("no mouse");
    terminal.lend(|| ()).expect("lend");
    terminal.lend(|| ()).expect("lend");
    pty.model();
    assert_eq!(count(&pty, b"\x1b[c"), 1, "the second time nothing was due");
    terminal.enable(Modes::MOUSE).expect("mouse");
    terminal.lend(|| ()).expect("lend");
    // The mouse is on again, and reports.
    terminal.lend(|| ()).expect("lend");
    pty.model();
    assert_eq!(count(&pty, b"\x1b[c"), 3);
}

#[test]
fn late_reports_at_the_end_are_not_for_the_next_terminal() {
    let mut pty = Pty::open();
    let mut terminal = on(&pty);
    terminal.enter(LineMode::RAW).expect("raw");
    terminal.enable(Modes::MOUSE).expect("mouse");
    let leaving = thread::spawn(move || drop(terminal));
    assert!(pty.read_until(|seen| seen.ends_with(b"\x1b[c")));
    pty.type_bytes(b"\x1b[<0;1;1M\x1b[?62;22c");
    join("the end of the terminal", leaving);
    assert_eq!(on(&pty).take_unread(), b"");
}

/// Lets the time pass that a slow link takes.
fn pass(time: Duration) {
    let begun = Instant::now();
    assert!(wait_until(|| begun.elapsed() > time));
}

/// Asks for the position of the cursor, which the terminal says after `delay`.
fn ask(pty: &mut Pty, mut input: Input, delay: Duration) -> Input {
    pty.forget();
    let asking = thread::spawn(move || {
        let timeout = Duration::from_secs(10);
        input.query(CURSOR_POSITION, timeout).expect("an answer");
        input
    });
    assert!(pty.read_until(|seen| contains(seen, b"\x1b[6n") && seen.ends_with(b"c")));
    pass(delay);
    pty.type_bytes(b"\x1b[1;1R\x1b[?6c");
    join("the answer", asking)
}

#[test]
fn slowest_answer_counts_not_the_last() {
    let mut pty = Pty::open();
    let input = input(&pty);
    let input = ask(&mut pty, input, Duration::from_millis(400));
    let mut input = ask(&mut pty, input, Duration::ZERO);
    input.enable(Modes::MOUSE).expect("mouse");
    let leaving = thread::spawn(move || drop(input));
    assert!(pty.read_until(|seen| seen.ends_with(b"\x1b[0m\x1b[c")));
    pass(Duration::from_millis(600));
    assert!(!leaving.is_finished(), "the answer may take longer");
    pty.type_bytes(b"\x1b[<0;1;1M\x1b[?62c");
    join("the end of the input", leaving);
    let left = rustix::io::ioctl_fionread(pty.slave()).expect("FIONREAD");
    assert_eq!(left, 0);
}

#[test]
fn keys_that_are_kept_survive_terminals_of_other_devices() {
    let mut pty = Pty::open();
    let mut first = input(&pty);
    pty.type_bytes(b"ab");
    assert!(
        first
            .poll(Duration::from_secs(5))
            .expect("poll")
            .event()
            .is_some()
    );
    drop(first);
    let other = Pty::open();
    drop(on(&other));
    assert_eq!(on(&pty).take_unread(), b"b");
}

#[test]
fn keys_that_come_with_late_replies_come_back_after_the_loan() {
    let mut pty = Pty::open();
    let mut first = input(&pty);
    first.enable(Modes::MOUSE).expect("mouse");
    let lending = thread::spawn(move || {
        first.lend(Unread::Keep, |_| ()).expect("lend");
        first
    });
    assert!(pty.read_until(|seen| seen.ends_with(b"\x1b[c")));
    pty.type_bytes(b"bc\x1b[?62c");
    let first = join("the loan", lending);
    drop(first);
    assert_eq!(on(&pty).take_unread(), b"bc");
}
