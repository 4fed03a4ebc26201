//! The default actions of signals according to POSIX and BSD, for systems without a table of their
//! own.

use libc::c_int;

/// Signals that end the process here and not everywhere: none that is known.
pub const ENDINGS: &[c_int] = &[];

/// Signals that do nothing here and end the process elsewhere.
pub const HARMLESS: &[c_int] = &[libc::SIGIO];

/// Which real-time signals there are is not known.
pub fn realtime() -> std::iter::Empty<c_int> {
    std::iter::empty()
}

/// There is no question for all signals at once.
pub fn touched() -> Option<(u64, u64)> {
    None
}
