//! `ttyring keys --sandbox`: confines the inspector, tries what must fail now, and says what came
//! of it.

use std::fs::File;
use std::io;

use ttyring::platform::harden;
use ttyring::platform::sandbox::{Enforcement, Policy, Report};

use crate::system;

/// Confines every thread of the process to reading the terminal that it has open; returns what is
/// in force and what became of the attempts, for the screen.
pub(super) fn confine() -> Result<[String; 2], ttyring::Error> {
    let report = harden(&Policy::reader())?;
    let in_force = format!(
        "sandbox: injection {}, system calls {}, files {}",
        name(report.injection),
        name(report.system_calls),
        name(report.files),
    );
    let attempts = format!(
        "sandbox: open {}, socket {}",
        outcome(File::open("/dev/null").map(drop), report),
        outcome(system::open_socket(), report),
    );
    Ok([in_force, attempts])
}

fn name(enforcement: Enforcement) -> &'static str {
    match enforcement {
        Enforcement::Blocked => "blocked",
        Enforcement::KernelBlocked => "blocked by the kernel",
        Enforcement::NotEnforced => "not enforced",
    }
}

/// What an attempt came to; a promise that was not kept is said aloud.
fn outcome(attempt: io::Result<()>, report: Report) -> &'static str {
    match attempt {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => "refused",
        Err(_) => "failed",
        Ok(()) if report.system_calls == Enforcement::Blocked => "NOT refused",
        Ok(()) => "allowed",
    }
}
