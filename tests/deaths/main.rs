//! Every way for a program to die, and the terminal afterwards.
//!
//! `cargo test --test deaths` runs every way on a bare pseudo-terminal, with the program alone and
//! under the supervisor, and prints the matrix. `ci/prove/deaths.sh` runs it in shells and for other
//! crates' programs. Run with `--die WAY` this is the program that dies.

mod apart;
mod ends;
mod matrix;
mod others;
mod program;
mod run;
mod shells;
mod signals;
mod stage;
mod starts;
mod supervisor;
mod victims;
mod ways;

use std::process::{Command, ExitCode};

use ttyring::terminal::supervise::{self, Reset};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--die", way] => {
            program::die(way);
            ExitCode::SUCCESS
        }
        ["--die-supervised", way] => {
            supervise::start().expect("a supervisor");
            program::die(way);
            ExitCode::SUCCESS
        }
        ["--supervise", when, program, ref words @ ..] => {
            let mut command = Command::new(program);
            command.args(words);
            let Err(error) = supervise::run(command, reset(when));
            panic!("{program}: {error}")
        }
        ["--act", act] => victims::run(act),
        ["--lead", ref command @ ..] => run::lead(command),
        _ => test(&arguments),
    }
}

fn reset(when: &str) -> Reset {
    match when {
        "failed" => Reset::Failed,
        "always" => Reset::Always,
        "never" => Reset::Never,
        _ => panic!("no reset {when:?}"),
    }
}

/// What is asked of the process that runs the tests.
fn test(arguments: &[&str]) -> ExitCode {
    ttyring_test_support::default_signals();
    match arguments[..] {
        ["--shells", names, ref filters @ ..] => shells::run(names, filters),
        ["--kills", shell, times] => shells::kills(shell, times.parse().expect("a number")),
        ["--signalled", signal] => matrix::signalled(signal),
        ["--aborting", program] => others::aborting(program),
        ["--any", tool] => others::any(tool),
        ["--peers", tool, ref peers @ ..] => others::peers(tool, peers),
        // What test runners ask before they run anything.
        [.., "--list"] | ["--list", ..] => ExitCode::SUCCESS,
        _ => matrix::run(arguments),
    }
}
