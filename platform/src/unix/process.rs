//! The process and its terminal: the group in the foreground, signals sent and blocked, forks and
//! deaths.
//!
//! Each function is one raw call or two with what POSIX says about them; what to do with the
//! answer is the restore path's business. Functions marked so may be called in a signal handler.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::os::fd::BorrowedFd;
use std::ptr;
use std::time::Duration;

use libc::{c_int, sigset_t};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::time::Timespec;

use crate::{Error, Result};

/// Every signal but those that a fault raises is blocked on this thread until this is dropped: the
/// kernel ends a process that blocks the signal of its own fault, and no handler runs. `abort(3)`
/// unblocks its own. Async-signal-safe.
pub struct Quiet {
    before: sigset_t,
    // The mask belongs to the thread: the value must not leave it.
    _thread: PhantomData<*const ()>,
}

impl Quiet {
    /// Blocks them.
    pub fn new() -> Self {
        let mut most = full_set();
        for fault in FAULTS.into_iter().filter(|&fault| fault != ABORT) {
            // SAFETY: an initialised set, and the number of a signal.
            unsafe { libc::sigdelset(&mut most, fault) };
        }
        let mut before = MaybeUninit::<sigset_t>::zeroed();
        // SAFETY: an initialised set, and a place of the right size for the mask before.
        unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &most, before.as_mut_ptr()) };
        Quiet {
            // SAFETY: an all-zero set is a valid one, and the call has only overwritten it.
            before: unsafe { before.assume_init() },
            _thread: PhantomData,
        }
    }
}

impl Quiet {
    /// Returns the mask from before.
    pub(super) fn mask_before(&self) -> sigset_t {
        self.before
    }
}

/// Replaces the mask of this thread. Async-signal-safe.
pub(super) fn set_mask(mask: &sigset_t) {
    // SAFETY: an initialised set; the mask from before is not asked for.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, mask, ptr::null_mut()) };
}

impl Default for Quiet {
    fn default() -> Self {
        Quiet::new()
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        set_mask(&self.before);
    }
}

impl std::fmt::Debug for Quiet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Quiet").finish_non_exhaustive()
    }
}

pub(super) fn full_set() -> sigset_t {
    let mut set = MaybeUninit::<sigset_t>::zeroed();
    // SAFETY: fills the set in.
    unsafe { libc::sigfillset(set.as_mut_ptr()) };
    // SAFETY: initialised by the call above.
    unsafe { set.assume_init() }
}

/// Returns the number of this process, asked anew each time: a fork must not believe that it is
/// its parent. Async-signal-safe.
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

/// Waits for so many milliseconds, or for less when a signal is handled. Async-signal-safe.
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

/// Signals whose default action ends the process, apart from those that a fault raises.
pub const ENDINGS: [c_int; 12] = [
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

/// Signals that a fault of the program raises, `abort(3)` among them.
pub const FAULTS: [c_int; 7] = [
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGTRAP,
    libc::SIGSYS,
    libc::SIGABRT,
];

/// The signal that `abort(3)` raises.
pub const ABORT: c_int = libc::SIGABRT;

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

/// Stops this process as `signal` does by default, and returns once it is continued. Returns at
/// once where nobody could continue it (an orphaned group), and where the process was started
/// with the signal ignored. Async-signal-safe.
pub fn stop(signal: c_int) {
    stop_if(signal, || true);
}

/// As [`stop`], if `still` says so once the signal is pending.
///
/// What continues the process from then on takes the signal back, so nothing that `still` has seen
/// can change unnoticed before the process stops.
pub fn stop_if(signal: c_int, still: impl FnOnce() -> bool) {
    let default = disposition(libc::SIG_DFL);
    let mut before = disposition(libc::SIG_DFL);
    // SAFETY: the kernel writes to a place of the right size, and reads nothing.
    unsafe { libc::sigaction(signal, ptr::null(), &mut before) };
    if before.sa_sigaction == libc::SIG_IGN {
        return;
    }
    let only = set_of(signal);
    let mut mask = full_set();
    // SAFETY: an initialised set, and a place of the right size for the mask before.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &only, &mut mask) };
    // SAFETY: a complete disposition.
    unsafe { libc::sigaction(signal, &default, ptr::null_mut()) };
    raise(signal);
    if !still() {
        let ignore = disposition(libc::SIG_IGN);
        // What is ignored is no longer pending (`sigaction(2)`).
        // SAFETY: a complete disposition.
        unsafe { libc::sigaction(signal, &ignore, ptr::null_mut()) };
    }
    // Unblocked, the signal that is pending on this thread stops it before the call returns.
    // SAFETY: an initialised set; the mask is put back below.
    unsafe { libc::pthread_sigmask(libc::SIG_UNBLOCK, &only, ptr::null_mut()) };
    // SAFETY: the mask that the thread had before.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &mask, ptr::null_mut()) };
    // SAFETY: the disposition from before.
    unsafe { libc::sigaction(signal, &before, ptr::null_mut()) };
}

/// Stops the other processes of this group, as the keyboard's Ctrl-Z would have.
pub fn stop_others() {
    let ignore = disposition(libc::SIG_IGN);
    let mut before = disposition(libc::SIG_DFL);
    // SAFETY: a complete disposition, and a place of the right size for the one before.
    unsafe { libc::sigaction(STOP, &ignore, &mut before) };
    // Ignored here, it is thrown away here; an error means that there is nobody else.
    let _ = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
    // SAFETY: the disposition from before.
    unsafe { libc::sigaction(STOP, &before, ptr::null_mut()) };
}

pub(super) fn disposition(action: libc::sighandler_t) -> libc::sigaction {
    let new = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: an integer, flags, a set and an optional function: all valid when zero.
    let mut new = unsafe { new.assume_init() };
    new.sa_sigaction = action;
    new
}

fn set_of(signal: c_int) -> sigset_t {
    let mut set = MaybeUninit::<sigset_t>::zeroed();
    // SAFETY: fills the set in.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: the set is initialised, the number is that of a signal.
    unsafe { libc::sigaddset(set.as_mut_ptr(), signal) };
    // SAFETY: initialised by the calls above.
    unsafe { set.assume_init() }
}

/// Returns the error of a process in the background that nobody could continue (`tcsetattr(3)`).
pub fn background_error() -> Error {
    Error::os("tcsetattr", Errno::IO)
}
