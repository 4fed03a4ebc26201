//! A plan that is carried out, by itself.

use std::time::Duration;

use ttyring_platform::sim::{self, Step, Termios};
use ttyring_platform::{LineMode, Termios as _};

use super::super::super::report::tests::supervise;
use super::super::super::simulation::{Alone, StagedTty};
use super::*;

fn raw() -> Termios {
    Termios::COOKED.with(&LineMode::RAW)
}

/// Something that is on, and how to switch it off.
fn plan(process: &Alone) -> Plan<StagedTty> {
    supervise();
    process.sim().set_termios(raw());
    Plan {
        tty: Some(process.tty()),
        settings: Some(Settings {
            found: Termios::COOKED,
            made: [raw(), raw()],
        }),
        modes: true,
        reset: Bytes::of(b"\x1b[?2004l"),
        reports: false,
    }
}

#[test]
fn what_is_owed_is_what_is_on() {
    let owed = |settings: bool, reset: &[u8], reports: bool| {
        let plan = Plan::<sim::Tty> {
            settings: settings.then_some(Settings {
                found: Termios::COOKED,
                made: [raw(), raw()],
            }),
            reset: Bytes::of(reset),
            reports,
            ..Plan::NOTHING
        };
        let owed = plan.owed();
        (owed.on, owed.settings, owed.reports, owed.reset.to_vec())
    };
    assert_eq!(owed(false, b"", false), (false, false, false, vec![]));
    assert_eq!(owed(true, b"", false), (true, true, false, vec![]));
    let modes = b"\x1b[?2004l";
    assert_eq!(
        owed(false, modes, true),
        (true, false, true, modes.to_vec())
    );
}

#[test]
fn modes_go_off_before_the_settings() {
    let process = Alone::new();
    let plan = plan(&process);
    process.arm(true);
    plan.carry_out();
    assert_eq!(process.sim().termios(), Termios::COOKED);
    assert_eq!(process.written(), "ESC[?2004l");
    let trace = process.trace();
    assert_eq!(trace, ["tcgetpgrp", "write", "tcgetattr", "tcsetattr"]);
}

#[test]
fn nothing_is_restored_in_the_background() {
    let process = Alone::new();
    let plan = plan(&process);
    process.conditions.background(1);
    plan.carry_out();
    assert_eq!(process.sim().termios(), raw());
    assert_eq!(process.written(), "");
}

#[test]
fn program_whose_supervisor_was_killed_restores_the_settings_first_wherever_it_is() {
    let process = Alone::new();
    let plan = plan(&process);
    process.conditions.background(1);
    process.conditions.kill_supervisor();
    process.arm(true);
    plan.carry_out();
    assert_eq!(process.sim().termios(), Termios::COOKED);
    assert_eq!(process.written(), "ESC[?2004l");
    // The shell is about to look at them; afterwards they are nobody's to put back.
    let trace = process.trace();
    assert_eq!(trace, ["tcgetattr", "tcsetattr", "write", "tcgetattr"]);
}

#[test]
fn settings_of_somebody_else_stay() {
    let process = Alone::new();
    let plan = plan(&process);
    let theirs = Termios::COOKED.with(&LineMode::PASSWORD);
    process.sim().set_termios(theirs);
    plan.carry_out();
    assert_eq!(process.sim().termios(), theirs);
}

#[test]
fn what_does_not_fit_is_written_when_there_is_room() {
    let process = Alone::new();
    let tty = process.tty();
    process.sim().now_do(Step::ShortWrites(Some(3)));
    process
        .sim()
        .now_do(Step::Fault(sim::Operation::Write, libc::EAGAIN));
    process.sim().advance(Duration::ZERO);
    assert_eq!(write(&*tty, b"0123456789"), 10);
    assert_eq!(process.written(), "0123456789");
}

#[test]
fn what_never_fits_is_given_up() {
    let process = Alone::new();
    let tty = process.tty();
    process.sim().now_do(Step::ShortWrites(Some(0)));
    process.sim().advance(Duration::ZERO);
    process.arm(true);
    assert_eq!(write(&*tty, b"0123456789"), 0);
    let writes = process.trace();
    let writes = writes.iter().filter(|name| **name == "write").count();
    assert_eq!(writes, WRITE_ATTEMPTS as usize);
}

#[test]
fn terminal_that_is_gone_takes_everything() {
    let process = Alone::new();
    let tty = process.tty();
    process.sim().now_do(Step::Hangup);
    process.sim().advance(Duration::ZERO);
    process.arm(true);
    assert_eq!(write(&*tty, b"0123456789"), 10);
    assert_eq!(process.trace(), ["write"]);
}

#[test]
fn bytes_are_as_many_as_there_is_room_for() {
    assert_eq!(Bytes::of(&[7; ROOM + 1]).as_slice(), [7; ROOM]);
    assert_eq!(Bytes::of(b"ab").as_slice(), b"ab");
}
