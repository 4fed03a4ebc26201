//! Systems and processors on which no program is stepped.

use std::io;

use super::contenders::Contender;

/// Refuses to count.
pub(super) fn count(contender: &Contender) -> io::Result<f64> {
    Err(contender.failed("steps: not available: stepping needs Linux on x86-64 or aarch64"))
}
