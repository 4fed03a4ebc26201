//! What threads and signal handlers share of one custody: a lock, a plan that is always complete,
//! and an end that is final.
//!
//! Threads take turns by a lock. Whoever holds it keeps a *ledger* that nobody else sees, and
//! publishes a *plan*: how to restore the terminal from here. There are two plans, one shown and
//! one spare; publishing fills the spare and shows it, so the plan that is shown is complete at
//! every instant, also between two instructions of the thread that publishes.
//!
//! Whoever ends the use of the terminal ([`Shared::end`]) first marks the end, after which nobody
//! gets the lock, then waits for it to be free, and reads the plan that is shown. Whoever had the
//! lock before goes through with what it does, so that the plan says what is on.
//!
//! The wait has a limit, and a fault inside of the lock cannot wait at all. The end then *forces*
//! the plan: it reads the one that is shown while there may be a publisher. That one looks whether
//! it was forced before it writes a plan, so the plan that is read stays as it is.
//!
//! ```text
//!   publish                        end
//!   show the new plan              force
//!   fence (SeqCst)                 fence (SeqCst)
//!   look whether it is forced      look which plan is shown
//! ```
//!
//! Either the publisher sees that it is forced and writes no other plan, or the other one sees the
//! new plan. The models of `tests/loom_ring/custody.rs` show that each part is needed.
//!
//! This module does not know what ledgers and plans are. The number of a thread is never zero.

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering;

use crate::sync::{AtomicBool, AtomicUsize, fence};

/// A ledger for the holder of the lock, and plans for everybody.
#[derive(Debug)]
pub(super) struct Shared<L, P> {
    /// The thread that has the lock, or zero.
    owner: AtomicUsize,
    /// The thread that ends the use of the terminal, or zero.
    ender: AtomicUsize,
    /// Whether it reads the plan beside somebody who has the lock.
    forced: AtomicBool,
    /// Whether it is done.
    done: AtomicBool,
    /// Which plan is shown.
    shown: AtomicUsize,
    ledger: UnsafeCell<L>,
    plans: [UnsafeCell<P>; 2],
}

// SAFETY: the ledger is reached by one thread at a time, that which has the lock; a plan that is
// shown is only read. Both may be dropped on another thread than the one that made them.
#[allow(unsafe_code)]
unsafe impl<L: Send, P: Send + Sync> Sync for Shared<L, P> {}

/// Why there is no lock to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Another thread has it, for longer than the caller waits.
    Busy,
    /// The use of the terminal has ended.
    Ended,
}

impl<L, P: Clone> Shared<L, P> {
    /// Makes a free lock.
    pub(super) fn new(ledger: L, plan: P) -> Self {
        Shared {
            owner: AtomicUsize::new(0),
            ender: AtomicUsize::new(0),
            forced: AtomicBool::new(false),
            done: AtomicBool::new(false),
            shown: AtomicUsize::new(0),
            ledger: UnsafeCell::new(ledger),
            plans: [UnsafeCell::new(plan.clone()), UnsafeCell::new(plan)],
        }
    }

    /// Takes the lock. While another thread has it, `wait` is called again and again until it
    /// returns false. Async-signal-safe if `wait` is; the caller has blocked signals, or a handler
    /// on this thread would wait for itself.
    pub(super) fn lock(
        &self,
        thread: usize,
        mut wait: impl FnMut() -> bool,
    ) -> Result<Turn<'_, L, P>, Refused> {
        loop {
            if self.is_ended() {
                return Err(Refused::Ended);
            }
            // Acquire: pairs with the Release in `Turn::drop`; the ledger is as it was left.
            let taken =
                self.owner
                    .compare_exchange(0, thread, Ordering::Acquire, Ordering::Relaxed);
            if taken.is_ok() {
                break;
            }
            if !wait() {
                return Err(Refused::Busy);
            }
        }
        let turn = Turn { shared: self };
        // Pairs with the fence in `end`: either the mark is seen here, or the lock is seen there.
        fence(Ordering::SeqCst);
        if self.is_ended() {
            return Err(Refused::Ended);
        }
        Ok(turn)
    }

    /// Ends the use of the terminal for good, and returns the plan to carry out; nothing if another
    /// thread has done so. While another thread has the lock or carries the plan out, `wait` is
    /// called again and again; each time it returns false, that thread has had long enough.
    /// Async-signal-safe if `wait` is.
    ///
    /// Whoever gets a plan says when it is [carried out](Shared::carried_out).
    #[allow(unsafe_code)]
    pub(super) fn end(&self, thread: usize, mut wait: impl FnMut() -> bool) -> Option<&P> {
        // Acquire: pairs with the Release in `carried_out`.
        if self.done.load(Ordering::Acquire) {
            return None;
        }
        // Relaxed: the fence below orders the mark.
        let marked = self
            .ender
            .compare_exchange(0, thread, Ordering::Relaxed, Ordering::Relaxed);
        // Relaxed: this thread alone stores its own number.
        if self.owner.load(Ordering::Relaxed) == thread {
            // A fault inside of the lock: another thread that ends the use would wait in vain.
            self.force();
        }
        let mut ender = marked.err().unwrap_or(thread);
        while ender != thread {
            if !wait() {
                // It is stuck: one of those who wait takes its place, or two would write at once.
                let replaced = self.ender.compare_exchange(
                    ender,
                    thread,
                    Ordering::Relaxed,
                    Ordering::Relaxed,
                );
                ender = replaced.err().unwrap_or(thread);
            } else if self.done.load(Ordering::Acquire) {
                return None;
            }
        }
        // Pairs with the fence in `lock`.
        fence(Ordering::SeqCst);
        // Acquire: pairs with the Release in `Turn::drop`, and with the fence in `publish`.
        while self.owner.load(Ordering::Acquire) != 0 && !self.forced.load(Ordering::Acquire) {
            if !wait() {
                self.force();
            }
        }
        // Acquire: pairs with the Release in `publish`; the plan is complete.
        let shown = self.shown.load(Ordering::Acquire);
        // SAFETY: nobody has the lock, or `forced` was set before the look at `shown`, and
        // `publish` writes to the other plan at most once more, and never to this one.
        Some(unsafe { &*self.plans[shown].get() })
    }

    /// The plan that is shown is read from now on although another thread may have the lock.
    fn force(&self) {
        // Relaxed: where this thread has the lock, the fence in its last `publish` releases its
        // plans to whoever sees this. The fence pairs with the one in `publish`.
        self.forced.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
    }

    /// Says that the plan was carried out: others who end the use need not wait.
    pub(super) fn carried_out(&self) {
        // Release: pairs with the Acquire in `end`.
        self.done.store(true, Ordering::Release);
    }

    /// Returns whether the use of the terminal has ended.
    pub(super) fn is_ended(&self) -> bool {
        // Relaxed: the fences order it where that matters.
        self.ender.load(Ordering::Relaxed) != 0
    }

    /// Begins anew after an end. Nobody else uses it.
    pub(super) fn revive(&self) {
        self.done.store(false, Ordering::Relaxed);
        self.forced.store(false, Ordering::Relaxed);
        // Release: pairs with nothing but the caller's own lock, by which others come here.
        self.ender.store(0, Ordering::Release);
    }
}

/// The lock, until this is dropped.
#[derive(Debug)]
pub(super) struct Turn<'a, L, P> {
    shared: &'a Shared<L, P>,
}

impl<L, P: Clone> Turn<'_, L, P> {
    /// Returns the plan that is shown.
    #[allow(unsafe_code)]
    pub(super) fn plan(&self) -> &P {
        // Relaxed: stored under this lock.
        let shown = self.shared.shown.load(Ordering::Relaxed);
        // SAFETY: written by `publish` alone, which needs this turn for itself.
        unsafe { &*self.shared.plans[shown].get() }
    }

    /// Shows a plan that `change` makes of the present one; false, and nothing is changed, once
    /// the end was forced. Async-signal-safe if the plan's `clone` and `change` are.
    pub(super) fn publish(&mut self, change: impl FnOnce(&mut P)) -> bool {
        let Some(spare) = self.spare() else {
            return false;
        };
        change(spare);
        self.show_spare();
        true
    }

    /// Makes the other plan the same as the one that is shown; nothing once the end was forced.
    #[allow(unsafe_code)]
    #[inline(never)]
    fn spare(&mut self) -> Option<&mut P> {
        // Relaxed: the fence of the publication before this one orders it; see the module.
        if self.shared.forced.load(Ordering::Relaxed) {
            return None;
        }
        let shown = self.shared.shown.load(Ordering::Relaxed);
        let spare = self.shared.plans[1 - shown].get();
        // SAFETY: only this turn writes to plans, and whoever reads without a turn reads the one
        // that is shown since the end was marked, which it was not before this write.
        let spare = unsafe { &mut *spare };
        // SAFETY: the plan that is shown is not written to.
        spare.clone_from(unsafe { &*self.shared.plans[shown].get() });
        Some(spare)
    }

    /// Shows the other plan.
    fn show_spare(&mut self) {
        // Relaxed: as in `spare`.
        let shown = self.shared.shown.load(Ordering::Relaxed);
        // Release: pairs with the Acquire in `end`.
        self.shared.shown.store(1 - shown, Ordering::Release);
        // Pairs with the fence in `end`.
        fence(Ordering::SeqCst);
    }
}

impl<L, P> Deref for Turn<'_, L, P> {
    type Target = L;

    #[allow(unsafe_code)]
    fn deref(&self) -> &L {
        // SAFETY: whoever has the lock is alone with the ledger.
        unsafe { &*self.shared.ledger.get() }
    }
}

impl<L, P> DerefMut for Turn<'_, L, P> {
    #[allow(unsafe_code)]
    fn deref_mut(&mut self) -> &mut L {
        // SAFETY: as in `deref`.
        unsafe { &mut *self.shared.ledger.get() }
    }
}

impl<L, P> Drop for Turn<'_, L, P> {
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `lock` and `end`.
        self.shared.owner.store(0, Ordering::Release);
    }
}
