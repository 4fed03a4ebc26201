//! The custody of a terminal: what was found, what is in force and who uses it, once a device.
//!
//! A custody belongs to the process. Its holders ([`Terminal`](super::Terminal)s) are levels of one
//! stack, on whatever thread they are; signal handlers, `exit` and panics reach it through the
//! [`list`]. Everything that happens is an [`Event`] of the pure function [`State::next`]; this
//! module runs what the function demands, and lets go of the lock wherever somebody waits.
//!
//! Which signals there are is not decided here.

#[cfg(test)]
pub(super) mod bench;
#[cfg(test)]
mod custody_tests;
mod hand;
pub(super) mod list;
mod loan;
pub(super) mod plan;
mod shared;
#[cfg(test)]
mod shared_tests;
mod state;
mod unwritten;
#[cfg(test)]
mod unwritten_tests;
mod wants;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use ttyring_platform::{Error, LineMode, Result, Termios, Tty};

use super::world::{BlockedSignals, id, is_in_foreground, now, pause, thread};
use hand::{Due, Hand, Ledger};
use plan::Plan;
use shared::{Refused, Shared};
use state::Event;

pub(crate) use wants::{HolderId, Wants};

/// The longest wait for a terminal that takes no output.
const OUTPUT_TIMEOUT: Duration = Duration::from_secs(2);

/// How often a handler looks again while a thread has the lock, a millisecond apart. A thread has
/// it for a few system calls, and for at most a hundred of these where the terminal takes nothing.
const LOCK_ATTEMPTS: u32 = 2000;

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
    /// How often the terminal has come back from somebody else.
    returns: AtomicU64,
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
            returns: AtomicU64::new(0),
        }
    }

    fn is_own(&self) -> bool {
        self.is_of_process(id())
    }

    fn is_of_process(&self, process: i32) -> bool {
        // Relaxed: stored before anybody else knew this custody.
        self.process.load(Ordering::Relaxed) == process
    }

    /// Takes the lock, however long another thread has it.
    fn hand(&self) -> Result<Hand<'_, T>> {
        if !self.is_own() {
            let source = std::io::Error::other("the terminal belongs to the parent process");
            return Err(Error::os("fork", source));
        }
        Ok(self.hand_within(u32::MAX)?)
    }

    /// Takes the lock, unless another thread has it for long. Async-signal-safe.
    fn hand_soon(&self) -> Result<Hand<'_, T>, Refused> {
        self.hand_within(LOCK_ATTEMPTS)
    }

    fn hand_within(&self, attempts: u32) -> Result<Hand<'_, T>, Refused> {
        let quiet = BlockedSignals::all_but_faults();
        Ok(Hand {
            turn: self.shared.lock(thread(), waits(attempts))?,
            index: self.index,
            in_foreground: false,
            _quiet: quiet,
            _due: Due(&self.stop_due),
        })
    }

    /// Adds a holder with its own description of the terminal.
    pub(crate) fn open(&self, tty: &Arc<T>) -> Result<HolderId> {
        let (_, holder) = self.opened_by(self.hand()?, tty, None)?;
        Ok(holder)
    }

    /// Adds a holder that enters a line mode at once, all in one turn of the lock, and returns which
    /// byte Backspace sends by the settings that were found; no holder, and nothing is changed, while
    /// the process is in the background.
    ///
    /// # Errors
    ///
    /// As [`apply`](Custody::apply); then there is no new holder.
    pub(crate) fn open_in(
        &self,
        tty: &Arc<T>,
        mode: LineMode,
    ) -> Result<Option<(HolderId, Option<u8>)>> {
        let mut hand = self.settled()?;
        hand.in_foreground = is_in_foreground(&**tty);
        if !hand.in_foreground {
            return Ok(None);
        }
        let (hand, holder) = self.opened_by(hand, tty, Some(mode))?;
        let settings = hand.turn.plan().settings.as_ref();
        let erase = settings.and_then(|settings| settings.found.erase());
        let applied = self.applied(hand);
        applied.inspect_err(|_| self.close(holder))?;
        Ok(Some((holder, erase)))
    }

    fn opened_by<'a>(
        &'a self,
        mut hand: Hand<'a, T>,
        tty: &Arc<T>,
        mode: Option<LineMode>,
    ) -> Result<(Hand<'a, T>, HolderId)> {
        if hand.tty().is_none() {
            hand.show(|plan| plan.tty = Some(Arc::clone(tty)))?;
        }
        hand.turn.unread_from = None;
        let holder = hand.turn.wants.open();
        hand.turn.descriptions.push((holder, Arc::clone(tty)));
        if let Some(mode) = mode {
            hand.turn.wants.enter(holder, mode);
        }
        let changed = hand.changed(false).and_then(|()| {
            if hand.turn.plan().modes {
                hand.tell_reports(hand.turn.enabled.modes.reports())?;
            }
            Ok(())
        });
        match changed {
            Ok(()) => Ok((hand, holder)),
            Err(error) => {
                drop(hand);
                self.close(holder);
                Err(error)
            }
        }
    }

    /// Changes what a holder wants, and what is in force if the terminal is ours now. If `noted`,
    /// the program writes that itself.
    ///
    /// # Errors
    ///
    /// What the system answers; `ETIMEDOUT` when the terminal takes no output.
    pub(crate) fn apply<R>(
        &self,
        holder: HolderId,
        noted: bool,
        change: impl FnOnce(&mut Wants) -> R,
    ) -> Result<R> {
        let mut hand = self.used_by(holder)?;
        let result = hand.change(noted, change)?;
        self.applied(hand)?;
        Ok(result)
    }

    #[inline(never)]
    fn used_by(&self, holder: HolderId) -> Result<Hand<'_, T>> {
        let mut hand = self.settled()?;
        hand.turn.wants.used(holder);
        Ok(hand)
    }

    /// Lets go of the lock, and waits until the terminal has taken what is to be written.
    #[inline(never)]
    fn applied(&self, mut hand: Hand<'_, T>) -> Result<()> {
        let is_written = hand.flush()?;
        drop(hand);
        match is_written {
            true => Ok(()),
            false => self.settled().map(drop),
        }
    }

    /// Takes the lock once the terminal has taken everything that was to be written.
    ///
    /// # Errors
    ///
    /// `ETIMEDOUT` when the terminal takes no output.
    fn settled(&self) -> Result<Hand<'_, T>> {
        let end = now() + OUTPUT_TIMEOUT;
        loop {
            let mut hand = self.hand()?;
            if hand.flush()? {
                return Ok(hand);
            }
            drop(hand);
            if now() >= end {
                let timeout = std::io::ErrorKind::TimedOut;
                return Err(Error::os("write", std::io::Error::from(timeout)));
            }
            pause(Duration::from_millis(1));
        }
    }

    /// Writes a question.
    ///
    /// # Errors
    ///
    /// What `write(2)` answers; `ETIMEDOUT` when the terminal takes no output.
    pub(crate) fn ask(&self, question: &[u8]) -> Result<()> {
        let mut hand = self.settled()?;
        hand.turn.reports = true;
        hand.show(|plan| plan.reports = true)?;
        drop(hand);
        self.write(question)
    }

    /// Writes bytes of the program, so that nothing else is written in the middle of a sequence.
    ///
    /// # Errors
    ///
    /// What `write(2)` answers; `ETIMEDOUT` when the terminal takes no output.
    pub(crate) fn write(&self, mut bytes: &[u8]) -> Result<()> {
        loop {
            let mut hand = self.settled()?;
            if bytes.is_empty() {
                return Ok(());
            }
            bytes = &bytes[hand.begin_to_write(bytes)..];
        }
    }

    /// As [`write`](Custody::write), but returns as soon as some of `bytes` are written or will be
    /// before anything else; an error means that none are.
    pub(crate) fn write_some(&self, bytes: &[u8]) -> Result<usize> {
        Ok(self.settled()?.begin_to_write(bytes))
    }

    /// Returns the line mode that a holder entered last.
    pub(crate) fn line_of(&self, holder: HolderId) -> Option<LineMode> {
        self.hand().ok()?.turn.wants.line_of(holder)
    }

    /// Removes a holder. The last one restores the terminal.
    pub(crate) fn close(&self, holder: HolderId) {
        if holder != NOBODY {
            // An error means that the process ends, or that this is a forked child.
            let _ = self.try_to_close(holder);
        }
    }

    fn try_to_close(&self, holder: HolderId) -> Result<()> {
        let mut hand = self.hand()?;
        let is_last = hand.turn.wants.holders() == 1;
        if is_last {
            hand = self.give_from(hand, true)?;
        }
        hand.turn.descriptions.retain(|(other, _)| *other != holder);
        // What fails here fails because the terminal is gone, or takes nothing now and stays due.
        let _ = hand.change(false, |wants| wants.close(holder));
        let _ = hand.write(&[]);
        // Not before: somebody may have opened it while the lock was free.
        let heir = hand.turn.descriptions.first();
        let heir = heir.map(|(_, tty)| Arc::clone(tty));
        let left = heir.is_none() && self.has_unread();
        hand.turn.unread_from = hand.tty().filter(|_| left);
        // Twice: both plans let go of what is closed, so that no handler has to.
        hand.show(|plan| plan.tty.clone_from(&heir))?;
        if is_last {
            // Without an heir there is no terminal any more that this could touch.
            let _ = hand.take(Event::TakeBack, None);
        }
        hand.show(|_| ())
    }

    /// The terminal comes back from a child or the shell.
    pub(super) fn count_return(&self) {
        // Relaxed: a count, which orders nothing.
        self.returns.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns how often the terminal has come back.
    pub(crate) fn returns(&self) -> u64 {
        // Relaxed: see `count_return`.
        self.returns.load(Ordering::Relaxed)
    }

    /// SIGCONT was heard.
    pub(crate) fn resumed(&self) -> Result<()> {
        self.count_return();
        self.hand()?.take(Event::Resume, None)
    }

    /// An answer of the terminal took so long.
    pub(crate) fn note_round_trip(&self, taken: Duration) {
        if let Ok(mut hand) = self.hand() {
            hand.turn.round_trip = hand.turn.round_trip.max(Some(taken));
        }
    }

    /// Keeps bytes that were read and not used for whoever reads next in this process, before those
    /// that are kept already.
    pub(crate) fn give_unread(&self, mut bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        if let Ok(mut hand) = self.hand() {
            bytes.append(&mut hand.turn.unread);
            self.keep(&mut hand, bytes);
        }
    }

    fn keep(&self, hand: &mut Hand<'_, T>, mut bytes: Vec<u8>) {
        bytes.truncate(UNREAD);
        // Relaxed: a hint; the bytes are under the lock.
        self.unread.store(bytes.len(), Ordering::Relaxed);
        hand.turn.unread = bytes;
    }

    /// Returns whether the process is ending, and has restored the terminal.
    pub(crate) fn is_ended(&self) -> bool {
        self.shared.is_ended()
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
        let bytes = std::mem::take(&mut hand.turn.unread);
        self.keep(&mut hand, Vec::new());
        bytes
    }
}

/// Waits a millisecond each time; false every so many times.
fn waits(attempts: u32) -> impl FnMut() -> bool {
    let mut left = attempts;
    move || {
        pause(Duration::from_millis(1));
        left = left.checked_sub(1).unwrap_or(attempts);
        left > 0
    }
}
