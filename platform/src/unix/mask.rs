//! The signal mask of the calling thread, for the length of a scope.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr;

use libc::{c_int, sigset_t};

/// A signal is blocked on this thread until this is dropped. Async-signal-safe.
///
/// A background process that changes the settings of its terminal is stopped by `SIGTTOU`; with
/// the signal blocked, POSIX lets it through (`tcsetattr(3)`).
pub struct Blocked {
    before: sigset_t,
    // The mask belongs to the thread: the value must not leave it.
    _thread: PhantomData<*const ()>,
}

impl Blocked {
    /// Blocks one signal.
    pub fn new(signal: c_int) -> Self {
        let only = set_of(signal);
        let mut before = MaybeUninit::<sigset_t>::zeroed();
        // SAFETY: an initialised set, and a place of the right size for the mask before.
        unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &only, before.as_mut_ptr()) };
        Blocked {
            // SAFETY: an all-zero set is a valid one, and the call has only overwritten it.
            before: unsafe { before.assume_init() },
            _thread: PhantomData,
        }
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        // SAFETY: the mask that the thread had before.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.before, ptr::null_mut()) };
    }
}

impl std::fmt::Debug for Blocked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Blocked").finish_non_exhaustive()
    }
}

/// Blocks one signal on this thread. Async-signal-safe.
pub(super) fn block(signal: c_int) {
    change(libc::SIG_BLOCK, &set_of(signal));
}

/// Lets one signal through on this thread: what is pending arrives before this returns.
/// Async-signal-safe.
pub(super) fn unblock(signal: c_int) {
    change(libc::SIG_UNBLOCK, &set_of(signal));
}

fn change(how: c_int, set: &sigset_t) {
    // SAFETY: an initialised set; the mask before is not asked for.
    unsafe { libc::pthread_sigmask(how, set, ptr::null_mut()) };
}

/// Returns the set that holds one signal. Async-signal-safe.
fn set_of(signal: c_int) -> sigset_t {
    let mut set = MaybeUninit::<sigset_t>::zeroed();
    // SAFETY: fills the set in.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: the set is initialised; an impossible number is refused with EINVAL.
    unsafe { libc::sigaddset(set.as_mut_ptr(), signal) };
    // SAFETY: initialised by the calls above.
    unsafe { set.assume_init() }
}
