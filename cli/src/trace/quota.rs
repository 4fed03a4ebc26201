//! Whether a control group of the reader ran out of CPU quota, by the group's own count.

use std::collections::VecDeque;
use std::fs;

/// How many counts are remembered.
const REMEMBERED: usize = 4096;

/// The counts of one process's groups, over time.
#[derive(Debug)]
pub(super) struct Quota {
    files: Vec<String>,
    counts: VecDeque<(u64, u64)>,
}

impl Quota {
    /// Looks at the groups of `process` that have a quota, or one above them.
    pub(super) fn of(process: u32) -> Self {
        let files = crate::doctor::cpu_groups(process);
        let files = files
            .into_iter()
            .map(|directory| format!("{directory}/cpu.stat"));
        Quota {
            files: files.filter(|file| count(file).is_some()).collect(),
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

fn count(file: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("nr_throttled "))?;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Quota;

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
