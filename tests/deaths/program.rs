//! The program that dies: it switches everything on, says so, and ends in the way it was told.

use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};

use ttyring::LineMode;
use ttyring::terminal::{Keyboard, Modes, Terminal};
use ttyring_platform::{Transfer, Tty};

use crate::ends::end;

/// What it writes when everything is on; its process id follows.
pub(crate) const READY: &str = "READY ";
/// What it writes when a forked child has exited.
pub(crate) const FORKED: &str = "FORKED.";

/// Ends in the way of this name.
pub(crate) fn die(way: &str) {
    if way == "handled" {
        handle_terminate();
    }
    let mut terminal = Terminal::open().expect("a terminal");
    switch_on(&mut terminal).expect("modes");
    say(&terminal, &format!("{READY}{}.", std::process::id()));
    wait_for_key(&terminal);
    if way == "fork-exit" {
        fork_exit(&terminal);
    }
    if HANDLED.load(Ordering::Relaxed) {
        drop(terminal);
        exit(3);
    }
    end(way);
}

/// Whether this program's own handler has run.
static HANDLED: AtomicBool = AtomicBool::new(false);

/// Handles SIGTERM as a program does that wants to clean up first, before there is a terminal.
fn handle_terminate() {
    extern "C" fn note(_: i32) {
        HANDLED.store(true, Ordering::Relaxed);
    }
    let note: extern "C" fn(i32) = note;
    // SAFETY: the handler stores to an atomic.
    unsafe { libc::signal(libc::SIGTERM, note as libc::sighandler_t) };
}

fn switch_on(terminal: &mut Terminal) -> Result<(), ttyring::Error> {
    terminal.enter(LineMode::RAW)?;
    terminal.push_keyboard(Keyboard::DISAMBIGUATE)?;
    terminal.enable(Modes::ALTERNATE_SCREEN | Modes::HIDDEN_CURSOR)?;
    terminal.push_keyboard(Keyboard::DISAMBIGUATE | Keyboard::EVENT_TYPES)?;
    terminal.enable(Modes::all() - Modes::SYNCHRONIZED)
}

fn say(terminal: &Terminal, text: &str) {
    terminal.write(text.as_bytes()).expect("write");
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
            Ok(Transfer::NotReady) => {}
            // After a hangup nothing is typed any more; the signal comes on its own.
            Ok(_) | Err(_) => return,
        }
    }
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
