//! What ends the wait for a password besides a line, and which lines are refused.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Once, PoisonError, RwLock, RwLockReadGuard};
use std::thread;
use std::time::Duration;

use ttyring::platform::Os;
use ttyring::terminal::{Password, Prompt, Restore, Terminal};
use ttyring_test_support::{Pty, join, same, wait_until};

const PROMPT: &str = "Password: ";

/// A signal to the process interrupts every wait in it. The test that sends one holds this alone,
/// the others hold it together.
static WAITS: RwLock<()> = RwLock::new(());

fn together() -> RwLockReadGuard<'static, ()> {
    WAITS.read().unwrap_or_else(PoisonError::into_inner)
}

/// Opens a terminal in a program that handles SIGUSR1.
fn terminal(pty: &Pty) -> Terminal {
    extern "C" fn handler(_: libc::c_int) {}
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let handler = handler as extern "C" fn(libc::c_int) as usize;
        // SAFETY: a handler that does nothing.
        let before = unsafe { libc::signal(libc::SIGUSR1, handler) };
        assert_ne!(before, libc::SIG_ERR);
    });
    let slave = pty.slave().try_clone_to_owned().unwrap();
    Terminal::adopt(Os.adopt(slave).unwrap(), Restore::all()).unwrap()
}

type Reading = thread::JoinHandle<Result<Option<Password>, ttyring::Error>>;

/// Asks on another thread, and returns when the prompt is shown.
fn ask(pty: &mut Pty, prompt: impl FnOnce(Prompt<'static>) -> Prompt<'static>) -> Reading {
    let mut terminal = terminal(pty);
    let prompt = prompt(Prompt::new(PROMPT));
    let reading = thread::spawn(move || terminal.read_password(prompt));
    pty.expect(PROMPT);
    reading
}

/// The answer is this error, the settings are as before, and nothing is left to be read.
#[track_caller]
fn assert_gave_up(pty: &Pty, found: &rustix::termios::Termios, reading: Reading, why: ErrorKind) {
    let error = join("the answer", reading).expect_err("no password");
    assert_eq!(error.kind(), why);
    assert!(same(&pty.termios(), found));
    assert_eq!(rustix::io::ioctl_fionread(pty.slave()).unwrap(), 0);
}

#[test]
fn signal_that_the_program_handles_interrupts() {
    let _alone = WAITS.write().unwrap_or_else(PoisonError::into_inner);
    let mut pty = Pty::open();
    let found = pty.termios();
    let reading = ask(&mut pty, |prompt| prompt);
    pty.type_bytes(b"half of it");
    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::USR1)
        .unwrap();
    assert_gave_up(&pty, &found, reading, ErrorKind::Interrupted);
}

#[test]
fn timeout_ends_the_wait() {
    let _others = together();
    let mut pty = Pty::open();
    let found = pty.termios();
    let reading = ask(&mut pty, |prompt| prompt.timeout(Duration::from_millis(50)));
    pty.type_bytes(b"half of it");
    assert_gave_up(&pty, &found, reading, ErrorKind::TimedOut);
}

#[test]
fn another_thread_cancels() {
    let _others = together();
    let mut pty = Pty::open();
    let found = pty.termios();
    let cancel: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
    let reading = ask(&mut pty, |prompt| prompt.cancelled_by(cancel));
    pty.type_bytes(b"half of it");
    cancel.store(true, Ordering::Release);
    assert_gave_up(&pty, &found, reading, ErrorKind::Interrupted);
}

#[test]
fn text_that_was_typed_ahead_is_refused_where_asked() {
    let _others = together();
    for refuse in [false, true] {
        let mut pty = Pty::open();
        pty.type_bytes(b"shown\n");
        let arrived = || rustix::io::ioctl_fionread(pty.slave()).unwrap() == 6;
        assert!(wait_until(arrived), "it is typed");
        let reading = ask(&mut pty, |prompt| match refuse {
            true => prompt.refuse_typed_ahead(),
            false => prompt,
        });
        pty.type_bytes(b"hidden\n");
        let password = join("the answer", reading).unwrap().unwrap();
        let wanted: &[u8] = if refuse { b"hidden" } else { b"shown" };
        assert_eq!(&*password, wanted);
    }
}

#[test]
fn line_of_which_the_kernel_drops_a_part_is_an_error() {
    let _others = together();
    for (length, fits) in [(4094, true), (4095, false), (5000, false)] {
        let mut pty = Pty::open();
        let found = pty.termios();
        let reading = ask(&mut pty, |prompt| prompt);
        for part in vec![b'x'; length].chunks(1000) {
            pty.type_bytes(part);
        }
        pty.type_bytes(b"\n");
        if fits {
            let password = join("the answer", reading).unwrap().unwrap();
            assert_eq!(password.len(), length);
        } else {
            assert_gave_up(&pty, &found, reading, ErrorKind::InvalidData);
        }
    }
}
