//! The signals of a process that only waits for its child: who sent them, and whether the child got
//! them, too.
//!
//! What to do about them is the supervisor's decision.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use libc::{c_int, c_void, siginfo_t};

use super::change_disposition;
use crate::unix::mask::{BlockedSignals, empty_set};
use crate::unix::process::disposition;

/// The signals that a supervisor waits for.
pub(super) const FORWARDED: [c_int; 10] = [
    libc::SIGTERM,
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGALRM,
    libc::SIGTSTP,
    libc::SIGCONT,
    libc::SIGCHLD,
];

/// Which of [`FORWARDED`] have arrived, in its order.
static ARRIVED: [AtomicBool; FORWARDED.len()] = [const { AtomicBool::new(false) }; FORWARDED.len()];

/// Who sent each of [`FORWARDED`] last.
static SENDERS: [AtomicI32; FORWARDED.len()] = [const { AtomicI32::new(0) }; FORWARDED.len()];

/// Whether this process leads its session: the kernel then tells it alone of a hangup.
static LEADS: AtomicBool = AtomicBool::new(false);

/// One signal that arrived for this process alone, as far as the kernel tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// Its number.
    pub signal: c_int,
    /// The process that sent it; zero if that is outside this PID namespace.
    pub sender: c_int,
}

/// Signals to wait for: blocked since [`SignalListener::block`], taken by [`SignalListener::wait`].
#[derive(Debug)]
pub struct SignalListener {
    blocked: BlockedSignals,
    /// The disposition of SIGCHLD that this process was given.
    child: Given,
}

struct Given(libc::sigaction);

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Given").field(&self.0.sa_sigaction).finish()
    }
}

impl SignalListener {
    /// Blocks every signal, and gives SIGCHLD its default disposition: a parent may have left it
    /// ignored, and then the kernel reaps children and reports nothing. Signals that arrive from
    /// now on are kept for [`wait`](SignalListener::wait). Dropping this restores both.
    pub fn block() -> Self {
        SignalListener {
            blocked: BlockedSignals::all_but_faults(),
            child: Given(change_disposition(
                libc::SIGCHLD,
                &disposition(libc::SIG_DFL),
            )),
        }
    }

    /// Returns the mask and the disposition of SIGCHLD from before, for a new program.
    pub(super) fn before(&self) -> (libc::sigset_t, libc::sigaction) {
        (self.blocked.mask_before(), self.child.0)
    }

    /// Installs handlers for the signals, once it is certain that this process only waits.
    pub fn install_handlers(&self) {
        // Relaxed: read in handlers of this thread.
        LEADS.store(leads_session(), Ordering::Relaxed);
        let mut action = disposition(on_signal as *const () as libc::sighandler_t);
        action.sa_flags = libc::SA_SIGINFO;
        for signal in FORWARDED {
            change_disposition(signal, &action);
        }
    }

    /// Waits for signals and passes each to `receive`.
    ///
    /// What the terminal sends to the whole group is left out, since the child gets it, too. A
    /// hangup that only the session leader is told of is passed on, and so are SIGCONT and SIGCHLD.
    pub fn wait(&self, mut receive: impl FnMut(Received)) {
        let none = empty_set();
        // SAFETY: an initialised set; returns when a handler has run, with all blocked again.
        unsafe { libc::sigsuspend(&none) };
        for (index, signal) in FORWARDED.into_iter().enumerate() {
            // Relaxed: stored by a handler of this thread.
            if ARRIVED[index].swap(false, Ordering::Relaxed) {
                let sender = SENDERS[index].load(Ordering::Relaxed);
                receive(Received { signal, sender });
            }
        }
    }
}

impl Drop for SignalListener {
    fn drop(&mut self) {
        // Before the mask: what is unblocked must find the disposition that it would have found.
        change_disposition(libc::SIGCHLD, &self.child.0);
    }
}

extern "C" fn on_signal(signal: c_int, info: *mut siginfo_t, _context: *mut c_void) {
    // SAFETY: the kernel gives the handler a valid siginfo: it is installed with SA_SIGINFO.
    let code = unsafe { (*info).si_code };
    // SAFETY: as above; where a signal has no sender the place holds another number, which is only
    // compared with the senders of other signals.
    let sender = unsafe { (*info).si_pid() };
    // Relaxed: stored by this thread, before it had this handler.
    let leads = LEADS.load(Ordering::Relaxed);
    let wanted = is_ours_alone(signal, crate::is_from_kernel(code, sender), leads);
    if let Some(index) = FORWARDED.iter().position(|&heard| heard == signal) {
        // Relaxed: read on this thread.
        SENDERS[index].store(sender, Ordering::Relaxed);
        ARRIVED[index].fetch_or(wanted, Ordering::Relaxed);
    }
}

/// Whether a signal is for this process to act on. The keyboard's signals and a hangup go to the
/// whole foreground group, the child included; what else the kernel sends, the alarm of a timer
/// that was set before this program was started, for example, goes to one process.
fn is_ours_alone(signal: c_int, from_kernel: bool, leads: bool) -> bool {
    let to_group = match signal {
        libc::SIGINT | libc::SIGQUIT | libc::SIGTSTP => true,
        libc::SIGHUP => !leads,
        _ => false,
    };
    !(from_kernel && to_group)
}

/// Where `si_pid` is all that tells: a signal of the kernel has no sender.
///
/// On Darwin `si_code` is 0 for every signal but SIGCHLD, and `si_pid` is the process in whose
/// context the kernel made the signal (XNU `bsd/kern/kern_sig.c`, `psignal_internal`). So one of
/// the keyboard may look as if the terminal emulator had sent it, and is then handed on to a
/// program that has it already; none is lost.
pub fn has_no_sender(_code: c_int, sender: c_int) -> bool {
    sender == 0
}

fn leads_session() -> bool {
    // SAFETY: asks for a number.
    unsafe { libc::getsid(0) == libc::getpid() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KERNEL: bool = true;
    const PROCESS: bool = false;

    #[test]
    fn what_a_process_sends_is_handed_on() {
        for signal in FORWARDED {
            assert!(is_ours_alone(signal, PROCESS, false), "{signal}");
            assert!(is_ours_alone(signal, PROCESS, true), "{signal}");
        }
    }

    #[test]
    fn signals_of_the_keyboard_have_reached_the_child() {
        for signal in [libc::SIGINT, libc::SIGQUIT, libc::SIGTSTP] {
            assert!(!is_ours_alone(signal, KERNEL, false), "{signal}");
            assert!(!is_ours_alone(signal, KERNEL, true), "{signal}");
        }
    }

    #[test]
    fn hangup_is_told_to_the_leader_of_the_session_alone() {
        assert!(!is_ours_alone(libc::SIGHUP, KERNEL, false));
        assert!(is_ours_alone(libc::SIGHUP, KERNEL, true));
    }

    #[test]
    fn timers_and_limits_mean_one_process() {
        for signal in [libc::SIGALRM, libc::SIGTERM, libc::SIGUSR1] {
            assert!(is_ours_alone(signal, KERNEL, false), "{signal}");
        }
    }

    #[test]
    fn sender_tells_where_nothing_else_does() {
        assert!(has_no_sender(0, 0));
        assert!(!has_no_sender(0, 4711));
    }
}
