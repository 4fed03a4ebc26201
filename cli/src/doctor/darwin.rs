//! The checks that macOS has: its terminals, timers and core dumps.
//!
//! What it does not have is left out: control groups, seccomp, a switch for TIOCSTI.

use super::report::{Check, Finding};
use super::source::{Probe, SYSCTL, Source};
use super::terminal;

pub(super) const CHECKS: &[fn(&Source) -> Check] = &[
    system,
    translation,
    injection,
    terminal::access,
    terminal::state,
    terminal::blocking,
    queue,
    coalescing,
    cores,
    core_dumps,
];

fn sysctl(probe: &mut Probe<'_>, name: &str) -> Option<String> {
    probe.field(SYSCTL, name)
}

fn system(source: &Source) -> Check {
    Check::of("system", source, |probe| {
        let version = sysctl(probe, "kern.osproductversion");
        let major = version
            .as_deref()
            .and_then(|version| version.split('.').next()?.parse::<u32>().ok());
        match major {
            None => Finding::unknown("The version of macOS could not be read."),
            Some(major) if major < 11 => {
                Finding::advice("ttyring is built for macOS 11 or later, and tested on 15 and 26.")
                    .fix("softwareupdate --list")
            }
            Some(_) => Finding::ok(
                "Up to macOS 26, kqueue cannot watch /dev/tty; ttyring opens the device behind it.",
            ),
        }
    })
}

fn translation(source: &Source) -> Check {
    Check::of("translation", source, |probe| {
        match sysctl(probe, "sysctl.proc_translated").as_deref() {
        None => Finding::not_applicable("This processor does not translate programs."),
        Some("0") => Finding::ok("The program runs as native code."),
        Some(_) => Finding::advice("Rosetta translates this program: code is compiled again, at start-up or when it first runs.")
            .fix("install the build for aarch64-apple-darwin"),
    }
    })
}

fn injection(source: &Source) -> Check {
    Check::of("tiocsti", source, |probe| {
        probe.note("kernel", "no switch");
        Finding::advice(
            "Any program of the session can type into the shell with the ioctl TIOCSTI, and macOS has no way to refuse it to a process. The sandbox reports NotEnforced for it.",
        )
        .fix("start what is not trusted in a session and terminal of its own: script -q /dev/null PROGRAM")
    })
}

fn queue(source: &Source) -> Check {
    Check::of("tty-queue", source, |probe| {
        probe.note("kernel", "TTYHOG 1024");
        Finding::ok(
            "The terminal holds about 1022 bytes. A longer paste waits until they are read, and none of it is lost.",
        )
    })
}

fn coalescing(source: &Source) -> Check {
    Check::of("timer-coalescing", source, |probe| {
        match sysctl(probe, "kern.timer.coalescing_enabled").as_deref() {
            None => Finding::unknown("The setting could not be read."),
            Some("0") => Finding::ok("The kernel does not delay timers."),
            Some(_) => Finding::ok(
                "The kernel may delay a timeout by an eighth of its length, up to 1 ms. Keys are not delayed, and neither are NOTE_CRITICAL timers.",
            ),
        }
    })
}

fn cores(source: &Source) -> Check {
    Check::of("cores", source, |probe| {
        let all = sysctl(probe, "hw.ncpu");
        let efficient = sysctl(probe, "hw.perflevel1.physicalcpu");
        match (all, efficient) {
            (None, _) => Finding::unknown("The processors could not be counted."),
            (Some(all), Some(slow)) if slow != "0" => Finding::ok(format!(
                "{slow} of {all} cores are of the slow kind; threads of the class user-interactive avoid them."
            )),
            (Some(all), _) => Finding::ok(format!("All {all} processors are of the same kind.")),
        }
    })
}

fn core_dumps(source: &Source) -> Check {
    Check::of("core-dumps", source, |probe| {
        let enabled = sysctl(probe, "kern.coredump");
        let limit = probe.fact("limit.core");
        match (enabled.as_deref(), limit.as_deref()) {
            (None, _) | (_, None) => {
                Finding::unknown("It could not be read whether a crash writes a core dump.")
            }
            (Some("0"), _) | (_, Some("0")) => {
                Finding::ok("A crash writes no core dump, so nothing that was typed reaches a disk.")
            }
            (_, Some(limit)) => Finding::advice(format!(
                "A crash writes memory to /cores (limit: {limit} bytes), and keys and passwords with it."
            ))
            .fix("ulimit -c 0"),
        }
    })
}
