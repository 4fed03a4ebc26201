//! What Linux offers to a thread that must react at once: idle states, scheduling class, locked
//! memory, timer slack, processors, memory nodes.
//!
//! Each function changes one setting and returns the guard that takes it back; which of them a
//! program wants is not decided here. Scheduling, slack, processors and node are the calling
//! thread's own (threads that it starts inherit the last three), so the guard is to be dropped on
//! the same thread.

use std::ffi::{c_int, c_long, c_ulong};
use std::io;
use std::num::NonZeroU64;

use rustix::fs::{Mode, OFlags};
use rustix::mm::{MlockAllFlags, mlockall, munlockall};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use rustix::thread::{current_timer_slack, set_current_timer_slack};

use crate::unix::{Undo, unsupported};
use crate::{Error, Result};

/// Memory nodes that a mask of [`bind`] can name: `MAX_NUMNODES` of the largest kernels.
const NODES: usize = 1024;
const WORD: usize = c_ulong::BITS as usize;

/// Keeps every processor out of idle states that take time to leave, for as long as the guard
/// lives: a request of 0 µs on `/dev/cpu_dma_latency`.
///
/// # Errors
///
/// `EACCES` without write permission to the device, `ENOENT` where there is none;
/// [`Unsupported`](io::ErrorKind::Unsupported) where the kernel has no idle driver, as in many
/// virtual machines: there nobody looks at the request, and a processor halts all the same.
pub fn stay_awake() -> Result<Undo> {
    let driver = std::fs::read_to_string("/sys/devices/system/cpu/cpuidle/current_driver");
    if driver.is_ok_and(|name| name.trim_end() == "none") {
        let nobody = io::Error::new(io::ErrorKind::Unsupported, "no idle driver heeds it");
        return Err(Error::os("hold /dev/cpu_dma_latency", nobody));
    }
    let flags = OFlags::WRONLY | OFlags::CLOEXEC;
    let device = rustix::fs::open("/dev/cpu_dma_latency", flags, Mode::empty())
        .map_err(|error| Error::os("open /dev/cpu_dma_latency", error))?;
    rustix::io::write(&device, &0_i32.to_ne_bytes())
        .map_err(|error| Error::os("write /dev/cpu_dma_latency", error))?;
    // The kernel withdraws the request when the descriptor is closed, by the process's death too.
    Ok(Undo::new(move || drop(device)))
}

/// Runs the calling thread before all others of a lower priority (`SCHED_FIFO`, 1 to 99); threads
/// and processes that it starts are scheduled normally.
///
/// # Errors
///
/// `EPERM` without `CAP_SYS_NICE` and above `RLIMIT_RTPRIO`.
pub fn run_first(priority: u8) -> Result<Undo> {
    let failed = |error| Error::os("sched_setscheduler", error);
    let (policy, parameter) = scheduling().map_err(failed)?;
    let first = libc::SCHED_FIFO | libc::SCHED_RESET_ON_FORK;
    set_scheduling(first, c_int::from(priority)).map_err(failed)?;
    Ok(Undo::new(move || {
        if set_scheduling(policy, parameter).is_err() {
            // Without the capability the flag cannot be taken off again (sched(7)).
            let _ = set_scheduling(policy | libc::SCHED_RESET_ON_FORK, parameter);
        }
    }))
}

// By number and not by name: musl's functions of these names only say ENOSYS.
fn scheduling() -> io::Result<(c_int, c_int)> {
    // SAFETY: asks for the calling thread's policy; there is no pointer.
    let policy = unsafe { libc::syscall(libc::SYS_sched_getscheduler, 0) };
    checked(policy)?;
    let mut priority: c_int = 0;
    let at = &raw mut priority;
    // SAFETY: the kernel's `sched_param` is one int, which is a local that outlives the call.
    let answer = unsafe { libc::syscall(libc::SYS_sched_getparam, 0, at) };
    checked(answer)?;
    Ok((policy as c_int, priority))
}

fn set_scheduling(policy: c_int, priority: c_int) -> io::Result<()> {
    let at = &raw const priority;
    // SAFETY: the kernel's `sched_param` is one int, which is a local that outlives the call.
    let answer = unsafe { libc::syscall(libc::SYS_sched_setscheduler, 0, policy, at) };
    checked(answer)
}

/// Keeps the process's memory resident (`mlockall(2)`): what is mapped now, and what will be where
/// no limit would make later allocations fail. The guard unlocks all memory, however locked.
///
/// # Errors
///
/// `ENOMEM` or `EPERM` above `RLIMIT_MEMLOCK`.
pub fn lock_memory() -> Result<Undo> {
    let mut flags = MlockAllFlags::CURRENT;
    if is_unlimited() {
        flags |= MlockAllFlags::FUTURE;
    }
    mlockall(flags).map_err(|error| Error::os("mlockall", error))?;
    Ok(Undo::new(|| {
        let _ = munlockall();
    }))
}

/// Whether as much memory may be locked as there is; not if the system does not say.
fn is_unlimited() -> bool {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: a place of the right size.
    let answer = unsafe { libc::getrlimit(libc::RLIMIT_MEMLOCK, &mut limit) };
    answer == 0 && limit.rlim_cur == libc::RLIM_INFINITY
}

/// Lets timers of the calling thread fire at most so many nanoseconds late on purpose; the system
/// default is 50,000 (`PR_SET_TIMERSLACK`).
///
/// # Errors
///
/// None that the kernel documents.
pub fn timer_slack(nanos: NonZeroU64) -> Result<Undo> {
    let failed = |error| Error::os("prctl(PR_SET_TIMERSLACK)", error);
    let before = current_timer_slack().map_err(failed)?;
    set_current_timer_slack(Some(nanos)).map_err(failed)?;
    Ok(Undo::new(move || {
        let _ = set_current_timer_slack(NonZeroU64::new(before));
    }))
}

/// Runs the calling thread on one processor only.
///
/// # Errors
///
/// `EINVAL` when there is no such processor, or the cgroup does not allow it.
pub fn pin(processor: usize) -> Result<Undo> {
    let failed = |error| Error::os("sched_setaffinity", error);
    if processor >= CpuSet::MAX_CPU {
        return Err(failed(rustix::io::Errno::INVAL));
    }
    let before = sched_getaffinity(None).map_err(failed)?;
    let mut only = CpuSet::new();
    only.set(processor);
    sched_setaffinity(None, &only).map_err(failed)?;
    Ok(Undo::new(move || {
        let _ = sched_setaffinity(None, &before);
    }))
}

/// Allocates the calling thread's memory on one node only (`set_mempolicy(2)`, `MPOL_BIND`).
///
/// # Errors
///
/// `EINVAL` when there is no such node, `ENOSYS` in a kernel without NUMA, `EPERM` in a sandbox.
pub fn bind(node: usize) -> Result<Undo> {
    let failed = |error| Error::os("set_mempolicy", error);
    let before = memory_policy().map_err(failed)?;
    let mut nodes = [0; NODES / WORD];
    let word = nodes.get_mut(node / WORD);
    *word.ok_or_else(|| failed(io::ErrorKind::InvalidInput.into()))? = 1 << (node % WORD);
    set_memory_policy(libc::MPOL_BIND, &nodes).map_err(failed)?;
    Ok(Undo::new(move || {
        let _ = set_memory_policy(before.0, &before.1);
    }))
}

type Nodes = [c_ulong; NODES / WORD];

fn memory_policy() -> io::Result<(c_int, Nodes)> {
    let (mut mode, mut nodes): (c_int, Nodes) = (0, [0; NODES / WORD]);
    let none = std::ptr::null::<u8>();
    let (mode_at, nodes_at) = (&raw mut mode, nodes.as_mut_ptr());
    // SAFETY: both pointers are to locals that outlive the call; the mask has NODES bits.
    let answer =
        unsafe { libc::syscall(libc::SYS_get_mempolicy, mode_at, nodes_at, NODES, none, 0) };
    checked(answer)?;
    Ok((mode, nodes))
}

fn set_memory_policy(mode: c_int, nodes: &Nodes) -> io::Result<()> {
    // MPOL_DEFAULT wants no nodes; the kernel takes the mask for one bit longer than it is.
    let (mask, bits) = match mode {
        libc::MPOL_DEFAULT | libc::MPOL_LOCAL => (std::ptr::null(), 0),
        _ => (nodes.as_ptr(), NODES),
    };
    // SAFETY: the mask is none, or one of NODES bits that outlives the call.
    let answer = unsafe { libc::syscall(libc::SYS_set_mempolicy, mode, mask, bits) };
    checked(answer)
}

/// Linux has no classes of service; the scheduling class says it all.
///
/// # Errors
///
/// Always.
pub fn interactive() -> Result<Undo> {
    unsupported("quality of service")
}

fn checked(answer: c_long) -> io::Result<()> {
    if answer < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes a setting, looks at it, gives it back and looks again. Each test has a thread of its
    /// own, so what it changes is its own.
    fn taken_and_given_back<T: PartialEq + std::fmt::Debug>(
        take: impl FnOnce() -> Result<Undo>,
        look: impl Fn() -> T,
        expected: T,
    ) {
        let before = look();
        match take() {
            Ok(undo) => {
                assert_eq!(look(), expected);
                drop(undo);
                assert_eq!(look(), before);
            }
            Err(error) => println!("SKIPPED: this machine refuses: {error}"),
        }
    }

    #[test]
    fn priority_is_taken_and_given_back() {
        let fifo = libc::SCHED_FIFO | libc::SCHED_RESET_ON_FORK;
        let look = || scheduling().expect("one's own is always readable");
        taken_and_given_back(|| run_first(7), look, (fifo, 7));
    }

    #[test]
    fn timer_slack_is_taken_and_given_back() {
        let slack = NonZeroU64::new(1234).expect("not zero");
        let look = || current_timer_slack().expect("PR_GET_TIMERSLACK");
        taken_and_given_back(|| timer_slack(slack), look, 1234);
    }

    #[test]
    fn processor_is_taken_and_given_back() {
        let allowed = sched_getaffinity(None).expect("sched_getaffinity");
        let first = (0..CpuSet::MAX_CPU).find(|&cpu| allowed.is_set(cpu));
        let first = first.expect("a thread runs somewhere");
        let mut only = CpuSet::new();
        only.set(first);
        let look = || sched_getaffinity(None).expect("sched_getaffinity");
        taken_and_given_back(|| pin(first), look, only);
    }

    #[test]
    fn processor_that_is_not_there_is_refused() {
        assert!(pin(CpuSet::MAX_CPU).is_err());
        assert!(bind(NODES).is_err());
    }

    #[test]
    fn memory_node_is_taken_and_given_back() {
        let Ok((before, _)) = memory_policy() else {
            println!("SKIPPED: this kernel has no memory policies");
            return;
        };
        let look = || memory_policy().map_or(before, |(mode, _)| mode);
        taken_and_given_back(|| bind(0), look, libc::MPOL_BIND);
    }

    #[test]
    fn memory_is_locked_and_unlocked() {
        let locked = || {
            let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
            let line = status.lines().find(|line| line.starts_with("VmLck:"));
            line.is_some_and(|line| !line.contains(" 0 kB"))
        };
        taken_and_given_back(lock_memory, locked, true);
    }
}
