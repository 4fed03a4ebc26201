//! Which processors and memory this process may use, and which are set aside.

use super::report::{Check, Finding};
use super::source::{Probe, Source};

const CPU: &str = "/sys/devices/system/cpu";
const STATUS: &str = "/proc/self/status";

/// Counts the members of a list such as `0-3,8`; nothing if it is not one.
fn members(list: &str) -> Option<usize> {
    list.split(',')
        .filter(|part| !part.trim().is_empty())
        .try_fold(0, |sum, part| {
            let (first, last) = part
                .trim()
                .split_once('-')
                .unwrap_or((part.trim(), part.trim()));
            let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
            Some(sum + (last + 1).checked_sub(first)?)
        })
}

/// Counts the processors that are online.
pub(super) fn online(probe: &mut Probe<'_>) -> Option<usize> {
    members(&probe.value(&format!("{CPU}/online"))?)
}

/// Compares the processors that are allowed with those online.
pub(super) fn affinity(source: &Source) -> Check {
    Check::of("cpu-affinity", source, |probe| {
        let allowed = probe
            .field(STATUS, "Cpus_allowed_list")
            .and_then(|list| members(&list));
        let online = online(probe);
        match (allowed, online) {
            (Some(1), Some(online)) if online > 1 => Finding::advice(format!(
                "The process may use 1 of {online} processors: the program, its children and the kernel worker that delivers its keys have to share it."
            ))
            .fix(format!("taskset -c 0-{} PROGRAM", online - 1)),
            (Some(allowed), Some(online)) => Finding::ok(format!(
                "The process may use {allowed} of {online} processors. Leave the choice to the scheduler: pinning the reader gains nothing."
            )),
            _ => Finding::unknown("The allowed processors could not be read."),
        }
    })
}

/// Asks for processors that the scheduler leaves alone.
pub(super) fn isolation(source: &Source) -> Check {
    Check::of("cpu-isolation", source, |probe| {
        let isolated = probe.value(&format!("{CPU}/isolated"));
        let tickless = probe.optional(&format!("{CPU}/nohz_full"));
        match isolated.as_deref().map(members) {
            None => Finding::unknown("The isolated processors could not be read."),
            Some(Some(0)) if tickless.as_deref().is_none_or(|list| members(list).unwrap_or(0) == 0) => {
                Finding::not_applicable("No processors are set aside.")
            }
            Some(_) => Finding::advice(
                "Some processors are set aside, and the scheduler moves no thread to them. Put the reader there if nothing may disturb it.",
            )
            .fix(format!("taskset -c {} PROGRAM", isolated.unwrap_or_default())),
        }
    })
}

/// Asks how many memory nodes the process is spread over.
pub(super) fn nodes(source: &Source) -> Check {
    Check::of("memory-nodes", source, |probe| {
        let online = probe
            .value("/sys/devices/system/node/online")
            .and_then(|list| members(&list));
        let allowed = probe
            .field(STATUS, "Mems_allowed_list")
            .and_then(|list| members(&list));
        match (online, allowed) {
            (Some(0 | 1), _) => Finding::not_applicable("There is one memory node."),
            (Some(online), Some(allowed)) if allowed > 1 => Finding::advice(format!(
                "Memory may come from {allowed} of {online} nodes; by the firmware's table the farthest is {} as far away as the nearest.",
                farthest(probe).map_or("several times".to_owned(), |times| format!("{times:.1} times"))
            ))
            .fix("numactl --cpunodebind=0 --membind=0 PROGRAM"),
            (Some(online), Some(_)) => Finding::ok(format!("The process is bound to 1 of {online} memory nodes.")),
            _ => Finding::unknown("The memory nodes could not be read."),
        }
    })
}

/// How much farther than its own memory the farthest memory of the first node is.
fn farthest(probe: &mut Probe<'_>) -> Option<f64> {
    let distances = probe.optional("/sys/devices/system/node/node0/distance")?;
    let distances = distances.split_whitespace().map(str::parse::<f64>);
    let distances: Vec<f64> = distances.collect::<Result<_, _>>().ok()?;
    let own = distances.first().filter(|own| **own > 0.0)?;
    Some(distances.iter().fold(*own, |most, next| most.max(*next)) / own)
}

/// Asks whether two threads share a core.
pub(super) fn siblings(source: &Source) -> Check {
    Check::of("smt", source, |probe| {
        match probe.value(&format!("{CPU}/smt/control")).as_deref() {
        None => Finding::unknown("It could not be read whether threads share cores."),
        Some("notsupported" | "notimplemented") => {
            Finding::not_applicable("Each core runs one thread, or the host does not say.")
        }
        Some("on") => Finding::advice(
            "Two threads share a core, and a busy one slows the other down. That matters to programs that have measured a need.",
        )
        .fix("echo off > /sys/devices/system/cpu/smt/control"),
        Some(_) => Finding::ok("Each core runs one thread."),
    }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_processors_are_counted() {
        assert_eq!(members("0-3,8"), Some(5));
        assert_eq!(members("0"), Some(1));
        assert_eq!(members(""), Some(0));
        assert_eq!(members("3-0"), None);
        assert_eq!(members("all"), None);
    }
}
