//! Runs every way in every setting, prints the matrix, and fails where a cell is not as promised.

use std::process::{Command, ExitCode, ExitStatus};

use std::os::unix::process::ExitStatusExt;

use crate::program;
use crate::stage::{Stage, same};
use crate::ways::{Cause, End, WAYS, Way};

/// What one run showed.
#[derive(Debug)]
pub(crate) struct Cell {
    /// What was left behind.
    pub(crate) faults: Vec<String>,
    /// How the process that was started ended.
    pub(crate) end: End,
}

/// Runs the matrix on bare pseudo-terminals.
pub(crate) fn run(filters: &[&str]) -> ExitCode {
    let mut wrong = Vec::new();
    println!("{:<18}{:>12}", "", "in-process");
    for way in WAYS.iter().filter(|way| wanted(filters, way)) {
        let cell = alone(way);
        let restored = cell.faults.is_empty();
        println!("{:<18}{:>12}", way.name, mark(restored));
        if restored != way.noticed && way.cause != Cause::Supervisor {
            wrong.push(format!("{}: {:?}", way.name, cell.faults));
        }
        if cell.end != way.end {
            wrong.push(format!("{}: ended by {:?}", way.name, cell.end));
        }
    }
    if wrong.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("\nnot as promised:\n{}", wrong.join("\n"));
    ExitCode::FAILURE
}

fn wanted(filters: &[&str], way: &Way) -> bool {
    let mut names = filters.iter().filter(|filter| !filter.starts_with('-'));
    names.clone().next().is_none() || names.any(|name| way.name.contains(name))
}

fn mark(restored: bool) -> &'static str {
    if restored { "restored" } else { "left" }
}

/// One program alone on a pseudo-terminal.
fn alone(way: &Way) -> Cell {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--die", way.name]);
    observe(way, &mut command)
}

/// Runs a program to its end.
pub(crate) fn observe(way: &Way, command: &mut Command) -> Cell {
    let mut stage = Stage::new();
    let mut started = stage.start(command);
    let raw = ready(&mut stage);
    let program = process_id(&stage.model.text());
    let switched_on = stage.model.modes().clone();
    assert!(!switched_on.are_off(), "the program switched nothing on");
    match way.cause {
        Cause::Itself => stage.pty.type_bytes(b"x"),
        Cause::Signal(number) => send(program, number),
        Cause::Supervisor => send(i32::try_from(started.id()).expect("a pid"), libc::SIGKILL),
    }
    let mut faults = Vec::new();
    if way.name == "fork-exit" {
        stage.expect(program::FORKED);
        if *stage.model.modes() != switched_on || !same(&stage.pty.termios(), &raw) {
            faults.push("the child cooked its parent's terminal".to_owned());
        }
        stage.pty.type_bytes(b"x");
    }
    let mut status = None;
    let ended = stage.wait(|_| {
        status = started.child().try_wait().expect("waitpid");
        status.is_some()
    });
    assert!(ended, "{}: the program did not end", way.name);
    faults.extend(stage.faults());
    Cell {
        faults,
        end: end_of(status.expect("ended")),
    }
}

/// Waits until everything is on, and returns the settings.
fn ready(stage: &mut Stage) -> rustix::termios::Termios {
    stage.expect(program::READY);
    let complete = stage.wait(|stage| {
        let text = stage.model.text();
        text.split(program::READY)
            .nth(1)
            .is_some_and(|rest| rest.contains('.'))
    });
    assert!(complete, "no process id: {:?}", stage.model.text());
    stage.pty.termios()
}

fn process_id(text: &str) -> i32 {
    let id = text.split(program::READY).nth(1).expect("said it is ready");
    let id = id.split('.').next().expect("a dot follows");
    id.parse().expect("a process id")
}

fn send(process: i32, signal: i32) {
    // SAFETY: sends a signal to the process that this test started.
    unsafe { libc::kill(process, signal) };
}

fn end_of(status: ExitStatus) -> End {
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Exit(code),
        (None, Some(signal)) => End::Signal(signal),
        (None, None) => unreachable!("it has ended"),
    }
}
