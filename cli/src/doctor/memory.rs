//! Memory limits: where they are, how they end a program, whether they have done so already.

use super::cgroup::{self, Groups, Version};
use super::report::{Check, Finding};
use super::source::{Probe, Source};

/// Version 1 writes "no limit" as the largest multiple of a page; anything near it is none.
const NO_LIMIT: u64 = 1 << 60;

/// Looks for the smallest limit, and for the softer one that should come before it.
pub(super) fn limit(source: &Source) -> Check {
    Check::of("memory-limit", source, |probe| {
        let Some(groups) = cgroup::locate(probe, "memory") else {
            return Finding::unknown(
                "No memory controller was found. A limit would end the program by SIGKILL.",
            );
        };
        let hard_file = match groups.version {
            Version::V2 => "memory.max",
            Version::V1 => "memory.limit_in_bytes",
        };
        let hard = smallest(probe, &groups, hard_file);
        let soft = match groups.version {
            Version::V2 => smallest(probe, &groups, "memory.high"),
            Version::V1 => Limit::Unread,
        };
        judge_limit(groups.version, hard, soft)
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    Unread,
    None,
    Bytes(u64),
}

fn smallest(probe: &mut Probe<'_>, groups: &Groups, file: &str) -> Limit {
    let mut found = Limit::Unread;
    for directory in &groups.directories {
        let Some(value) = probe.optional(&format!("{directory}/{file}")) else {
            continue;
        };
        let bytes = value.parse().ok().filter(|bytes| *bytes < NO_LIMIT);
        found = match (bytes, found) {
            (Some(bytes), Limit::Bytes(smaller)) => Limit::Bytes(smaller.min(bytes)),
            (Some(bytes), _) => Limit::Bytes(bytes),
            (None, Limit::Unread) => Limit::None,
            (None, found) => found,
        };
    }
    found
}

fn judge_limit(version: Version, hard: Limit, soft: Limit) -> Finding {
    let Limit::Bytes(hard) = hard else {
        return match hard {
            Limit::None => Finding::ok("There is no limit but the machine's memory."),
            _ => Finding::unknown("No limit could be read. One would end the program by SIGKILL."),
        };
    };
    let mebibytes = hard >> 20;
    match (version, soft) {
        (Version::V2, Limit::Bytes(soft)) if soft < hard => Finding::ok(format!(
            "Above {} MiB memory is reclaimed; only at {mebibytes} MiB is a process killed.",
            soft >> 20
        )),
        (Version::V2, _) => Finding::advice(format!(
            "At {mebibytes} MiB a process is killed without a warning, and the terminal is left raw."
        ))
        .fix(format!(
            "set MemoryHigh={}M below MemoryMax={mebibytes}M, and run under ttyring supervise",
            mebibytes * 9 / 10
        )),
        (Version::V1, _) => Finding::advice(format!(
            "At {mebibytes} MiB a process is killed without a warning, and version 1 of control groups has no softer limit."
        ))
        .fix("run under ttyring supervise, which puts the terminal back"),
    }
}

/// Looks for groups that the kernel kills as a whole.
pub(super) fn group_kill(source: &Source) -> Check {
    Check::of("memory-oom-group", source, |probe| {
        let Some(groups) = cgroup::locate(probe, "memory") else {
            return Finding::unknown(
                "No memory controller was found, so no group could be examined.",
            );
        };
        if groups.version == Version::V1 {
            return Finding::not_applicable(
                "Version 1 of control groups kills one process at a time.",
            );
        }
        let mut read = 0;
        for directory in &groups.directories {
            match probe
                .optional(&format!("{directory}/memory.oom.group"))
                .as_deref()
            {
                Some("1") => {
                    return Finding::problem(
                        "When memory runs out the whole group is killed, a supervisor included, and nothing is left to restore the terminal.",
                    )
                    .fix(format!(
                        "set OOMPolicy=continue, or: echo 0 > {directory}/memory.oom.group"
                    ));
                }
                Some(_) => read += 1,
                None => {}
            }
        }
        match read {
            0 => Finding::unknown("No memory.oom.group could be read; the root group has none."),
            _ => Finding::ok(
                "When memory runs out one process is killed, and a supervisor survives it.",
            ),
        }
    })
}

/// Counts what the limits have killed already.
pub(super) fn killed(source: &Source) -> Check {
    Check::of("memory-killed", source, |probe| {
        let Some(groups) = cgroup::locate(probe, "memory") else {
            return Finding::unknown("No memory controller was found, so kills cannot be counted.");
        };
        let file = match groups.version {
            Version::V2 => "memory.events",
            Version::V1 => "memory.oom_control",
        };
        let own = groups.directories.first().map_or("", String::as_str);
        let count = probe
            .field(&format!("{own}/{file}"), "oom_kill")
            .and_then(|value| value.parse::<u64>().ok());
        match count {
            None => Finding::unknown("Kills by the memory limit could not be counted."),
            Some(0) => Finding::ok("The memory limit has killed no process here."),
            Some(count) => Finding::problem(format!(
                "The memory limit has killed {count} process{} here, and nothing restored the \
                 terminal of what was killed.",
                if count == 1 { "" } else { "es" }
            ))
            .fix("raise MemoryMax=, set MemoryHigh= below it, and run under ttyring supervise"),
        }
    })
}
