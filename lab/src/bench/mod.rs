//! `ttyring-lab bench`: measures terminal input on the machine at hand.
//!
//! The parts that measure are modules of their own; this one has the command line.

use std::io;
use std::path::PathBuf;

use crate::contender::Contender;
use crate::contender::program::Program;
use crate::progress::Stop;
use crate::report::{Section, upto};

mod cards;
mod counts;
mod decode;
pub(crate) mod latency;
mod paste;
mod plot;
mod ring;
mod views;

cfg_if::cfg_if! {
    if #[cfg(feature = "peers")] {
        #[path = "ring/peers.rs"]
        mod peers;
    } else {
        /// A build without the rings of other crates.
        mod peers {
            pub(super) fn all() -> [super::ring::Contender; 0] {
                []
            }
        }
    }
}

cfg_if::cfg_if! {
    if #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))] {
        mod steps;
    } else {
        /// A system or a processor on which no program is stepped.
        mod steps {
            use crate::contender::Contender;
            use crate::stats::Spread;

            pub(super) fn count(contender: &Contender) -> std::io::Result<Spread> {
                Err(contender.failed("steps: not available: stepping needs Linux on x86-64 or aarch64"))
            }
        }
    }
}

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
    /// Throughput of long texts, and bursts that could stall
    Paste(PasteArgs),
    /// From one thread to another: the ring beside other ways
    Ring(ring::Args),
    /// System calls, context switches, wake-ups, instructions and allocations, counted
    Syscalls(SyscallsArgs),
    /// What the decoder alone costs
    Decode(DecodeArgs),
    /// Everything above, one after the other
    All(AllArgs),
    /// Measure single system calls, as it is done under the tracers
    #[command(hide = true)]
    Card,
    /// Be a program under test
    #[command(hide = true)]
    Program { program: Program },
}

/// Which programs are measured, besides the floor and ttyring.
#[derive(Clone, Debug, Default, clap::Args)]
struct Others {
    /// Measure this command, too: it stamps what it handles on descriptor {fd}
    #[arg(long, value_name = "NAME=COMMAND", value_parser = Contender::parse)]
    contender: Vec<Contender>,
    /// Measure all commands of FILE, too: a NAME=COMMAND each line, as ci/measure/peers.sh writes it
    #[arg(long, value_name = "FILE")]
    peers: Option<PathBuf>,
    /// Measure one of the lab's own programs, too
    #[arg(long, value_enum, value_name = "PROGRAM")]
    with: Vec<Program>,
}

impl Others {
    /// The floor twice, `programs`, and what was asked for.
    fn beside_floor(&self, programs: &[Program]) -> io::Result<Vec<Contender>> {
        let mut all = self.with(&[&[Program::Read; 2], programs].concat())?;
        all[1].name = "the floor again (null row)".to_owned();
        Ok(all)
    }

    /// `programs`, and what was asked for.
    fn with(&self, programs: &[Program]) -> io::Result<Vec<Contender>> {
        let own = programs.iter().chain(&self.with);
        let own: io::Result<Vec<_>> = own.map(|&program| Contender::own(program)).collect();
        let mut all = own?;
        all.extend(self.contender.iter().cloned());
        if let Some(path) = &self.peers {
            all.extend(Contender::list(path)?);
        }
        Ok(all)
    }
}

#[derive(Clone, Debug, clap::Args)]
struct LatencyArgs {
    /// Keys sent to each program
    #[arg(long, default_value_t = 2000, value_name = "N", value_parser = upto(1_000_000))]
    keys: usize,
    /// Times that the order of the programs is drawn anew
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = upto(10_000))]
    rounds: usize,
    /// Let the driver and the programs run where the scheduler likes, or give them a processor
    /// each
    #[arg(long, value_enum, default_value_t = Pin::No, value_name = "HOW")]
    pin: Pin,
    /// Measure from the key to the program's answer on the terminal instead, for programs that
    /// cannot stamp
    #[arg(long)]
    round_trip: bool,
    #[command(flatten)]
    others: Others,
}

/// Where driver and programs run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Pin {
    /// Where the scheduler likes
    #[default]
    No,
    /// The driver on processor 0, the programs on processor 1
    Apart,
    /// Once as `no`, once as `apart`
    Both,
}

#[derive(Clone, Debug, clap::Args)]
struct PasteArgs {
    /// Mebibytes of text
    #[arg(long, default_value_t = 16, value_name = "MIB", value_parser = upto(256))]
    size: usize,
    /// Times that it is sent in each form
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = upto(1000))]
    rounds: usize,
    #[command(flatten)]
    others: Others,
}

#[derive(Clone, Debug, clap::Args)]
struct SyscallsArgs {
    /// Keys that are counted
    #[arg(long, default_value_t = 200, value_name = "N", value_parser = upto(100_000))]
    keys: usize,
    /// Leave out what valgrind counts in seconds: allocations, and instructions but for those from a
    /// read to its handler
    #[arg(long)]
    shallow: bool,
    #[command(flatten)]
    others: Others,
}

#[derive(Clone, Debug, clap::Args)]
struct DecodeArgs {
    /// Times that each kind of input is decoded
    #[arg(long, default_value_t = 15, value_name = "N", value_parser = upto(1000))]
    rounds: usize,
}

#[derive(Clone, Debug, clap::Args)]
struct AllArgs {
    /// Measure less of each: under two minutes together
    #[arg(long)]
    quick: bool,
    #[command(flatten)]
    others: Others,
}

impl Args {
    /// Returns what has no plot, if that is asked for.
    pub(crate) fn without_plot(&self) -> Option<&'static str> {
        match &self.command {
            None | Some(Command::Latency(_) | Command::All(_)) => None,
            Some(Command::Paste(_)) => Some("bench paste"),
            Some(Command::Ring(_)) => Some("bench ring"),
            Some(Command::Syscalls(_)) => Some("bench syscalls"),
            Some(Command::Decode(_)) => Some("bench decode"),
            Some(Command::Card | Command::Program { .. }) => Some("it"),
        }
    }
}

/// Runs a benchmark, or a program under test, which has nothing to report.
pub(crate) fn run(args: &Args) -> io::Result<Vec<Section>> {
    let stop = Stop::on_interrupt;
    match &args.command {
        None => latency(&args.latency, &stop()?),
        Some(Command::Latency(args)) => latency(args, &stop()?),
        Some(Command::Paste(args)) => Ok(vec![paste(args, &stop()?)?]),
        Some(Command::Ring(args)) => Ok(rings(args, stop()?)),
        Some(Command::Syscalls(args)) => {
            let stop = stop()?;
            let mut sections = vec![syscalls(args, &stop)?];
            if !stop.asked() {
                sections.push(cards::section()?);
            }
            Ok(sections)
        }
        Some(Command::Decode(args)) => Ok(vec![decode::section(args.rounds, &stop()?)]),
        Some(Command::All(args)) => all(args, &stop()?),
        Some(Command::Card) => cards::print().map(|()| Vec::new()),
        Some(Command::Program { program }) => program.run().map(|()| Vec::new()),
    }
}

fn latency(args: &LatencyArgs, stop: &Stop) -> io::Result<Vec<Section>> {
    let programs = [Program::Alone, Program::Multiplexed];
    let contenders = args.others.beside_floor(&programs)?;
    let ways: &[bool] = match args.pin {
        Pin::No => &[false],
        Pin::Apart => &[true],
        Pin::Both => &[false, true],
    };
    let mut sections = Vec::new();
    for &pinned in ways {
        let plan = latency::Plan {
            keys: args.keys,
            rounds: args.rounds,
            pinned,
            round_trip: args.round_trip,
        };
        let rows = latency::measure(contenders.clone(), plan, stop);
        sections.push(views::latency(plan, &rows));
    }
    Ok(sections)
}

fn paste(args: &PasteArgs, stop: &Stop) -> io::Result<Section> {
    let programs = [Program::Bytes, Program::Alone, Program::Multiplexed];
    let contenders = args.others.beside_floor(&programs)?;
    let size = (args.size as u64) << 20;
    let rows = paste::measure(contenders, size, args.rounds, stop);
    Ok(views::paste(size, &rows))
}

fn syscalls(args: &SyscallsArgs, stop: &Stop) -> io::Result<Section> {
    let programs = [
        Program::Read,
        Program::PollRead,
        Program::Alone,
        Program::Multiplexed,
    ];
    let contenders = args.others.with(&programs)?;
    let plan = counts::Plan {
        keys: args.keys,
        deep: !args.shallow,
    };
    Ok(views::counts_per_key(&counts::measure(
        contenders, plan, stop,
    )))
}

fn rings(args: &ring::Args, stop: Stop) -> Vec<Section> {
    // In a thread of its own: the measuring pins it.
    let measure = || ring::measure(args, &peers::all(), &|| stop.asked());
    let results = std::thread::scope(|scope| scope.spawn(measure).join());
    views::ring(args, &results.unwrap_or_default())
}

/// Everything; what Ctrl-C leaves out has no section.
fn all(args: &AllArgs, stop: &Stop) -> io::Result<Vec<Section>> {
    let quick = args.quick;
    let others = || args.others.clone();
    let mut sections = latency(&LatencyArgs::scaled(quick, others()), stop)?;
    if !stop.asked() {
        let (size, rounds) = if quick { (4, 1) } else { (16, 3) };
        let others = others();
        let args = PasteArgs {
            size,
            rounds,
            others,
        };
        sections.push(paste(&args, stop)?);
    }
    if !stop.asked() {
        sections.push(decode::section(if quick { 3 } else { 15 }, stop));
    }
    if !stop.asked() {
        let args = SyscallsArgs {
            keys: if quick { 50 } else { 200 },
            shallow: false,
            others: others(),
        };
        sections.push(syscalls(&args, stop)?);
    }
    if !stop.asked() {
        sections.push(cards::section()?);
    }
    if !stop.asked() {
        let (rounds, mebibytes) = if quick { (3, 1) } else { (15, 4) };
        sections.extend(rings(&ring::Args { rounds, mebibytes }, *stop));
    }
    Ok(sections)
}

impl LatencyArgs {
    /// What `all` measures.
    fn scaled(quick: bool, mut others: Others) -> Self {
        others.with.extend([
            Program::AwakeRead,
            Program::Realtime,
            Program::RealtimePoll,
            Program::Spin,
        ]);
        LatencyArgs {
            keys: if quick { 300 } else { 2000 },
            rounds: if quick { 6 } else { 20 },
            pin: if quick { Pin::No } else { Pin::Both },
            round_trip: false,
            others,
        }
    }
}
