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
                "This kernel has no switch against the ioctl TIOCSTI (6.2 and later have one): any program of the session can type into the shell. Use seccomp, or a session of its own.",
            ),
            Some(0) => Finding::ok("The kernel refuses the ioctl TIOCSTI to every process without CAP_SYS_ADMIN."),
            Some(_) => Finding::problem(
                "Any program of the session can type into the shell with the ioctl TIOCSTI, even through a read-only descriptor.",
            )
            .fix(fix),
        }
    })
}

/// Asks for the capability that overrides the switch above.
pub(super) fn capabilities(source: &Source) -> Check {
    Check::of("capabilities", source, |probe| {
        match capable(probe, CAP_SYS_ADMIN) {
        None => Finding::unknown("The capabilities could not be read."),
        Some(true) => Finding::advice(
            "This process has CAP_SYS_ADMIN, which overrides legacy_tiocsti=0 and the kernel's check of the session.",
        )
        .fix("run as an ordinary user, or: setpriv --bounding-set -sys_admin --inh-caps -all PROGRAM"),
        Some(false) => Finding::ok("This process does not have CAP_SYS_ADMIN, so the kernel's checks of TIOCSTI hold."),
    }
    })
}

/// Asks for a filter of system calls.
pub(super) fn seccomp(source: &Source) -> Check {
    Check::of("seccomp", source, |probe| {
        match probe.field(STATUS, "Seccomp").as_deref() {
            None => Finding::unknown("The kernel does not say whether system calls are filtered."),
            Some("0") => Finding::advice(
                "System calls are not filtered: a hijacked program can make any of some 350 calls, and a reader needs about 50.",
            )
            .fix("ttyring keys --sandbox shows it; in a program: ttyring::platform::harden; for a service: SystemCallFilter="),
            Some(_) => {
                let filters = probe.field(STATUS, "Seccomp_filters");
                Finding::ok(match filters.as_deref() {
                    None => "System calls are filtered.".to_owned(),
                    Some("1") => "System calls go through a filter.".to_owned(),
                    Some(count) => format!("System calls go through {count} filters."),
                })
            }
        }
    })
}

/// Asks whether set-user-ID programs still raise rights.
pub(super) fn no_new_privs(source: &Source) -> Check {
    Check::of("no-new-privileges", source, |probe| {
        match probe.field(STATUS, "NoNewPrivs").as_deref() {
            None => Finding::unknown("The kernel does not say whether set-user-ID programs gain rights."),
            Some("0") => Finding::advice(
                "A child that runs a set-user-ID program gains rights while it has the same terminal.",
            )
            .fix("NoNewPrivileges=yes in the unit; docker: --security-opt no-new-privileges; setpriv --no-new-privs"),
            Some(_) => Finding::ok("No child gains rights: set-user-ID bits have no effect."),
        }
    })
}
