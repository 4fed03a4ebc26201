//! The `ttyring` command-line tool.

mod bench;
mod doctor;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Watches, decodes, measures and checks terminal input.
#[derive(Debug, Parser)]
#[command(name = "ttyring", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Doctor(doctor::Args),
    Bench(bench::Args),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Doctor(args) => doctor::run(args),
        Command::Bench(args) => bench::run(&args),
    }
}
