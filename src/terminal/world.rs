//! What the terminal's custody needs of the process around it: its number, its signals, its clock.
//!
//! Unit tests put a simulated process in the place of this module (`simulation/world.rs`), with
//! the same functions, so that a signal can arrive between any two calls.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ttyring_platform::system::process;
use ttyring_platform::{Backend, Os, Time, Tty};

pub(super) use ttyring_platform::system::child::parent;
pub(super) use ttyring_platform::system::process::{
    BlockedSignals, id, pause, stop, stop_group, thread,
};

/// Returns whether a signal handler can reach the terminal: a scripted one is restored by `Drop`
/// alone.
pub(super) fn is_reachable<T: Tty>(tty: &T) -> bool {
    tty.descriptor().is_some()
}

/// Returns whether the process may change the terminal without being stopped. Async-signal-safe.
pub(super) fn is_in_foreground<T: Tty>(tty: &T) -> bool {
    tty.descriptor().is_none_or(process::is_in_foreground)
}

/// Waits until there is something to read; false when the time ran out or the system cannot say.
pub(super) fn wait_readable<T: Tty>(tty: &T, timeout: Duration) -> bool {
    tty.descriptor()
        .is_some_and(|descriptor| process::wait_readable(descriptor, timeout))
}

/// Takes a lock that no handler takes.
pub(super) fn lock<V>(mutex: &Mutex<V>) -> MutexGuard<'_, V> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads the monotonic clock.
pub(super) fn now() -> Time {
    Os.now()
}

/// Raises the signal that stops the process, for this thread. Async-signal-safe.
pub(super) fn raise_stop() {
    process::raise(process::STOP);
}
