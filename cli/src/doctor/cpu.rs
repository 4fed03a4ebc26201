//! Processor time: quotas, what they have cost so far, weights and pressure.

use super::cgroup::{self, Groups, Version};
use super::report::{Check, Finding};
use super::source::{Probe, Source, pairs};
use super::topology;

/// So much time, in microseconds, in each period.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Quota {
    allowed: f64,
    period: f64,
}

impl Quota {
    /// How long a period's rest is when `threads` have run from its start, in milliseconds.
    fn stall(self, threads: usize) -> f64 {
        (self.period - self.allowed / threads as f64).max(0.0) / 1000.0
    }

    fn processors(self) -> f64 {
        self.allowed / self.period
    }
}

/// Looks for a quota in the own group and in those above it: the smallest counts.
pub(super) fn quota(source: &Source) -> Check {
    Check::of("cpu-quota", source, |probe| {
        let Some(groups) = cgroup::locate(probe, "cpu") else {
            return Finding::unknown(
                "No cpu controller was found. A quota would stop a busy program for tens of milliseconds.",
            );
        };
        let (mut seen, mut tightest) = (false, None::<Quota>);
        for directory in &groups.directories {
            match read_quota(probe, groups.version, directory) {
                None => {}
                Some(None) => seen = true,
                Some(Some(quota)) => {
                    seen = true;
                    if tightest.is_none_or(|other| quota.processors() < other.processors()) {
                        tightest = Some(quota);
                    }
                }
            }
        }
        judge_quota(probe, seen, tightest, &groups)
    })
}

/// Reads one group: nothing, no limit, or a limit.
fn read_quota(probe: &mut Probe<'_>, version: Version, directory: &str) -> Option<Option<Quota>> {
    let (allowed, period) = match version {
        Version::V2 => {
            let value = probe.optional(&format!("{directory}/cpu.max"))?;
            let (allowed, period) = value.split_once(' ')?;
            (allowed.to_owned(), period.to_owned())
        }
        Version::V1 => (
            probe.optional(&format!("{directory}/cpu.cfs_quota_us"))?,
            probe.optional(&format!("{directory}/cpu.cfs_period_us"))?,
        ),
    };
    if allowed == "max" || allowed == "-1" {
        return Some(None);
    }
    Some(Some(Quota {
        allowed: allowed.parse().ok()?,
        period: period.parse().ok()?,
    }))
}

fn judge_quota(
    probe: &mut Probe<'_>,
    seen: bool,
    tightest: Option<Quota>,
    groups: &Groups,
) -> Finding {
    let Some(quota) = tightest else {
        return match seen {
            true => Finding::ok(
                "There is no quota, so a busy program is never stopped for the rest of a period.",
            ),
            false if is_root_group(probe, groups) => {
                Finding::not_applicable("This process is in the root group, which has no quota.")
            }
            false => Finding::unknown(
                "No quota could be read. One would stop a busy program for tens of milliseconds.",
            ),
        };
    };
    let processors = topology::online(probe).unwrap_or(1).max(1);
    if quota.processors() >= processors as f64 {
        return Finding::ok(format!(
            "The quota is {:.2} processors, and {processors} are online, so it stops nothing.",
            quota.processors()
        ));
    }
    let (one, all) = (quota.stall(1), quota.stall(processors));
    Finding::advice(format!(
        "A quota of {:.2} processors stops a busy program for {one:.0} ms of every {:.0} ms ({all:.0} ms with {processors} busy threads), and keys wait as long.",
        quota.processors(),
        quota.period / 1000.0
    ))
    .fix(match groups.version {
        Version::V2 => "set CPUWeight= instead of CPUQuota=, or allow bursts: cpu.max.burst",
        Version::V1 => {
            "set cpu.shares instead of cpu.cfs_quota_us (docker: --cpu-shares, not --cpus)"
        }
    })
}

/// The root of version 2 has no limits, and only the root has no type.
fn is_root_group(probe: &Probe<'_>, groups: &Groups) -> bool {
    let own = groups.directories.first().map_or("", String::as_str);
    groups.version == Version::V2
        && probe.exists(&format!("{own}/cgroup.procs"))
        && !probe.exists(&format!("{own}/cgroup.type"))
}

/// Looks at what a quota has cost so far.
pub(super) fn throttled(source: &Source) -> Check {
    Check::of("cpu-throttled", source, |probe| {
        let Some(groups) = cgroup::locate(probe, "cpu") else {
            return Finding::unknown(
                "No cpu controller was found, so past stalls cannot be counted.",
            );
        };
        let mut worst = None::<(f64, f64, f64)>;
        for directory in &groups.directories {
            let path = format!("{directory}/cpu.stat");
            if !probe.exists(&path) {
                continue;
            }
            let stat = pairs(&probe.text(&path).unwrap_or_default(), ' ');
            let number = |name: &str| stat.get(name).and_then(|value| value.parse::<f64>().ok());
            let (Some(periods), Some(stopped)) = (number("nr_periods"), number("nr_throttled"))
            else {
                continue;
            };
            let micros = number("throttled_usec")
                .or_else(|| number("throttled_time").map(|nanos| nanos / 1000.0))
                .unwrap_or(0.0);
            probe.note(
                &path,
                format!("nr_periods {periods} nr_throttled {stopped}"),
            );
            if worst.is_none_or(|(_, most, _)| stopped > most) {
                worst = Some((periods, stopped, micros));
            }
        }
        match worst {
            None => Finding::unknown("No cpu.stat has counts, so past stalls cannot be counted."),
            Some((_, 0.0, _)) => Finding::ok("No quota has stopped this group so far."),
            Some((periods, stopped, micros)) => Finding::problem(format!(
                "A quota has stopped this group in {stopped} of {periods} periods, for {:.1} ms each time on average.",
                micros / stopped / 1000.0
            ))
            .fix("remove the quota (CPUQuota=, --cpus) or raise it; share by weight instead"),
        }
    })
}

/// Compares the weight with what everybody has.
pub(super) fn weight(source: &Source) -> Check {
    Check::of("cpu-weight", source, |probe| {
        let groups = cgroup::locate(probe, "cpu");
        let own = groups
            .as_ref()
            .and_then(|groups| Some((groups.version, groups.directories.first()?)));
        let (file, usual) = match own {
            Some((Version::V2, directory)) => (format!("{directory}/cpu.weight"), 100),
            Some((Version::V1, directory)) => (format!("{directory}/cpu.shares"), 1024),
            None => {
                return Finding::unknown(
                    "No cpu controller was found, so the shares under load are not known.",
                );
            }
        };
        if groups.is_some_and(|groups| is_root_group(probe, &groups)) {
            return Finding::not_applicable(
                "This process is in the root group, which has no weight.",
            );
        }
        match probe.number(&file) {
            None => Finding::unknown("The weight of the group could not be read."),
            Some(weight) if weight < usual => Finding::advice(format!(
                "Under load this group gets {weight} parts of the processor where others get {usual}."
            ))
            .fix("systemctl set-property UNIT CPUWeight=200"),
            Some(weight) => Finding::ok(format!(
                "Under load this group gets {weight} parts of the processor; the default is {usual}."
            )),
        }
    })
}

/// Asks how much of the time somebody waited for a processor.
pub(super) fn pressure(source: &Source) -> Check {
    Check::of("cpu-pressure", source, |probe| {
        let some = probe.field("/proc/pressure/cpu", "some");
        let average = some.as_deref().and_then(|line| {
            let (_, rest) = line.split_once("avg10=")?;
            rest.split(' ').next()?.parse::<f64>().ok()
        });
        match average {
            None => Finding::unknown("The kernel keeps no pressure figures; psi=1 on the boot line switches them on."),
            Some(share) if share >= 10.0 => Finding::advice(format!(
                "During {share:.0} % of the last 10 s some program waited for a processor, and a program that waits cannot handle keys."
            ))
            .fix("give the program a higher CPUWeight=, or run less beside it"),
            Some(share) => Finding::ok(format!(
                "During {share:.0} % of the last 10 s some program waited for a processor."
            )),
        }
    })
}
