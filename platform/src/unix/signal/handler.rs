//! The one signal handler, and who claims it for which signal.
//!
//! Installing and removing happens under a lock that the handler never takes; what the handler
//! reads is in atomics. This module does not know what subscribers and hooks do.

use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use libc::{c_int, c_void, sigaction, siginfo_t};

use super::{Hook, Next, Then, chain, node, system};
use crate::unix::child;
use crate::{Error, Result};

/// One more than the highest signal number of any system (MIPS has 128).
const SIGNALS: usize = 129;

/// What the handler reads.
static SLOTS: [Slot; SIGNALS] = [const { Slot::new() }; SIGNALS];

/// Who claims what; the handler never looks here.
static CLAIMS: Mutex<Claims> = Mutex::new(Claims {
    users: [0; SIGNALS],
    hooks: [0; SIGNALS],
    buried: [false; SIGNALS],
    interrupting: 0,
});

struct Slot {
    /// The disposition that ours replaced; leaked, so that a handler may read it at any time.
    previous: AtomicPtr<sigaction>,
    hook: AtomicPtr<()>,
    subscribers: AtomicU32,
}

struct Claims {
    /// Subscribers and hooks of each signal.
    users: [u32; SIGNALS],
    /// Hooks of each signal.
    hooks: [u32; SIGNALS],
    /// Whether somebody's handler was above ours when the last user went.
    buried: [bool; SIGNALS],
    interrupting: u32,
}

/// One reason to keep the handler installed for a signal.
#[derive(Debug)]
pub(super) struct Claim {
    number: c_int,
    kind: Kind,
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Subscriber,
    Hook,
}

impl Claim {
    /// Keeps the default action from happening; `None` if the process ignores the signal.
    pub(super) fn subscriber(number: c_int) -> Result<Option<Claim>> {
        let mut claims = lock();
        let slot = slot(number)?;
        // Before the handler is there, so that no signal meets the default action through it.
        // Relaxed: `sigaction` below orders it before the handler of any thread.
        slot.subscribers.fetch_add(1, Ordering::Relaxed);
        let installed = claims.install(number);
        if !matches!(installed, Ok(true)) {
            slot.subscribers.fetch_sub(1, Ordering::Relaxed);
        }
        Ok(installed?.then(|| Claim {
            number,
            kind: Kind::Subscriber,
        }))
    }

    /// Runs `hook` first; `None` if the process ignores the signal.
    pub(super) fn hook(number: c_int, hook: Hook) -> Result<Option<Claim>> {
        let mut claims = lock();
        let slot = slot(number)?;
        let hook = hook as *mut ();
        let present = slot.hook.load(Ordering::Relaxed);
        if !present.is_null() && present != hook {
            return Err(Error::os("sigaction", rustix::io::Errno::BUSY));
        }
        // Release: pairs with the Acquire in `Slot::run_hook`.
        slot.hook.store(hook, Ordering::Release);
        let installed = claims.install(number);
        if matches!(installed, Ok(true)) {
            claims.hooks[number as usize] += 1;
        } else {
            slot.hook.store(present, Ordering::Release);
        }
        Ok(installed?.then(|| Claim {
            number,
            kind: Kind::Hook,
        }))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut claims = lock();
        let index = self.number as usize;
        if self.kind == Kind::Hook {
            claims.hooks[index] -= 1;
        }
        if self.kind == Kind::Hook && claims.hooks[index] == 0 {
            // Release: as the store in `Claim::hook`.
            SLOTS[index].hook.store(ptr::null_mut(), Ordering::Release);
        }
        claims.users[index] -= 1;
        if claims.users[index] == 0 {
            claims.remove(self.number);
        }
        // Last: until the disposition from before is back, the signal is still an event.
        if self.kind == Kind::Subscriber {
            SLOTS[index].subscribers.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Lets signals interrupt system calls, or takes that back; calls count.
pub(super) fn interrupt(more: bool) {
    let mut claims = lock();
    if more {
        claims.interrupting += 1;
    } else {
        claims.interrupting -= 1;
    }
    if claims.interrupting > 1 || (claims.interrupting == 1 && !more) {
        return;
    }
    for number in 1..SIGNALS as c_int {
        if claims.users[number as usize] > 0 && query(number).is_ok_and(|now| is_ours(&now)) {
            // A failure would leave the flag as it was: `sigaction` cannot fail for a signal that
            // it has accepted before.
            let _ = set(number, &claims.action(number));
        }
    }
}

impl Claims {
    /// Installs the handler unless it is there; false if the process ignores the signal.
    fn install(&mut self, number: c_int) -> Result<bool> {
        let index = number as usize;
        if self.users[index] == 0 {
            let before = query(number)?;
            if before.sa_sigaction == libc::SIG_IGN {
                return Ok(false);
            }
            // A handler that was installed over ours has ours as its own previous one and still
            // calls it: installing above it would close a circle.
            let buried = self.buried[index] && chain::is_handler(&before);
            if !is_ours(&before) && !buried {
                SLOTS[index].publish(before);
                set(number, &self.action(number))?;
                self.buried[index] = false;
            }
        }
        self.users[index] += 1;
        Ok(true)
    }

    /// Puts the disposition from before back, unless somebody has replaced ours.
    fn remove(&mut self, number: c_int) {
        let index = number as usize;
        let Some(previous) = SLOTS[index].previous() else {
            return;
        };
        match query(number) {
            // A failure leaves our handler in place, which does as the one before would.
            Ok(now) if is_ours(&now) => drop(set(number, previous)),
            Ok(now) => self.buried[index] = chain::is_handler(&now),
            Err(_) => {}
        }
    }

    fn action(&self, number: c_int) -> sigaction {
        let previous = SLOTS[number as usize].previous();
        let mut action = chain::default_disposition();
        action.sa_sigaction = on_signal as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO;
        // The stack of a thread may be what has just run out. Only then the alternate one: it is
        // small (8 KiB, of which the kernel's frame may take 3 or more), and signals that
        // interrupt each other's handlers would soon overflow it.
        if chain::FAULTS.contains(&number) {
            action.sa_flags |= libc::SA_ONSTACK;
        }
        let restart = self.interrupting == 0;
        match previous {
            // The handler below keeps its mask, and the program the EINTR that it counts on.
            Some(previous) if chain::is_handler(previous) => {
                action.sa_mask = previous.sa_mask;
                if restart {
                    action.sa_flags |= previous.sa_flags & libc::SA_RESTART;
                }
            }
            _ if restart => action.sa_flags |= libc::SA_RESTART,
            _ => {}
        }
        action
    }
}

impl Slot {
    const fn new() -> Self {
        Slot {
            previous: AtomicPtr::new(ptr::null_mut()),
            hook: AtomicPtr::new(ptr::null_mut()),
            subscribers: AtomicU32::new(0),
        }
    }

    fn previous(&self) -> Option<&'static sigaction> {
        // Acquire: pairs with the Release in `publish`.
        let previous = self.previous.load(Ordering::Acquire);
        // SAFETY: null, or leaked in `publish`.
        unsafe { previous.as_ref() }
    }

    fn publish(&self, before: sigaction) {
        if !self
            .previous()
            .is_some_and(|known| chain::same(known, &before))
        {
            let leaked = Box::into_raw(Box::new(before));
            // Release: pairs with the Acquire in `previous`.
            self.previous.store(leaked, Ordering::Release);
        }
    }

    fn run_hook(&self, number: c_int, next: Next) -> Then {
        // Acquire: pairs with the Release in `Claim::hook`.
        let hook = self.hook.load(Ordering::Acquire);
        if hook.is_null() {
            return Then::Chain;
        }
        // SAFETY: `Claim::hook` stored a function of this type.
        let hook = unsafe { std::mem::transmute::<*mut (), Hook>(hook) };
        // SAFETY: whoever hooked it promised that it is async-signal-safe.
        unsafe { hook(number, next) }
    }
}

/// The handler itself: hook, subscribers, whoever was there before.
extern "C" fn on_signal(number: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let errno = errno::errno();
    let slot = &SLOTS[number as usize];
    let previous = slot.previous().filter(|action| chain::is_handler(action));
    let next = match previous {
        Some(_) => Next::Handler,
        // Relaxed: pairs with `Claim::subscriber`, ordered by `sigaction`.
        None if slot.subscribers.load(Ordering::Relaxed) > 0 => Next::Event,
        None if is_replaced(number) => Next::Handler,
        None => Next::Default,
    };
    let then = slot.run_hook(number, next);
    // After the hook, which may be in a race with the shell for the settings.
    child::note(number, info);
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
/// becomes of the process is then for that one to say.
// Not inlined: the alternate stack is small, and this frame is gone when the next handler runs.
#[inline(never)]
fn is_replaced(number: c_int) -> bool {
    !query(number).is_ok_and(|now| is_ours(&now))
}

/// Puts the disposition from before back without giving up any claim. Async-signal-safe.
pub(super) fn stand_down(number: c_int) {
    let Ok(Some(previous)) = slot(number).map(Slot::previous) else {
        return;
    };
    if query(number).is_ok_and(|now| is_ours(&now)) {
        // A failure leaves our handler in place, which does as the one before would.
        let _ = set(number, previous);
    }
}

fn lock() -> MutexGuard<'static, Claims> {
    CLAIMS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn slot(number: c_int) -> Result<&'static Slot> {
    usize::try_from(number)
        .ok()
        .and_then(|index| SLOTS.get(index))
        .ok_or_else(|| Error::os("sigaction", rustix::io::Errno::INVAL))
}

fn is_ours(action: &sigaction) -> bool {
    action.sa_sigaction == on_signal as *const () as usize
}

fn query(number: c_int) -> Result<sigaction> {
    let mut action = MaybeUninit::<sigaction>::uninit();
    // SAFETY: the kernel writes to a place of the right size, and reads nothing.
    if unsafe { libc::sigaction(number, ptr::null(), action.as_mut_ptr()) } == -1 {
        return Err(system("sigaction"));
    }
    // SAFETY: written by the successful call above.
    Ok(unsafe { action.assume_init() })
}

fn set(number: c_int, action: &sigaction) -> Result<()> {
    // SAFETY: a complete disposition: ours, which is async-signal-safe, or one that was in place.
    if unsafe { libc::sigaction(number, action, ptr::null_mut()) } == -1 {
        return Err(system("sigaction"));
    }
    Ok(())
}
