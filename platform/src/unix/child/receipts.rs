//! What a supervised program says of the signals that it has handled, in memory that it shares
//! with its supervisor.
//!
//! A signal that is sent to a process group reaches both. Neither can tell it from one that was
//! sent to a single process: number, code and sender are the same. So the program leaves a receipt
//! for each signal that the library handles for it, and its supervisor does not hand on what the
//! same sender has just given to the program. What a handler of the program's own takes leaves no
//! receipt.

use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicU64, Ordering};
use std::time::Duration;
use std::{mem, ptr};

use libc::{c_int, siginfo_t};

use super::ears::HEARD;
use super::shared_memory;
use crate::Result;
use crate::unix::now;
use crate::unix::process::id;

/// As many signals as leave a receipt; real-time signals are not handed on.
const SIGNALS: usize = 32;

/// The bits for the time of a receipt, in microseconds: they wrap after twelve days.
const TIME: u64 = (1 << 40) - 1;

/// The receipts of the program that this process is, once it has a supervisor.
static OWN: AtomicPtr<Receipts> = AtomicPtr::new(ptr::null_mut());
/// The process that leaves them; children that it forks do not.
static OWNER: AtomicI32 = AtomicI32::new(0);

/// The last receipt for each signal, readable by a process and those that it forks.
#[derive(Debug)]
pub struct Receipts {
    last: [AtomicU64; SIGNALS],
}

/// That a program has handled one signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt(u64);

impl Receipts {
    /// Makes an empty set in memory of its own.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub fn new() -> Result<&'static Self> {
        let memory = shared_memory(mem::size_of::<Receipts>())?.cast::<Receipts>();
        // SAFETY: zeroed, aligned to a page, and never unmapped; zeros are a valid array of
        // atomics.
        Ok(unsafe { &*memory })
    }

    /// Has this process leave its receipts here from now on.
    pub fn leave_here(&'static self) {
        // Relaxed: ordered by the store below.
        OWNER.store(id(), Ordering::Relaxed);
        // Release: pairs with the Acquire in `note`.
        OWN.store(ptr::from_ref(self).cast_mut(), Ordering::Release);
    }

    /// Returns the last receipt for a signal.
    pub fn last(&self, signal: c_int) -> Option<Receipt> {
        let last = self.last.get(usize::try_from(signal).ok()?)?;
        // Relaxed: the value is all there is.
        Some(Receipt(last.load(Ordering::Relaxed))).filter(|receipt| receipt.0 != 0)
    }
}

impl Receipt {
    fn new(sender: c_int) -> Self {
        // A negative sender is none that anybody compares.
        let sender = u64::from(sender.unsigned_abs());
        Receipt(sender << 40 | time())
    }

    /// Returns whether it is for a signal of this sender.
    pub fn is_from(self, sender: c_int) -> bool {
        self.0 >> 40 == u64::from(sender.unsigned_abs())
    }

    /// Returns how long ago the signal was handled.
    pub fn age(self) -> Duration {
        Duration::from_micros(time().wrapping_sub(self.0) & TIME)
    }
}

/// Microseconds of the clock; never zero, so that no receipt is nothing.
fn time() -> u64 {
    (u64::try_from(now().since(crate::Time::from_nanos(0)).as_micros()).unwrap_or(0) & TIME).max(1)
}

/// Leaves a receipt for a signal that is being handled, if this process has a supervisor which
/// would hand it on. Async-signal-safe.
pub(in crate::unix) fn note(signal: c_int, info: *mut siginfo_t) {
    // Before anything that takes room: faults are handled on the alternate stack, which is small,
    // and an abort may be as well.
    if HEARD.contains(&signal) {
        leave(signal, info);
    }
}

#[inline(never)]
fn leave(signal: c_int, info: *mut siginfo_t) {
    // Acquire: pairs with the Release in `leave_here`.
    let own = OWN.load(Ordering::Acquire);
    // SAFETY: null, or what `leave_here` stored, which lives for ever.
    let Some(own) = (unsafe { own.as_ref() }) else {
        return;
    };
    // SAFETY: the kernel gives the handler a valid siginfo, and it is null only if somebody else
    // calls the handler without one.
    let Some(info) = (unsafe { info.as_ref() }) else {
        return;
    };
    let place = usize::try_from(signal).ok().and_then(|at| own.last.get(at));
    // Relaxed: stored before this process had a handler.
    if let Some(place) = place.filter(|_| OWNER.load(Ordering::Relaxed) == id()) {
        // SAFETY: where a signal has no sender the place holds another number, which no supervisor
        // has heard as a sender.
        let sender = unsafe { info.si_pid() };
        // Relaxed: the value is all there is.
        place.store(Receipt::new(sender).0, Ordering::Relaxed);
    }
}
