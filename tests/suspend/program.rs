//! The program that is stopped and continued.

use std::process::{Command, ExitCode};
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use ttyring::terminal::{
    Keyboard, Modes, Terminal,
    supervise::{self, Reset},
};
use ttyring::{Event, Input, LineMode, Signals};
use ttyring_platform::unix::signal::subscribe;
use ttyring_platform::{Transfer, Tty};

use crate::soak;

/// What it writes when everything is on.
pub(crate) const READY: &str = "READY ";
/// What it writes when a call of `suspend` has returned.
pub(crate) const BACK: &str = "BACK.";
/// What it writes before the number of bytes that came late.
pub(crate) const LATE: &str = "LATE ";
/// What it writes before the number of SIGCONTs that it has heard as events.
pub(crate) const CONTINUED: &str = "CONTINUED ";
/// What it writes from the closure of `lend`, while the settings are as they were found.
pub(crate) const LENT: &str = "LENT.";

/// Reads keys: `z` suspends, `l` lends the terminal, `q` ends, `c` says that SIGCONT was heard, `r`
/// tells how much came while late replies were waited for, `n` how often it was continued.
pub(crate) fn run(how: &str) -> ExitCode {
    if how == "input" || how == "capture" {
        return read_events(how);
    }
    if how == "guessed" {
        return guessed();
    }
    if how == "frozen" {
        return frozen();
    }
    if how == "supervised" {
        supervise::start().expect("a supervisor");
    }
    let (_wake, writer) = rustix::pipe::pipe().expect("pipe");
    soak::set_nonblocking(&writer);
    let heard = subscribe(Signals::CONT, Arc::new(writer)).expect("subscribe");
    let mut terminal = Terminal::open().expect("a terminal");
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
                terminal.lend(|| println!("{LENT}")).expect("suspend");
                say(&terminal, BACK);
            }
            Some(b'c') => say(&terminal, BACK),
            Some(b'p') => ask(&mut terminal),
            Some(b'r') => {
                let late = terminal.take_unread().len();
                say(&terminal, &format!("{LATE}{late}."));
            }
            Some(b'n') => {
                let count = heard.count(Signals::CONT);
                say(&terminal, &format!("{CONTINUED}{count}."));
            }
            Some(b'e') => say(&terminal, "ECHO."),
            Some(b'q') | None => return ExitCode::SUCCESS,
            Some(_) => {}
        }
    }
}

/// Supervises a program that does not know of it.
fn guessed() -> ExitCode {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--program", "frozen"]);
    let Err(error) = supervise::run(command, Reset::Failed);
    panic!("{error}")
}

/// Makes the terminal raw, and does not touch it any more.
fn frozen() -> ExitCode {
    let terminal = rustix::stdio::stdin();
    let mut termios = tcgetattr(terminal).expect("tcgetattr");
    termios.make_raw();
    tcsetattr(terminal, OptionalActions::Now, &termios).expect("tcsetattr");
    println!("{READY}{}.", std::process::id());
    loop {
        std::thread::park();
    }
}

/// What it writes before a key that means nothing else.
pub(crate) const KEY: &str = "KEY ";

/// Reads events, by itself or from a capture thread: `z` suspends, `q` ends.
fn read_events(how: &str) -> ExitCode {
    let builder = Input::builder().capture(how != "input");
    let mut input = builder.open().expect("an input");
    input
        .enable(Modes::MOUSE | Modes::PASTE | Modes::ALTERNATE_SCREEN)
        .expect("modes");
    input
        .push_keyboard(Keyboard::DISAMBIGUATE)
        .expect("keyboard");
    say(input.terminal(), &format!("{READY}{}.", std::process::id()));
    while let Some(key) = next_key(input.next_event().expect("read")) {
        if key == "z" {
            input.suspend().expect("suspend");
        }
        say(input.terminal(), &answer(&key));
    }
    ExitCode::SUCCESS
}

/// Says which key an event is; nothing at the end, or when it is `q`.
fn next_key(event: Option<Event<'_>>) -> Option<String> {
    let key = match event? {
        Event::Key(key) => key.to_string(),
        _ => "none".to_owned(),
    };
    (key != "q").then_some(key)
}

fn answer(key: &str) -> String {
    match key {
        "z" => BACK.to_owned(),
        "e" => "ECHO.".to_owned(),
        _ => format!("{KEY}{key}."),
    }
}

/// Reads a password and says how long it is and how often it stands in memory: beside the page
/// that keeps it, and once that is dropped.
fn ask(terminal: &mut Terminal) {
    let password = terminal.read_password("Password: ").expect("read");
    let password = password.expect("a line");
    let page = password.as_ptr() as u64 & !0xfff;
    let length = password.len();
    let beside = copies(Some(page));
    drop(password);
    say(
        terminal,
        &format!("LENGTH {length}. BESIDE {beside}. AFTER {}.", copies(None)),
    );
}

/// What is typed, each byte with its lowest bit changed: the search must not find itself.
pub(crate) const PASSWORD: &[u8] = b"tdbsdu,id`ewpur,,yyxx";

/// Counts the password in everything that this process can write to.
fn copies(page: Option<u64>) -> usize {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("maps");
    let memory = std::fs::File::open("/proc/self/mem").expect("mem");
    let mut count = 0;
    for line in maps.lines().filter(|line| line.contains(" rw-p ")) {
        let (start, rest) = line.split_once('-').expect("an area");
        let end = rest.split_once(' ').expect("an area").0;
        let start = u64::from_str_radix(start, 16).expect("an address");
        let end = u64::from_str_radix(end, 16).expect("an address");
        let mut at = start;
        while at < end {
            if Some(at) != page {
                count += count_in(&memory, at);
            }
            at += 4096;
        }
    }
    count
}

fn count_in(memory: &std::fs::File, at: u64) -> usize {
    use std::os::unix::fs::FileExt;
    let mut page = [0; 4096];
    if memory.read_exact_at(&mut page, at).is_err() {
        return 0;
    }
    let found = page
        .windows(PASSWORD.len())
        .filter(|window| window.iter().zip(PASSWORD).all(|(a, b)| *a == b ^ 1))
        .count();
    // The copy that was just searched must not be found later.
    page.fill(0);
    std::hint::black_box(&page);
    found
}

fn say(terminal: &Terminal, text: &str) {
    terminal.write(text.as_bytes()).expect("write");
}

fn key(terminal: &Terminal) -> Option<u8> {
    loop {
        let descriptor = terminal.tty().descriptor().expect("a descriptor");
        let mut interest = [PollFd::new(&descriptor, PollFlags::IN)];
        let _ = poll(&mut interest, None);
        let mut byte = [0];
        match terminal.tty().read(&mut byte) {
            Ok(Transfer::Bytes(_)) => return Some(byte[0]),
            Ok(Transfer::NotReady) => {}
            Ok(Transfer::End) | Err(_) => return None,
        }
    }
}
