//! What the calls of one ioctl cost, and what counts them.

use std::io;

/// Buckets of times: four for each power of two of nanoseconds. As in `ebpf/ioctl.bpf.c`.
#[cfg_attr(not(feature = "trace"), allow(dead_code))]
pub(super) const BUCKETS: usize = 104;

/// What the calls of one request cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) request: u32,
    pub(super) count: u64,
    /// All of them, and the longest, in nanoseconds.
    pub(super) nanos: u64,
    pub(super) longest: u64,
    /// Context switches: gone to sleep, and preempted.
    pub(super) slept: u64,
    pub(super) preempted: u64,
    pub(super) failed: u64,
    pub(super) buckets: Vec<u32>,
}

/// Something that counts the ioctls of some processes.
pub(super) trait Count {
    /// Counts for a process that runs.
    fn watch(&self, process: u32) -> io::Result<()>;

    /// Counts for the programs that this process starts from now on.
    fn watch_children(&self) -> io::Result<()>;

    /// The sums so far.
    fn costs(&self) -> io::Result<Vec<Cost>>;
}

impl Cost {
    /// Nanoseconds below which `quantile` of the calls are, to an eighth.
    pub(super) fn at(&self, quantile: f64) -> f64 {
        let wanted = (quantile * self.count as f64).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (index, &count) in self.buckets.iter().enumerate() {
            seen += u64::from(count);
            if seen >= wanted {
                let power = 2f64.powi((index / 4) as i32);
                let middle = power * (1.0 + (index % 4) as f64 / 4.0 + 0.125);
                return middle.min(self.longest as f64);
            }
        }
        self.longest as f64
    }
}
