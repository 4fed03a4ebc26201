//! `ttyring supervise`: runs any program and leaves the terminal as it was found, whatever kills
//! it.
//!
//! The waiting itself is [`Supervisor::run`]; this module only says what could not be started.

use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitCode};

use clap::ValueEnum;
use ttyring::terminal::{Reset, Supervisor};

/// Runs a program and restores the terminal when it is dead, even after `kill -9`.
///
/// Ends as the program ends: with its exit status, or by the same signal.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// When to switch off what the program may have left on: the alternate screen, the mouse,
    /// keyboard modes. The settings that stty shows are put back in any case.
    #[arg(long, value_name = "WHEN", default_value = "failed")]
    reset: When,
    /// The program and its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum When {
    /// After an exit status other than 0, after a signal, and when the settings were left changed.
    Failed,
    /// After every end.
    Always,
    /// Never.
    Never,
}

impl From<When> for Reset {
    fn from(when: When) -> Self {
        match when {
            When::Failed => Reset::Failed,
            When::Always => Reset::Always,
            When::Never => Reset::Never,
        }
    }
}

/// Runs the command; returns only if it cannot be started, as a shell would.
pub(crate) fn run(args: Args) -> ExitCode {
    let mut words = args.command.into_iter();
    let Some(program) = words.next() else {
        return ExitCode::from(2);
    };
    let mut command = Command::new(&program);
    command.args(words);
    let Err(error) = Supervisor::run(command, args.reset.into());
    eprintln!("ttyring: {}: {error}", program.to_string_lossy());
    match error.kind() {
        io::ErrorKind::NotFound => ExitCode::from(127),
        _ => ExitCode::from(126),
    }
}
