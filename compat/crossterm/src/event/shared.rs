//! The one input of the process, which its threads share.
//!
//! Whoever reads has the [`Reader`] for as long as it reads, and leaves it to the next one. Whoever
//! has a question, or needs the terminal for a child, [interrupts] a thread that is waiting for
//! events: it gets the reader, and the thread goes on waiting afterwards. No byte is lost in
//! between, since they all stay with the reader.
//!
//! [interrupts]: interrupt

use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use ttyring::Input;

use super::reader::Reader;
use super::urgent::{self, Urgent};
use crate::restore;

enum Slot {
    Unopened,
    Free(Box<Reader>),
    Taken,
}

struct Shared {
    slot: Slot,
    /// How many threads wait for [`CHANGED`].
    waiting: usize,
}

static SHARED: Mutex<Shared> = Mutex::new(Shared {
    slot: Slot::Unopened,
    waiting: 0,
});

/// Somebody has left the reader, or does not want it any more.
static CHANGED: Condvar = Condvar::new();

/// The reader, until this is dropped.
pub(super) struct Turn(Option<Box<Reader>>);

/// Takes the reader for a wait, as soon as nobody has it or is about to interrupt it; nothing after
/// `deadline`.
pub(super) fn take(deadline: Option<Instant>) -> io::Result<Option<Turn>> {
    take_when(lock(), deadline, || !urgent::is_waiting())
}

/// Takes the reader in the middle of another thread's wait; nothing after `deadline`.
pub(super) fn interrupt(deadline: Option<Instant>) -> io::Result<Option<Turn>> {
    let urgent = Urgent::new();
    let shared = lock();
    if let Slot::Taken = shared.slot {
        urgent::wake_reader();
    }
    let turn = take_when(shared, deadline, || true);
    drop(urgent);
    if !matches!(turn, Ok(Some(_))) {
        CHANGED.notify_all();
    }
    turn
}

/// Opens the input unless it is open, so that it hears of a stop and a continuation from now on.
pub(super) fn open() -> io::Result<()> {
    let mut shared = lock();
    if matches!(shared.slot, Slot::Unopened) {
        let reader = shared.take()?;
        shared.slot = Slot::Free(reader);
    }
    Ok(())
}

fn take_when(
    mut shared: MutexGuard<'_, Shared>,
    deadline: Option<Instant>,
    may: impl Fn() -> bool,
) -> io::Result<Option<Turn>> {
    loop {
        if !matches!(shared.slot, Slot::Taken) && may() {
            return Ok(Some(Turn(Some(shared.take()?))));
        }
        let rest = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if rest.is_some_and(|rest| rest.is_zero()) {
            return Ok(None);
        }
        shared.waiting += 1;
        shared = match rest {
            Some(rest) => {
                let waited = CHANGED.wait_timeout(shared, rest);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => CHANGED.wait(shared).unwrap_or_else(PoisonError::into_inner),
        };
        shared.waiting -= 1;
    }
}

impl Shared {
    fn take(&mut self) -> io::Result<Box<Reader>> {
        match std::mem::replace(&mut self.slot, Slot::Taken) {
            Slot::Free(reader) => Ok(reader),
            _ => {
                let input = Input::builder().line_mode(None).open();
                let input = input.map_err(|error| {
                    self.slot = Slot::Unopened;
                    restore::into_io(error)
                })?;
                urgent::set_waker(input.waker());
                Ok(Box::new(Reader::new(input)))
            }
        }
    }
}

impl Deref for Turn {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        self.0.as_deref().expect("taken away by drop alone")
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut Reader {
        self.0.as_deref_mut().expect("taken away by drop alone")
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(reader) = self.0.take() {
            let mut shared = lock();
            shared.slot = Slot::Free(reader);
            // It costs a system call, which most programs need not pay: they have one thread.
            if shared.waiting > 0 {
                CHANGED.notify_all();
            }
        }
    }
}

fn lock() -> MutexGuard<'static, Shared> {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}
