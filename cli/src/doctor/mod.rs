//! `ttyring doctor`: reads what on this machine helps or hurts a program that reads a terminal,
//! and says what to change.
//!
//! Each check is a pure function of a [`Source`], so a recorded machine gives the same report as
//! the machine itself. The doctor changes nothing; it prints the commands that would.

mod cgroup;
mod cpu;
mod darwin;
mod emit;
mod facts;
mod kernel;
mod latency;
mod memory;
mod realtime;
mod report;
mod sandbox;
mod source;
mod terminal;
mod topology;

use std::process::ExitCode;

use crate::args::Doctor;

use report::{Check, Report, Verdict};
use source::Source;

/// Runs the command: 0, or 1 under `--strict` when there is a problem, 2 when it could not run.
pub(crate) fn run(args: Doctor) -> ExitCode {
    match try_run(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("ttyring doctor: {error}");
            ExitCode::from(2)
        }
    }
}

fn try_run(args: &Doctor) -> Result<ExitCode, String> {
    let source = Source::open(&args.root)
        .map_err(|error| format!("cannot read {}: {error}", args.root.display()))?;
    if let Some(kind) = args.emit {
        let target = emit::Target::new(kind, args.program.as_deref(), args.tty.as_deref())?;
        print(&emit::emit(kind, &source, &target)?);
        return Ok(ExitCode::SUCCESS);
    }
    let report = examine(&source);
    if let Some(path) = &args.record {
        std::fs::write(path, source.recording())
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    print(&if args.json {
        report.json()
    } else {
        report.table()
    });
    let failed = args.strict && report.count(Verdict::Problem) > 0;
    Ok(ExitCode::from(u8::from(failed)))
}

/// Writes to standard output; a reader that went away (`doctor | head`) is no error.
fn print(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Runs every check that the system of `source` has.
fn examine(source: &Source) -> Report {
    let (system, checks) = if source.is_darwin() {
        ("macos", darwin::CHECKS)
    } else {
        ("linux", LINUX)
    };
    Report {
        system,
        checks: checks.iter().map(|check| check(source)).collect(),
    }
}

const LINUX: &[fn(&Source) -> Check] = &[
    sandbox::tiocsti,
    sandbox::capabilities,
    sandbox::seccomp,
    sandbox::no_new_privs,
    terminal::access,
    terminal::state,
    terminal::blocking,
    cgroup::hierarchy,
    cpu::quota,
    cpu::throttled,
    cpu::weight,
    cpu::pressure,
    memory::limit,
    memory::group_kill,
    memory::killed,
    realtime::priority,
    realtime::locked_memory,
    realtime::throttling,
    latency::timer_slack,
    latency::wake_latency,
    latency::idle_states,
    latency::frequency,
    topology::affinity,
    topology::isolation,
    topology::nodes,
    topology::siblings,
    kernel::preemption,
    kernel::clock,
    kernel::huge_pages,
    kernel::core_dumps,
    kernel::container,
];
