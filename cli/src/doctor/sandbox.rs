//! What keeps a hostile program, or a hijacked one, from typing into the terminal.

use super::report::{Check, Finding};
use super::source::{Probe, Source};

const STATUS: &str = "/proc/self/status";
const LEGACY_TIOCSTI: &str = "/proc/sys/dev/tty/legacy_tiocsti";

/// Bits of capability sets, capabilities(7).
pub(super) const CAP_SYS_ADMIN: u32 = 21;
pub(super) const CAP_SYS_NICE: u32 = 23;
pub(super) const CAP_IPC_LOCK: u32 = 14;

/// Returns whether the process has a capability; nothing where that cannot be read.
pub(super) fn capable(probe: &mut Probe<'_>, bit: u32) -> Option<bool> {
    let set = probe.field(STATUS, "CapEff")?;
    let set = u64::from_str_radix(&set, 16).ok()?;
    Some(set & (1 << bit) != 0)
}

/// Asks whether programs may put bytes into the input of the terminal.
pub(super) fn tiocsti(source: &Source) -> Check {
    Check::of("tiocsti", source, |probe| {
        let fix = "sysctl -w dev.tty.legacy_tiocsti=0";
        match probe.number(LEGACY_TIOCSTI) {
            None => Finding::unknown(
                "kernels before 6.2 have no switch: there 1 ioctl by any program of the session types \
                 a command line; use seccomp or a session of its own",
            ),
            Some(0) => Finding::ok("the kernel refuses TIOCSTI to all but CAP_SYS_ADMIN: 0 bytes can be injected"),
            Some(_) => Finding::problem(
                "any program of the session can type into the shell with 1 ioctl (TIOCSTI), even through \
                 a read-only descriptor",
            )
            .fix(fix),
        }
    })
}

/// Asks for the capability that overrides the switch above.
pub(super) fn capabilities(source: &Source) -> Check {
    Check::of("capabilities", source, |probe| {
        match capable(probe, CAP_SYS_ADMIN) {
        None => Finding::unknown("capabilities could not be read"),
        Some(true) => Finding::advice(
            "CAP_SYS_ADMIN is 1 bit that defeats legacy_tiocsti=0 and the session check of TIOCSTI",
        )
        .fix("run as an ordinary user, or: setpriv --bounding-set -sys_admin --inh-caps -all PROGRAM"),
        Some(false) => Finding::ok("without CAP_SYS_ADMIN the kernel's checks of TIOCSTI hold: 0 ways around"),
    }
    })
}

/// Asks for a filter of system calls.
pub(super) fn seccomp(source: &Source) -> Check {
    Check::of("seccomp", source, |probe| {
        match probe.field(STATUS, "Seccomp").as_deref() {
            None => Finding::unknown("the kernel does not say whether system calls are filtered"),
            Some("0") => Finding::advice(
                "no filter: a hijacked program can make any of some 350 system calls, a reader needs about 50",
            )
            .fix("ttyring keys --sandbox shows it; in a program: ttyring::sandbox::harden; for a service: SystemCallFilter="),
            Some(_) => {
                let filters = probe.field(STATUS, "Seccomp_filters");
                Finding::ok(format!(
                    "system calls go through {} filters",
                    filters.as_deref().unwrap_or("one or more")
                ))
            }
        }
    })
}

/// Asks whether set-user-ID programs still raise rights.
pub(super) fn no_new_privs(source: &Source) -> Check {
    Check::of("no-new-privileges", source, |probe| {
        match probe.field(STATUS, "NoNewPrivs").as_deref() {
            None => Finding::unknown("the kernel does not say whether set-user-ID programs raise rights"),
            Some("0") => Finding::advice(
                "1 exec of a set-user-ID program raises a child's rights on the same terminal",
            )
            .fix("NoNewPrivileges=yes in the unit; docker: --security-opt no-new-privileges; setpriv --no-new-privs"),
            Some(_) => Finding::ok("no child gains rights: set-user-ID bits count 0"),
        }
    })
}
