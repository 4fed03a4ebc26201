//! Programs that are written for crossterm, on a pseudo-terminal.
//!
//! The process that runs the tests is also each of the programs.

mod asking;
mod events;
mod lives;
mod stage;
mod stops;

use std::process::ExitCode;

fn main() -> ExitCode {
    let programs = [
        events::PROGRAMS,
        asking::PROGRAMS,
        lives::PROGRAMS,
        stops::PROGRAMS,
    ];
    let parts = [
        ("events", events::TESTS),
        ("asking", asking::TESTS),
        ("lives", lives::TESTS),
        ("stops", stops::TESTS),
    ];
    ttyring_test_support::runner::run(&programs, &parts)
}
