//! The kernel around the program: preemption, clock, huge pages, core dumps, containers.

use super::report::{Check, Finding};
use super::source::{Probe, Source};

/// Asks how soon a woken reader gets the processor.
pub(super) fn preemption(source: &Source) -> Check {
    Check::of("preemption", source, |probe| {
        if probe.optional("/sys/kernel/realtime").as_deref() == Some("1") {
            return Finding::ok(
                "This is PREEMPT_RT: a woken reader waits for no task of lower priority, kernel code included.",
            );
        }
        let Some(version) = probe.text("/proc/version") else {
            return Finding::unknown("The version of the kernel could not be read.");
        };
        let model = version
            .split_whitespace()
            .find(|word| word.starts_with("PREEMPT"))
            .unwrap_or("no PREEMPT");
        probe.note("/proc/version", model);
        let chosen = chosen_mode(probe);
        match (model, chosen.as_deref()) {
            (_, Some("full" | "lazy")) | ("PREEMPT", _) => {
                Finding::ok("A woken reader interrupts kernel code, so it waits for less than 1 ms.")
            }
            (_, Some(mode @ ("none" | "voluntary"))) => Finding::advice(format!(
                "The mode is {mode}: a woken reader waits until kernel code gives way, which takes milliseconds under load."
            ))
            .fix("boot with preempt=full"),
            ("PREEMPT_RT", _) => Finding::ok("This is PREEMPT_RT: a woken reader waits for no task of lower priority, kernel code included."),
            ("PREEMPT_DYNAMIC", _) => Finding::unknown(
                "The mode was chosen at boot, and only debugfs shows it. In the mode full, a woken reader waits for less than 1 ms; in the mode none, for milliseconds.",
            )
            .fix("mount -t debugfs none /sys/kernel/debug; cat /sys/kernel/debug/sched/preempt"),
            _ => Finding::advice("A woken reader waits until kernel code gives way, which takes milliseconds under load.")
                .fix("use a kernel built with CONFIG_PREEMPT_DYNAMIC, and boot it with preempt=full"),
        }
    })
}

/// The mode in brackets that debugfs shows, else the one on the boot line.
fn chosen_mode(probe: &mut Probe<'_>) -> Option<String> {
    let shown = probe
        .optional("/sys/kernel/debug/sched/preempt")
        .and_then(|modes| {
            let (_, rest) = modes.split_once('(')?;
            Some(rest.split_once(')')?.0.to_owned())
        });
    shown.or_else(|| {
        let line = probe.text("/proc/cmdline")?;
        let mode = line
            .split_whitespace()
            .find_map(|word| word.strip_prefix("preempt="))?;
        probe.note("/proc/cmdline", format!("preempt={mode}"));
        Some(mode.to_owned())
    })
}

/// Asks whether reading the clock is a system call.
pub(super) fn clock(source: &Source) -> Check {
    Check::of("clocksource", source, |probe| {
        let path = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
        match probe.value(path).as_deref() {
            None => Finding::unknown("The clock source could not be read."),
            Some("tsc" | "kvm-clock" | "hyperv_clocksource_tsc_page" | "arch_sys_counter") => {
                Finding::ok("The clock is read without a system call, in some 20 to 30 ns per time stamp.")
            }
            Some(slow) => Finding::advice(format!(
                "The clock source is {slow}: each time stamp takes a system call and a device read, 1 us or more."
            ))
            .fix("find out why the kernel left the tsc: dmesg | grep -i tsc"),
        }
    })
}

/// Asks whether the kernel assembles huge pages behind the program's back.
pub(super) fn huge_pages(source: &Source) -> Check {
    Check::of("huge-pages", source, |probe| {
        match probe.value("/sys/kernel/mm/transparent_hugepage/enabled") {
            None => Finding::unknown("The setting could not be read, or the kernel does not have it."),
            Some(modes) if modes.contains("[always]") => Finding::advice(
                "Huge pages are always used: a page fault may clear or compact 2 MiB, which takes tens of microseconds to milliseconds.",
            )
            .fix("echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"),
            Some(_) => Finding::ok("Only programs that ask for huge pages get them."),
        }
    })
}

/// Asks whether a crash would write what was typed to a disk.
pub(super) fn core_dumps(source: &Source) -> Check {
    Check::of("core-dumps", source, |probe| {
        let pattern = probe.value("/proc/sys/kernel/core_pattern");
        let limit = probe.text("/proc/self/limits").and_then(|text| {
            let rest = text
                .lines()
                .find_map(|line| line.strip_prefix("Max core file size"))?;
            Some(rest.split_whitespace().next()?.to_owned())
        });
        if let Some(limit) = &limit {
            probe.note("/proc/self/limits", format!("Max core file size: {limit}"));
        }
        match (pattern.as_deref(), limit.as_deref()) {
            (None, _) | (_, None) => Finding::unknown("It could not be read where a core dump would go."),
            (Some(pattern), _) if pattern.starts_with('|') => Finding::advice(
                "A crash hands all memory, keys and passwords with it, to the program in core_pattern; the kernel does not apply the limit to that.",
            )
            .fix("for programs that read secrets: LimitCORE=0 in the unit, Storage=none in coredump.conf"),
            (Some(_), Some("0")) => Finding::ok("A crash writes no core dump, so nothing that was typed reaches a disk."),
            (Some(_), Some(limit)) => Finding::advice(format!(
                "A crash writes memory to a file (limit: {limit} bytes), and keys and passwords with it."
            ))
            .fix("ulimit -c 0; LimitCORE=0 in the unit; docker: --ulimit core=0"),
        }
    })
}

/// Looks for the marks of a container.
pub(super) fn container(source: &Source) -> Check {
    Check::of("container", source, |probe| {
        let mut marks = Vec::new();
        for mark in [
            "/.dockerenv",
            "/run/.containerenv",
            "/run/systemd/container",
        ] {
            if probe.exists(mark) {
                probe.optional(mark);
                marks.push(mark);
            }
        }
        if let Some(membership) = probe.text("/proc/self/cgroup") {
            let engines = ["/docker", "/lxc", "/kubepods", "/libpod", "/machine.slice"];
            if engines.iter().any(|engine| membership.contains(engine)) {
                marks.push("/proc/self/cgroup");
            }
        } else if marks.is_empty() {
            return Finding::unknown("None of the marks of a container could be read.");
        }
        match marks.len() {
            0 => Finding::ok(
                "There is no mark of a container, so the settings here are this system's own.",
            ),
            count => {
                probe.note("marks", marks.join(" "));
                Finding::advice(format!(
                    "This is a container, by {count} of 4 marks. dev.tty.legacy_tiocsti and the other kernel settings are the host's and can only be changed there."
                ))
                .fix("on the host: ttyring doctor --emit sysctl; for the container: ttyring doctor --emit docker")
            }
        }
    })
}
