//! Signals that are sent to a supervisor, or to its whole group: each reaches the program once.

use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process};
use ttyring_test_support::{Program, wait_until};

use crate::run::send;
use crate::stage::Stage;
use crate::supervisor::{Outcome, READY, children_of, ensure, supervise, this};
use crate::victims::HEARD;

/// A stage with a program that counts what it hears, under a supervisor with this number, which
/// leads a group of its own.
pub(crate) type Counting = (Stage, Program, i32);

/// The program has started its supervisor.
pub(crate) fn counting() -> Counting {
    count_in(Command::new(this()).args(["--act", "counts"]))
}

/// The program knows nothing of its supervisor.
pub(crate) fn counting_any() -> Counting {
    count_in(&mut supervise(
        "failed",
        &[&this(), "--act", "counts-alone"],
    ))
}

/// The program is in a group of its own, so that nothing reaches it but through its supervisor.
pub(crate) fn counting_apart() -> Counting {
    count_in(&mut supervise(
        "failed",
        &[&this(), "--act", "counts-apart"],
    ))
}

fn count_in(command: &mut Command) -> Counting {
    let mut stage = Stage::new();
    let program = stage.start(command);
    stage.expect(READY);
    let supervisor = i32::try_from(program.id()).expect("a pid");
    (stage, program, supervisor)
}

/// Asks how many SIGTERMs have come, by way of the supervisor, which acts on them in turn.
fn count(stage: &mut Stage, supervisor: i32) -> i32 {
    stage.model.forget();
    send(supervisor, libc::SIGUSR1);
    stage.number_after(HEARD)
}

/// Waits until so many SIGTERMs have come, and makes sure that no more do.
fn ensure_count(stage: &mut Stage, supervisor: i32, expected: i32) -> Outcome {
    let mut counted = 0;
    let came = wait_until(|| {
        counted = count(stage, supervisor);
        counted >= expected
    });
    counted = count(stage, supervisor);
    ensure(came && counted == expected, || {
        format!("{counted} in place of {expected}")
    })
}

/// What was sent to the group has reached the program, and is not handed on to it.
pub(crate) fn to_group((mut stage, _program, supervisor): Counting) -> Outcome {
    for time in 1..=20 {
        let group = Pid::from_raw(supervisor).expect("not zero");
        kill_process_group(group, Signal::TERM).expect("kill");
        ensure_count(&mut stage, supervisor, time)?;
    }
    // What follows at once, for the supervisor alone, is not taken for a part of that.
    send(supervisor, libc::SIGTERM);
    ensure_count(&mut stage, supervisor, 21)
}

pub(crate) fn to_one((mut stage, _program, supervisor): Counting) -> Outcome {
    for time in 1..=5 {
        send(supervisor, libc::SIGTERM);
        ensure_count(&mut stage, supervisor, time)?;
    }
    Ok(())
}

/// A signal that the witness notes too late reaches the program twice. That note is then not taken
/// for a signal of somebody else, nor for one that comes later.
pub(crate) fn late_witness() -> Outcome {
    if !std::path::Path::new("/proc/self/task").exists() {
        return Err("SKIPPED: the system has no list of children".to_owned());
    }
    let (mut stage, _program, supervisor) = counting();
    let witness = children_of(supervisor)[0];
    let status = format!("/proc/{witness}/status");
    let shows = |line: &str| {
        std::fs::read_to_string(&status)
            .expect("Linux")
            .contains(line)
    };
    send(witness, libc::SIGSTOP);
    ensure(wait_until(|| shows("T (stopped)")), || {
        "the witness does not stop".to_owned()
    })?;
    let group = Pid::from_raw(supervisor).expect("not zero");
    kill_process_group(group, Signal::TERM).expect("kill");
    ensure_count(&mut stage, supervisor, 2)?;
    send(witness, libc::SIGCONT);
    ensure(
        wait_until(|| shows("S (sleeping)") && shows("ShdPnd:\t0000000000000000")),
        || "the witness notes nothing".to_owned(),
    )?;
    let noted = Instant::now();
    let other = ["-c", "kill -TERM $0", &supervisor.to_string()];
    let sent = Command::new("sh").args(other).status();
    ensure(sent.is_ok_and(|sent| sent.success()), || {
        "no other sender".to_owned()
    })?;
    ensure_count(&mut stage, supervisor, 3)?;
    // What is older than a quarter of a second is another signal.
    ensure(
        wait_until(|| noted.elapsed() > Duration::from_millis(300)),
        || "time does not pass".to_owned(),
    )?;
    send(supervisor, libc::SIGTERM);
    ensure_count(&mut stage, supervisor, 4)
}

/// The process that notes what the group gets: nothing but SIGKILL ends it before its supervisor.
pub(crate) fn witness() -> Outcome {
    if !std::path::Path::new("/proc/self/task").exists() {
        return Err("SKIPPED: the system has no list of children".to_owned());
    }
    let (mut stage, mut program, supervisor) = counting();
    let children = children_of(supervisor);
    let group = Pid::from_raw(supervisor).expect("not zero");
    ensure(children.len() == 2, || {
        format!("{} children", children.len())
    })?;
    for signal in [Signal::TERM, Signal::WINCH, Signal::TTIN] {
        kill_process_group(group, signal).expect("kill");
    }
    ensure_count(&mut stage, supervisor, 1)?;
    send(supervisor, libc::SIGKILL);
    program.wait();
    let is_gone = |child: &i32| test_kill_process(Pid::from_raw(*child).expect("a pid")).is_err();
    ensure(wait_until(|| children.iter().all(is_gone)), || {
        "a child outlives its supervisor".to_owned()
    })
}
