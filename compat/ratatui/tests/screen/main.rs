//! Applications on a pseudo-terminal, and what a screen shows of them.
//!
//! The process that runs the tests is also each of the applications.

mod full;
mod inline;
mod relative;
mod stage;
mod threads;

use std::process::ExitCode;

fn main() -> ExitCode {
    let programs = [
        full::PROGRAMS,
        inline::PROGRAMS,
        relative::PROGRAMS,
        threads::PROGRAMS,
    ];
    let parts = [
        ("full", full::TESTS),
        ("inline", inline::TESTS),
        ("relative", relative::TESTS),
        ("threads", threads::TESTS),
    ];
    ttyring_test_support::runner::run(&programs, &parts)
}
