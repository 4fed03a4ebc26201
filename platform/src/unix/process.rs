//! The process and its terminal: the foreground group, signals, exit.
//!
//! Each function makes one or two system calls and adds what POSIX says about them. The restore
//! path decides what to do with the answers. Signal handlers may call the functions that are
//! marked async-signal-safe.

use std::os::fd::BorrowedFd;
use std::ptr;
use std::time::Duration;

use libc::c_int;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::time::Timespec;

use super::disposition::default_disposition;
pub use super::mask::{ABORT, BlockedSignals, FAULTS};
pub use super::stop::{stop, stop_group, stop_if};
use crate::{Error, Result, defaults};

/// Returns the number of this process. It is never cached, since a fork has another one.
/// Async-signal-safe.
pub fn id() -> c_int {
    rustix::process::getpid().as_raw_pid()
}

/// Returns the number of this thread, which is never zero. Async-signal-safe.
pub fn thread() -> usize {
    // SAFETY: asks for a number. Some systems have a pointer in its place.
    unsafe { libc::pthread_self() as usize }
}

/// Returns whether this process may use `tty` without being stopped: it is in the foreground
/// group, or the terminal is not the controlling one, so that there is no job control.
/// Async-signal-safe.
pub fn is_in_foreground(tty: BorrowedFd<'_>) -> bool {
    match rustix::termios::tcgetpgrp(tty) {
        Ok(group) => group == rustix::process::getpgrp(),
        Err(_) => true,
    }
}

/// Waits for this many milliseconds, or for less when a signal is handled. Async-signal-safe.
pub fn pause(duration: Duration) {
    let milliseconds = c_int::try_from(duration.as_millis()).unwrap_or(c_int::MAX);
    // SAFETY: without descriptors, poll(2) waits and looks at no memory.
    unsafe { libc::poll(ptr::null_mut(), 0, milliseconds) };
}

/// Sends `signal` to this thread. Async-signal-safe.
pub fn raise(signal: c_int) {
    // SAFETY: sends a signal; what it does is up to its disposition.
    unsafe { libc::raise(signal) };
}

/// Has `function` called when the process ends by `exit(3)` or by returning from `main`.
///
/// # Errors
///
/// When the C library is out of memory.
pub fn at_exit(function: extern "C" fn()) -> Result<()> {
    // SAFETY: the function is never unloaded: it belongs to this program or to one that links it.
    if unsafe { libc::atexit(function) } == 0 {
        Ok(())
    } else {
        Err(Error::os("atexit", Errno::NOMEM))
    }
}

/// Signals whose default action ends the process on every system, apart from those that a fault
/// raises.
const POSIX_ENDINGS: [c_int; 12] = [
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGTERM,
    libc::SIGPIPE,
    libc::SIGALRM,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGVTALRM,
    libc::SIGPROF,
    libc::SIGXCPU,
    libc::SIGXFSZ,
];

/// Returns the signals whose default action ends the process on this system, apart from those that
/// a fault raises: the real-time signals are among them, except those that the C library keeps to
/// itself.
pub fn endings() -> impl Iterator<Item = c_int> {
    let here = defaults::ENDINGS.iter().copied();
    POSIX_ENDINGS
        .into_iter()
        .chain(here)
        .chain(defaults::realtime())
}

/// The signal that the keyboard's Ctrl-Z sends.
pub const STOP: c_int = libc::SIGTSTP;

/// The signal that stops a background process that changes the terminal.
pub const BACKGROUND: c_int = libc::SIGTTOU;

/// Waits until a read of `tty` would not block; false when the time ran out or the system cannot
/// say.
pub fn wait_readable(tty: BorrowedFd<'_>, timeout: Duration) -> bool {
    let mut interest = [PollFd::new(&tty, PollFlags::IN)];
    let timeout = Timespec::try_from(timeout).ok();
    poll(&mut interest, timeout.as_ref()).is_ok_and(|count| count > 0)
        && !interest[0].revents().contains(PollFlags::NVAL)
}

/// SIG_DFL, SIG_IGN or a handler, without flags.
pub(super) fn disposition(action: libc::sighandler_t) -> libc::sigaction {
    let mut new = default_disposition();
    new.sa_sigaction = action;
    new
}

/// Returns the error of a process in the background that nobody could continue (`tcsetattr(3)`).
pub fn background_error() -> Error {
    Error::os("tcsetattr", Errno::IO)
}
