//! Several holders of one terminal, one after the other and at once.

use std::io::{ErrorKind, Write};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use rustix::termios::{Action, tcflow};
use ttyring::platform::Os;
use ttyring::terminal::{Keyboard, Modes};
use ttyring::{Builder, Input, LineMode, Wait};
use ttyring_test_support::{PATIENCE, Pty, contains, join, same, wait_until, within};

use crate::{input, terminal};

fn next(input: &mut Input) -> String {
    let event = input.poll(PATIENCE).unwrap().event();
    format!("{:?}", event.expect("an event"))
}

/// Lets the time pass that a slow link takes.
fn pass(time: Duration) {
    let begun = Instant::now();
    assert!(wait_until(|| begun.elapsed() > time));
}

#[test]
fn how_long_the_last_answer_took_decides_how_long_the_next_one_may_take() {
    let mut pty = Pty::open();
    let mut terminal = terminal(&pty);
    terminal.enter(LineMode::RAW).unwrap();
    terminal.enable(Modes::MOUSE).unwrap();
    let leaving = thread::spawn(move || {
        terminal.lend(|| ()).unwrap();
        drop(terminal);
    });
    let asked = |pty: &mut Pty, times: usize| {
        let questions = |seen: &[u8]| seen.windows(3).filter(|part| part == b"\x1b[c").count();
        assert!(pty.read_until(|seen| questions(seen) == times));
    };
    asked(&mut pty, 1);
    pass(Duration::from_millis(200));
    pty.type_bytes(b"\x1b[?62c");
    asked(&mut pty, 2);
    pass(Duration::from_millis(400));
    pty.type_bytes(b"\x1b[<0;1;1M\x1b[?62c");
    join("the end of the terminal", leaving);
    assert_eq!(rustix::io::ioctl_fionread(pty.slave()).unwrap(), 0);
}

#[test]
fn levels_of_several_terminals_are_one_stack() {
    let mut pty = Pty::open();
    let found = pty.termios();
    let mut outer = terminal(&pty);
    outer.enter(LineMode::RAW).unwrap();
    outer.enable(Modes::PASTE | Modes::FOCUS).unwrap();
    outer.push_keyboard(Keyboard::DISAMBIGUATE).unwrap();
    let raw = pty.termios();
    let mut inner = terminal(&pty);
    inner.enter(LineMode::CBREAK).unwrap();
    inner.enable(Modes::PASTE | Modes::MOUSE).unwrap();
    inner.push_keyboard(Keyboard::ALL_KEYS).unwrap();
    let cbreak = pty.termios();
    assert!(!same(&cbreak, &raw));
    // The outer one changes below the inner one, whose mode stays in force.
    outer.set_line_mode(LineMode::RAW_WITH_SIGNALS).unwrap();
    assert!(same(&pty.termios(), &cbreak));
    outer.disable(Modes::PASTE).unwrap();
    let held = pty.model();
    assert!(held.modes().dec.contains(&2004), "the inner one wants it");
    assert_eq!(held.modes().keyboard, [2, 0]);
    // Both are given back at once, whichever is asked.
    outer
        .lend(|| {
            assert!(same(&pty.termios(), &found));
            Command::new("true").status()
        })
        .unwrap()
        .unwrap();
    assert!(same(&pty.termios(), &cbreak));
    drop(inner);
    let left = pty.model();
    assert_eq!(left.modes().dec.iter().copied().collect::<Vec<_>>(), [1004]);
    assert_eq!(left.modes().keyboard, [1, 0]);
    drop(outer);
    assert!(pty.model().modes().are_off());
    assert!(same(&pty.termios(), &found));
}

#[test]
fn keys_that_an_inner_input_leaves_come_back_to_the_outer_one() {
    let mut pty = Pty::open();
    let mut outer = input(&pty);
    let mut inner = input(&pty);
    pty.type_bytes(b"abc");
    assert_eq!(next(&mut inner), next_of("a"));
    drop(inner);
    assert_eq!(next(&mut outer), next_of("b"));
    assert_eq!(next(&mut outer), next_of("c"));
}

#[test]
fn keys_that_an_input_leaves_are_those_of_the_next_one() {
    let mut pty = Pty::open();
    let mut opened = Some(input(&pty));
    pty.type_bytes(b"bob\rsmith\r");
    for line in ["bob", "smith"] {
        let mut input = opened.take().unwrap_or_else(|| input(&pty));
        for letter in line.chars() {
            assert_eq!(next(&mut input), next_of(&letter.to_string()));
        }
        assert_eq!(next(&mut input), next_of("enter"));
    }
    // They belong to that terminal, not to the number of its device.
    pty.type_bytes(b"xy");
    let mut first = input(&pty);
    assert_eq!(next(&mut first), next_of("x"));
    drop(first);
    pty.hang_up();
    let pty = Pty::open();
    let mut other = input(&pty);
    assert!(other.poll(Duration::ZERO).unwrap().event().is_none());
}

/// What [`next`] says of a key.
fn next_of(key: &str) -> String {
    format!("{:?}", ttyring::Event::Key(key.parse().unwrap()))
}

#[test]
fn what_the_program_writes_itself_is_undone_and_done_again() {
    let mut pty = Pty::open();
    let mut terminal = terminal(&pty);
    terminal.enter(LineMode::RAW).unwrap();
    let (bar, block, usual) = (b"\x1b[6 q", b"\x1b[2 q", b"\x1b[0 q");
    terminal.note(bar, usual).unwrap();
    terminal.note(block, usual).unwrap();
    terminal
        .note(b"\x1b]9;4;1;50\x07", b"\x1b]9;4;0\x07")
        .unwrap();
    assert!(pty.seen().is_empty(), "a note writes nothing");
    terminal.lend(|| ()).unwrap();
    let seen = |pty: &Pty, bytes: &[u8]| contains(pty.seen(), bytes);
    assert!(pty.read_until(|all| contains(all, b"\x1b[2 q\x1b]9;4;1;50\x07")));
    assert!(
        seen(&pty, b"\x1b]9;4;0\x07\x1b[0 q"),
        "in the reverse order"
    );
    assert!(
        !seen(&pty, bar),
        "a later note takes the place of an earlier one"
    );
    pty.forget();
    terminal.note(b"", b"\x1b]9;4;0\x07").unwrap();
    drop(terminal);
    assert!(pty.read_until(|all| contains(all, usual)));
    assert!(!seen(&pty, b"\x1b]9;4;0"), "forgotten");
}

#[test]
fn more_notes_than_a_supervisor_has_room_for_are_refused() {
    let mut pty = Pty::open();
    let mut terminal = terminal(&pty);
    terminal.note(b"\x1b[6 q", b"\x1b[0 q").unwrap();
    let error = terminal.note(&[b'x'; 999], b"y").unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    drop(terminal);
    assert!(
        pty.read_until(|all| contains(all, b"\x1b[0 q")),
        "the first is kept"
    );
}

#[test]
fn releases_of_keys_are_fenced_like_reports() {
    let mut pty = Pty::open();
    let mut terminal = terminal(&pty);
    terminal.enter(LineMode::RAW).unwrap();
    terminal
        .push_keyboard(Keyboard::DISAMBIGUATE | Keyboard::EVENT_TYPES)
        .unwrap();
    let leaving = thread::spawn(move || drop(terminal));
    assert!(pty.read_until(|seen| seen.ends_with(b"\x1b[c")));
    pty.type_bytes(b"\x1b[113;1:3u\x1b[?62c");
    join("the end of the terminal", leaving);
    assert_eq!(rustix::io::ioctl_fionread(pty.slave()).unwrap(), 0);
}

#[test]
fn typed_keys_stay_where_the_last_answer_came_in_time() {
    let mut pty = Pty::open();
    let mut terminal = terminal(&pty);
    terminal.enter(LineMode::RAW).unwrap();
    terminal.enable(Modes::FOCUS).unwrap();
    let leaving = thread::spawn(move || drop(terminal));
    assert!(pty.read_until(|seen| seen.ends_with(b"\x1b[c")));
    pty.type_bytes(b"\x1b[I\x1b[?62c");
    join("the end of the terminal", leaving);
    pty.type_bytes(b"ls\n");
    let typed = || rustix::io::ioctl_fionread(pty.slave()).unwrap() == 3;
    assert!(
        wait_until(typed),
        "what comes after the answer is the shell's"
    );
}

#[test]
fn terminal_that_takes_no_output_does_not_hold_anybody_up() {
    let pty = Pty::open();
    let found = pty.termios();
    for wait in [Wait::Poll, Wait::Read] {
        let slave = pty.slave().try_clone_to_owned().unwrap();
        let tty = Os.adopt(slave).unwrap();
        let mut input = Builder::new().wait(wait).adopt(Os, tty).unwrap();
        input.enable(Modes::PASTE).unwrap();
        tcflow(pty.slave(), Action::OOff).unwrap();
        within("the end of the input", || drop(input));
        tcflow(pty.slave(), Action::OOn).unwrap();
        assert!(same(&pty.termios(), &found));
    }
}

#[test]
fn program_that_goes_on_after_a_timeout_writes_everything_once() {
    let mut pty = Pty::open();
    let mut terminal = terminal(&pty);
    let bytes: Vec<u8> = (0..9000).map(|index| b'a' + (index % 23) as u8).collect();
    let slave = pty.slave().try_clone_to_owned().unwrap();
    tcflow(&slave, Action::OOff).unwrap();
    let count = bytes.len();
    let reading = thread::spawn(move || {
        pty.read_until(|seen| seen.len() >= count);
        pty
    });
    let (mut rest, mut timeouts) = (&bytes[..], 0);
    while !rest.is_empty() {
        match Write::write(&mut terminal, rest) {
            Ok(count) => rest = &rest[count..],
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::TimedOut);
                timeouts += 1;
                tcflow(&slave, Action::OOn).unwrap();
            }
        }
    }
    assert!(timeouts > 0, "it has never stalled");
    within("the rest", || terminal.flush()).unwrap();
    let pty = join("the other side", reading);
    assert!(pty.seen() == bytes, "{} bytes", pty.seen().len());
}

#[test]
fn threads_that_open_and_drop_at_once_never_find_raw() {
    let pty = Pty::open();
    let found = pty.termios();
    for _ in 0..10 {
        thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| drop(input(&pty)));
            }
        });
        assert!(same(&pty.termios(), &found), "{:?}", pty.termios());
    }
}
