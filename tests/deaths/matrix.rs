//! Runs every way in every setting, prints the matrix, and fails where a cell is not as promised.

use std::process::{Command, ExitCode, ExitStatus};

use std::os::unix::process::ExitStatusExt;

use crate::program;
use crate::stage::{Stage, same};
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
    let mut stage = Stage::new();
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.arg("--lead").args(words);
    let _leader = stage.start(&mut command);
    let started: i32 = stage.number_after(STARTED);
    let program: i32 = stage.number_after(program::READY);
    let raw = stage.pty.termios();
    let switched_on = stage.model.modes().clone();
    assert!(!switched_on.are_off(), "the program switched nothing on");
    match way.cause {
        Cause::Itself => stage.pty.type_bytes(b"x"),
        Cause::Signal(number) => send(program, number),
        Cause::Supervisor => send(started, libc::SIGKILL),
    }
    let mut faults = Vec::new();
    if way.name == "fork-exit" {
        stage.expect(program::FORKED);
        if *stage.model.modes() != switched_on || !same(&stage.pty.termios(), &raw) {
            faults.push("the child cooked its parent's terminal".to_owned());
        }
        stage.pty.type_bytes(b"x");
    }
    if let Cause::Signal(number) = way.cause {
        // The handler of the Rust runtime swallows the first SIGSEGV or SIGBUS that is sent; that
        // another was needed shows in no cell, but a user would have sent it.
        let ended = |stage: &mut Stage| stage.model.text().contains(ENDED);
        if !stage.wait_briefly(ended) {
            send(program, number);
        }
    }
    let end = end_of(stage.number_after(ENDED));
    if way.cause == Cause::Supervisor {
        // The program hears of it at the same time as its leader.
        stage.wait_briefly(|stage| stage.faults().is_empty());
    }
    faults.extend(stage.faults());
    let alone = started == program;
    Cell { faults, end, alone }
}

/// What the leader writes before the process id of the program.
const STARTED: &str = "STARTED ";
/// What the leader writes before the status of the program.
const ENDED: &str = "ENDED ";

/// Leads a session as a shell without job control does: starts a program, waits for it, stays.
pub(crate) fn lead(command: &[&str]) -> ! {
    let mut command = Command::new(command[0]);
    command.args(std::env::args_os().skip(3));
    let mut program = command.spawn().expect("start the program");
    say(&format!("{STARTED}{}.", program.id()));
    let status = program.wait().expect("waitpid");
    say(&format!("{ENDED}{}.", status.into_raw()));
    loop {
        std::thread::park();
    }
}

fn say(text: &str) {
    use std::io::Write;
    std::io::stdout().write_all(text.as_bytes()).expect("write");
    std::io::stdout().flush().expect("write");
}

pub(crate) fn send(process: i32, signal: i32) {
    // SAFETY: sends a signal to a process that this test started.
    unsafe { libc::kill(process, signal) };
}

fn end_of(status: i32) -> End {
    let status = ExitStatus::from_raw(status);
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Exit(code),
        (None, Some(signal)) => End::Signal(signal),
        (None, None) => unreachable!("it has ended"),
    }
}
