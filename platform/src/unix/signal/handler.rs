//! The one signal handler, and what it reads.
//!
//! Everything that it reads is in atomics. Who claims it for which signal is in `claims.rs`; this
//! module does not know what subscribers and hooks do.

use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use libc::{c_int, c_void, sigaction, siginfo_t};

use super::{Hook, Next, Then, chain, node};
use crate::unix::disposition::{exchange, is_handler, query, same};
use crate::{Error, Result};

/// One more than the highest signal number of any system (MIPS has 128).
pub(super) const SIGNALS: usize = 129;

static SLOTS: [Slot; SIGNALS] = [const { Slot::new() }; SIGNALS];

/// What takes the place of a handler that was to be called once (`SA_RESETHAND`).
static RESET: Zeroed = Zeroed(MaybeUninit::zeroed());

/// SIG_DFL without flags, at a place of its own.
struct Zeroed(MaybeUninit<sigaction>);

const _: () = assert!(libc::SIG_DFL == 0, "all zeroes are the default disposition");

// SAFETY: never written to.
unsafe impl Sync for Zeroed {}

/// What the handler reads of one signal.
pub(super) struct Slot {
    /// The disposition that ours replaced; leaked, so that a handler may read it at any time.
    previous: AtomicPtr<sigaction>,
    hook: AtomicPtr<()>,
    subscribers: AtomicU32,
}

impl Slot {
    const fn new() -> Self {
        Slot {
            previous: AtomicPtr::new(ptr::null_mut()),
            hook: AtomicPtr::new(ptr::null_mut()),
            subscribers: AtomicU32::new(0),
        }
    }

    /// Returns the place of a signal.
    pub(super) fn of(number: c_int) -> Result<&'static Slot> {
        usize::try_from(number)
            .ok()
            .and_then(|index| SLOTS.get(index))
            .ok_or_else(|| Error::os("sigaction", rustix::io::Errno::INVAL))
    }

    /// Returns the disposition from before ours; `None` if ours was never there.
    pub(super) fn previous(&self) -> Option<&'static sigaction> {
        // Acquire: pairs with the Release in `publish`.
        let previous = self.previous.load(Ordering::Acquire);
        // SAFETY: null, leaked in `publish`, or `RESET`, which is valid when zero.
        unsafe { previous.as_ref() }
    }

    /// Makes a disposition the one from before ours.
    pub(super) fn publish(&self, before: &sigaction) {
        if !self.previous().is_some_and(|known| same(known, before)) {
            let leaked = Box::into_raw(Box::new(*before));
            // Release: pairs with the Acquire in `previous`.
            self.previous.store(leaked, Ordering::Release);
        }
    }

    /// Returns the handler from before, if there is one. One that asked to be called once is gone
    /// from then on, as with the kernel (`SA_RESETHAND` of sigaction(2)).
    fn take_handler(&self) -> Option<&'static sigaction> {
        let previous = self.previous().filter(|previous| is_handler(previous))?;
        if previous.sa_flags & libc::SA_RESETHAND == 0 {
            return Some(previous);
        }
        let known = ptr::from_ref(previous).cast_mut();
        let reset = RESET.0.as_ptr().cast_mut();
        // Acquire, Release: as in `previous` and `publish`. Of two threads, one gets it.
        self.previous
            .compare_exchange(known, reset, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
            .then_some(previous)
    }

    /// Returns the hook, as it was stored.
    pub(super) fn hook(&self) -> *mut () {
        // Acquire: pairs with the Release in `set_hook`.
        self.hook.load(Ordering::Acquire)
    }

    /// Replaces the hook: a [`Hook`] as a pointer, or null.
    pub(super) fn set_hook(&self, hook: *mut ()) {
        // Release: pairs with the Acquire in `hook`.
        self.hook.store(hook, Ordering::Release);
    }

    /// Counts a subscriber more, before the handler is installed: no signal meets the default
    /// action through it.
    pub(super) fn subscribe(&self) {
        // Relaxed: `sigaction` orders it before the handler of any thread.
        self.subscribers.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a subscriber less, after the disposition from before is back: until then the signal
    /// is still an event.
    pub(super) fn unsubscribe(&self) {
        // Relaxed: as in `subscribe`.
        self.subscribers.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether somebody takes the signal as an event.
    pub(super) fn has_subscribers(&self) -> bool {
        // Relaxed: pairs with `subscribe`, ordered by `sigaction`.
        self.subscribers.load(Ordering::Relaxed) > 0
    }

    fn run_hook(&self, number: c_int, next: Next) -> Then {
        let hook = self.hook();
        if hook.is_null() {
            return Then::Chain;
        }
        // SAFETY: `set_hook` stored a function of this type.
        let hook = unsafe { std::mem::transmute::<*mut (), Hook>(hook) };
        // SAFETY: whoever hooked it promised that it is async-signal-safe.
        unsafe { hook(number, next) }
    }
}

/// Returns the handler as `sigaction(2)` takes it.
pub(super) fn address() -> usize {
    on_signal as *const () as usize
}

/// Whether a disposition is our handler.
pub(super) fn is_ours(action: &sigaction) -> bool {
    action.sa_sigaction == address()
}

/// The handler itself: hook, subscribers, whoever was there before.
extern "C" fn on_signal(number: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let errno = errno::errno();
    let slot = &SLOTS[number as usize];
    // Only for the moment in which an installation finds out that the process ignores the signal.
    if slot
        .previous()
        .is_some_and(|previous| previous.sa_sigaction == libc::SIG_IGN)
    {
        return;
    }
    let previous = slot.take_handler();
    let next = match previous {
        Some(_) => Next::Handler,
        None if slot.has_subscribers() => Next::Event,
        None if is_replaced(number) => Next::Handler,
        None => Next::Default,
    };
    let then = slot.run_hook(number, next);
    node::tell_all(number);
    match (previous, next) {
        _ if then == Then::Skip => {}
        (Some(previous), _) => chain::call(previous, number, info, context),
        (None, Next::Event | Next::Handler) => {}
        (None, Next::Default) => chain::act_by_default(number, info),
    }
    errno::set_errno(errno);
}

/// Whether somebody has installed a handler above ours and calls it as the one before: what
/// becomes of the process is then for that one to say. The default action is no such thing: it is
/// there while another thread stops or ends the process.
// Not inlined: the alternate stack is small, and this frame is gone when the next handler runs.
#[inline(never)]
fn is_replaced(number: c_int) -> bool {
    !query(number).is_ok_and(|now| is_ours(&now) || now.sa_sigaction == libc::SIG_DFL)
}

/// Puts the disposition from before back without giving up any claim. Async-signal-safe.
pub(super) fn stand_down(number: c_int) {
    let Ok(Some(previous)) = Slot::of(number).map(Slot::previous) else {
        return;
    };
    if query(number).is_ok_and(|now| is_ours(&now)) {
        // A failure leaves our handler in place, which does as the one before would.
        let _ = exchange(number, previous);
    }
}
