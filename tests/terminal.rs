//! What a `Terminal` leaves behind when it is dropped: alone, nested, over a script.

use std::os::fd::AsFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use rustix::termios::{Action, LocalModes, OptionalActions, tcflow, tcsetattr};
use ttyring::terminal::{Keyboard, Modes, Options, Restore, Terminal};
use ttyring::{Builder, Input, LineMode, Os, Unread};
use ttyring_platform::Tty as _;
use ttyring_platform::sim::Sim;
use ttyring_test_support::model::Model;
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

fn input(pty: &Pty) -> Input {
    let slave = pty.slave().try_clone_to_owned().expect("dup");
    let tty = Os.adopt(slave).expect("a terminal");
    Builder::new().adopt(Os, tty).expect("an input")
}

fn count(pty: &Pty, bytes: &[u8]) -> usize {
    let seen = pty.seen().windows(bytes.len());
    seen.filter(|window| *window == bytes).count()
}

/// Reads everything that was written so far, and what it has switched on.
fn modes_on(pty: &mut Pty) -> Model {
    let mut model = Model::default();
    let before = count(pty, b"#");
    rustix::io::write(pty.slave(), b"#").expect("write");
    assert!(pty.read_until(|seen| seen.iter().filter(|&&byte| byte == b'#').count() > before));
    model.feed(pty.seen());
    model
}

/// Whether a thread goes on waiting for a while: it has come to the wait itself then.
fn waits<T>(thread: &thread::JoinHandle<T>) -> bool {
    let begun = Instant::now();
    !wait_until(|| thread.is_finished() || begun.elapsed() > Duration::from_millis(50))
        || !thread.is_finished()
}

#[test]
fn change_that_does_not_fit_is_written_once_it_does() {
    let mut pty = Pty::open();
    let mut terminal = on(&pty, Options::new());
    tcflow(pty.slave(), Action::OOff).expect("stop the output");
    let changing = thread::spawn(move || {
        terminal.enable(Modes::PASTE).expect("in time");
        terminal
    });
    assert!(waits(&changing), "the terminal takes nothing");
    tcflow(pty.slave(), Action::OOn).expect("let the output go");
    let terminal = join("the change", changing);
    modes_on(&mut pty);
    assert_eq!(count(&pty, b"\x1b[?2004h"), 1);
    drop(terminal);
}

#[test]
fn change_that_never_fits_is_refused_in_the_end() {
    let pty = Pty::open();
    let mut terminal = on(&pty, Options::new());
    tcflow(pty.slave(), Action::OOff).expect("stop the output");
    let changing = thread::spawn(move || terminal.enable(Modes::PASTE).is_err());
    assert!(join("the change", changing), "the terminal takes nothing");
    tcflow(pty.slave(), Action::OOn).expect("let the output go");
}

#[test]
fn change_that_does_not_fit_is_not_written_into_a_lent_terminal() {
    let mut pty = Pty::open();
    let mut other = on(&pty, Options::new());
    let mut terminal = on(&pty, Options::new());
    tcflow(pty.slave(), Action::OOff).expect("stop the output");
    let changing = thread::spawn(move || {
        terminal.enable(Modes::PASTE).expect("in time");
        terminal
    });
    assert!(waits(&changing), "the terminal takes nothing");
    let lent = other.suspend_with(|| {
        tcflow(pty.slave(), Action::OOn).expect("let the output go");
        let terminal = join("the change", changing);
        assert!(modes_on(&mut pty).modes().are_off());
        terminal
    });
    let held = modes_on(&mut pty);
    assert!(held.modes().dec.contains(&2004), "wanted since");
    drop(lent);
}

#[test]
fn continuation_that_is_told_switches_on_what_somebody_has_restored() {
    let mut pty = Pty::open();
    let found = pty.termios();
    let mut terminal = on(&pty, Options::new());
    terminal.enter(LineMode::RAW).expect("raw");
    let raw = settings(&pty);
    terminal.resumed().expect("resumed");
    modes_on(&mut pty);
    assert_eq!(pty.seen(), b"#", "nobody has restored anything");
    tcsetattr(pty.slave().as_fd(), OptionalActions::Now, &found).expect("tcsetattr");
    terminal.resumed().expect("resumed");
    assert_eq!(settings(&pty), raw);
}

#[test]
fn borrower_that_failed_spoils_nothing_that_comes_later() {
    let pty = Pty::open();
    let mut terminal = on(&pty, Options::new());
    terminal.enter(LineMode::RAW).expect("raw");
    terminal
        .suspend_with(|| std::process::Command::new("false").status())
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

#[test]
fn nothing_is_asked_where_the_answer_would_be_shown() {
    let mut pty = Pty::open();
    let mut terminal = on(&pty, Options::new());
    terminal.enable(Modes::MOUSE).expect("mouse");
    drop(terminal);
    let mut shown = LineMode::CBREAK;
    shown.echo = true;
    let mut terminal = on(&pty, Options::new());
    terminal.enter(shown).expect("echo");
    terminal.enable(Modes::MOUSE).expect("mouse");
    drop(terminal);
    // After a panic the settings are as they were found.
    let mut terminal = on(&pty, Options::new());
    terminal.enter(LineMode::RAW).expect("raw");
    terminal.enable(Modes::MOUSE).expect("mouse");
    assert!(catch_unwind(|| panic!("as asked")).is_err());
    drop(terminal);
    assert!(modes_on(&mut pty).modes().are_off());
    assert_eq!(count(&pty, b"\x1b[c"), 0);
}

#[test]
fn replies_that_were_awaited_are_not_awaited_again() {
    let mut pty = Pty::open();
    let mut terminal = on(&pty, Options::new());
    terminal.enter(LineMode::RAW).expect("raw");
    terminal.enable(Modes::MOUSE).expect("mouse");
    terminal.disable(Modes::MOUSE).expect("no mouse");
    terminal.suspend_with(|| ()).expect("lend");
    terminal.suspend_with(|| ()).expect("lend");
    modes_on(&mut pty);
    assert_eq!(count(&pty, b"\x1b[c"), 1, "the second time nothing was due");
    terminal.enable(Modes::MOUSE).expect("mouse");
    terminal.suspend_with(|| ()).expect("lend");
    // The mouse is on again, and reports.
    terminal.suspend_with(|| ()).expect("lend");
    modes_on(&mut pty);
    assert_eq!(count(&pty, b"\x1b[c"), 3);
}

#[test]
fn late_reports_at_the_end_are_not_for_the_next_terminal() {
    let mut pty = Pty::open();
    let mut terminal = on(&pty, Options::new());
    terminal.enter(LineMode::RAW).expect("raw");
    terminal.enable(Modes::MOUSE).expect("mouse");
    let leaving = thread::spawn(move || drop(terminal));
    assert!(pty.read_until(|seen| seen.ends_with(b"\x1b[c")));
    pty.type_bytes(b"\x1b[<0;1;1M\x1b[?62;22c");
    join("the end of the terminal", leaving);
    assert_eq!(on(&pty, Options::new()).take_unread(), b"");
}

#[test]
fn slowest_answer_counts_not_the_last() {
    let mut pty = Pty::open();
    let mut terminal = on(&pty, Options::new());
    terminal.enter(LineMode::RAW).expect("raw");
    terminal.note_round_trip(Duration::from_secs(1));
    terminal.note_round_trip(Duration::from_millis(1));
    terminal.ask(b"\x1b[6n").expect("ask");
    let leaving = thread::spawn(move || drop(terminal));
    assert!(pty.read_until(|seen| seen.ends_with(b"\x1b[c")));
    let begun = Instant::now();
    assert!(wait_until(|| begun.elapsed() > Duration::from_millis(500)));
    assert!(!leaving.is_finished(), "the answer may take longer");
    pty.type_bytes(b"\x1b[1;1R\x1b[?62c");
    join("the end of the terminal", leaving);
}

#[test]
fn note_of_another_terminal_is_not_replaced_and_goes_with_it() {
    let mut pty = Pty::open();
    let mut outer = on(&pty, Options::new());
    outer.note(b"\x1b[6 q", b"\x1b[0 q").expect("note");
    let mut inner = on(&pty, Options::new());
    inner.note(b"\x1b[2 q", b"\x1b[0 q").expect("note");
    drop(inner);
    outer.suspend_with(|| ()).expect("lend");
    modes_on(&mut pty);
    assert_eq!(count(&pty, b"\x1b[6 q"), 1, "set again");
    assert_eq!(count(&pty, b"\x1b[2 q"), 0, "gone with its terminal");
    assert_eq!(count(&pty, b"\x1b[0 q"), 1);
}

#[test]
fn keyboard_flags_out_of_reach_are_inherited() {
    let mut pty = Pty::open();
    let mut outer = on(&pty, Options::new());
    let mut inner = on(&pty, Options::new());
    inner.push_keyboard(Keyboard::DISAMBIGUATE).expect("push");
    outer.enable(Modes::ALTERNATE_SCREEN).expect("screen");
    assert!(!inner.pop_keyboard().expect("pop"), "on the other screen");
    drop(inner);
    outer.disable(Modes::ALTERNATE_SCREEN).expect("screen");
    assert_eq!(modes_on(&mut pty).modes().keyboard, [1, 0]);
    assert!(outer.pop_keyboard().expect("pop"), "its own now");
    assert_eq!(modes_on(&mut pty).modes().keyboard, [0, 0]);
}

#[test]
fn keyboard_flags_of_the_alternate_screen_go_with_it() {
    let mut pty = Pty::open();
    let mut outer = on(&pty, Options::new());
    let mut inner = on(&pty, Options::new());
    inner.enable(Modes::ALTERNATE_SCREEN).expect("screen");
    outer.push_keyboard(Keyboard::DISAMBIGUATE).expect("push");
    assert!(!inner.pop_keyboard().expect("pop"), "those of the other");
    drop(inner);
    outer.enable(Modes::ALTERNATE_SCREEN).expect("screen");
    assert_eq!(modes_on(&mut pty).modes().keyboard, [0, 0]);
    outer.push_keyboard(Keyboard::DISAMBIGUATE).expect("push");
    outer.disable(Modes::ALTERNATE_SCREEN).expect("screen");
    outer.enable(Modes::ALTERNATE_SCREEN).expect("screen");
    assert_eq!(modes_on(&mut pty).modes().keyboard, [0, 0]);
}

#[test]
fn panic_of_the_thread_that_used_a_terminal_last_restores_it() {
    let pty = Pty::open();
    let found = settings(&pty);
    let mut terminal = on(&pty, Options::new());
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
    let mut terminal = on(&pty, Options::new().restore(Restore::empty()));
    terminal.enter(LineMode::RAW).expect("raw");
    let raw = settings(&pty);
    // A panic without the hook, which would restore it in any case.
    let borrowed =
        AssertUnwindSafe(|| terminal.suspend_with(|| std::panic::resume_unwind(Box::new(()))));
    assert!(catch_unwind(borrowed).is_err());
    assert_eq!(settings(&pty), found);
    terminal.enable(Modes::PASTE).expect("paste");
    assert_eq!(settings(&pty), raw);
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
    drop(on(&other, Options::new()));
    assert_eq!(on(&pty, Options::new()).take_unread(), b"b");
}

#[test]
fn keys_that_come_with_late_replies_come_back_after_the_loan() {
    let mut pty = Pty::open();
    let mut first = input(&pty);
    first.enable(Modes::MOUSE).expect("mouse");
    let lending = thread::spawn(move || {
        first.suspend_with(Unread::Keep, |_| ()).expect("lend");
        first
    });
    assert!(pty.read_until(|seen| seen.ends_with(b"\x1b[c")));
    pty.type_bytes(b"bc\x1b[?62c");
    let first = join("the loan", lending);
    drop(first);
    assert_eq!(on(&pty, Options::new()).take_unread(), b"bc");
}
