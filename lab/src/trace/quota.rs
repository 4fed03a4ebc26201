//! Whether a control group of the reader ran out of CPU quota, by the group's own count.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};

use procfs::ProcessCGroups;
use procfs::process::{MountInfo, Process};

/// How many counts are remembered.
const REMEMBERED: usize = 4096;

/// The counts of one process's groups, over time.
#[derive(Debug)]
pub(super) struct Quota {
    files: Vec<PathBuf>,
    counts: VecDeque<(u64, u64)>,
}

impl Quota {
    /// Looks at the groups of `process` that have a quota, or one above them.
    pub(super) fn of(process: u32) -> Self {
        let groups = Process::new(process as i32).and_then(|process| process.cgroups());
        let mounts = Process::myself().and_then(|own| own.mountinfo());
        let mut files = match (groups, mounts) {
            (Ok(groups), Ok(mounts)) => files(&groups, mounts),
            _ => Vec::new(),
        };
        files.retain(|file| count(file).is_some());
        Quota {
            files,
            counts: VecDeque::new(),
        }
    }

    /// Counts at the time `now`.
    pub(super) fn look(&mut self, now: u64) {
        if self.files.is_empty() {
            return;
        }
        let sum = self.files.iter().filter_map(|file| count(file)).sum();
        if self.counts.len() == REMEMBERED {
            self.counts.pop_front();
        }
        self.counts.push_back((now, sum));
    }

    /// Whether it ran out between the last look before `from` and the first one after `to`.
    pub(super) fn ran_out(&self, from: u64, to: u64) -> bool {
        let before = self.counts.iter().rev().find(|&&(at, _)| at <= from);
        let after = self
            .counts
            .iter()
            .find(|&&(at, _)| at >= to)
            .or(self.counts.back());
        matches!((before, after), (Some((_, before)), Some((_, after))) if after > before)
    }
}

/// Where the counts of `groups` are, in every hierarchy that is mounted, the innermost first.
fn files(groups: &ProcessCGroups, mounts: impl IntoIterator<Item = MountInfo>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for mount in mounts {
        let path = groups.0.iter().find_map(|group| match &*mount.fs_type {
            "cgroup2" => (group.hierarchy == 0).then_some(&group.pathname),
            "cgroup" => has_cpu(&mount, &group.controllers).then_some(&group.pathname),
            _ => None,
        });
        let Some(path) = path else { continue };
        // A container sees a part of the hierarchy: its own group is then the root of the mount.
        let inside = Path::new(path)
            .strip_prefix(&mount.root)
            .ok()
            .filter(|inside| !inside.starts_with(".."))
            .unwrap_or(Path::new(""));
        let directories = inside.ancestors();
        files.extend(directories.map(|inside| mount.mount_point.join(inside).join("cpu.stat")));
    }
    files
}

/// Whether both a hierarchy of version 1 and a group have the controller `cpu`.
fn has_cpu(mount: &MountInfo, controllers: &[String]) -> bool {
    mount.super_options.contains_key("cpu") && controllers.iter().any(|name| name == "cpu")
}

fn count(file: &Path) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("nr_throttled "))?;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Quota, files};
    use procfs::process::MountInfos;
    use procfs::{FromBufRead, ProcessCGroups};
    use std::path::PathBuf;

    #[test]
    fn counts_are_found_in_either_version_and_in_a_container() {
        let v1 = "30 25 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n\
                  31 25 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";
        let v2 = "30 25 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw";
        let container = "30 25 0:27 /box /sys/fs/cgroup rw - cgroup2 cgroup2 rw";
        let layouts: [(&str, &str, &[&str]); 5] = [
            (
                "5:cpu,cpuacct:/a/b\n4:memory:/c\n0::/",
                v1,
                &["/cpu/a/b", "/cpu/a", "/cpu"],
            ),
            ("0::/a/b", v2, &["/a/b", "/a", ""]),
            ("0::/box/a", container, &["/a", ""]),
            ("0::/elsewhere", container, &[""]),
            ("0::/../elsewhere", v2, &[""]),
        ];
        for (groups, mounts, expected) in layouts {
            let groups = ProcessCGroups::from_buf_read(groups.as_bytes()).expect("groups");
            let mounts = MountInfos::from_buf_read(mounts.as_bytes()).expect("mounts");
            let path = |inside| PathBuf::from(format!("/sys/fs/cgroup{inside}/cpu.stat"));
            let expected: Vec<_> = expected.iter().map(path).collect();
            assert_eq!(files(&groups, mounts), expected, "{groups:?}");
        }
    }

    #[test]
    fn quota_ran_out_if_the_count_rose_meanwhile() {
        let quota = Quota {
            files: Vec::new(),
            counts: [(10, 5), (20, 5), (30, 6), (40, 6)].into(),
        };
        assert!(!quota.ran_out(12, 18));
        assert!(quota.ran_out(12, 25));
        assert!(!quota.ran_out(31, 39));
        assert!(!quota.ran_out(5, 8), "nobody looked before");
    }
}
