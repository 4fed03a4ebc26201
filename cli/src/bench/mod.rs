//! `ttyring bench`: measures terminal input on the machine at hand.
//!
//! The parts that measure are modules of their own; this one has the command line.

use std::io;
use std::process::ExitCode;

mod contenders;
mod latency;
mod program;
mod progress;
mod pty;
mod report;
mod session;
mod stats;
mod table;
mod usage;

use contenders::Contender;
use program::Program;
use progress::Stop;

/// Measure terminal input on this machine.
///
/// Programs are started on pseudo-terminals of their own and stamp each key in their handler. All
/// of them run in one interleaved measurement, beside a bare read(2) loop (the floor) and the same
/// loop once more (the null row): what separates these two is noise, and so is any difference
/// that is not larger.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    latency: LatencyArgs,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// From a byte written to a terminal to the handler that has it
    Latency(LatencyArgs),
    /// Be a program under test
    #[command(hide = true)]
    Program { program: Program },
}

#[derive(Clone, Debug, clap::Args)]
struct LatencyArgs {
    /// Keys sent to each program
    #[arg(long, default_value_t = 2000, value_name = "N")]
    keys: usize,
    /// Times that the order of the programs is drawn anew
    #[arg(long, default_value_t = 20, value_name = "N")]
    rounds: usize,
    /// Measure this command, too: it stamps each key on descriptor {fd}
    #[arg(long, value_name = "NAME=COMMAND", value_parser = Contender::parse)]
    contender: Vec<Contender>,
    /// Print Markdown
    #[arg(long)]
    markdown: bool,
}

/// Runs a benchmark, or a program under test.
pub(crate) fn run(args: &Args) -> ExitCode {
    let result = match &args.command {
        None => latency(&args.latency),
        Some(Command::Latency(args)) => latency(args),
        Some(Command::Program { program }) => program.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ttyring: {error}");
            ExitCode::from(2)
        }
    }
}

fn latency(args: &LatencyArgs) -> io::Result<()> {
    let stop = Stop::on_interrupt()?;
    let mut contenders = vec![Contender::own(Program::Read)?];
    contenders.push(Contender::own(Program::Read)?.called("read(2) again, the null row"));
    contenders.push(Contender::own(Program::PollRead)?);
    contenders.extend(args.contender.iter().cloned());
    let plan = latency::Plan {
        keys: args.keys,
        rounds: args.rounds,
    };
    let rows = latency::measure(contenders, plan, &stop);
    report::latency(&rows, args.markdown)
}
