//! What signals do by default, where Linux differs from other systems (`signal(7)`).

use std::ops::RangeInclusive;

use libc::c_int;
use rustix::fs::{Mode, OFlags, open};

/// Signals that end the process here and not everywhere, with one that not every processor has.
#[cfg(not(any(
    target_arch = "mips",
    target_arch = "mips32r6",
    target_arch = "mips64",
    target_arch = "mips64r6",
    target_arch = "sparc",
    target_arch = "sparc64"
)))]
pub(crate) const ENDINGS: &[c_int] = &[libc::SIGIO, libc::SIGPWR, libc::SIGSTKFLT];
/// The others have SIGEMT in its place.
#[cfg(any(
    target_arch = "mips",
    target_arch = "mips32r6",
    target_arch = "mips64",
    target_arch = "mips64r6",
    target_arch = "sparc",
    target_arch = "sparc64"
))]
pub(crate) const ENDINGS: &[c_int] = &[libc::SIGIO, libc::SIGPWR, libc::SIGEMT];

/// Signals that do nothing here and end the process elsewhere.
pub(crate) const HARMLESS: &[c_int] = &[];

/// The real-time signals, without the first ones, which the C library keeps to itself.
pub(crate) fn realtime() -> RangeInclusive<c_int> {
    libc::SIGRTMIN()..=libc::SIGRTMAX()
}

/// Returns which signals have neither a handler nor are ignored, as bits from 1 for signal 1
/// (`SigIgn` and `SigCgt` of proc(5)); one question for all of them. `None` without `/proc`.
pub(crate) fn untouched() -> Option<u64> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    let status = open("/proc/self/status", flags, Mode::empty()).ok()?;
    let mut text = [0; 4096];
    let count = rustix::io::read(status, &mut text).ok()?;
    // The name of the program comes first and may be any bytes.
    let text = String::from_utf8_lossy(text.get(..count)?);
    let touched = set(&text, "SigIgn:")? | set(&text, "SigCgt:")?;
    Some(!touched)
}

fn set(status: &str, name: &str) -> Option<u64> {
    let set = status.lines().find_map(|line| line.strip_prefix(name))?;
    // 32 digits where a system has 128 signals (MIPS): only the lower half is of interest.
    let digits = set.trim();
    let low = digits.get(digits.len().saturating_sub(16)..)?;
    u64::from_str_radix(low, 16).ok()
}
