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
                "1 of {online} processors: the program, its children and the kernel worker that delivers \
                 its keys queue there"
            ))
            .fix(format!("taskset -c 0-{} PROGRAM", online - 1)),
            (Some(allowed), Some(online)) => Finding::ok(format!(
                "{allowed} of {online} processors; leave the choice to the kernel: pinning reader and \
                 writer apart took P50 from 16 to 37 us"
            )),
            _ => Finding::unknown("the allowed processors could not be read"),
        }
    })
}

/// Asks for processors that the scheduler leaves alone.
pub(super) fn isolation(source: &Source) -> Check {
    Check::of("cpu-isolation", source, |probe| {
        let isolated = probe.value(&format!("{CPU}/isolated"));
        let tickless = probe.optional(&format!("{CPU}/nohz_full"));
        match isolated.as_deref().map(members) {
            None => Finding::unknown("the isolated processors could not be read"),
            Some(Some(0)) if tickless.as_deref().is_none_or(|list| members(list).unwrap_or(0) == 0) => {
                Finding::not_applicable("0 processors are set aside: nothing to choose")
            }
            Some(_) => Finding::advice(
                "some processors are set aside, and 0 threads come to them by themselves: put the reader there if it \
                 must not be disturbed",
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
            (Some(0 | 1), _) => Finding::not_applicable("1 memory node: nothing is far away"),
            (Some(online), Some(allowed)) if allowed > 1 => Finding::advice(format!(
                "memory may come from {allowed} of {online} nodes, {} times as far as the own one (by \
                 the firmware's table)",
                farthest(probe).map_or("several".to_owned(), |times| format!("{times:.1}"))
            ))
            .fix("numactl --cpunodebind=0 --membind=0 PROGRAM"),
            (Some(online), Some(_)) => Finding::ok(format!("bound to 1 of {online} nodes")),
            _ => Finding::unknown("the memory nodes could not be read"),
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
        None => Finding::unknown("the sharing of cores could not be read"),
        Some("notsupported" | "notimplemented") => {
            Finding::not_applicable("1 thread a core, or the host does not say")
        }
        Some("on") => Finding::advice(
            "2 threads share a core: a busy neighbour slows the reader; it matters for the low-latency profile only",
        )
        .fix("echo off > /sys/devices/system/cpu/smt/control"),
        Some(_) => Finding::ok("1 thread a core"),
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
