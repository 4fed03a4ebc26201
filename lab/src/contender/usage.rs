//! What the system counts of a running program: context switches, memory.
//!
//! The figures come from `/proc`; where there is none they are absent, never zero.

use std::fs;
use std::path::Path;

/// Counts of one process, all its threads together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Times that a thread went to sleep (`voluntary_ctxt_switches`).
    pub(crate) switches: Option<u64>,
    /// Nanoseconds on a processor.
    pub(crate) processor: Option<u64>,
    /// The most memory that was resident, in kibibytes (`VmHWM`).
    pub(crate) resident: Option<u64>,
}

/// Reads the counts of process `id`.
pub(crate) fn of(id: u32) -> Usage {
    let process = format!("/proc/{id}");
    let process = Path::new(&process);
    Usage {
        switches: sum(process, |task| {
            field(&read(&task.join("status")), "voluntary_ctxt_switches:")
        }),
        processor: sum(process, |task| first(&read(&task.join("schedstat")))),
        resident: field(&read(&process.join("status")), "VmHWM:"),
    }
}

/// Adds up what all threads have.
fn sum(process: &Path, count: impl Fn(&Path) -> Option<u64>) -> Option<u64> {
    let tasks = fs::read_dir(process.join("task")).ok()?.flatten();
    tasks
        .filter_map(|task| count(&task.path()))
        .reduce(|sum, more| sum + more)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn first(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse().ok()
}

/// Returns the number after `name` at the start of a line.
fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    first(line)
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn field_takes_the_line_that_starts_with_its_name() {
        let status =
            "nonvoluntary_ctxt_switches:\t7\nvoluntary_ctxt_switches:\t42\nVmHWM:\t  3 kB\n";
        assert_eq!(field(status, "voluntary_ctxt_switches:"), Some(42));
        assert_eq!(field(status, "VmHWM:"), Some(3));
        assert_eq!(field(status, "VmRSS:"), None);
    }
}
