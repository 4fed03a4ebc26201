//! The `ttyring` command-line tool: argument parsing and the choice of the subcommand.
//!
//! Each subcommand is a module with an `Args` and a `run`.

mod decode;
mod doctor;
mod keys;
mod supervise;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Watch, decode and check terminal input, and keep the terminal whole.
///
/// Without a subcommand, `ttyring` is `ttyring keys`: it shows each key as it arrives.
#[derive(Debug, Parser)]
#[command(name = "ttyring", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    keys: keys::Args,
}

#[derive(Debug, Subcommand)]
enum Command {
    Keys(keys::Args),
    Doctor(doctor::Args),
    Decode(decode::Args),
    Supervise(supervise::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command.unwrap_or(Command::Keys(cli.keys)) {
        Command::Keys(args) => keys::run(&args),
        Command::Doctor(args) => doctor::run(args),
        Command::Decode(args) => decode::run(&args),
        Command::Supervise(args) => supervise::run(args),
    }
}
