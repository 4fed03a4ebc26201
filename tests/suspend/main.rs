//! Stopping and continuing: the terminal is the shell's while the program is stopped, and the
//! program's when it is in the foreground again.
//!
//! The process that runs the tests is also the program, with `--program HOW`, and a shell of few
//! words, with `--shell HOW`, that starts it in a group of its own and does what it is told. Cycles
//! are few in `cargo test`; `ci/prove/deaths.sh` runs 2,000 (`--cycles N`).

#[path = "../deaths/stage.rs"]
mod stage;

mod cycles;
mod frozen;
mod late;
mod program;
mod shell;
mod soak;

use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--program", "soak"] => soak::program(),
        ["--program", how] => program::run(how),
        ["--shell", how] => shell::run(how),
        _ => test(&arguments),
    }
}

/// What is asked of the process that runs the tests.
fn test(arguments: &[&str]) -> ExitCode {
    ttyring_test_support::default_signals();
    match arguments[..] {
        ["--soak", seconds] => soak::run(Duration::from_secs(seconds.parse().expect("a number"))),
        ["--cycles", count, ref filters @ ..] => {
            cycles::run(count.parse().expect("a number"), filters)
        }
        [.., "--list"] | ["--list", ..] => ExitCode::SUCCESS,
        _ => cycles::run(20, arguments),
    }
}
