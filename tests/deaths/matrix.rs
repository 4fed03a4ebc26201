//! Runs every way in every setting, prints the matrix, and fails where a cell is not as promised.

use std::process::{Command, ExitCode};

use crate::apart;
use crate::program;
use crate::run::{self, Run, send};
use crate::stage::{Stage, same};
use crate::supervisor;
use crate::ways::{self, Cause, End, WAYS, Way};

/// What one run showed.
#[derive(Debug)]
pub(crate) struct Cell {
    /// What was left behind.
    pub(crate) faults: Vec<String>,
    /// How the process that was started ended.
    pub(crate) end: End,
    /// Whether that process was the program itself.
    pub(crate) alone: bool,
}

impl Cell {
    fn mark(&self) -> &'static str {
        if self.faults.is_empty() {
            "restored"
        } else {
            "left"
        }
    }
}

/// Runs the matrix on bare pseudo-terminals.
pub(crate) fn run(filters: &[&str]) -> ExitCode {
    let mut wrong = Vec::new();
    let mut counts = [0, 0];
    println!("{:<18}{:>12}{:>12}", "", "in-process", "supervised");
    for way in WAYS.iter().filter(|way| wanted(filters, way)) {
        let alone = (way.cause != Cause::Supervisor).then(|| observe_this(way, "--die"));
        let supervised = observe_this(way, "--die-supervised");
        let mark = alone.as_ref().map_or("-", Cell::mark);
        println!("{:<18}{mark:>12}{:>12}", way.name, supervised.mark());
        if let Some(alone) = alone {
            counts[0] += usize::from(alone.faults.is_empty());
            judge(way, "in-process", way.noticed, &alone, &mut wrong);
        }
        counts[1] += usize::from(supervised.faults.is_empty());
        judge(way, "supervised", true, &supervised, &mut wrong);
    }
    println!("{:<18}{:>12}{:>12}", "restored", counts[0], counts[1]);
    apart::run(filters, &mut wrong);
    supervisor::run(filters, &mut wrong);
    verdict(&wrong)
}

/// Prints what is wrong.
pub(crate) fn verdict(wrong: &[String]) -> ExitCode {
    if wrong.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("\nnot as promised:\n{}", wrong.join("\n"));
    ExitCode::FAILURE
}

fn judge(way: &Way, setting: &str, promised: bool, cell: &Cell, wrong: &mut Vec<String>) {
    if cell.faults.is_empty() != promised {
        wrong.push(format!("{} {setting}: {:?}", way.name, cell.faults));
    }
    if cell.end != way.end {
        wrong.push(format!("{} {setting}: ended by {:?}", way.name, cell.end));
    }
}

pub(crate) fn wanted(filters: &[&str], way: &Way) -> bool {
    let mut names = filters.iter().filter(|filter| !filter.starts_with('-'));
    names.clone().next().is_none() || names.any(|name| way.name.contains(name))
}

/// Runs the way of one signal, for whoever traces the program: `TSTP` in an orphaned group is
/// handled and does not stop it.
pub(crate) fn signalled(name: &str) -> ExitCode {
    if name != "TSTP" {
        let way = ways::by_name(name).expect("a way of that name");
        return verdict(&observe_this(way, "--die").faults);
    }
    let mut stage = Stage::new();
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    let mut program = stage.start(command.args(["--die", "return"]));
    let id = stage.number_after(program::READY);
    stage.settle();
    let (resets, on) = (stage.model.resets(), stage.model.modes().clone());
    send(id, libc::SIGTSTP);
    // Off and on again may come in one piece.
    let handled =
        stage.wait(|stage| stage.model.resets() > resets + 1 && *stage.model.modes() == on);
    assert!(handled, "it was not handled");
    send(i32::try_from(program.id()).expect("a pid"), libc::SIGKILL);
    program.wait();
    ExitCode::SUCCESS
}

/// Runs this program to its end in one way.
fn observe_this(way: &Way, how: &str) -> Cell {
    let this = std::env::current_exe().expect("this program");
    let cell = observe(way, &[&this.to_string_lossy(), how, way.name]);
    assert_eq!(how == "--die", cell.alone, "supervised, or not");
    cell
}

/// Runs a program to its end, below a process that leads the session as a shell does.
pub(crate) fn observe(way: &Way, words: &[&str]) -> Cell {
    let mut run = Run::start(words, |_| ());
    let switched_on = run.stage.model.modes().clone();
    assert!(!switched_on.are_off(), "the program switched nothing on");
    let raw = run.stage.pty.termios();
    match way.cause {
        Cause::Itself => run.stage.pty.type_bytes(b"x"),
        Cause::Signal(number) => send(run.program, number),
        Cause::Supervisor => send(run.started, libc::SIGKILL),
    }
    let mut faults = Vec::new();
    if way.name == "fork-exit" {
        run.stage.expect(program::FORKED);
        if *run.stage.model.modes() != switched_on || !same(&run.stage.pty.termios(), &raw) {
            faults.push("the child cooked its parent's terminal".to_owned());
        }
        run.stage.pty.type_bytes(b"x");
    }
    if let Cause::Signal(number) = way.cause {
        // The handler of the Rust runtime swallows the first SIGSEGV or SIGBUS that is sent; that
        // another was needed shows in no cell, but a user would have sent it.
        if !run.stage.wait_briefly(run::has_ended) {
            send(run.program, number);
        }
    }
    let end = End::from(run.status());
    if way.cause == Cause::Supervisor {
        // The program hears of it at the same time as its leader.
        run.stage.wait_briefly(|stage| stage.faults().is_empty());
    }
    faults.extend(run.stage.faults());
    let alone = run.started == run.program;
    Cell { faults, end, alone }
}
