//! Every moment in which a signal can hit the library, and the terminal afterwards.
//!
//! A program does one operation; a tracer stops it at each system call of it and sends a signal
//! there, for every signal and every call, alone and supervised. The tracer is also the shell and
//! the terminal: it looks while the program is stopped, after the operation, and at the end.
//!
//! `cargo test --test instants` runs a sample of a few seconds, `ci/prove/instants.sh` the whole grid.
//! `--case OP:SIGNAL:K` runs one case of it again.

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod case;
#[cfg(target_os = "linux")]
mod crew;
#[cfg(target_os = "linux")]
mod grid;
#[cfg(target_os = "linux")]
mod judge;
#[cfg(target_os = "linux")]
mod line;
#[cfg(target_os = "linux")]
mod program;
#[cfg(target_os = "linux")]
mod ptrace;
#[cfg(target_os = "linux")]
mod rain;
#[cfg(target_os = "linux")]
mod random;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod stand;
#[cfg(target_os = "linux")]
mod tracer;
#[cfg(target_os = "linux")]
mod wires;

use std::process::ExitCode;

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    println!("instants: SKIPPED: stepping from call to call needs Linux");
    ExitCode::SUCCESS
}

/// Cases, showers and rounds of threads of `cargo test`.
#[cfg(target_os = "linux")]
const SAMPLE: (usize, u64, u64) = (600, 40, 10);

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use std::time::Duration;

    use grid::Extent;

    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().expect("a number");
    let right = match arguments[..] {
        ["--worker"] => crew::work(),
        ["--case", case] => crew::single(case),
        ["--rain", count] => rain::run_all("rain", number(count)),
        ["--threads", count] => rain::run_all("threads", number(count)),
        ["--two", count] => rain::run_all("two", number(count)),
        ["--all", ref filters @ ..] => grid::run(Extent::All, filters),
        ["--seconds", seconds, ref filters @ ..] => {
            grid::run(Extent::Time(Duration::from_secs(number(seconds))), filters)
        }
        // What test runners ask before they run anything.
        [.., "--list"] | ["--list", ..] => true,
        ref words => sample(words),
    };
    if right {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// A part of everything; of the grid alone where names are given.
#[cfg(target_os = "linux")]
fn sample(words: &[&str]) -> bool {
    let names = words.iter().filter(|word| !word.starts_with('-'));
    let names: Vec<&str> = names.copied().collect();
    let (cases, showers, rounds) = SAMPLE;
    let mut right = grid::run(grid::Extent::Sample(cases), &names);
    if names.is_empty() {
        right &= rain::run_all("rain", showers);
        right &= rain::run_all("threads", rounds);
    }
    right
}
