//! The custody of a terminal: what was found, what is in force and who uses it, once a device.
//!
//! A custody belongs to the process. Its holders ([`Terminal`](super::Terminal)s) are levels of one
//! stack, on whatever thread they are; signal handlers, `exit` and panics reach it through the
//! [`list`]. Everything that happens is an [`Event`] of the pure function [`State::next`]; this
//! module runs what the function demands, and lets go of the lock wherever somebody waits.
//!
//! Which signals there are is not decided here.

mod hand;
pub(super) mod list;
mod loan;
pub(super) mod plan;
mod shared;
#[cfg(test)]
mod shared_tests;
mod state;
mod wants;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, AtomicUsize, Ordering};
use std::thread::ThreadId;
use std::time::Duration;

use ttyring_platform::{Error, Result, Tty};

use super::modes::Enabled;
use super::report;
use super::world::{Quiet, id, now, pause, thread};
use hand::{Change, Due, Hand, Ledger};
use plan::Plan;
use shared::{Refused, Shared};
use state::{Event, Phase, State};

pub(crate) use loan::Borrower;
pub(crate) use wants::{HolderId, Wants};

/// The longest wait for a terminal that takes no output.
const OUTPUT_TIMEOUT: Duration = Duration::from_secs(2);

/// How often a handler looks again while a thread has the lock, a millisecond apart. A thread has
/// it for a few system calls, and for at most a hundred of these where the terminal takes nothing.
const ATTEMPTS: u32 = 2000;

/// The most bytes that are kept for the next holder.
const UNREAD: usize = 1 << 20;

/// The number of no holder.
pub(crate) const NOBODY: HolderId = 0;

/// One terminal device of this process.
#[derive(Debug)]
pub(crate) struct Custody<T: Tty> {
    /// Its place in the list, for the supervisor's page.
    index: usize,
    /// The device, or zero.
    device: AtomicU64,
    /// The process that did what is to be undone; a child that it forks must not undo it.
    process: AtomicI32,
    /// How many terminals refer to it.
    users: AtomicUsize,
    /// Whether a signal handler may use the terminal.
    reachable: AtomicBool,
    shared: Shared<Ledger<T>, Plan<T>>,
    /// A handler has found the lock taken and wants the process to stop.
    stop_due: AtomicBool,
    /// How many bytes are kept for the next holder.
    unread: AtomicUsize,
}

impl<T: Tty> Custody<T> {
    fn new(index: usize) -> Self {
        Custody {
            index,
            device: AtomicU64::new(0),
            process: AtomicI32::new(0),
            users: AtomicUsize::new(0),
            reachable: AtomicBool::new(false),
            shared: Shared::new(Ledger::new(), Plan::NOTHING),
            stop_due: AtomicBool::new(false),
            unread: AtomicUsize::new(0),
        }
    }

    fn is_own(&self) -> bool {
        // Relaxed: stored before anybody else knew this custody.
        self.process.load(Ordering::Relaxed) == id()
    }

    /// Takes the lock, however long another thread has it.
    fn hand(&self) -> Result<Hand<'_, T>> {
        if !self.is_own() {
            let source = std::io::Error::other("the terminal belongs to the parent process");
            return Err(Error::os("fork", source));
        }
        Ok(self.hand_unless(|| true)?)
    }

    /// Takes the lock, unless another thread has it for long. Async-signal-safe.
    fn hand_soon(&self) -> Result<Hand<'_, T>, Refused> {
        self.hand_unless(for_a_while())
    }

    fn hand_unless(&self, mut goes_on: impl FnMut() -> bool) -> Result<Hand<'_, T>, Refused> {
        let quiet = Quiet::new();
        let turn = self.shared.lock(thread(), || {
            pause(Duration::from_millis(1));
            goes_on()
        })?;
        Ok(Hand {
            turn,
            rest: Vec::new(),
            index: self.index,
            _quiet: quiet,
            _due: Due(&self.stop_due),
        })
    }

    /// Adds a holder with its own description of the terminal.
    pub(crate) fn open(&self, tty: &Arc<T>) -> Result<HolderId> {
        let mut hand = self.hand()?;
        let holder = hand.turn.wants.open();
        hand.turn.descriptions.push((holder, Arc::clone(tty)));
        if hand.turn.plan().tty.is_none() {
            hand.show(|plan| plan.tty = Some(Arc::clone(tty)))?;
        }
        hand.turn.unread_from = None;
        let settings = hand.turn.wants.line().is_some();
        hand.take(Event::Change { settings }, None)?;
        Ok(holder)
    }

    /// Changes what a holder wants, and what is in force if the terminal is ours now.
    ///
    /// # Errors
    ///
    /// What the system answers; `ETIMEDOUT` when the terminal takes no output.
    pub(crate) fn change<R>(
        &self,
        holder: HolderId,
        change: impl FnOnce(&mut Wants) -> R,
    ) -> Result<R> {
        let mut hand = self.hand()?;
        hand.turn.wants.used(holder);
        let from = hand.turn.wants.enabled();
        let result = change(&mut hand.turn.wants);
        self.adjust(hand, from)?;
        Ok(result)
    }

    fn adjust<'a>(&'a self, mut hand: Hand<'a, T>, from: Enabled) -> Result<()> {
        let to = hand.turn.wants.enabled();
        hand.turn.reckon(&to)?;
        let settings = hand.turn.wants.line().is_some();
        hand.take(Event::Change { settings }, Some(&Change { from, to }))?;
        self.write_rest(hand)
    }

    /// Writes what the terminal did not take at once, unless the modes went off meanwhile.
    fn write_rest<'a>(&'a self, mut hand: Hand<'a, T>) -> Result<()> {
        let generation = hand.turn.generation;
        let end = now() + OUTPUT_TIMEOUT;
        let mut rest = std::mem::take(&mut hand.rest);
        if rest.is_empty() {
            return Ok(());
        }
        while !rest.is_empty() {
            if now() >= end {
                return Err(took_no_output());
            }
            drop(hand);
            pause(Duration::from_millis(1));
            hand = self.hand()?;
            let Some(tty) = hand.turn.plan().tty.clone() else {
                return Ok(());
            };
            if hand.turn.generation != generation {
                return Ok(());
            }
            let written = plan::write_what_fits(&*tty, &rest);
            rest.drain(..written);
        }
        hand.arrive()
    }

    /// Writes a question. If everything was switched off and on meanwhile, it is written anew, so
    /// that no part of it is shown.
    ///
    /// # Errors
    ///
    /// What `write(2)` answers; `ETIMEDOUT` when the terminal takes no output.
    pub(crate) fn ask(&self, question: &[u8]) -> Result<()> {
        let end = now() + OUTPUT_TIMEOUT;
        let (mut written, mut generation) = (0, None);
        loop {
            let mut hand = self.hand()?;
            if generation.replace(hand.turn.generation) != Some(hand.turn.generation) {
                written = 0;
            }
            hand.turn.reports = true;
            hand.show(|plan| plan.reports = true)?;
            let Some(tty) = hand.turn.plan().tty.as_deref() else {
                let closed = std::io::ErrorKind::BrokenPipe;
                return Err(Error::os("write", std::io::Error::from(closed)));
            };
            written += plan::write_what_fits(tty, &question[written..]);
            drop(hand);
            if written == question.len() {
                return Ok(());
            }
            if now() >= end {
                return Err(took_no_output());
            }
            pause(Duration::from_millis(1));
        }
    }

    /// Looks at what is wanted.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&Wants) -> R) -> Option<R> {
        Some(look(&self.hand().ok()?.turn.wants))
    }

    /// Removes a holder. The last one restores the terminal.
    pub(crate) fn close(&self, holder: HolderId) {
        if holder == NOBODY {
            return;
        }
        let is_last = self.look(|wants| wants.holders() == 1);
        // An error means that the process ends, or that this is a forked child.
        if is_last == Some(true) && self.give(true).is_err() {
            return;
        }
        let Ok(mut hand) = self.hand() else {
            return;
        };
        let from = hand.turn.wants.enabled();
        hand.turn.wants.close(holder);
        let is_other = |(other, _): &(HolderId, _)| *other != holder;
        hand.turn.descriptions.retain(is_other);
        let _ = self.adjust(hand, from);
        let Ok(mut hand) = self.hand() else {
            return;
        };
        if is_last == Some(true) {
            let _ = hand.take(Event::TakeBack, None);
        }
        // Not before: somebody may have opened it while the lock was free.
        let heir = hand
            .turn
            .descriptions
            .first()
            .map(|(_, tty)| Arc::clone(tty));
        let left = heir.is_none() && !hand.turn.unread.is_empty();
        hand.turn.unread_from = hand.turn.plan().tty.clone().filter(|_| left);
        // Twice: both plans let go of what is closed, so that no handler has to.
        let _ = hand.show(|plan| plan.tty.clone_from(&heir));
        let _ = hand.show(|_| ());
    }

    /// SIGCONT was heard.
    pub(crate) fn resumed(&self) -> Result<()> {
        self.hand()?.take(Event::Resume, None)
    }

    /// An answer of the terminal took so long.
    pub(crate) fn note_round_trip(&self, taken: Duration) {
        if let Ok(mut hand) = self.hand() {
            hand.turn.note_round_trip(taken);
        }
    }

    /// Keeps bytes that were read and not used for the next holder.
    pub(crate) fn give_unread(&self, bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        if let Ok(mut hand) = self.hand() {
            self.keep(&mut hand, bytes, true);
        }
    }

    fn keep(&self, hand: &mut Hand<'_, T>, mut bytes: Vec<u8>, first: bool) {
        let unread = &mut hand.turn.unread;
        if first {
            bytes.append(unread);
            *unread = bytes;
        } else {
            unread.append(&mut bytes);
        }
        unread.truncate(UNREAD);
        // Relaxed: a hint; the bytes are under the lock.
        self.unread.store(unread.len(), Ordering::Relaxed);
    }

    /// Returns whether bytes were kept.
    #[inline(always)]
    pub(crate) fn has_unread(&self) -> bool {
        // Relaxed: a hint; the bytes are under the lock.
        self.unread.load(Ordering::Relaxed) > 0
    }

    /// Takes the bytes that were kept; costs one load where there are none.
    pub(crate) fn take_unread(&self) -> Vec<u8> {
        if !self.has_unread() {
            return Vec::new();
        }
        let Ok(mut hand) = self.hand() else {
            return Vec::new();
        };
        self.unread.store(0, Ordering::Relaxed);
        std::mem::take(&mut hand.turn.unread)
    }

    /// A thread that may hold the terminal panics.
    fn panicked(&self, thread: ThreadId) {
        if let Ok(mut hand) = self.hand_soon() {
            if hand.turn.wants.are_used_by(thread) {
                let _ = hand.take(Event::Panic, None);
            }
        }
    }

    /// Ends the use of the terminal for good. Async-signal-safe.
    fn end(&self) {
        let mut goes_on = for_a_while();
        let wait = || {
            pause(Duration::from_millis(1));
            goes_on()
        };
        if let Some(plan) = self.shared.end(thread(), wait) {
            let (_, actions) = State::default().next(plan.in_force(), Event::End);
            plan.switch_off(actions);
            report::is_on(self.index, false);
            self.shared.carried_out();
        }
    }
}

fn took_no_output() -> Error {
    let timeout = std::io::ErrorKind::TimedOut;
    Error::os("write", std::io::Error::from(timeout))
}

/// True so often as a handler looks again.
fn for_a_while() -> impl FnMut() -> bool {
    let mut left = ATTEMPTS;
    move || {
        left = left.saturating_sub(1);
        left > 0
    }
}
