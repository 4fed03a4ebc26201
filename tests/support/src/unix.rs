//! Signals on Unix: their dispositions, which a test is started with, and programs to kill.
//!
//! `nohup`, and a shell that starts a background job without job control, ignore signals for what
//! they start, and `execve(2)` hands that on: the program under test would outlive what is to end
//! it.

use std::mem::MaybeUninit;
use std::sync::Once;

use rustix::process::{Pid, Signal, kill_process};

/// Gives each signal that this process was started to ignore its default action, the first time
/// that it is called; what the process starts afterwards starts with that, too.
///
/// [`Pty::open`](crate::Pty::open) calls it. Tests that start programs without a terminal, or send
/// signals to themselves, do so themselves.
pub fn default_signals() {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        for number in 1..32 {
            // Every Rust program ignores SIGPIPE, and `Command` ends that for what it starts.
            if number != libc::SIGPIPE && is_ignored(number) {
                // SAFETY: no handler is involved.
                unsafe { libc::signal(number, libc::SIG_DFL) };
            }
        }
    });
}

fn is_ignored(number: libc::c_int) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: asks for the disposition, which is written to `action`, and changes nothing.
    unsafe { libc::sigaction(number, std::ptr::null(), action.as_mut_ptr()) };
    // SAFETY: zeroed, and written by the call unless the system has no such signal.
    unsafe { action.assume_init() }.sa_sigaction == libc::SIG_IGN
}

/// Blocks every signal on this thread: those that are sent to the process are for the threads of the
/// test, which may wait for them in a way of their own (`signalfd(2)`).
pub(crate) fn block_signals() {
    let mut all = MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: fills the set in.
    unsafe { libc::sigfillset(all.as_mut_ptr()) };
    // SAFETY: initialised by the call above; the mask from before is not asked for.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), std::ptr::null_mut()) };
}

/// Writes to standard error, without the lock that a thread which waits may hold.
pub(crate) fn report(message: &str) {
    let _ = rustix::io::write(rustix::stdio::stderr(), message.as_bytes());
}

/// Kills a program.
pub(crate) fn kill(program: i32) {
    if let Some(program) = Pid::from_raw(program) {
        let _ = kill_process(program, Signal::KILL);
    }
}
