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

/// Returns which signals are ignored, and which have a handler, as bits from 1 for signal 1 (`SigIgn`
/// and `SigCgt` of proc(5)): one question for all of them. `None` without `/proc`.
pub(crate) fn touched() -> Option<(u64, u64)> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    let status = open("/proc/self/status", flags, Mode::empty()).ok()?;
    let mut text = [0; 4096];
    let count = rustix::io::read(status, &mut text).ok()?;
    let text = text.get(..count)?;
    Some((set(text, b"\nSigIgn:")?, set(text, b"\nSigCgt:")?))
}

/// Returns the lower half of a set, of which a system with 128 signals (MIPS) has 32 digits. Only that
/// is of interest.
fn set(status: &[u8], name: &[u8]) -> Option<u64> {
    let start = status.windows(name.len()).position(|at| at == name)? + name.len();
    let digits = status[start..].trim_ascii_start();
    let end = digits.iter().position(|byte| *byte == b'\n')?;
    let number = digits[..end].iter().try_fold(0_u64, |number, &digit| {
        let digit = char::from(digit).to_digit(16)?;
        Some(number << 4 | u64::from(digit))
    });
    number.filter(|_| end > 0)
}
