//! `ttyring doctor` on Windows: what the console does and does not do.
//!
//! It changes the modes of the console for a moment, to see which it takes, and puts them back.

use std::env;
use std::process::ExitCode;

use ttyring::LineMode;
use ttyring::platform::{Backend, Kernel, Os, Termios, Tty, When};
use ttyring_platform::windows::ConsoleModes;
use ttyring_platform::windows::abi::{input, output};

use crate::args::Doctor;

/// Runs the checks: 0, or 1 under `--strict` when there is a problem.
pub(crate) fn run(args: Doctor) -> ExitCode {
    if args.json || args.emit.is_some() || args.record.is_some() {
        eprintln!("ttyring doctor: only the table is there on Windows");
        return ExitCode::from(2);
    }
    let tty = match Os.open() {
        Ok(tty) => tty,
        Err(error) => {
            println!("problem  console   {error}");
            return ExitCode::from(u8::from(args.strict));
        }
    };
    let tried = tty.termios().and_then(|found| {
        let raw = tty.set_termios(When::Now, &found.with(&LineMode::RAW));
        // Another opening: this one reports what it asked for.
        let kept = Os.open().and_then(|fresh| fresh.termios());
        tty.set_termios(When::Now, &found)?;
        raw?;
        Ok((found, kept?))
    });
    match tried {
        Ok((found, kept)) => report(&found, &kept),
        Err(error) => println!("problem  console   {error}"),
    }
    ExitCode::SUCCESS
}

fn report(found: &ConsoleModes, kept: &ConsoleModes) {
    println!("note     host      {}", host());
    let has = |mode: u32, flag: u32| mode & flag != 0;
    line(
        has(kept.input(), input::VIRTUAL_TERMINAL),
        "input",
        "VT sequences: keys and pastes arrive as a terminal sends them",
        "no VT sequences: keys arrive as records, and a paste without its markers",
    );
    line(
        has(kept.output(), output::VIRTUAL_TERMINAL),
        "output",
        "VT sequences are obeyed",
        "VT sequences are shown as text; use Windows 10, version 1511, or later",
    );
    line(
        !has(found.input(), input::QUICK_EDIT),
        "selection",
        "the mouse selects nothing",
        "a click selects text and stops the output (QuickEdit); raw mode switches it off",
    );
    let (input, output) = Kernel::code_pages();
    println!(
        "ok       pages     code pages {input} and {output} do not matter: only Unicode calls are made"
    );
}

/// What shows the console, as far as it says so in the environment.
fn host() -> String {
    let named = |variable: &str| env::var(variable).ok().filter(|value| !value.is_empty());
    if named("WT_SESSION").is_some() {
        return "Windows Terminal, by a pseudo-console".to_owned();
    }
    if named("SSH_CONNECTION").is_some() {
        return "ssh, by a pseudo-console".to_owned();
    }
    match named("TERM_PROGRAM") {
        Some(name) => format!("{name}, by a pseudo-console"),
        None => "the console window of Windows, or a terminal without a name".to_owned(),
    }
}

fn line(good: bool, what: &str, yes: &str, no: &str) {
    let (verdict, text) = if good { ("ok", yes) } else { ("note", no) };
    println!("{verdict:8} {what:9} {text}");
}
