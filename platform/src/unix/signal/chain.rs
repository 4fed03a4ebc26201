//! What happens after our part of a signal: the handler from before, or the default action.
//!
//! Everything here is async-signal-safe and runs inside the handler.

use libc::{c_int, c_void, sigaction, siginfo_t};

use crate::defaults::HARMLESS;
use crate::unix::disposition::{default_disposition, exchange, query};
use crate::unix::mask::{block, unblock};
use crate::unix::process::raise;
use crate::unix::stop::stop;

/// Signals that a fault of the running instruction raises: returning from the handler runs the
/// instruction again.
pub(super) const INSTRUCTION_FAULTS: [c_int; 5] = [
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGILL,
    libc::SIGFPE,
    libc::SIGTRAP,
];

/// What the kernel does with a signal that has no handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Nothing.
    Nothing,
    /// The process stops.
    Stop,
    /// The process ends.
    End,
}

impl Action {
    /// Returns the default action of a signal (`signal(7)`).
    pub(super) fn of(number: c_int) -> Self {
        match number {
            libc::SIGWINCH | libc::SIGCONT | libc::SIGCHLD | libc::SIGURG => Action::Nothing,
            libc::SIGTSTP | libc::SIGTTIN | libc::SIGTTOU => Action::Stop,
            number if HARMLESS.contains(&number) => Action::Nothing,
            _ => Action::End,
        }
    }
}

/// Calls the handler from before as the kernel would have. The kernel has blocked the signals of
/// its mask already, and this one, whatever its flags.
pub(super) fn call(
    previous: &sigaction,
    number: c_int,
    info: *mut siginfo_t,
    context: *mut c_void,
) {
    let again = previous.sa_flags & libc::SA_NODEFER != 0;
    if again {
        unblock(number);
    }
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
    if again {
        block(number);
    }
    // The handler of the Rust runtime sets SIG_DFL and returns so that the fault happens again.
    // A signal sent by a process does not happen again by itself.
    if INSTRUCTION_FAULTS.contains(&number) && !is_fault(number, info) && is_default(number) {
        end(number);
    }
}

/// Does what the kernel would do without a handler.
pub(super) fn act_by_default(number: c_int, info: *mut siginfo_t) {
    match Action::of(number) {
        Action::Nothing => {}
        Action::Stop => stop(number),
        Action::End => {
            // A failure leaves the handler in place, and the process ends by its number.
            let _ = exchange(number, &default_disposition());
            // A fault ends the process by happening again, and keeps its address in the core file.
            if !is_fault(number, info) {
                end(number);
            }
        }
    }
}

/// Ends the process by a signal whose disposition is the default one.
fn end(number: c_int) {
    raise(number);
    // It is blocked in its own handler: unblocked, it ends the process before this returns.
    unblock(number);
    // Unless the process is the first one of a PID namespace: the kernel drops what is sent there
    // from inside (pid_namespaces(7)). The terminal has been put back, and the program must not go
    // on reading it. The status is the one that a shell reports.
    // SAFETY: ends the process; async-signal-safe.
    unsafe { libc::_exit(128 + number) }
}

fn is_fault(number: c_int, info: *mut siginfo_t) -> bool {
    // SAFETY: the kernel gives the handler a valid siginfo (SA_SIGINFO is set), and it is null
    // only if somebody else calls the handler without one.
    let code = unsafe { info.as_ref() }.map_or(0, |info| info.si_code);
    INSTRUCTION_FAULTS.contains(&number) && code > 0
}

fn is_default(number: c_int) -> bool {
    query(number).is_ok_and(|now| now.sa_sigaction == libc::SIG_DFL)
}
