//! What borrowers leave: settings, panics.

use std::io;
use std::process::{Command, ExitStatus, Output};

use rustix::termios::{LocalModes, SpecialCodeIndex};
use ttyring::terminal::Modes;
use ttyring::{LineMode, Unread};
use ttyring_test_support::{Pty, same};

use crate::{input, make_raw, set, terminal};

/// Lends a raw terminal to `child`, which changes the settings, and demands that those which were
/// found come back in the end.
#[track_caller]
fn leaves_nothing<R: 'static>(child: impl FnOnce(&Pty) -> R) {
    let pty = Pty::open();
    let found = pty.termios();
    let mut terminal = terminal(&pty);
    terminal.enter(LineMode::RAW).unwrap();
    terminal.lend(|| child(&pty)).unwrap();
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
    assert!(terminal.lend(ended_well).unwrap().unwrap().success());
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
    terminal.lend(ended_well).unwrap().unwrap();
    drop(terminal);
    assert!(same(&pty.termios(), &found), "{:?}", pty.termios());
}

#[test]
fn panic_of_a_borrower_leaves_the_terminal_as_found() {
    let pty = Pty::open();
    let found = pty.termios();
    let mut input = input(&pty);
    let raw = pty.termios();
    let borrowed = std::panic::AssertUnwindSafe(|| {
        let _ = input.lend(Unread::Keep, |_| panic!("as asked"));
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
