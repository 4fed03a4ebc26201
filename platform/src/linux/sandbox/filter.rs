//! A policy as a seccomp program, and its installation.

use std::collections::BTreeMap;
use std::io;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

use super::{calls, invalid};
use crate::sandbox::{Policy, Threads};
use crate::{Error, Result};

/// The rules of each call; a call without rules is allowed with any arguments.
type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Translates `policy`; `None` where the architecture has no translation.
pub(super) fn compile(policy: &Policy) -> Result<Option<BpfProgram>> {
    build(rules(policy)?)
}

fn build(rules: Rules) -> Result<Option<BpfProgram>> {
    let Ok(architecture) = TargetArch::try_from(std::env::consts::ARCH) else {
        return Ok(None);
    };
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::Errno(libc::EPERM as u32),
        SeccompAction::Allow,
        architecture,
    )
    .map_err(backend)?;
    BpfProgram::try_from(filter).map(Some).map_err(backend)
}

/// Installs `program`; returns whether the kernel has such filters.
pub(super) fn install(program: &Option<BpfProgram>, threads: Threads) -> Result<bool> {
    let Some(program) = program else {
        return Ok(false);
    };
    let installed = match threads {
        Threads::Calling => seccompiler::apply_filter(program),
        Threads::All => seccompiler::apply_filter_all_threads(program),
    };
    match installed {
        Ok(()) => Ok(true),
        // A kernel built without filters, seccomp(2).
        Err(seccompiler::Error::Seccomp(error))
            if matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EINVAL)) =>
        {
            Ok(false)
        }
        Err(seccompiler::Error::Seccomp(error) | seccompiler::Error::Prctl(error)) => {
            Err(Error::os("seccomp", error))
        }
        Err(error) => Err(Error::os("seccomp", io::Error::other(error))),
    }
}

pub(super) fn rules(policy: &Policy) -> Result<Rules> {
    let mut rules = Rules::new();
    let mut lists = vec![calls::READER, calls::STARTING, calls::LEGACY, calls::LIBC];
    if policy.opens_files {
        lists.extend([calls::FILES, calls::LEGACY_FILES]);
    }
    if policy.starts_threads {
        lists.push(calls::THREADS);
    }
    let name = condition(0, libc::PR_SET_NAME as u32)?;
    rules.insert(libc::SYS_prctl, vec![rule(name)?]);
    let own = std::process::id();
    for call in calls::SIGNALS {
        rules.insert(*call, vec![rule(condition(0, own)?)?]);
    }
    let own = condition(0, 0)?;
    #[allow(clippy::unnecessary_cast, reason = "musl has it as an int")]
    let core = condition(1, libc::RLIMIT_CORE as u32)?;
    rules.insert(libc::SYS_prlimit64, vec![both(own, core)?]);
    rules.insert(libc::SYS_fcntl, requests(calls::FCNTL)?);
    rules.insert(
        libc::SYS_ioctl,
        requests(&[calls::IOCTLS, &policy.ioctls].concat())?,
    );
    for call in lists.into_iter().flatten().chain(&policy.calls) {
        if *call == libc::SYS_ioctl {
            return Err(invalid("seccomp"));
        }
        rules.insert(*call, Vec::new());
    }
    Ok(rules)
}

/// One rule for each value that the second argument may have.
fn requests(values: &[u32]) -> Result<Vec<SeccompRule>> {
    values
        .iter()
        .map(|value| rule(condition(1, *value)?))
        .collect()
}

/// Compares 32 bits of an argument: the kernel takes a request as an `unsigned int`, so a filter
/// that compares 64 bits is passed by `TIOCSTI | 1 << 32` (CVE-2019-7303, CVE-2019-10063).
fn condition(argument: u8, value: u32) -> Result<SeccompCondition> {
    let width = SeccompCmpArgLen::Dword;
    SeccompCondition::new(argument, width, SeccompCmpOp::Eq, value.into()).map_err(backend)
}

fn rule(condition: SeccompCondition) -> Result<SeccompRule> {
    SeccompRule::new(vec![condition]).map_err(backend)
}

fn both(one: SeccompCondition, other: SeccompCondition) -> Result<SeccompRule> {
    SeccompRule::new(vec![one, other]).map_err(backend)
}

fn backend(error: seccompiler::BackendError) -> Error {
    Error::os("seccomp", io::Error::other(error))
}

/// The compiler wants `i64`, which `c_long` is on every architecture that it knows.
const _: fn(c_long) -> i64 = |number| number;

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::unix::secret::NoCore;

    /// A filter of somebody else's may refuse the call; then core files stay possible and nothing
    /// else happens.
    #[test]
    fn refused_limit_is_not_taken_for_a_limit() {
        const PLAYING: &str = "TTYRING_REFUSED_LIMIT";
        if std::env::var_os(PLAYING).is_some() {
            let mut rules = rules(&Policy::reader()).expect("rules");
            rules.remove(&libc::SYS_prlimit64);
            let program = build(rules).expect("it compiles");
            if !install(&program, Threads::All).expect("seccomp") {
                println!("SKIPPED: no filters here");
                std::process::exit(42);
            }
            let in_force = NoCore::new().is_in_force();
            std::process::exit(if in_force { 43 } else { 42 });
        }
        let test = "linux::sandbox::filter::tests::refused_limit_is_not_taken_for_a_limit";
        let status = Command::new(std::env::current_exe().expect("a path"))
            .args([test, "--exact", "--nocapture"])
            .env(PLAYING, "1")
            .status();
        assert_eq!(status.expect("it runs again").code(), Some(42));
    }

    #[test]
    fn injection_requests_are_on_no_list() {
        for request in [
            libc::TIOCSTI as u32,
            libc::TIOCLINUX as u32,
            libc::TIOCSCTTY as u32,
        ] {
            assert!(!calls::IOCTLS.contains(&request), "{request:#x}");
        }
    }

    #[test]
    fn allowing_ioctl_as_a_whole_is_refused() {
        let policy = Policy::reader().allow(libc::SYS_ioctl);
        let error = compile(&policy).expect_err("it defeats the list of requests");
        assert_eq!(error.raw_os_error(), Some(libc::EINVAL));
    }

    #[test]
    fn every_preset_fits_into_a_program() {
        for policy in [
            Policy::reader(),
            Policy::reader_with_files(),
            Policy::reader_with_files().start_threads(),
        ] {
            let program = compile(&policy).expect("it compiles");
            // BPF_MAXINSNS of linux/bpf_common.h.
            assert!(program.is_none_or(|program| program.len() < 4096));
        }
    }

    #[test]
    fn arguments_are_looked_at_in_every_call_that_has_rules() {
        let rules = rules(&Policy::reader()).expect("rules");
        for call in [
            libc::SYS_ioctl,
            libc::SYS_fcntl,
            libc::SYS_kill,
            libc::SYS_tgkill,
            libc::SYS_prlimit64,
        ] {
            assert!(
                !rules[&call].is_empty(),
                "{call} is allowed whatever its arguments"
            );
        }
        for call in [
            libc::SYS_socket,
            libc::SYS_openat,
            libc::SYS_execve,
            libc::SYS_ptrace,
        ] {
            assert!(!rules.contains_key(&call), "{call} is allowed");
        }
    }
}
