//! The terminal is the process's: several inputs on one device, what borrowers leave, what is kept
//! for the next one, what the program writes itself.
#![allow(clippy::unwrap_used)]

use std::process::{Command, ExitStatus, Output};
use std::time::{Duration, Instant};
use std::{io, thread};

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcsetattr};
use ttyring::terminal::{Keyboard, Modes, Options, Terminal};
use ttyring::{Builder, Input, LineMode, Os, Unread};
use ttyring_test_support::model::Model;
use ttyring_test_support::{PATIENCE, Pty, contains, join, same, wait_until};

fn terminal(pty: &Pty) -> Terminal {
    let slave = pty.slave().try_clone_to_owned().unwrap();
    Terminal::adopt(Os.adopt(slave).unwrap(), Options::new()).unwrap()
}

fn input(pty: &Pty) -> Input {
    let slave = pty.slave().try_clone_to_owned().unwrap();
    Builder::new().adopt(Os, Os.adopt(slave).unwrap()).unwrap()
}

fn next(input: &mut Input) -> String {
    let event = input.poll(PATIENCE).unwrap().event();
    format!("{:?}", event.expect("an event"))
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

/// What the terminal has on once everything written has arrived.
fn modes_on(pty: &mut Pty) -> Model {
    let mut model = Model::default();
    let marks = |seen: &[u8]| seen.iter().filter(|&&byte| byte == b'#').count();
    let before = marks(pty.seen());
    rustix::io::write(pty.slave(), b"#").unwrap();
    assert!(pty.read_until(|seen| marks(seen) > before));
    model.feed(pty.seen());
    model
}

/// Lends a raw terminal to `child`, which changes the settings, and demands that those which were
/// found come back in the end.
#[track_caller]
fn leaves_nothing<R: 'static>(child: impl FnOnce(&Pty) -> R) {
    let pty = Pty::open();
    let found = pty.termios();
    let mut terminal = terminal(&pty);
    terminal.enter(LineMode::RAW).unwrap();
    terminal.suspend_with(|| child(&pty)).unwrap();
    drop(terminal);
    assert!(same(&pty.termios(), &found), "{:?}", pty.termios());
}

/// Another erase character: a change that no line mode hides.
fn change_erase(pty: &Pty) {
    let mut changed = pty.termios();
    changed.special_codes[SpecialCodeIndex::VERASE] = 0x18;
    set(pty, &changed);
}

#[test]
fn settings_that_a_failed_child_leaves_are_not_what_the_user_wants() {
    let sh = |script: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    };
    leaves_nothing(|pty| -> io::Result<ExitStatus> {
        change_erase(pty);
        sh("kill -9 $$").status()
    });
    leaves_nothing(|pty| -> ExitStatus {
        change_erase(pty);
        sh("exit 1").status().unwrap()
    });
    leaves_nothing(|pty| -> io::Result<ExitStatus> {
        make_raw(pty);
        Command::new("/nowhere/at/all").status()
    });
    leaves_nothing(|pty| -> io::Result<Output> {
        change_erase(pty);
        sh("exit 3").output()
    });
    leaves_nothing(|pty| -> Output {
        make_raw(pty);
        sh("exit 3").output().unwrap()
    });
}

#[test]
fn settings_without_echo_or_editing_are_an_accident_of_a_borrower_of_no_known_end() {
    leaves_nothing(make_raw);
    for flag in [LocalModes::ECHO, LocalModes::ICANON] {
        leaves_nothing(move |pty| {
            let mut changed = pty.termios();
            changed.local_modes.remove(flag);
            set(pty, &changed);
        });
    }
}

#[test]
fn how_long_the_last_answer_took_decides_how_long_the_next_one_may_take() {
    let mut pty = Pty::open();
    let mut terminal = terminal(&pty);
    terminal.enter(LineMode::RAW).unwrap();
    terminal.enable(Modes::MOUSE).unwrap();
    let leaving = thread::spawn(move || {
        terminal.suspend_with(|| ()).unwrap();
        drop(terminal);
    });
    let asked = |pty: &mut Pty, times: usize| {
        let questions = |seen: &[u8]| seen.windows(3).filter(|part| part == b"\x1b[c").count();
        assert!(pty.read_until(|seen| questions(seen) == times));
    };
    asked(&mut pty, 1);
    thread::sleep(Duration::from_millis(200));
    pty.type_bytes(b"\x1b[?62c");
    asked(&mut pty, 2);
    thread::sleep(Duration::from_millis(400));
    pty.type_bytes(b"\x1b[<0;1;1M\x1b[?62c");
    join("the end of the terminal", leaving);
    assert_eq!(rustix::io::ioctl_fionread(pty.slave()).unwrap(), 0);
}

#[test]
fn settings_that_a_child_changes_on_purpose_are_kept() {
    let pty = Pty::open();
    let found = pty.termios();
    let mut terminal = terminal(&pty);
    terminal.enter(LineMode::RAW).unwrap();
    let mut wanted = found.clone();
    wanted.special_codes[SpecialCodeIndex::VERASE] = 0x18;
    wanted.local_modes.remove(LocalModes::ECHO);
    let ended_well = || {
        set(&pty, &wanted);
        Command::new("true").status()
    };
    assert!(
        terminal
            .suspend_with(ended_well)
            .unwrap()
            .unwrap()
            .success()
    );
    drop(terminal);
    assert!(same(&pty.termios(), &wanted), "{:?}", pty.termios());
}

#[test]
fn raw_settings_of_our_own_are_never_found() {
    let pty = Pty::open();
    let found = pty.termios();
    let mut terminal = terminal(&pty);
    terminal.enter(LineMode::RAW).unwrap();
    let raw = pty.termios();
    // Somebody restores what the program had made, as a shell may that keeps settings for a job.
    let ended_well = || {
        set(&pty, &raw);
        Command::new("true").status()
    };
    terminal.suspend_with(ended_well).unwrap().unwrap();
    drop(terminal);
    assert!(same(&pty.termios(), &found), "{:?}", pty.termios());
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
    let held = modes_on(&mut pty);
    assert!(held.modes().dec.contains(&2004), "the inner one wants it");
    assert_eq!(held.modes().keyboard, [2, 0]);
    // Both are given back at once, whichever is asked.
    outer
        .suspend_with(|| {
            assert!(same(&pty.termios(), &found));
            Command::new("true").status()
        })
        .unwrap()
        .unwrap();
    assert!(same(&pty.termios(), &cbreak));
    drop(inner);
    let left = modes_on(&mut pty);
    assert_eq!(left.modes().dec.iter().copied().collect::<Vec<_>>(), [1004]);
    assert_eq!(left.modes().keyboard, [1, 0]);
    drop(outer);
    assert!(modes_on(&mut pty).modes().are_off());
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
    terminal.suspend_with(|| ()).unwrap();
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
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::InvalidInput);
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
fn late_answer_of_a_slow_link_is_waited_for() {
    let mut pty = Pty::open();
    let mut terminal = terminal(&pty);
    terminal.enter(LineMode::RAW).unwrap();
    terminal.note_round_trip(Duration::from_millis(400));
    terminal.ask(b"\x1b[6n").unwrap();
    let leaving = thread::spawn(move || drop(terminal));
    assert!(pty.read_until(|seen| seen.ends_with(b"\x1b[c")));
    thread::sleep(Duration::from_millis(400));
    pty.type_bytes(b"\x1b[1;1R\x1b[?62c");
    join("the end of the terminal", leaving);
    assert_eq!(rustix::io::ioctl_fionread(pty.slave()).unwrap(), 0);
}

#[test]
fn typed_keys_stay_where_the_last_answer_came_in_time() {
    let mut pty = Pty::open();
    let mut terminal = terminal(&pty);
    terminal.enter(LineMode::RAW).unwrap();
    terminal.ask(b"\x1b[6n").unwrap();
    let leaving = thread::spawn(move || drop(terminal));
    assert!(pty.read_until(|seen| seen.ends_with(b"\x1b[c")));
    pty.type_bytes(b"\x1b[1;1R\x1b[?62c");
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
    for wait_in_read in [false, true] {
        let slave = pty.slave().try_clone_to_owned().unwrap();
        let tty = Os.adopt(slave).unwrap();
        let mut input = Builder::new().alone(wait_in_read).adopt(Os, tty).unwrap();
        input.enable(Modes::PASTE).unwrap();
        rustix::termios::tcflow(pty.slave(), rustix::termios::Action::OOff).unwrap();
        let begun = Instant::now();
        drop(input);
        assert!(
            begun.elapsed() < Duration::from_secs(2),
            "{:?}",
            begun.elapsed()
        );
        rustix::termios::tcflow(pty.slave(), rustix::termios::Action::OOn).unwrap();
        assert!(same(&pty.termios(), &found));
    }
}

#[test]
fn panic_of_a_borrower_leaves_the_terminal_as_found() {
    let pty = Pty::open();
    let found = pty.termios();
    let mut input = input(&pty);
    let raw = pty.termios();
    let borrowed = std::panic::AssertUnwindSafe(|| {
        let _ = input.suspend_with(Unread::Keep, |_| panic!("as asked"));
    });
    assert!(std::panic::catch_unwind(borrowed).is_err());
    assert!(same(&pty.termios(), &found));
    input.enable(Modes::PASTE).unwrap();
    assert!(same(&pty.termios(), &raw), "on again with the next change");
    make_raw(&pty);
    set(&pty, &raw);
    drop(input);
    assert!(same(&pty.termios(), &found));
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
