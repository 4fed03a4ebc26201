//! What Windows has in the place of signals: nothing that a test would be started with.

use std::io::Write;

/// Does nothing: no signal is inherited.
pub fn default_signals() {}

/// Does nothing: control events have a thread of their own.
pub(crate) fn block_signals() {}

/// Writes to standard error.
pub(crate) fn report(message: &str) {
    let _ = std::io::stderr().write_all(message.as_bytes());
}

/// Does nothing: a program ends with the console of the test.
pub(crate) fn kill(_program: i32) {}
