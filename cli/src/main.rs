//! The `ttyring` command-line tool: argument parsing and the choice of the subcommand.
//!
//! What each subcommand takes is in `args`; what it does is a module with a `run`.

mod args;
mod decode;
#[cfg_attr(windows, path = "doctor/windows.rs")]
mod doctor;
mod extras;
mod keys;
mod supervise;
#[cfg_attr(unix, path = "system/unix.rs")]
#[cfg_attr(windows, path = "system/windows.rs")]
mod system;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command.unwrap_or(Command::Keys(cli.keys)) {
        Command::Keys(args) => keys::run(&args),
        Command::Doctor(args) => doctor::run(args),
        Command::Decode(args) => decode::run(&args),
        Command::Supervise(args) => supervise::run(args),
        Command::InstallExtras(args) => extras::run(&args),
    }
}
