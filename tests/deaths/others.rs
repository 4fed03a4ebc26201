//! Programs that are not this one: those of other crates, the same built so that panics abort, and
//! any program under the command-line tool.

use std::process::{Command, ExitCode};

use crate::matrix::{Cell, observe, verdict};
use crate::run::send;
use crate::stage::Stage;
use crate::supervisor::child_of;
use crate::ways::{Cause, End, WAYS, Way};

/// Runs the panics of a program whose panics abort.
pub(crate) fn aborting(program: &str) -> ExitCode {
    let mut wrong = Vec::new();
    for way in WAYS.iter().filter(|way| way.name.contains("panic")) {
        let cell = observe(way, &[program, "--die", way.name]);
        let right = cell.faults.is_empty() && cell.end == End::Signal(libc::SIGABRT);
        println!(
            "{:<18}{}",
            way.name,
            if right { "restored" } else { "left" }
        );
        if !right {
            wrong.push(format!("{}: {cell:?}", way.name));
        }
    }
    verdict(&wrong)
}

/// Runs every way that needs no supervisor for `name=PROGRAM`s, alone and under the tool, and
/// prints a table for the README.
pub(crate) fn peers(tool: &str, peers: &[&str]) -> ExitCode {
    let this = std::env::current_exe().expect("this program");
    let ours = format!("ttyring={}", this.display());
    let ways: Vec<&Way> = WAYS
        .iter()
        .filter(|way| way.cause != Cause::Supervisor && way.name != "fork-exit")
        .collect();
    println!(
        "| program | settings restored | settings and every mode | under `ttyring supervise` |"
    );
    println!("|---|---|---|---|");
    for peer in [ours.as_str()].iter().chain(peers) {
        let (name, program) = peer.split_once('=').expect("NAME=PROGRAM");
        let alone = run(&ways, |way| observe(way, &[program, "--die", way.name]));
        let supervised = run(&ways, |way| {
            observe(way, &[tool, "supervise", "--", program, "--die", way.name])
        });
        let all = ways.len();
        let (settings, everything) = (settings(&alone), everything(&alone));
        let under = self::everything(&supervised);
        println!("| {name} | {settings}/{all} | {everything}/{all} | {under}/{all} |");
        for (way, cell) in ways.iter().zip(&supervised) {
            if !cell.faults.is_empty() {
                eprintln!("{name} {} supervised: {:?}", way.name, cell.faults);
            }
        }
    }
    ExitCode::SUCCESS
}

fn run(ways: &[&Way], mut observe: impl FnMut(&Way) -> Cell) -> Vec<Cell> {
    ways.iter().map(|way| observe(way)).collect()
}

fn settings(cells: &[Cell]) -> usize {
    let kept = |cell: &&Cell| !cell.faults.iter().any(|fault| fault == "termios");
    cells.iter().filter(kept).count()
}

fn everything(cells: &[Cell]) -> usize {
    cells.iter().filter(|cell| cell.faults.is_empty()).count()
}

/// Runs programs that nobody has prepared under the tool.
pub(crate) fn any(tool: &str) -> ExitCode {
    let mut wrong = Vec::new();
    let mut check = |what: &str, right: bool| {
        println!("{:<40}{}", what, if right { "ok" } else { "wrong" });
        if !right {
            wrong.push(what.to_owned());
        }
    };
    check("vim, killed", vim_killed(tool));
    let (status, text) = simple(&[tool, "supervise", "--", "sh", "-c", "exit 3"]);
    check(
        "sh -c 'exit 3' exits 3",
        status == Some(3) && text.is_empty(),
    );
    let pipeline = format!("{tool} supervise -- echo out | cat; echo ended");
    let (_, text) = simple(&["sh", "-c", &pipeline]);
    check("a signal to the program is mirrored", {
        let script = format!("{tool} supervise -- sh -c 'kill -TERM $$; sleep 9'; echo =$?");
        simple(&["sh", "-c", &script]).1.contains("=143")
    });
    check("a signal to the supervisor is handed on", {
        let wait = "trap 'echo heard; exit 4' TERM; kill -TERM $PPID; while :; do sleep 1; done";
        let (status, text) = simple(&[tool, "supervise", "--", "sh", "-c", wait]);
        status == Some(4) && text.contains("heard")
    });
    check("a pipeline behind it ends", text == "out\r\nended\r\n");
    let pipeline = format!("yes | {tool} supervise -- head -1; echo ended");
    let (_, text) = simple(&["sh", "-c", &pipeline]);
    check(
        "a pipeline before it ends",
        text.starts_with("y\r\n") && text.contains("ended"),
    );
    let (status, _) = simple(&[tool, "supervise", "--", "/nonexistent"]);
    check("what is not there is 127", status == Some(127));
    verdict(&wrong)
}

fn simple(words: &[&str]) -> (Option<i32>, String) {
    let mut stage = Stage::new();
    let mut program = stage.start(Command::new(words[0]).args(&words[1..]));
    let status = program.wait();
    stage.settle();
    let text = stage.model.text();
    let text = text.split("<settled").next().unwrap_or_default();
    (status.code(), text.to_owned())
}

fn vim_killed(tool: &str) -> bool {
    let mut stage = Stage::new();
    let mut command = Command::new(tool);
    command.args(["supervise", "--", "vim", "--clean", "-N"]);
    command.args(["-c", "set mouse=a ttymouse=sgr"]);
    command.env("TERM", "xterm-256color");
    let mut program = stage.start(&mut command);
    // Vim is ready when it has switched its modes on and drawn the last line.
    let ready = stage.wait(|stage| {
        stage.model.modes().dec.contains(&1049) && stage.model.text().contains("All")
    });
    let vim = child_of(i32::try_from(program.id()).expect("a pid"));
    let on = !stage.model.modes().are_off();
    send(vim, libc::SIGKILL);
    let mut ended = false;
    stage.wait(|_| {
        ended = program.child().try_wait().expect("waitpid").is_some();
        ended
    });
    let faults = stage.faults();
    if !faults.is_empty() {
        println!("{faults:?}");
    }
    ready && on && ended && faults.is_empty()
}
