//! What signals do by default, where macOS differs from other systems (`signal(3)`).

use libc::c_int;

/// Signals that end the process here and not everywhere.
pub(crate) const ENDINGS: &[c_int] = &[libc::SIGEMT];

/// Signals that do nothing here and end the process elsewhere.
pub(crate) const HARMLESS: &[c_int] = &[libc::SIGIO, libc::SIGINFO];

/// There are no real-time signals.
pub(crate) fn realtime() -> std::iter::Empty<c_int> {
    std::iter::empty()
}

/// There is no question for all signals at once.
pub(crate) fn touched() -> Option<(u64, u64)> {
    None
}
