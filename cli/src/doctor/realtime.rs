//! What the low-latency profile would be allowed to do: real-time priority and locked memory.

use super::cgroup::{self, Version};
use super::report::{Check, Finding};
use super::sandbox::{CAP_IPC_LOCK, CAP_SYS_NICE, capable};
use super::source::{Probe, Source};

const LIMITS: &str = "/proc/self/limits";

/// Reads the soft limit, the first column behind the name.
fn soft_limit(probe: &mut Probe<'_>, name: &str) -> Option<u64> {
    let text = probe.text(LIMITS)?;
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    let soft = rest.split_whitespace().next()?;
    probe.note(LIMITS, format!("{name}: {soft}"));
    match soft {
        "unlimited" => Some(u64::MAX),
        number => number.parse().ok(),
    }
}

/// Asks whether SCHED_FIFO is allowed.
pub(super) fn priority(source: &Source) -> Check {
    Check::of("realtime-priority", source, |probe| {
        const GAIN: &str = "SCHED_FIFO runs the reader before all other work; on a quiet machine it gains nothing measurable.";
        if group_forbids(probe) {
            return Finding::advice(format!(
                "The control group has no real-time budget, so real-time priority is refused. {GAIN}"
            ))
            .fix("raise cpu.rt_runtime_us of the group, or boot with the unified layout");
        }
        let limit = soft_limit(probe, "Max realtime priority");
        match (limit, capable(probe, CAP_SYS_NICE)) {
            (_, Some(true)) => Finding::ok(format!("CAP_SYS_NICE allows real-time priority. {GAIN}")),
            (None, _) => Finding::unknown("The limit could not be read."),
            (Some(0), _) => Finding::advice(format!("Real-time priority is not allowed. {GAIN}"))
                .fix("ttyring doctor --emit limits > /etc/security/limits.d/60-ttyring.conf, then log in again"),
            (Some(limit), _) => Finding::ok(format!("Real-time priority is allowed up to {limit}. {GAIN}")),
        }
    })
}

/// A version 1 group without a real-time budget refuses SCHED_FIFO to everybody in it.
fn group_forbids(probe: &mut Probe<'_>) -> bool {
    let Some(groups) = cgroup::locate(probe, "cpu") else {
        return false;
    };
    let own = groups.directories.first().map_or("", String::as_str);
    let path = format!("{own}/cpu.rt_runtime_us");
    groups.version == Version::V1 && probe.optional(&path).as_deref() == Some("0")
}

/// Asks how much memory may be locked.
pub(super) fn locked_memory(source: &Source) -> Check {
    Check::of("locked-memory", source, |probe| {
        let limit = soft_limit(probe, "Max locked memory");
        match (limit, capable(probe, CAP_IPC_LOCK)) {
            (_, Some(true)) => Finding::ok("CAP_IPC_LOCK lifts the limit, so mlockall works."),
            (None, _) => Finding::unknown("The limit could not be read."),
            (Some(bytes), _) if bytes < 64 << 20 => Finding::advice(format!(
                "The limit is {} KiB. mlockall counts every mapping, 2 MiB for each thread's stack among them, and would fail.",
                bytes >> 10
            ))
            .fix("ttyring doctor --emit limits > /etc/security/limits.d/60-ttyring.conf, then log in again"),
            (Some(u64::MAX), _) => Finding::ok("There is no limit, so mlockall works."),
            (Some(bytes), _) => Finding::ok(format!("Up to {} MiB may be locked.", bytes >> 20)),
        }
    })
}

/// Asks whether real-time threads leave anything to the others.
pub(super) fn throttling(source: &Source) -> Check {
    Check::of("realtime-throttling", source, |probe| {
        let budget = probe.number("/proc/sys/kernel/sched_rt_runtime_us");
        let period = probe.number("/proc/sys/kernel/sched_rt_period_us");
        match (budget, period.filter(|period| *period > 0)) {
            (Some(-1), _) => Finding::advice(
                "Real-time threads may take all of a processor: one that spins starves the kernel worker that delivers its keys.",
            )
            .fix("sysctl -w kernel.sched_rt_runtime_us=950000"),
            (Some(budget), Some(period)) => Finding::ok(format!(
                "Real-time threads leave {:.0} % of each {} ms to other threads.",
                100.0 - budget as f64 * 100.0 / period as f64,
                period / 1000
            )),
            _ => Finding::unknown("The real-time budget could not be read."),
        }
    })
}
