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
        const GAIN: &str =
            "SCHED_FIFO 50 with locked memory took P99 from 114 to 89 us on an idle 2-processor VM";
        if group_forbids(probe) {
            return Finding::advice(format!(
                "the control group has a real-time budget of 0: {GAIN}"
            ))
            .fix("raise cpu.rt_runtime_us of the group, or boot with the unified layout");
        }
        let limit = soft_limit(probe, "Max realtime priority");
        match (limit, capable(probe, CAP_SYS_NICE)) {
            (_, Some(true)) => Finding::ok(format!("allowed by CAP_SYS_NICE: {GAIN}")),
            (None, _) => Finding::unknown("the limit could not be read"),
            (Some(0), _) => Finding::advice(format!("not allowed: {GAIN}"))
                .fix("ttyring doctor --emit limits > /etc/security/limits.d/60-ttyring.conf, then log in again"),
            (Some(limit), _) => Finding::ok(format!("allowed up to {limit}: {GAIN}")),
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
            (_, Some(true)) => Finding::ok("unlimited by CAP_IPC_LOCK: mlockall works, 0 page faults later"),
            (None, _) => Finding::unknown("the limit could not be read"),
            (Some(bytes), _) if bytes < 64 << 20 => Finding::advice(format!(
                "{} KiB: mlockall counts every mapping, 2 MiB for each thread's stack, and would fail",
                bytes >> 10
            ))
            .fix("ttyring doctor --emit limits > /etc/security/limits.d/60-ttyring.conf, then log in again"),
            (Some(u64::MAX), _) => Finding::ok("unlimited: mlockall works, 0 page faults later"),
            (Some(bytes), _) => Finding::ok(format!("{} MiB may be locked", bytes >> 20)),
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
                "real-time threads may take 100 % of a processor: one that spins starves the kernel worker \
                 that delivers its keys",
            )
            .fix("sysctl -w kernel.sched_rt_runtime_us=950000"),
            (Some(budget), Some(period)) => Finding::ok(format!(
                "real-time threads leave {:.0} % of each {} ms to the others",
                100.0 - budget as f64 * 100.0 / period as f64,
                period / 1000
            )),
            _ => Finding::unknown("the real-time budget could not be read"),
        }
    })
}
