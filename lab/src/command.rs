//! The arguments of the command and the choice of the subcommand.

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{bench, jitter, report, trace};

/// Measure terminal input on this machine.
#[derive(Debug, Parser)]
#[command(name = "ttyring-lab", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    output: report::Output,
}

#[derive(Debug, Subcommand)]
enum Command {
    Bench(bench::Args),
    Jitter(jitter::Args),
    Trace(trace::Args),
}

/// Measures and reports; returns whether a program failed.
fn measure(command: &Command, output: &report::Output) -> io::Result<bool> {
    let files = output.open(match command {
        Command::Bench(args) => args.without_plot(),
        Command::Jitter(_) => None,
        Command::Trace(args) => args.without_plot(),
    })?;
    let sections = match command {
        Command::Bench(args) => bench::run(args),
        Command::Jitter(args) => jitter::run(args),
        Command::Trace(args) => trace::run(args),
    }?;
    output.give(&sections, files)?;
    Ok(sections.iter().any(|section| section.failed))
}

pub(crate) fn run() -> ExitCode {
    let Cli { command, output } = Cli::parse();
    match measure(&command, &output) {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => {
            eprintln!("ttyring-lab: not every program could be measured; the notes say why");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("ttyring-lab: {error}");
            ExitCode::from(2)
        }
    }
}
