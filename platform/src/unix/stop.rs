//! Stopping the process as a signal does by default: one thread at a time.
//!
//! To stop, the handler of the signal has to be out of the way: its disposition becomes the
//! default, the signal is raised, and once the process is continued the disposition from before
//! comes back. The disposition is the whole process's. If two threads did this at once, the second
//! would take the first one's default for what was there before, and the handler would be lost. So
//! the first thread stops the process, and the others wait: they were stopped with it.
//!
//! Whoever else changes dispositions in this crate is [`Alone`] meanwhile, too.

use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use std::time::Duration;

use libc::c_int;

use super::disposition::{default_disposition, exchange, is_handler, query};
use super::mask::{block, unblock};
use super::process::{Quiet, STOP, disposition, id, pause, raise};

/// The process whose thread is [`Alone`]; zero when none is.
static HOLDER: AtomicI32 = AtomicI32::new(0);

/// How often the process was stopped here, modulo 2³².
static STOPS: AtomicU32 = AtomicU32::new(0);

/// The only thread of the process that changes dispositions, until it is dropped. Every signal is
/// blocked on it, so that no handler on this thread can wait for what it interrupted.
/// Async-signal-safe.
#[derive(Debug)]
pub(super) struct Alone {
    _quiet: Quiet,
}

impl Alone {
    /// Waits until no other thread is.
    pub(super) fn new() -> Self {
        let quiet = Quiet::new();
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
                return Alone { _quiet: quiet };
            }
            // Not a spin: the holder may be a thread of lower priority on the same processor.
            pause(Duration::from_millis(u64::from(!free)));
        }
    }
}

impl Drop for Alone {
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

/// As [`stop`] with SIGTSTP, for every process of the group, as the keyboard's Ctrl-Z does.
/// Async-signal-safe.
pub fn stop_group() {
    stop_if(STOP, || {
        // A sandbox may refuse: then this process stops alone.
        let _ = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
        true
    });
}

/// As [`stop`], if `still` says so once the signal is pending.
///
/// What continues the process from then on takes the signal back, so nothing that `still` has seen
/// can change unnoticed before the process stops.
pub fn stop_if(signal: c_int, still: impl FnOnce() -> bool) {
    // Acquire: pairs with the Release below.
    let stops = STOPS.load(Ordering::Acquire);
    let _alone = Alone::new();
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
