//! Stopping, lending and coming back, in a simulated process.

use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ttyring_platform::sim::Termios;
use ttyring_platform::{LineMode, Termios as _};

use super::super::report::tests::{supervise, tell_from};
use super::super::simulation::{Alone, StagedTty};
use super::super::world::raise_stop;
use super::super::{Modes, Restore};
use super::*;
use crate::terminal::simulation::Staged;

fn raw_terminal(process: &Alone) -> Terminal<Staged> {
    supervise();
    let tty = process.backend().open().expect("a scripted terminal");
    let mut terminal = Terminal::adopt(tty, Restore::empty()).expect("no handlers");
    terminal.enter(LineMode::RAW).expect("raw");
    terminal
}

fn is_raw(process: &Alone) -> bool {
    !process.sim().termios().line_mode().canonical
}

fn of_status(status: i32) -> ExitStatus {
    ExitStatus::from_raw(status << 8)
}

fn of_output(status: i32) -> Output {
    Output {
        status: of_status(status),
        stdout: Vec::new(),
        stderr: Vec::new(),
    }
}

fn failed_start<T>() -> io::Result<T> {
    Err(io::Error::from(io::ErrorKind::NotFound))
}

#[test]
fn what_a_borrower_returns_says_how_it_has_ended() {
    assert_eq!(ended_well(&of_status(0)), Some(true));
    assert_eq!(ended_well(&of_status(1)), Some(false));
    assert_eq!(ended_well(&ExitStatus::from_raw(9)), Some(false));
    assert_eq!(ended_well(&io::Result::Ok(of_status(0))), Some(true));
    assert_eq!(ended_well(&io::Result::Ok(of_status(1))), Some(false));
    assert_eq!(ended_well(&failed_start::<ExitStatus>()), Some(false));
    assert_eq!(ended_well(&of_output(0)), Some(true));
    assert_eq!(ended_well(&of_output(1)), Some(false));
    assert_eq!(ended_well(&io::Result::Ok(of_output(0))), Some(true));
    assert_eq!(ended_well(&io::Result::Ok(of_output(1))), Some(false));
    assert_eq!(ended_well(&failed_start::<Output>()), Some(false));
    assert_eq!(ended_well(&()), None);
    assert_eq!(ended_well(&io::Result::Ok(())), None);
}

#[test]
fn process_in_the_background_is_stopped_until_it_is_in_the_foreground() {
    let process = Alone::new();
    let mut terminal = raw_terminal(&process);
    process.conditions.background(3);
    process.sim().set_termios(Termios::COOKED);
    terminal.resumed().expect("in the foreground");
    assert_eq!(process.stops(), 3);
    assert!(is_raw(&process));
}

#[test]
fn process_that_nobody_can_continue_is_refused_the_terminal() {
    let process = Alone::new();
    let mut terminal = raw_terminal(&process);
    terminal.leave().expect("cooked");
    process.conditions.background(usize::MAX);
    let refused = terminal.enter(LineMode::RAW).expect_err("EIO");
    assert_eq!(refused.raw_os_error(), Some(libc::EIO));
    assert_eq!(process.stops(), STOP_ATTEMPTS as usize);
    let line = terminal.custody().look(|wants| wants.line());
    assert_eq!(line, Some(None), "it is not wanted any more");
}

#[test]
fn program_leaves_its_supervisor_time_to_look_at_the_settings_after_a_stop() {
    let process = Alone::new();
    let _terminal = raw_terminal(&process);
    let resumes_after = || {
        let begun = process.now();
        raise_stop();
        process.now().since(begun)
    };
    assert_eq!(resumes_after(), Duration::ZERO, "it has no supervisor");
    tell_from(process.process());
    assert!(resumes_after() >= Duration::from_millis(50));
    assert!(is_raw(&process));
}

#[test]
fn lent_terminal_is_as_found_and_comes_back() {
    let process = Alone::new();
    let mut terminal = raw_terminal(&process);
    terminal.enable(Modes::PASTE).expect("paste");
    let before = terminal.returns();
    let lent = terminal.lend(|| {
        process.expect_as_found("lent");
        7
    });
    assert_eq!(lent.expect("back"), 7);
    assert_eq!(terminal.returns(), before + 1);
    assert!(is_raw(&process));
    assert!(process.written().ends_with("ESC[?2004h"));
    assert!(
        process.violations().is_empty(),
        "{:?}",
        process.violations()
    );
}

#[test]
fn what_a_borrower_leaves_of_the_unread_bytes_is_kept() {
    let process = Alone::new();
    let mut terminal = raw_terminal(&process);
    terminal.custody().give_unread(b"typed".to_vec());
    let take = |unread: &mut Vec<u8>| unread.drain(..2).collect::<Vec<u8>>();
    assert_eq!(terminal.lend_with_unread(take).expect("back"), b"ty");
    assert_eq!(terminal.custody().take_unread(), b"ped");
}

#[test]
fn borrower_that_panics_leaves_the_terminal_as_found() {
    let process = Alone::new();
    let mut terminal = raw_terminal(&process);
    let borrowed = AssertUnwindSafe(|| terminal.lend(|| std::panic::resume_unwind(Box::new(()))));
    assert!(catch_unwind(borrowed).is_err());
    assert!(!is_raw(&process));
    // The loan is over: the next change switches everything on.
    terminal.enable(Modes::PASTE).expect("paste");
    assert!(is_raw(&process));
}

#[test]
fn suspended_process_is_stopped_once_and_comes_back() {
    let process = Alone::new();
    let mut terminal = raw_terminal(&process);
    let before = terminal.returns();
    terminal.suspend().expect("back");
    assert_eq!(process.stops(), 1);
    assert!(terminal.returns() > before);
    assert!(is_raw(&process));
    assert!(
        process.violations().is_empty(),
        "{:?}",
        process.violations()
    );
}

/// A description is enough to ask whether the process is in the foreground.
#[test]
fn wait_for_the_foreground_ends_with_it() {
    let process = Alone::new();
    let tty: &StagedTty = &process.tty();
    process.conditions.background(2);
    wait_for_foreground(tty).expect("in the foreground");
    assert_eq!(process.stops(), 2);
}
