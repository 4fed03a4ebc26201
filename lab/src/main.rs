//! The `ttyring-lab` command: argument parsing and the choice of the subcommand.
//!
//! Each subcommand is a module with an `Args` and a `run`, which returns what is to be reported.
//! `contender` has the programs that are measured; the modules beside it are what every report is
//! made of.

#![cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "some of what is shared only the trace asks for")
)]

mod bench;
mod contender;
mod jitter;
mod machine;
mod progress;
mod report;
mod stats;
mod svg;
mod table;

cfg_if::cfg_if! {
    if #[cfg(target_os = "linux")] {
        mod trace;
    } else {
        /// `ttyring-lab trace` on a system whose kernel cannot be followed.
        mod trace {
            /// Show where the time of each key goes: on Linux only.
            #[derive(Debug, clap::Args)]
            pub(crate) struct Args {
                #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
                rest: Vec<std::ffi::OsString>,
            }

            /// Says what there is instead.
            pub(crate) fn run(_: &Args) -> std::io::Result<Vec<crate::report::Section>> {
                Err(std::io::Error::other(
                    "trace follows keys through the Linux kernel, which this is not; \
                     `ttyring-lab bench latency` measures their whole way here",
                ))
            }
        }
    }
}

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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

fn main() -> ExitCode {
    let Cli { command, output } = Cli::parse();
    let sections = match command {
        Command::Bench(args) => bench::run(&args),
        Command::Jitter(args) => jitter::run(&args),
        Command::Trace(args) => trace::run(&args),
    };
    match sections.and_then(|sections| output.give(&sections)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ttyring-lab: {error}");
            ExitCode::from(2)
        }
    }
}
