//! Every custody of the process, in a list that a signal handler can walk.
//!
//! The list only grows, and a custody without holders is used again, so that walking it needs no
//! lock. Which events end or stop the process is not known here.

use std::any::Any;
use std::fmt::Debug;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::ThreadId;

use ttyring_platform::Tty;

use super::super::world::{id, is_reachable};
use super::hand::Ledger;
use super::plan::Plan;
use super::shared::Refused;
use super::state::Event;
use super::{Custody, Phase};

/// A custody of any kind of terminal, as handlers see it.
trait Kept: Any + Debug + Send + Sync {
    /// Whether this process has the custody, and a handler may use the terminal.
    fn concerns_handlers(&self) -> bool;
    /// Takes an event. Async-signal-safe.
    fn take(&self, event: Event) -> Result<(), Refused>;
    /// Has the process stop once the lock is free. Async-signal-safe.
    fn stop_later(&self);
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

#[derive(Debug)]
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
        let _claims = CLAIMS.lock().unwrap_or_else(PoisonError::into_inner);
        let device = tty.device();
        let custodies = || nodes().filter_map(|node| node.custody.as_any().downcast_ref());
        let known = custodies().find(|custody: &&Custody<T>| custody.is_of(device));
        let custody = known.unwrap_or_else(|| {
            let free = custodies().find(|custody| custody.is_free());
            let custody = free.unwrap_or_else(append);
            custody.begin(device, is_reachable(tty));
            custody
        });
        custody.forget_stale();
        // Relaxed: changed under the mutex only.
        custody.users.fetch_add(1, Ordering::Relaxed);
        Claim(custody)
    }
}

impl<T: Tty> Clone for Claim<T> {
    fn clone(&self) -> Self {
        let _claims = CLAIMS.lock().unwrap_or_else(PoisonError::into_inner);
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
        let _claims = CLAIMS.lock().unwrap_or_else(PoisonError::into_inner);
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
        let kept = self.shared.is_ended() || self.unread.load(Ordering::Relaxed) > 0;
        unused && !(self.is_own() && kept)
    }

    /// Begins anew, for another device.
    fn begin(&self, device: Option<u64>, reachable: bool) {
        self.reachable.store(false, Ordering::Relaxed);
        self.device.store(device.unwrap_or(0), Ordering::Relaxed);
        self.process.store(id(), Ordering::Relaxed);
        self.unread.store(0, Ordering::Relaxed);
        self.shared.revive();
        if let Ok(mut hand) = self.hand() {
            *hand.turn = Ledger::new();
            let _ = hand.show(|plan| *plan = Plan::NOTHING);
            let _ = hand.show(|_| ());
        }
        self.reachable.store(reachable, Ordering::Relaxed);
    }

    /// Forgets what was read from a terminal that is gone, whose number another has now.
    fn forget_stale(&self) {
        let Ok(mut hand) = self.hand() else {
            return;
        };
        let source = hand.turn.unread_from.take();
        if source.is_some_and(|tty| tty.termios().is_err()) {
            hand.turn.unread.clear();
            self.unread.store(0, Ordering::Relaxed);
        }
    }
}

impl<T: Tty> Kept for Custody<T> {
    fn concerns_handlers(&self) -> bool {
        self.reachable.load(Ordering::Relaxed) && self.is_own()
    }

    fn take(&self, event: Event) -> Result<(), Refused> {
        // An error of the terminal means that it is gone, and nothing is left to do.
        self.hand_soon()
            .map(|mut hand| drop(hand.take(event, None)))
    }

    fn stop_later(&self) {
        // Relaxed: a request, which orders nothing.
        self.stop_due.store(true, Ordering::Relaxed);
    }

    fn is_ours_to_change(&self) -> bool {
        self.hand_soon().map_or(true, |hand| {
            hand.turn.state.phase() != Phase::Stopped || hand.turn.plan().may_touch()
        })
    }

    fn panicked(&self, thread: ThreadId) {
        Custody::panicked(self, thread);
    }

    fn finish(&self) {
        // An error means that another thread ends the use.
        let _ = self.give(true);
    }

    fn end(&self) {
        Custody::end(self);
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
    own().for_each(|(_, custody)| custody.finish());
    end_all();
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
        match custody.take(Event::Stop) {
            Ok(()) => stopped.0 |= bit,
            Err(refused) => {
                if refused == Refused::Busy {
                    custody.stop_later();
                }
                go_on(stopped);
                return None;
            }
        }
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
fn own() -> impl Iterator<Item = (u64, &'static dyn Kept)> {
    let numbered = nodes().enumerate();
    numbered
        .map(|(index, node)| (1 << index.min(63), &*node.custody))
        .filter(|(_, custody)| custody.concerns_handlers())
}

fn nodes() -> impl Iterator<Item = &'static Node> {
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
