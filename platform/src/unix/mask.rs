//! Signal sets, and the signal mask of the calling thread. Everything here is async-signal-safe.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr;

use libc::{c_int, sigset_t};

/// Signals that a fault of the program raises, `abort(3)` among them.
pub const FAULTS: [c_int; 7] = [
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGTRAP,
    libc::SIGSYS,
    ABORT,
];

/// The signal that `abort(3)` raises.
pub const ABORT: c_int = libc::SIGABRT;

/// Blocks signals on the calling thread until it is dropped. Async-signal-safe.
pub struct BlockedSignals {
    before: sigset_t,
    // The mask belongs to the thread: the value must not leave it.
    _thread: PhantomData<*const ()>,
}

impl BlockedSignals {
    /// Blocks one signal.
    ///
    /// `SIGTTOU` stops a background process that changes the settings of its terminal; POSIX
    /// allows the change while the signal is blocked (`tcsetattr(3)`).
    pub fn one(signal: c_int) -> Self {
        BlockedSignals::block(&set_of(signal))
    }

    /// Blocks every signal but those that a fault raises: the kernel ends a process that blocks
    /// the signal of its own fault, and no handler runs. `abort(3)` unblocks its own signal.
    pub fn all_but_faults() -> Self {
        let mut most = full_set();
        for fault in FAULTS.into_iter().filter(|&fault| fault != ABORT) {
            // SAFETY: an initialised set, and the number of a signal.
            unsafe { libc::sigdelset(&mut most, fault) };
        }
        BlockedSignals::block(&most)
    }

    fn block(set: &sigset_t) -> Self {
        let mut before = MaybeUninit::<sigset_t>::zeroed();
        // SAFETY: an initialised set, and a place of the right size for the mask before.
        unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, set, before.as_mut_ptr()) };
        BlockedSignals {
            // SAFETY: an all-zero set is a valid one, and the call has only overwritten it.
            before: unsafe { before.assume_init() },
            _thread: PhantomData,
        }
    }

    /// Returns the mask that the thread had before.
    pub(super) fn mask_before(&self) -> sigset_t {
        self.before
    }
}

impl Drop for BlockedSignals {
    fn drop(&mut self) {
        set_mask(&self.before);
    }
}

impl std::fmt::Debug for BlockedSignals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlockedSignals").finish_non_exhaustive()
    }
}

/// Replaces the mask of this thread.
pub(super) fn set_mask(mask: &sigset_t) {
    change(libc::SIG_SETMASK, mask);
}

/// Blocks one signal on this thread.
pub(super) fn block(signal: c_int) {
    change(libc::SIG_BLOCK, &set_of(signal));
}

/// Unblocks one signal on this thread: what is pending arrives before this returns.
pub(super) fn unblock(signal: c_int) {
    change(libc::SIG_UNBLOCK, &set_of(signal));
}

/// Unblocks every signal on this thread.
pub(super) fn unblock_all() {
    change(libc::SIG_UNBLOCK, &full_set());
}

fn change(how: c_int, set: &sigset_t) {
    // SAFETY: an initialised set; the mask before is not asked for.
    unsafe { libc::pthread_sigmask(how, set, ptr::null_mut()) };
}

/// Returns the set without signals.
pub(super) fn empty_set() -> sigset_t {
    let mut set = MaybeUninit::<sigset_t>::zeroed();
    // SAFETY: fills the set in.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: initialised by the call above.
    unsafe { set.assume_init() }
}

/// Returns the set of all signals.
pub(super) fn full_set() -> sigset_t {
    let mut set = empty_set();
    // SAFETY: an initialised set.
    unsafe { libc::sigfillset(&mut set) };
    set
}

/// Returns the set that holds one signal.
fn set_of(signal: c_int) -> sigset_t {
    let mut set = empty_set();
    // SAFETY: an initialised set; an impossible number is refused with EINVAL.
    unsafe { libc::sigaddset(&mut set, signal) };
    set
}
