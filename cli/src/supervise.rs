//! `ttyring supervise`: runs any program and leaves the terminal as it was found, whatever kills
//! it.
//!
//! The waiting itself is [`Supervisor::run`]; this module only says what could not be started.

use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitCode};

use ttyring::terminal::Supervisor;

/// Runs a program and restores the terminal when it is dead, even after `kill -9`.
///
/// Ends as the program ends: with its exit status, or by the same signal.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The program and its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

/// Runs the command; returns only if it cannot be started, as a shell would.
pub(crate) fn run(args: Args) -> ExitCode {
    let mut words = args.command.into_iter();
    let Some(program) = words.next() else {
        return ExitCode::from(2);
    };
    let mut command = Command::new(&program);
    command.args(words);
    let Err(error) = Supervisor::run(command);
    eprintln!("ttyring: {}: {error}", program.to_string_lossy());
    match error.kind() {
        io::ErrorKind::NotFound => ExitCode::from(127),
        _ => ExitCode::from(126),
    }
}
