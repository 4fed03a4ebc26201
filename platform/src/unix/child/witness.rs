//! A process that notes which signals its group gets.
//!
//! A signal that is sent to a process group reaches the supervisor and its program. The supervisor
//! cannot tell it from one that was sent to itself: number, code and sender are the same. So it
//! has a witness in its group, a process that nobody sends anything else to. What the witness has
//! got, the program has, if it is in the group as well.

use std::mem;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::time::Duration;

use libc::{c_int, c_void, siginfo_t};

use super::listener::FORWARDED;
use super::{
    Fork, change_disposition, exit_now, fork, let_go, lifeline, shared_memory, wait_for_end,
};
use crate::Result;
use crate::unix::mask::{BlockedSignals, full_set, set_mask};
use crate::unix::now;
use crate::unix::process::disposition;

/// As many signals as are noted; real-time signals are not handed on.
const SIGNALS: usize = 32;

/// The bits for the time of a signal, in microseconds: they wrap after twelve days.
const TIME: u64 = (1 << 40) - 1;

/// The last of each signal, in memory that the witness shares with its supervisor.
type Notes = [AtomicU64; SIGNALS];

/// Where this process notes signals, if it is a witness.
static NOTES: AtomicPtr<Notes> = AtomicPtr::new(ptr::null_mut());

/// A witness, which ends when this is dropped and with this process.
#[derive(Debug)]
pub struct Witness {
    notes: &'static Notes,
    lifeline: OwnedFd,
}

/// That the group has got a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen(u64);

impl Witness {
    /// Starts a witness, by `fork(2)`, in the group of this process.
    ///
    /// # Errors
    ///
    /// `EAGAIN`, `ENOMEM`, `EMFILE`, `ENFILE`.
    ///
    /// # Safety
    ///
    /// As [`fork`].
    pub unsafe fn start() -> Result<Self> {
        let notes = shared_memory(mem::size_of::<Notes>())?.cast::<Notes>();
        let (reader, lifeline) = lifeline()?;
        // Until it is ready, nothing ends or stops it.
        let _quiet = BlockedSignals::all_but_faults();
        // SAFETY: the caller's promise.
        match unsafe { fork() }? {
            Fork::Parent(_) => Ok(Witness {
                // SAFETY: zeroed, aligned to a page, and never unmapped; zeros are valid atomics.
                notes: unsafe { &*notes },
                lifeline,
            }),
            Fork::Child => {
                drop(lifeline);
                // Relaxed: read by handlers of this thread.
                NOTES.store(notes, Ordering::Relaxed);
                attend(&reader)
            }
        }
    }

    /// Returns the last signal of this number.
    pub fn last(&self, signal: c_int) -> Option<Seen> {
        let last = self.notes.get(usize::try_from(signal).ok()?)?;
        // Relaxed: the value is all there is.
        Some(Seen(last.load(Ordering::Relaxed))).filter(|seen| seen.0 != 0)
    }
}

impl AsFd for Witness {
    /// The descriptor that keeps it alive.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.lifeline.as_fd()
    }
}

impl Seen {
    fn new(sender: c_int) -> Self {
        // A negative sender is none that anybody compares.
        let sender = u64::from(sender.unsigned_abs());
        Seen(sender << 40 | time())
    }

    /// Returns whether it is a signal of this sender.
    pub fn is_from(self, sender: c_int) -> bool {
        self.0 >> 40 == u64::from(sender.unsigned_abs())
    }

    /// Returns how long ago it came.
    pub fn age(self) -> Duration {
        Duration::from_micros(time().wrapping_sub(self.0) & TIME)
    }
}

/// Microseconds of the clock; never zero, so that no signal is nothing.
fn time() -> u64 {
    (u64::try_from(now().since(crate::Time::from_nanos(0)).as_micros()).unwrap_or(0) & TIME).max(1)
}

/// Notes signals until the other end of `reader` is closed.
fn attend(reader: &OwnedFd) -> ! {
    let mut action = disposition(on_signal as *const () as libc::sighandler_t);
    action.sa_flags = libc::SA_SIGINFO;
    let mut others = full_set();
    for signal in FORWARDED {
        change_disposition(signal, &action);
        // SAFETY: an initialised set, and the number of a signal.
        unsafe { libc::sigdelset(&mut others, signal) };
    }
    // Without /dev/null the descriptors stay open: a pipe may wait for this process.
    // SAFETY: this process uses no descriptor but this one.
    let _ = unsafe { let_go(&[reader.as_fd()]) };
    set_mask(&others);
    wait_for_end(reader);
    exit_now(0)
}

extern "C" fn on_signal(signal: c_int, info: *mut siginfo_t, _context: *mut c_void) {
    // SAFETY: the kernel gives the handler a valid siginfo: it is installed with SA_SIGINFO. Where a
    // signal has no sender the place holds another number, which no supervisor has as a sender.
    let sender = unsafe { (*info).si_pid() };
    // SAFETY: stored before the handler was installed, by this thread, and never unmapped.
    let notes = unsafe { &*NOTES.load(Ordering::Relaxed) };
    if let Some(note) = usize::try_from(signal).ok().and_then(|at| notes.get(at)) {
        // Relaxed: the value is all there is.
        note.store(Seen::new(sender).0, Ordering::Relaxed);
    }
}
