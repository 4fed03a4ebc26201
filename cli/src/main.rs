//! The `ttyring` command-line tool: argument parsing and the choice of the subcommand.
//!
//! Each subcommand is a module with an `Args` and a `run`.

mod bench;
mod decode;
mod doctor;
mod jitter;
mod keys;
mod supervise;
#[cfg(kernel_trace)]
mod trace;
#[cfg(not(kernel_trace))]
#[path = "trace/elsewhere.rs"]
mod trace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Watch, decode, measure and check terminal input.
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
    Bench(bench::Args),
    Jitter(jitter::Args),
    Trace(trace::Args),
    Decode(decode::Args),
    Supervise(supervise::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command.unwrap_or(Command::Keys(cli.keys)) {
        Command::Keys(args) => keys::run(&args),
        Command::Doctor(args) => doctor::run(args),
        Command::Bench(args) => bench::run(&args),
        Command::Jitter(args) => jitter::run(&args),
        Command::Trace(args) => trace::run(&args),
        Command::Decode(args) => decode::run(&args),
        Command::Supervise(args) => supervise::run(args),
    }
}
