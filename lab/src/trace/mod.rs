//! `ttyring-lab trace`: where each microsecond of a key press goes, in the kernel and in the program.
//!
//! A collector tells what happens (`collect`), events are joined into keys (`join`), and what a
//! key's time went to is named (`cause`). Here are the command line and the order of things.

use std::ffi::OsString;
use std::io;
use std::time::Duration;

use crate::progress::Stop;
use crate::report::{Section, upto};

mod cause;
mod collect;
mod cost;
mod count;
mod drive;
mod event;
mod ioctl;
mod join;
mod key;
mod meanwhile;
mod missing;
mod perf;
mod picture;
mod quota;
mod record;
mod requests;
mod source;
mod terminal;
mod view;

cfg_if::cfg_if! {
    if #[cfg(feature = "trace")] {
        mod ebpf;
    } else {
        /// A build without eBPF: everything that needs it says how to get it.
        mod ebpf {
            use super::collect::Collect;
            use super::count::Count;
            use super::missing;
            use super::terminal::Terminal;

            pub(super) fn collect(_: &Terminal, _: Option<&str>) -> Result<Box<dyn Collect>, String> {
                Err(missing::in_this_build())
            }

            pub(super) fn count() -> Result<Box<dyn Count>, String> {
                Err(missing::in_this_build())
            }
        }
    }
}

use drive::Followed;
use source::Source;

/// Show where the time of each key goes: writer, kernel, reader, program.
///
/// With a command and a terminal, the command runs here and you type; --type has the tool type in a
/// terminal of its own instead. With --pid it follows the terminal of a program that runs already,
/// until Ctrl-C. Needs root, and a build with the feature `trace` for all it can show; without them
/// it says what is missing and does with less.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Follow the terminal of process P
    #[arg(long, value_name = "P", conflicts_with = "command")]
    pid: Option<u32>,
    /// Type the keys: the command gets a pseudo-terminal of its own. The default where there is no
    /// terminal to type on
    #[arg(long = "type", requires = "command")]
    types: bool,
    /// Keys to follow; 200 with --type, no limit otherwise
    #[arg(long, value_name = "N", value_parser = upto(1_000_000))]
    keys: Option<usize>,
    /// Show only keys that took at least so long: 1ms, 500us
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    over: Option<Duration>,
    /// Slow keys shown in full
    #[arg(long, default_value_t = 3, value_name = "N")]
    slowest: usize,
    /// For a program without ttyring's probes: the function that handles a key
    #[arg(long, value_name = "SYMBOL")]
    function: Option<String>,
    /// The best source of events to try
    #[arg(long, value_enum, default_value = "bpf", value_name = "SOURCE")]
    source: Source,
    /// Count the program's ioctls instead: time and context switches of each request
    #[arg(long, conflicts_with_all = ["over", "function"])]
    ioctl: bool,
    /// Do not measure what tracing itself costs
    #[arg(long)]
    no_cost: bool,
    /// The program to follow, and its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Args {
    /// Returns what has no plot, if that is asked for.
    pub(crate) fn without_plot(&self) -> Option<&'static str> {
        self.ioctl.then_some("trace --ioctl")
    }
}

/// The default number of keys that are typed.
const KEYS: usize = 200;

/// Traces as the arguments say.
pub(crate) fn run(args: &Args) -> io::Result<Vec<Section>> {
    let stop = Stop::on_interrupt()?;
    if args.ioctl {
        return Ok(vec![ioctl::section(args, &stop)?]);
    }
    let followed = match (args.pid, args.command.split_first()) {
        (Some(process), _) => drive::follow(process, args, &stop)?,
        (None, Some((program, arguments))) if args.types || !drive::is_interactive() => {
            drive::type_keys(program, arguments, args, &stop)?
        }
        (None, Some((program, arguments))) => drive::attend(program, arguments, args)?,
        (None, None) => return Err(nothing_to_follow()),
    };
    let section = match followed {
        Followed::WholeWay(samples, reasons) => view::whole_way(&samples, reasons),
        Followed::Keys(recording) => {
            let mut section = view::section(&recording, args.over, args.slowest);
            if !args.no_cost && !stop.asked() {
                let line = cost::line(&mut section.json, args.source, &stop);
                section.notes.push(line);
            }
            section
        }
    };
    Ok(vec![section])
}

fn nothing_to_follow() -> io::Error {
    io::Error::other("say what to follow: --pid P, or -- COMMAND")
}
