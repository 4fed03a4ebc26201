//! Which signals need the handler, and when it is installed and removed.
//!
//! The handler is installed and removed under a lock that it never takes itself, by a thread that
//! holds the [`DispositionLock`] and has every signal blocked. Where all handlers are in place
//! already, nothing is installed, and the second lock is not taken.
//!
//! Each signal takes one system call to install and one to remove. What is there before is asked
//! for all signals at once where the system can tell; the answer of the installation itself shows
//! whether that was right. A signal with a handler is asked for by itself: what is called after
//! ours has to be known before ours is called.

use std::ops::{Deref, DerefMut};
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use libc::{c_int, sigaction};

use super::Hook;
use super::chain::{Action, INSTRUCTION_FAULTS};
use super::handler::{SIGNALS, Slot, address, is_ours};
use crate::unix::disposition::{default_disposition, exchange, is_handler, query, same};
use crate::unix::stop::DispositionLock;
use crate::{Error, Result, defaults};

static TABLE: Mutex<Table> = Mutex::new(Table {
    users: [0; SIGNALS],
    hooks: [0; SIGNALS],
    buried: [false; SIGNALS],
    kept: [false; SIGNALS],
    interrupting: 0,
});

/// The users of each signal; the handler never reads this.
struct Table {
    /// Subscribers and hooks of each signal.
    users: [u32; SIGNALS],
    /// Hooks of each signal.
    hooks: [u32; SIGNALS],
    /// Whether somebody's handler was above ours when the last user went.
    buried: [bool; SIGNALS],
    /// Whether the handler was left in place when the last user went.
    kept: [bool; SIGNALS],
    interrupting: u32,
}

/// The signals that are ignored, and those with a handler, as bits; `None` where each is asked for.
type Touched = Option<(u64, u64)>;

/// Reasons to keep the handler installed, one for each of some signals.
#[derive(Debug)]
pub(super) struct Claims(Vec<(c_int, Kind)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Subscriber,
    Hook,
    /// The handler is there, for a subscriber that comes later and goes first.
    Place,
}

impl Claims {
    /// Keeps the default actions from happening; signals that the process ignores are left out.
    pub(super) fn subscribe(numbers: impl Iterator<Item = c_int>) -> Result<Claims> {
        let wanted = numbers.map(|number| (number, Kind::Subscriber, None));
        Claims::each(wanted.collect(), None)
    }

    /// Runs each hook first at its signal, and installs the handlers of `others`; signals that the
    /// process ignores are left out.
    pub(super) fn hook(
        hooks: impl Iterator<Item = (c_int, Hook)>,
        others: impl Iterator<Item = c_int>,
    ) -> Result<Claims> {
        let hooks = hooks.map(|(number, hook)| (number, Kind::Hook, Some(hook)));
        let mut wanted: Vec<_> = hooks.collect();
        // For a few signals, asking for each costs less.
        let touched = (wanted.len() > 3).then(defaults::touched).flatten();
        wanted.extend(others.map(|number| (number, Kind::Place, None)));
        Claims::each(wanted, touched)
    }

    fn each(wanted: Vec<(c_int, Kind, Option<Hook>)>, touched: Touched) -> Result<Claims> {
        let (mut table, mut claims) = (open(), Claims(Vec::new()));
        for (number, kind, hook) in wanted {
            let claimed = match (kind, hook) {
                (_, Some(hook)) => table.hook(number, hook as *mut (), touched),
                (Kind::Subscriber, _) => table.subscribe(number),
                _ => table.install(number, touched),
            };
            match claimed {
                Ok(true) => claims.0.push((number, kind)),
                Ok(false) => {}
                Err(error) => {
                    claims.give_up(&mut table);
                    return Err(error);
                }
            }
        }
        Ok(claims)
    }

    /// Returns the signals that are claimed.
    pub(super) fn numbers(&self) -> impl Iterator<Item = c_int> {
        self.0.iter().map(|(number, _)| *number)
    }

    /// Gives up the places.
    pub(super) fn keep_hooks(&mut self) {
        let mut table = open();
        self.0.retain(|&(number, kind)| {
            let is_place = kind == Kind::Place;
            if is_place {
                table.release(number, kind);
            }
            !is_place
        });
    }

    fn give_up(&mut self, table: &mut Open) {
        for (number, kind) in self.0.drain(..) {
            table.release(number, kind);
        }
    }
}

impl Drop for Claims {
    fn drop(&mut self) {
        if !self.0.is_empty() {
            self.give_up(&mut open());
        }
    }
}

/// Lets signals interrupt system calls, or takes that back; calls count.
pub(super) fn interrupt(more: bool) {
    let mut table = open();
    if more {
        table.interrupting += 1;
    } else {
        table.interrupting -= 1;
    }
    if table.interrupting > 1 || (table.interrupting == 1 && !more) {
        return;
    }
    for number in 1..SIGNALS as c_int {
        if table.users[number as usize] > 0 && returns(number) {
            table.renew(number);
        }
    }
}

/// Whether a system call may go on after the signal: the process does not end by it.
fn returns(number: c_int) -> bool {
    Slot::of(number).is_ok_and(|slot| {
        slot.has_subscribers()
            || slot.previous().is_some_and(is_handler)
            || Action::of(number) != Action::End
    })
}

fn open() -> Open {
    Open {
        lock: None,
        table: TABLE.lock().unwrap_or_else(PoisonError::into_inner),
    }
}

/// The table, with the right to change it; and that to change dispositions, once it is needed.
// The fields are dropped in this order.
struct Open {
    lock: Option<DispositionLock>,
    table: MutexGuard<'static, Table>,
}

impl Deref for Open {
    type Target = Table;

    fn deref(&self) -> &Table {
        &self.table
    }
}

impl DerefMut for Open {
    fn deref_mut(&mut self) -> &mut Table {
        &mut self.table
    }
}

impl Open {
    /// Nobody else changes dispositions from here on, and no signal is handled on this thread.
    fn lock_dispositions(&mut self) {
        self.lock.get_or_insert_with(DispositionLock::new);
    }

    fn subscribe(&mut self, number: c_int) -> Result<bool> {
        let slot = Slot::of(number)?;
        slot.subscribe();
        let installed = self.install(number, None);
        if !matches!(installed, Ok(true)) {
            slot.unsubscribe();
        }
        installed
    }

    fn hook(&mut self, number: c_int, hook: *mut (), touched: Touched) -> Result<bool> {
        let slot = Slot::of(number)?;
        let present = slot.hook();
        if !present.is_null() && present != hook {
            return Err(Error::os("sigaction", rustix::io::Errno::BUSY));
        }
        slot.set_hook(hook);
        let installed = self.install(number, touched);
        if matches!(installed, Ok(true)) {
            self.hooks[number as usize] += 1;
        } else {
            slot.set_hook(present);
        }
        installed
    }

    /// Installs the handler unless it is there; false if the process ignores the signal.
    fn install(&mut self, number: c_int, touched: Touched) -> Result<bool> {
        let index = number as usize;
        if self.users[index] == 0 && !self.kept[index] {
            if !self.put_in_place(number, touched)? {
                return Ok(false);
            }
        } else if self.interrupting > 0 {
            // What could not return before may have a subscriber now.
            self.renew(number);
        }
        self.kept[index] = false;
        self.users[index] += 1;
        Ok(true)
    }

    fn put_in_place(&mut self, number: c_int, touched: Touched) -> Result<bool> {
        let (index, slot) = (number as usize, Slot::of(number)?);
        let bit = 1u64.checked_shl(number as u32 - 1).unwrap_or(0);
        let (ignored, handled) = touched.unwrap_or((0, u64::MAX));
        if ignored & bit != 0 {
            return Ok(false);
        }
        self.lock_dispositions();
        let expected = match bit & !handled {
            0 => query(number)?,
            _ => default_disposition(),
        };
        if expected.sa_sigaction == libc::SIG_IGN {
            return Ok(false);
        }
        // A handler that was installed over ours has ours as its own previous one and still calls
        // it: installing above it would close a circle.
        if is_ours(&expected) || (self.buried[index] && is_handler(&expected)) {
            return Ok(true);
        }
        slot.publish(&expected);
        let before = exchange(number, &self.action(number, &expected))?;
        if !same(&before, &expected) && !is_ours(&before) {
            // Another thread was there in between.
            slot.publish(&before);
            if before.sa_sigaction == libc::SIG_IGN {
                let _ = exchange(number, &before);
                return Ok(false);
            }
            self.renew(number);
        }
        self.buried[index] = false;
        Ok(true)
    }

    fn release(&mut self, number: c_int, kind: Kind) {
        let Ok(slot) = Slot::of(number) else { return };
        let index = number as usize;
        if kind == Kind::Hook {
            self.hooks[index] -= 1;
            if self.hooks[index] == 0 {
                slot.set_hook(ptr::null_mut());
            }
        }
        self.users[index] -= 1;
        if self.users[index] == 0 {
            self.take_away(number, slot);
        }
        if kind == Kind::Subscriber {
            slot.unsubscribe();
        }
    }

    /// Puts the disposition from before back, unless somebody has replaced ours.
    fn take_away(&mut self, number: c_int, slot: &Slot) {
        let index = number as usize;
        let Some(previous) = slot.previous() else {
            return;
        };
        if defaults::realtime().into_iter().any(|kept| kept == number) && !is_handler(previous) {
            self.kept[index] = true;
            return;
        }
        self.lock_dispositions();
        // A failure leaves our handler in place, which does as the one before would.
        let Ok(now) = exchange(number, previous) else {
            return;
        };
        if !is_ours(&now) {
            let _ = exchange(number, &now);
            self.buried[index] = is_handler(&now);
        }
    }

    /// Sets the flags anew.
    fn renew(&mut self, number: c_int) {
        self.lock_dispositions();
        let previous = Slot::of(number).ok().and_then(Slot::previous);
        if let Some(previous) = previous {
            if query(number).is_ok_and(|now| is_ours(&now)) {
                // A failure would leave the flags as they were: `sigaction` cannot fail for a
                // signal that it has accepted before.
                let _ = exchange(number, &self.action(number, previous));
            }
        }
    }

    fn action(&self, number: c_int, previous: &sigaction) -> sigaction {
        let mut action = default_disposition();
        action.sa_sigaction = address();
        action.sa_flags = libc::SA_SIGINFO;
        // The stack of a thread may be what has just run out. Only then the alternate one: it is
        // small (8 KiB, of which the kernel's frame may take 3 or more), and signals that
        // interrupt each other's handlers would soon overflow it.
        if INSTRUCTION_FAULTS.contains(&number) {
            action.sa_flags |= libc::SA_ONSTACK;
        }
        let restart = if self.interrupting == 0 {
            libc::SA_RESTART
        } else {
            0
        };
        if is_handler(previous) {
            // The handler below keeps its mask, the program the EINTR that it counts on, and a
            // runtime whose threads have small stacks the alternate one (Go ends the program over
            // a handler without SA_ONSTACK).
            action.sa_mask = previous.sa_mask;
            action.sa_flags |= previous.sa_flags & (restart | libc::SA_ONSTACK);
        } else {
            action.sa_flags |= restart;
        }
        action
    }
}
