//! Every custody of the process, in a list that a signal handler can walk.
//!
//! The list only grows, and a custody without holders is used again, so that walking it needs no
//! lock. Which events end or stop the process is not known here.

use std::any::Any;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::ThreadId;

use ttyring_platform::Tty;

use super::super::report;
use super::super::world::{id, is_reachable, lock, thread};
use super::hand::Ledger;
use super::plan::Plan;
use super::shared::Refused;
use super::state::Event;
use super::{Custody, LOCK_ATTEMPTS, waits};

/// A custody of any kind of terminal, as handlers see it.
pub(super) trait Kept: Any + Send + Sync {
    /// Whether the process with this number has the custody, and a handler may use the terminal.
    fn concerns_handlers(&self, process: i32) -> bool;
    /// Takes an event; a stop that finds the lock taken comes once it is free. Async-signal-safe.
    fn take(&self, event: Event) -> Result<(), Refused>;
    /// Whether the terminal is this process's to change, or of no interest. Async-signal-safe.
    fn is_ours_to_change(&self) -> bool;
    /// A thread panics.
    fn panicked(&self, thread: ThreadId);
    /// Reads the last replies, with time to spare.
    fn finish(&self);
    /// Ends the use of the terminal. Async-signal-safe.
    fn end(&self);
    fn as_any(&self) -> &dyn Any;
}

struct Node {
    custody: Box<dyn Kept>,
    next: OnceLock<Box<Node>>,
}

static FIRST: OnceLock<Box<Node>> = OnceLock::new();

/// Held while a custody gets or loses a user; no handler takes it.
static CLAIMS: Mutex<()> = Mutex::new(());

/// A use of a custody, until it is dropped.
#[derive(Debug)]
pub(crate) struct Claim<T: Tty>(&'static Custody<T>);

impl<T: Tty> Claim<T> {
    /// Finds the custody of this terminal's device, or makes one.
    pub(crate) fn of(tty: &T) -> Self {
        let _claims = lock(&CLAIMS);
        let device = tty.device();
        let custodies = nodes().filter_map(|node| node.custody.as_any().downcast_ref());
        let custodies: Vec<&Custody<T>> = custodies.collect();
        custodies.iter().for_each(|custody| custody.forget_stale());
        let known = custodies.iter().find(|custody| custody.is_of(device));
        let custody = known.copied().unwrap_or_else(|| {
            let free = custodies.iter().find(|custody| custody.is_free());
            let custody = free.copied().unwrap_or_else(append);
            custody.begin(device, is_reachable(tty), free.is_some());
            custody
        });
        // Relaxed: changed under the mutex only.
        custody.users.fetch_add(1, Ordering::Relaxed);
        Claim(custody)
    }
}

#[cfg(test)]
impl<T: Tty> Claim<T> {
    /// The custody itself, which outlives every claim.
    pub(super) fn as_static(&self) -> &'static Custody<T> {
        self.0
    }
}

impl<T: Tty> Clone for Claim<T> {
    fn clone(&self) -> Self {
        let _claims = lock(&CLAIMS);
        // Relaxed: changed under the mutex only.
        self.0.users.fetch_add(1, Ordering::Relaxed);
        Claim(self.0)
    }
}

impl<T: Tty> std::ops::Deref for Claim<T> {
    type Target = Custody<T>;

    fn deref(&self) -> &Custody<T> {
        self.0
    }
}

impl<T: Tty> Drop for Claim<T> {
    fn drop(&mut self) {
        let _claims = lock(&CLAIMS);
        // Relaxed: as above.
        self.0.users.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<T: Tty> Custody<T> {
    fn is_of(&self, device: Option<u64>) -> bool {
        // Relaxed: changed under the mutex only.
        device.is_some_and(|device| self.device.load(Ordering::Relaxed) == device) && self.is_own()
    }

    /// Whether nobody uses it, and nobody ever will take what it keeps.
    fn is_free(&self) -> bool {
        // Relaxed: as above.
        let unused = self.users.load(Ordering::Relaxed) == 0;
        let is_found = self.device.load(Ordering::Relaxed) != 0;
        let kept = self.shared.is_ended() || (is_found && self.has_unread());
        unused && !(self.is_own() && kept)
    }

    /// Begins, for another device if it is `used`. A new one has nothing to forget, and no lock to
    /// take for it.
    fn begin(&self, device: Option<u64>, reachable: bool, used: bool) {
        self.reachable.store(false, Ordering::Relaxed);
        self.device.store(device.unwrap_or(0), Ordering::Relaxed);
        self.process.store(id(), Ordering::Relaxed);
        self.unread.store(0, Ordering::Relaxed);
        self.shared.revive();
        if let Some(Ok(mut hand)) = used.then(|| self.hand()) {
            *hand.turn = Ledger::new();
            let _ = hand.show(|plan| *plan = Plan::NOTHING);
            let _ = hand.show(|_| ());
        }
        self.reachable.store(reachable, Ordering::Relaxed);
    }

    /// Forgets what was read from a terminal that is gone, so that another one may have its number
    /// and this custody.
    fn forget_stale(&self) {
        let hand = self.has_unread().then(|| self.hand());
        let Some(Ok(mut hand)) = hand else {
            return;
        };
        let is_gone = |tty: &mut Arc<T>| tty.termios().is_err();
        if hand.turn.unread_from.take_if(is_gone).is_some() {
            hand.turn.unread.clear();
            self.unread.store(0, Ordering::Relaxed);
        }
    }
}

impl<T: Tty> Kept for Custody<T> {
    fn concerns_handlers(&self, process: i32) -> bool {
        self.reachable.load(Ordering::Relaxed) && self.is_of_process(process)
    }

    fn take(&self, event: Event) -> Result<(), Refused> {
        if matches!(event, Event::Resume | Event::Continue) {
            self.count_return();
        }
        let hand = self.hand_soon();
        if event == Event::Stop && matches!(hand, Err(Refused::Busy)) {
            // Relaxed: a request, which orders nothing.
            self.stop_due.store(true, Ordering::Relaxed);
        }
        // An error of the terminal means that it is gone, and nothing is left to do.
        hand.map(|mut hand| drop(hand.take(event, None)))
    }

    fn is_ours_to_change(&self) -> bool {
        self.hand_soon().map_or(true, |hand| {
            !hand.turn.state.is_stopped() || hand.turn.plan().may_touch()
        })
    }

    fn panicked(&self, thread: ThreadId) {
        if let Ok(mut hand) = self.hand_soon() {
            if hand.turn.wants.are_used_by(thread) {
                let _ = hand.take(Event::Panic, None);
            }
        }
    }

    fn finish(&self) {
        // Relaxed: whoever opens it from now on is told that the process is ending.
        if self.users.load(Ordering::Relaxed) > 0 {
            // An error means that another thread ends the use.
            let _ = self.give(true);
        }
    }

    fn end(&self) {
        if let Some(plan) = self.shared.end(thread(), waits(LOCK_ATTEMPTS)) {
            plan.carry_out();
            report::is_on(self.index, false);
            self.shared.carried_out();
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Ends the use of every terminal for good. Async-signal-safe.
pub(crate) fn end_all() {
    own().for_each(|(_, custody)| custody.end());
}

/// Ends the use of every terminal with time to spare for the last replies.
pub(crate) fn finish_all() {
    let own = own();
    own.clone().for_each(|(_, custody)| custody.finish());
    own.for_each(|(_, custody)| custody.end());
}

/// A thread panics: terminals that it used are restored until they are changed again.
pub(crate) fn panicked(thread: ThreadId) {
    own().for_each(|(_, custody)| custody.panicked(thread));
}

/// The process was continued: whatever should be on and is not, is switched on again.
/// Async-signal-safe.
pub(crate) fn resumed() {
    for (_, custody) in own() {
        // Refused at the end of the process, or by a thread that makes it right itself.
        let _ = custody.take(Event::Resume);
    }
}

/// The terminals that [`stop_all`] has restored, a bit each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopped(u64);

/// Restores every terminal, because the process is about to stop; nothing if it should not: it is
/// ending, or another thread is in the middle of something and will stop it when it is through.
/// Async-signal-safe.
pub(crate) fn stop_all() -> Option<Stopped> {
    let mut stopped = Stopped(0);
    for (bit, custody) in own() {
        if custody.take(Event::Stop).is_err() {
            go_on(stopped);
            return None;
        }
        stopped.0 |= bit;
    }
    Some(stopped)
}

/// Switches everything on again. Async-signal-safe.
pub(crate) fn go_on(stopped: Stopped) {
    for (bit, custody) in own() {
        if stopped.0 & bit != 0 {
            // Refused only at the end of the process.
            let _ = custody.take(Event::Continue);
        }
    }
}

/// Whether every terminal that was restored is this process's to change again. Async-signal-safe.
pub(crate) fn are_ours_to_change() -> bool {
    own().all(|(_, custody)| custody.is_ours_to_change())
}

/// The custodies that concern handlers, each with a bit of its own: the last one is shared by all
/// that are too many.
fn own() -> impl Iterator<Item = (u64, &'static dyn Kept)> + Clone {
    let process = id();
    let numbered = nodes().enumerate();
    numbered
        .map(|(index, node)| (1 << index.min(63), &*node.custody))
        .filter(move |(_, custody)| custody.concerns_handlers(process))
}

fn nodes() -> impl Iterator<Item = &'static Node> + Clone {
    let first = FIRST.get().map(|node| &**node);
    std::iter::successors(first, |node| node.next.get().map(|node| &**node))
}

/// Puts a new custody at the end of the list; the caller has the mutex.
fn append<T: Tty>() -> &'static Custody<T> {
    let custody = Box::new(Custody::<T>::new(nodes().count()));
    let node = Box::new(Node {
        custody,
        next: OnceLock::new(),
    });
    let place = nodes().last().map_or(&FIRST, |last| &last.next);
    let node = place.get_or_init(|| node);
    let custody = node.custody.as_any().downcast_ref();
    custody.expect("nobody else appends while this thread has the mutex")
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
