//! Confinement where the system offers none: says so.

use crate::Result;
use crate::sandbox::{Enforcement, Policy, Report};

/// Confines nothing: this system has no means that the library knows.
///
/// # Errors
///
/// None; the signature is that of the systems that can.
pub fn harden(_policy: &Policy) -> Result<Report> {
    Ok(Report::NOTHING)
}

/// Returns whether this process could put bytes into its terminal's input: nothing prevents it.
pub fn injection() -> Enforcement {
    Enforcement::NotEnforced
}
