//! Who claims the handler for which signal, and when it is installed.
//!
//! Installing and removing happens under a lock that the handler never takes, by a thread that is
//! [`Alone`] with the dispositions and has every signal blocked.
//!
//! Each signal takes one system call to install and one to remove. What is there before is asked
//! for all signals at once where the system can tell; the answer of the installation itself shows
//! whether that was right.

use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use libc::{c_int, sigaction};

use super::Hook;
use super::chain::{Action, FAULTS};
use super::handler::{SIGNALS, Slot, address, is_ours};
use crate::unix::disposition::{default_disposition, exchange, is_handler, query, same};
use crate::unix::stop::Alone;
use crate::{Error, Result, defaults};

static TABLE: Mutex<Table> = Mutex::new(Table {
    users: [0; SIGNALS],
    hooks: [0; SIGNALS],
    buried: [false; SIGNALS],
    kept: [false; SIGNALS],
    interrupting: 0,
});

/// Who claims what; the handler never looks here.
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

/// Reasons to keep the handler installed, one for each of some signals.
#[derive(Debug)]
pub(super) struct Claims {
    numbers: Vec<c_int>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Subscriber,
    Hook,
}

impl Claims {
    /// Keeps the default actions from happening; signals that the process ignores are left out.
    pub(super) fn subscribe(numbers: impl Iterator<Item = c_int>) -> Result<Claims> {
        Claims::each(Kind::Subscriber, numbers, |table, number| {
            Ok((number, table.subscribe(number)?))
        })
    }

    /// Runs each hook first at its signal; signals that the process ignores are left out.
    pub(super) fn hook(hooks: impl Iterator<Item = (c_int, Hook)>) -> Result<Claims> {
        let hooks: Vec<(c_int, Hook)> = hooks.collect();
        // For a few signals, asking for each costs less.
        let untouched = (hooks.len() > 3).then(defaults::untouched).flatten();
        Claims::each(Kind::Hook, hooks.into_iter(), |table, (number, hook)| {
            Ok((number, table.hook(number, hook as *mut (), untouched)?))
        })
    }

    fn each<T>(
        kind: Kind,
        wanted: impl Iterator<Item = T>,
        claim: impl Fn(&mut Table, T) -> Result<(c_int, bool)>,
    ) -> Result<Claims> {
        let (mut table, _alone) = open();
        let mut claims = Claims {
            numbers: Vec::new(),
            kind,
        };
        for one in wanted {
            match claim(&mut table, one) {
                Ok((number, true)) => claims.numbers.push(number),
                Ok((_, false)) => {}
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
        self.numbers.iter().copied()
    }

    fn give_up(&mut self, table: &mut Table) {
        for number in self.numbers.drain(..) {
            table.release(number, self.kind);
        }
    }
}

impl Drop for Claims {
    fn drop(&mut self) {
        if !self.numbers.is_empty() {
            let (mut table, _alone) = open();
            self.give_up(&mut table);
        }
    }
}

/// Lets signals interrupt system calls, or takes that back; calls count.
pub(super) fn interrupt(more: bool) {
    let (mut table, _alone) = open();
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

fn open() -> (MutexGuard<'static, Table>, Alone) {
    let table = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
    (table, Alone::new())
}

impl Table {
    fn subscribe(&mut self, number: c_int) -> Result<bool> {
        let slot = Slot::of(number)?;
        slot.subscribe();
        let installed = self.install(number, None);
        if !matches!(installed, Ok(true)) {
            slot.unsubscribe();
        }
        installed
    }

    fn hook(&mut self, number: c_int, hook: *mut (), untouched: Option<u64>) -> Result<bool> {
        let slot = Slot::of(number)?;
        let present = slot.hook();
        if !present.is_null() && present != hook {
            return Err(Error::os("sigaction", rustix::io::Errno::BUSY));
        }
        slot.set_hook(hook);
        let installed = self.install(number, untouched);
        if matches!(installed, Ok(true)) {
            self.hooks[number as usize] += 1;
        } else {
            slot.set_hook(present);
        }
        installed
    }

    /// Installs the handler unless it is there; false if the process ignores the signal.
    fn install(&mut self, number: c_int, untouched: Option<u64>) -> Result<bool> {
        let index = number as usize;
        if self.users[index] == 0 && !self.kept[index] {
            if !self.put_in_place(number, untouched)? {
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

    fn put_in_place(&mut self, number: c_int, untouched: Option<u64>) -> Result<bool> {
        let (index, slot) = (number as usize, Slot::of(number)?);
        let bit = 1u64.checked_shl(number as u32 - 1).unwrap_or(0);
        let expected = match untouched {
            Some(set) if set & bit != 0 => default_disposition(),
            _ => query(number)?,
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
    fn renew(&self, number: c_int) {
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
        if FAULTS.contains(&number) {
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
