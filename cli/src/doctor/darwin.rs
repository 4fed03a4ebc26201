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
            None => Finding::unknown("the version could not be read"),
            Some(major) if major < 11 => {
                Finding::advice("ttyring is tested on macOS 15 and 26, and built for 11 or later")
                    .fix("softwareupdate --list")
            }
            Some(_) => Finding::ok(
                "/dev/tty cannot be watched by kqueue up to 26: ttyring opens the device behind it",
            ),
        }
    })
}

fn translation(source: &Source) -> Check {
    Check::of("translation", source, |probe| {
        match sysctl(probe, "sysctl.proc_translated").as_deref() {
        None => Finding::not_applicable("this processor translates nothing: 0 % lost"),
        Some("0") => Finding::ok("native code"),
        Some(_) => Finding::advice("Rosetta translates this program: code is compiled a 2nd time, at start-up or on its first run")
            .fix("install the build for aarch64-apple-darwin"),
    }
    })
}

fn injection(source: &Source) -> Check {
    Check::of("tiocsti", source, |probe| {
        probe.note("kernel", "no switch");
        Finding::advice(
            "any program of the session can type into the shell with 1 ioctl (TIOCSTI), and macOS cannot refuse it to \
             a process: the sandbox reports NotEnforced",
        )
        .fix("start what is not trusted in a session and terminal of its own: script -q /dev/null PROGRAM")
    })
}

fn queue(source: &Source) -> Check {
    Check::of("tty-queue", source, |probe| {
        probe.note("kernel", "TTYHOG 1024");
        Finding::ok(
            "the terminal holds about 1022 bytes: a paste waits there until it is read, none of it is lost",
        )
    })
}

fn coalescing(source: &Source) -> Check {
    Check::of("timer-coalescing", source, |probe| {
        match sysctl(probe, "kern.timer.coalescing_enabled").as_deref() {
            None => Finding::unknown("the setting could not be read"),
            Some("0") => Finding::ok("timers are not moved: timeouts come 0 ms late"),
            Some(_) => Finding::ok(
                "timeouts come up to 1 ms late (an eighth of their length at most), keys not at all; NOTE_CRITICAL \
                 timers do not",
            ),
        }
    })
}

fn cores(source: &Source) -> Check {
    Check::of("cores", source, |probe| {
        let all = sysctl(probe, "hw.ncpu");
        let efficient = sysctl(probe, "hw.perflevel1.physicalcpu");
        match (all, efficient) {
            (None, _) => Finding::unknown("the processors could not be counted"),
            (Some(all), Some(slow)) if slow != "0" => Finding::ok(format!(
                "{slow} of {all} cores are the slow kind: threads of class user-interactive avoid them"
            )),
            (Some(all), _) => Finding::ok(format!("{all} processors of 1 kind")),
        }
    })
}

fn core_dumps(source: &Source) -> Check {
    Check::of("core-dumps", source, |probe| {
        let enabled = sysctl(probe, "kern.coredump");
        let limit = probe.fact("limit.core");
        match (enabled.as_deref(), limit.as_deref()) {
            (None, _) | (_, None) => {
                Finding::unknown("whether a crash writes memory could not be read")
            }
            (Some("0"), _) | (_, Some("0")) => {
                Finding::ok("a crash writes 0 bytes of what was typed to a disk")
            }
            (_, Some(limit)) => Finding::advice(format!(
                "a crash writes memory (limit: {limit} bytes) to /cores, keys and passwords with it"
            ))
            .fix("ulimit -c 0"),
        }
    })
}
