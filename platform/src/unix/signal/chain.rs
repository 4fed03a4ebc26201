//! What happens after our part of a signal: the handler from before, or the default action.
//!
//! Everything here is async-signal-safe and runs inside the handler.

use std::mem::MaybeUninit;
use std::ptr;

use libc::{c_int, c_void, sigaction, siginfo_t, sigset_t};

use crate::unix::mask::set_of;

/// Signals that a fault of the running instruction raises: returning from the handler runs the
/// instruction again.
pub(super) const FAULTS: [c_int; 5] = [
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGILL,
    libc::SIGFPE,
    libc::SIGTRAP,
];

/// Whether the disposition is a function, neither SIG_DFL nor SIG_IGN.
pub(super) fn is_handler(action: &sigaction) -> bool {
    action.sa_sigaction != libc::SIG_DFL && action.sa_sigaction != libc::SIG_IGN
}

/// Whether two dispositions call the same function in the same way.
pub(super) fn same(a: &sigaction, b: &sigaction) -> bool {
    a.sa_sigaction == b.sa_sigaction && a.sa_flags == b.sa_flags
}

/// SIG_DFL without flags.
pub(super) fn default_disposition() -> sigaction {
    let action = MaybeUninit::<sigaction>::zeroed();
    // SAFETY: an integer, flags, a set and an optional function: all valid when zero.
    let mut action = unsafe { action.assume_init() };
    action.sa_sigaction = libc::SIG_DFL;
    action
}

/// Calls the handler from before as the kernel would have.
pub(super) fn call(
    previous: &sigaction,
    number: c_int,
    info: *mut siginfo_t,
    context: *mut c_void,
) {
    if previous.sa_flags & libc::SA_SIGINFO != 0 {
        type Full = extern "C" fn(c_int, *mut siginfo_t, *mut c_void);
        // SAFETY: SA_SIGINFO says that the function takes three arguments.
        let function = unsafe { std::mem::transmute::<usize, Full>(previous.sa_sigaction) };
        function(number, info, context);
    } else {
        type Plain = extern "C" fn(c_int);
        // SAFETY: without SA_SIGINFO the function takes the number alone.
        let function = unsafe { std::mem::transmute::<usize, Plain>(previous.sa_sigaction) };
        function(number);
    }
    // The handler of the Rust runtime sets SIG_DFL and returns so that the fault happens again.
    // A signal sent by a process does not happen again by itself.
    if FAULTS.contains(&number) && !is_fault(number, info) && is_default(number) {
        raise(number);
    }
}

/// Does what the kernel would do without a handler.
pub(super) fn act_by_default(number: c_int, info: *mut siginfo_t) {
    match number {
        libc::SIGWINCH | libc::SIGCONT | libc::SIGCHLD | libc::SIGURG => {}
        libc::SIGTSTP | libc::SIGTTIN | libc::SIGTTOU => stop(number),
        _ => {
            replace(number, &default_disposition());
            // The signal is blocked here: it ends the process when the handler returns. A fault
            // does so by happening again, and keeps its address in the core file.
            if !is_fault(number, info) {
                raise(number);
            }
        }
    }
}

/// Stops the process until it is continued, with the handler out of the way.
fn stop(number: c_int) {
    let ours = replace(number, &default_disposition());
    raise(number);
    // Unblocked, the signal that is pending stops the process before the call returns.
    let only = set_of(number);
    change_mask(libc::SIG_UNBLOCK, &only);
    change_mask(libc::SIG_BLOCK, &only);
    replace(number, &ours);
}

fn is_fault(number: c_int, info: *mut siginfo_t) -> bool {
    // SAFETY: the kernel gives the handler a valid siginfo (SA_SIGINFO is set), and it is null
    // only if somebody else calls the handler without one.
    let code = unsafe { info.as_ref() }.map_or(0, |info| info.si_code);
    FAULTS.contains(&number) && code > 0
}

fn is_default(number: c_int) -> bool {
    let mut now = default_disposition();
    // SAFETY: the kernel writes to a place of the right size.
    unsafe { libc::sigaction(number, ptr::null(), &mut now) };
    now.sa_sigaction == libc::SIG_DFL
}

fn replace(number: c_int, action: &sigaction) -> sigaction {
    let mut old = default_disposition();
    // SAFETY: a complete disposition, and a place of the right size for the old one.
    unsafe { libc::sigaction(number, action, &mut old) };
    old
}

fn raise(number: c_int) {
    // SAFETY: sends a signal to this thread; async-signal-safe.
    unsafe { libc::raise(number) };
}

fn change_mask(how: c_int, set: &sigset_t) {
    // SAFETY: an initialised set; the old mask is not asked for.
    unsafe { libc::pthread_sigmask(how, set, ptr::null_mut()) };
}
