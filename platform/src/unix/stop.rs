//! Stopping the process as a signal does by default: one thread at a time.
//!
//! The handler of the signal must be out of the way: its disposition is set to the default, the
//! signal is raised, and the disposition is restored once the process is continued. Dispositions
//! belong to the whole process. If two threads did this at once, the second would save the first
//! one's default as the disposition to restore, and the handler would be lost. So the first thread
//! stops the process, and the others wait: they are stopped with it.
//!
//! All other code of this crate that changes dispositions holds the [`DispositionLock`], too.

use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use std::time::Duration;

use libc::c_int;

use super::disposition::{default_disposition, exchange, is_handler, query};
use super::mask::{BlockedSignals, block, unblock};
use super::process::{STOP, disposition, id, pause, raise};

/// The process that holds the [`DispositionLock`]; zero when none does.
static HOLDER: AtomicI32 = AtomicI32::new(0);

/// How often the process was stopped here, modulo 2³².
static STOPS: AtomicU32 = AtomicU32::new(0);

/// Lets one thread of the process change dispositions until it is dropped. Every signal is blocked
/// on that thread, so that no handler on it can wait for the code that it interrupted.
/// Async-signal-safe.
#[derive(Debug)]
pub(super) struct DispositionLock {
    _blocked: BlockedSignals,
}

impl DispositionLock {
    /// Waits until no other thread holds the lock.
    pub(super) fn new() -> Self {
        let blocked = BlockedSignals::all_but_faults();
        let own = id();
        loop {
            let holder = HOLDER.load(Ordering::Relaxed);
            // A holder of another number is the thread of a parent at the moment of the fork: it
            // does not exist here. Acquire: pairs with the Release in `drop`.
            let free = holder != own;
            if free
                && HOLDER
                    .compare_exchange(holder, own, Ordering::Acquire, Ordering::Relaxed)
                    .is_ok()
            {
                return DispositionLock { _blocked: blocked };
            }
            // Not a spin: the holder may be a thread of lower priority on the same processor.
            pause(Duration::from_millis(u64::from(!free)));
        }
    }
}

impl Drop for DispositionLock {
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `new`.
        HOLDER.store(0, Ordering::Release);
    }
}

/// Stops this process as `signal` does by default, and returns once it is continued. Returns at
/// once where nobody could continue it (an orphaned group), and where the process was started
/// with the signal ignored. Async-signal-safe.
///
/// If another thread is stopping the process, this waits until that is over and the process is
/// continued, and does not stop it again.
pub fn stop(signal: c_int) {
    stop_if(signal, || true);
}

/// Stops every process of the group with SIGTSTP, as Ctrl-Z on the keyboard does.
/// Async-signal-safe.
pub fn stop_group() {
    stop_if(STOP, || {
        // A sandbox may refuse: then this process stops alone.
        let _ = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
        true
    });
}

/// Like [`stop`], but only if `still` returns true once the signal is pending.
///
/// A SIGCONT from then on discards the pending signal, so what `still` has seen cannot change
/// unnoticed before the process stops.
pub fn stop_if(signal: c_int, still: impl FnOnce() -> bool) {
    // Acquire: pairs with the Release below.
    let stops = STOPS.load(Ordering::Acquire);
    let _lock = DispositionLock::new();
    if STOPS.load(Ordering::Relaxed) != stops {
        return;
    }
    let ignored = |before: &libc::sigaction| before.sa_sigaction == libc::SIG_IGN;
    if query(signal).is_ok_and(|before| ignored(&before)) {
        still();
        return;
    }
    let Ok(before) = exchange(signal, &default_disposition()) else {
        return;
    };
    // This thread's own copy comes first: whichever thread takes the copy of the group, SIGCONT
    // throws both away, and this thread cannot run on before the process is stopped.
    raise(signal);
    if !still() {
        // What is ignored is no longer pending (`sigaction(2)`).
        let _ = exchange(signal, &disposition(libc::SIG_IGN));
    }
    // Unblocked, the signal that is pending on this thread stops it before the call returns.
    unblock(signal);
    block(signal);
    // A handler that somebody else has installed meanwhile stays.
    if let Ok(now) = exchange(signal, &before) {
        if is_handler(&now) {
            let _ = exchange(signal, &now);
        }
    }
    // Release: pairs with the Acquire above.
    STOPS.fetch_add(1, Ordering::Release);
}
