//! The program that is stopped and continued.

use std::process::ExitCode;

use rustix::event::{PollFd, PollFlags, poll};
use ttyring::terminal::{Keyboard, Modes, Options, Terminal};
use ttyring::{LineMode, Os};
use ttyring_platform::{Outcome, Tty};

/// What it writes when everything is on.
pub(crate) const READY: &str = "READY ";
/// What it writes when a call of `suspend` has returned.
pub(crate) const BACK: &str = "BACK.";
/// What it writes from the closure of `suspend_with`, while the settings are as they were found.
pub(crate) const LENT: &str = "LENT.";

/// Reads keys: `z` suspends, `l` lends the terminal, `q` ends, `c` says that SIGCONT was heard.
pub(crate) fn run(how: &str) -> ExitCode {
    if how == "supervised" {
        ttyring::terminal::Supervisor::start().expect("a supervisor");
    }
    let mut terminal = Terminal::open(Os, Options::new()).expect("a terminal");
    terminal.enter(LineMode::RAW).expect("raw mode");
    terminal
        .enable(Modes::MOUSE | Modes::PASTE | Modes::ALTERNATE_SCREEN)
        .expect("modes");
    terminal
        .push_keyboard(Keyboard::DISAMBIGUATE)
        .expect("keyboard");
    say(&terminal, &format!("{READY}{}.", std::process::id()));
    loop {
        match key(&terminal) {
            Some(b'z') => {
                terminal.suspend().expect("suspend");
                say(&terminal, BACK);
            }
            Some(b'l') => {
                terminal
                    .suspend_with(|| println!("{LENT}"))
                    .expect("suspend");
                say(&terminal, BACK);
            }
            Some(b'c') => {
                terminal.resumed().expect("resumed");
                say(&terminal, BACK);
            }
            Some(b'e') => say(&terminal, "ECHO."),
            Some(b'q') | None => return ExitCode::SUCCESS,
            Some(_) => {}
        }
    }
}

fn say(terminal: &Terminal, text: &str) {
    let written = terminal.tty().write(text.as_bytes()).expect("write");
    assert_eq!(written, Outcome::Bytes(text.len()));
}

fn key(terminal: &Terminal) -> Option<u8> {
    loop {
        let descriptor = terminal.tty().descriptor().expect("a descriptor");
        let mut interest = [PollFd::new(&descriptor, PollFlags::IN)];
        let _ = poll(&mut interest, None);
        let mut byte = [0];
        match terminal.tty().read(&mut byte) {
            Ok(Outcome::Bytes(_)) => return Some(byte[0]),
            Ok(Outcome::NotReady) => {}
            Ok(Outcome::End) | Err(_) => return None,
        }
    }
}
