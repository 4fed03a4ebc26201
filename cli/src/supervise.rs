//! `ttyring supervise`: runs any program and leaves the terminal as it was found, whatever kills
//! it.
//!
//! The waiting itself is [`supervise::run`]; this module only says what could not be started.

use std::io;
use std::process::{Command, ExitCode};

use ttyring::terminal::supervise::{self, Reset};

use crate::args::{Supervise, When};

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
pub(crate) fn run(args: Supervise) -> ExitCode {
    let mut words = args.command.into_iter();
    let Some(program) = words.next() else {
        return ExitCode::from(2);
    };
    let mut command = Command::new(&program);
    command.args(words);
    let Err(error) = supervise::run(command, args.reset.into());
    eprintln!("ttyring: {}: {error}", program.to_string_lossy());
    match error.kind() {
        io::ErrorKind::NotFound => ExitCode::from(127),
        _ => ExitCode::from(126),
    }
}
