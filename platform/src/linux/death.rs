//! A signal to the child when its parent dies (`PR_SET_PDEATHSIG`), and who sent a signal.
//!
//! What the signal does to the child is the child's business.

use libc::{c_int, c_ulong};

/// Has the kernel send `signal` to this process when the thread that forked it ends; returns
/// whether it will. It stays so across `execve(2)`, unless that changes the user or the
/// capabilities. A parent that died before the call is not noticed. Async-signal-safe.
pub fn die_with_parent(signal: c_int) -> bool {
    let Ok(signal) = c_ulong::try_from(signal) else {
        return false;
    };
    // SAFETY: sets an attribute of this process.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, signal, 0, 0, 0) == 0 }
}

/// Returns whether a signal with this `si_code` was sent by the kernel, the terminal's keyboard
/// included, not by a process (`sigaction(2)`).
///
/// The sender's number does not tell: it is 0 for a process outside this PID namespace, which is
/// where `docker stop` comes from (`__send_signal_locked` in the kernel).
pub(crate) fn is_from_kernel(code: c_int, _sender: c_int) -> bool {
    code > 0
}
