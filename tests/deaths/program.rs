//! The program that dies: it switches everything on, says so, and ends in the way it was told.

use std::hint::black_box;
use std::process::exit;
use std::time::Duration;

use ttyring::terminal::{Keyboard, Modes, Options, Terminal};
use ttyring::{LineMode, Os};
use ttyring_platform::{Outcome, Tty};

/// What it writes when everything is on; its process id follows.
pub(crate) const READY: &str = "READY ";
/// What it writes when a forked child has exited.
pub(crate) const FORKED: &str = "FORKED.";

/// Ends in the way of this name.
pub(crate) fn die(way: &str) {
    let mut terminal = Terminal::open(Os, Options::new()).expect("a terminal");
    switch_on(&mut terminal).expect("modes");
    say(&terminal, &format!("{READY}{}.", std::process::id()));
    wait_for_key(&terminal);
    match way {
        "return" => {}
        "panic" => panic!("as asked"),
        "thread-panic" => {
            let result = std::thread::spawn(|| panic!("as asked")).join();
            assert!(result.is_err());
            exit(101);
        }
        "exit" => exit(3),
        // SAFETY: ends the process.
        "_exit" => unsafe { libc::_exit(3) },
        "abort" => std::process::abort(),
        "stack-overflow" => {
            black_box(overflow(black_box(1)));
        }
        "thread-overflow" => {
            let _ = std::thread::spawn(|| black_box(overflow(black_box(1)))).join();
        }
        "null" => {
            let nothing = std::ptr::without_provenance_mut::<u8>(black_box(64));
            // SAFETY: it is not: nothing is mapped there, which is the point.
            unsafe { nothing.write_volatile(1) };
        }
        "fork-exit" => fork_exit(&terminal),
        _ => loop {
            std::thread::sleep(Duration::from_secs(60));
        },
    }
}

fn switch_on(terminal: &mut Terminal) -> ttyring::Result<()> {
    terminal.enter(LineMode::RAW)?;
    terminal.push_keyboard(Keyboard::DISAMBIGUATE)?;
    terminal.enable(Modes::ALTERNATE_SCREEN | Modes::HIDDEN_CURSOR)?;
    terminal.push_keyboard(Keyboard::DISAMBIGUATE | Keyboard::EVENT_TYPES)?;
    terminal.enable(Modes::all() - Modes::SYNCHRONIZED)
}

fn say(terminal: &Terminal, text: &str) {
    let written = terminal.tty().write(text.as_bytes()).expect("write");
    assert_eq!(written, Outcome::Bytes(text.len()));
}

/// Waits until the test has seen enough and types something.
fn wait_for_key(terminal: &Terminal) {
    let mut buffer = [0; 16];
    let ready = |terminal: &Terminal| {
        let descriptor = terminal.tty().descriptor().expect("a descriptor");
        let mut interest = [rustix::event::PollFd::new(
            &descriptor,
            rustix::event::PollFlags::IN,
        )];
        let _ = rustix::event::poll(&mut interest, None);
    };
    loop {
        ready(terminal);
        match terminal.tty().read(&mut buffer) {
            Ok(Outcome::NotReady) => {}
            // After a hangup nothing is typed any more; the signal comes on its own.
            Ok(_) | Err(_) => return,
        }
    }
}

#[allow(unconditional_recursion)]
fn overflow(depth: u64) -> u64 {
    let page = black_box([depth; 512]);
    overflow(page[0] + 1) + page[511]
}

/// A child that was forked and not replaced exits: the terminal must not notice.
fn fork_exit(terminal: &Terminal) {
    // SAFETY: this program has one thread.
    match unsafe { libc::fork() } {
        0 => exit(0),
        child => {
            // SAFETY: waits for the child; the status is not asked for.
            unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) };
            say(terminal, FORKED);
            wait_for_key(terminal);
        }
    }
}
