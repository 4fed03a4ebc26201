//! Confinement on Linux: a seccomp filter for system calls, Landlock for files.
//!
//! Both are taken on by the process itself, without any right, and cannot be taken off. A refused
//! call fails with EPERM and kills nobody: a program that dies here would leave its terminal raw.

mod calls;
#[cfg(all(test, any(target_arch = "x86_64", target_arch = "aarch64")))]
mod decisions;
mod files;
mod filter;

use crate::sandbox::{Enforcement, Policy, Report, Threads};
use crate::{Error, Result};

/// Confines the calling thread, or the whole process, to what `policy` allows.
///
/// Call it after the terminal has been opened and before the first byte is read.
///
/// # Errors
///
/// When the policy names a path that cannot be opened or allows `ioctl` as a whole, and when the
/// kernel has filters but refuses this one, for example because another thread has one of its own.
/// What the kernel does not offer at all is no error; the report says so.
pub fn harden(policy: &Policy) -> Result<Report> {
    let program = filter::compile(policy)?;
    let alone = only_thread();
    let restricted = files::restrict(policy)?;
    let filtered = filter::install(&program, policy.threads)?;
    let everywhere = policy.threads == Threads::Calling || alone || restricted.all_threads;
    let confined = restricted.in_force && everywhere;
    Ok(Report {
        injection: if filtered {
            Enforcement::Blocked
        } else {
            injection()
        },
        system_calls: blocked(filtered),
        files: blocked(confined || (filtered && !policy.opens_files)),
    })
}

/// Returns whether this process could put bytes into its terminal's input as things are, before
/// anything is hardened: [`Enforcement::KernelBlocked`] where `dev.tty.legacy_tiocsti` is 0 and
/// the process has no `CAP_SYS_ADMIN`.
pub fn injection() -> Enforcement {
    let switch = std::fs::read_to_string("/proc/sys/dev/tty/legacy_tiocsti");
    let off = switch.is_ok_and(|value| value.trim() == "0");
    if off && administrator() == Some(false) {
        Enforcement::KernelBlocked
    } else {
        Enforcement::NotEnforced
    }
}

fn blocked(is: bool) -> Enforcement {
    if is {
        Enforcement::Blocked
    } else {
        Enforcement::NotEnforced
    }
}

/// Looks for CAP_SYS_ADMIN, bit 21 of the effective set (capabilities(7)).
fn administrator() -> Option<bool> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let set = status
        .lines()
        .find_map(|line| line.strip_prefix("CapEff:"))?;
    let set = u64::from_str_radix(set.trim(), 16).ok()?;
    Some(set & (1 << 21) != 0)
}

/// Returns whether the calling thread is certainly the only one.
fn only_thread() -> bool {
    std::fs::read_dir("/proc/self/task").is_ok_and(|tasks| tasks.count() == 1)
}

fn invalid(what: &'static str) -> Error {
    Error::os(what, std::io::Error::from_raw_os_error(libc::EINVAL))
}
