//! Signals as wake-ups: a process-wide table that counts and wakes, and always chains.
//!
//! Two parties stand on it. A poller [subscribes](subscribe) to signals and is woken through a
//! descriptor. The restore path [hooks](hook) the signals that end or stop the process and runs
//! before anything else does. Whoever was there before is called as if this module were not:
//!
//! - an earlier handler runs after the hook, with the arguments of the kernel;
//! - where there was none, the default action follows, unless a subscriber wants the signal as an
//!   event;
//! - a signal that the process inherited as ignored stays ignored.
//!
//! The handler takes no lock and allocates nothing; for faults, and where the handler from before
//! wants that, it runs on the alternate stack where there is one. It leaves `errno` as it was. When
//! the last subscriber and hook of a signal are gone, the disposition from before is put back,
//! unless somebody else has installed a handler meanwhile. Only the real-time signals keep ours: it
//! does then what the disposition from before would.
//!
//! This module does not decide what a signal means; it does not restore anything itself.

mod chain;
mod claims;
mod handler;
mod node;

use std::os::fd::OwnedFd;
use std::sync::Arc;

use libc::c_int;

use crate::{Result, Signals};
use claims::Claims;
use node::Node;

/// The numbers of the signals in [`Signals`], in the order of its bits.
const NUMBERS: [c_int; 9] = [
    libc::SIGWINCH,
    libc::SIGCONT,
    libc::SIGTERM,
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGTSTP,
    libc::SIGUSR1,
    libc::SIGUSR2,
];

/// What runs in the handler of a hooked signal, before anything else: the number of the signal
/// and what will follow, unless it answers that it has done that itself. It must be
/// async-signal-safe.
pub type Hook = unsafe fn(signal: c_int, next: Next) -> Then;

/// What a [`Hook`] wants to happen after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// What was to follow.
    Chain,
    /// Nothing more: the hook has done it. Subscribers are told all the same.
    Skip,
}

/// What follows a [`Hook`] in the handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The default action of the signal: for most, the process ends or stops.
    Default,
    /// A handler that was installed before, or one installed since that calls the earlier ones; the
    /// process may go on.
    Handler,
    /// Nothing: a subscriber takes the signal as an event, and the process goes on.
    Event,
}

/// Returns the numbers (`signal(7)`) of the signals in a set.
pub fn numbers(signals: Signals) -> impl Iterator<Item = c_int> {
    let bits = signals.bits();
    (0..NUMBERS.len())
        .filter(move |bit| bits & (1 << bit) != 0)
        .map(|bit| NUMBERS[bit])
}

/// Returns the set that holds only the signal with this number; empty if no set can.
pub fn from_number(number: c_int) -> Signals {
    match NUMBERS.iter().position(|&known| known == number) {
        Some(bit) => Signals::from_bits_truncate(1 << bit),
        None => Signals::empty(),
    }
}

/// Takes signals as events: each arrival is counted, remembered until [`Subscription::take`], and
/// written to `wake`, an eventfd or the non-blocking write end of a pipe, as a native 64-bit 1.
///
/// Until the subscription is dropped, the default action of these signals does not happen.
/// Signals that the process ignores are left alone, see [`Subscription::heard`].
///
/// # Errors
///
/// Whatever `sigaction(2)` answers.
///
/// # Examples
///
/// ```
/// use std::io::Read;
/// use std::os::fd::OwnedFd;
/// use std::sync::Arc;
/// use ttyring_platform::Signals;
/// use ttyring_platform::unix::signal;
///
/// let (mut receiver, sender) = std::os::unix::net::UnixStream::pair()?;
/// sender.set_nonblocking(true)?;
/// let wake = Arc::new(OwnedFd::from(sender));
/// let subscription = signal::subscribe(Signals::USR1, wake)?;
/// // SAFETY: raises a signal that has a handler now.
/// unsafe { libc::raise(libc::SIGUSR1) };
/// receiver.read_exact(&mut [0; 8])?;
/// assert_eq!(subscription.take(), Signals::USR1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn subscribe(signals: Signals, wake: Arc<OwnedFd>) -> Result<Subscription> {
    // The node first: a signal must find somebody to tell as soon as its default action is off.
    let node = node::acquire(signals, &wake);
    match Claims::subscribe(numbers(signals)) {
        Ok(claims) => Ok(Subscription {
            heard: claims.numbers().map(from_number).collect(),
            claims: Some(claims),
            node,
            _wake: wake,
        }),
        Err(error) => {
            node.release();
            Err(error)
        }
    }
}

/// A set of signals that arrive as events, until it is dropped.
///
/// Dropping it is safe while handlers run: it waits until none of them can touch the wake
/// descriptor any more. It must not be dropped inside a signal handler.
#[derive(Debug)]
pub struct Subscription {
    claims: Option<Claims>,
    heard: Signals,
    node: &'static Node,
    // Held so that the descriptor stays open until no handler can write to it.
    _wake: Arc<OwnedFd>,
}

impl Subscription {
    /// Returns the signals that arrived since the last call, and forgets them.
    pub fn take(&self) -> Signals {
        self.node.take()
    }

    /// Returns how often the signals in this set arrived since the subscription, modulo 2³².
    pub fn count(&self, signals: Signals) -> u32 {
        self.node.count(signals)
    }

    /// Returns the signals that can arrive: those asked for except the ones that the process
    /// ignored when it subscribed.
    pub fn heard(&self) -> Signals {
        self.heard
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        // The default action comes back before the node goes: a signal in between is told to the
        // node and not acted on twice.
        drop(self.claims.take());
        self.node.release();
    }
}

/// Runs each hook first whenever its signal arrives, until the answer is dropped.
///
/// A signal that the process ignores stays ignored. There is one hook for a signal; the same
/// function may be hooked several times and runs once.
///
/// Each signal costs one system call now and one when the last user goes. The real-time signals
/// have no second one: their handler stays, and does what the kernel would.
///
/// # Errors
///
/// `EBUSY` when another function is hooked already, `EINVAL` for a signal that cannot be caught.
///
/// # Safety
///
/// Each hook must do only what `signal-safety(7)` allows, must not unwind, and must stay valid for
/// a handler that is still running on another thread when [`Hooked`] is dropped.
pub unsafe fn hook(hooks: impl IntoIterator<Item = (c_int, Hook)>) -> Result<Hooked> {
    // SAFETY: as the caller has promised.
    unsafe { hook_beside(hooks, Signals::empty()) }
}

/// As [`hook`]. The handlers of `subscribed` signals, which the caller is about to
/// [`subscribe`] to, are installed with the others, and stay until both are dropped: a
/// subscription by itself takes five more system calls, and as many when it ends.
///
/// # Errors
///
/// As [`hook`].
///
/// # Safety
///
/// As [`hook`].
pub unsafe fn hook_beside(
    hooks: impl IntoIterator<Item = (c_int, Hook)>,
    subscribed: Signals,
) -> Result<Hooked> {
    let claims = Claims::hook(hooks.into_iter(), numbers(subscribed))?;
    Ok(Hooked { claims })
}

/// Puts the disposition from before back now, for a hook that has nothing left to do: a handler
/// inside a handler may be more than the alternate stack holds. Async-signal-safe.
pub fn stand_down(signal: c_int) {
    handler::stand_down(signal);
}

/// Hooks that are in place until this is dropped.
#[derive(Debug)]
pub struct Hooked {
    claims: Claims,
}

impl Hooked {
    /// Keeps the hooks alone: the handlers of the `subscribed` signals of [`hook_beside`] go with
    /// their subscription.
    pub fn keep_hooks(&mut self) {
        self.claims.keep_hooks();
    }
}

/// While one of these is alive, signals interrupt blocking system calls (no `SA_RESTART`): a
/// thread that waits in a plain `read(2)` sees `EINTR`.
#[derive(Debug)]
pub struct NoRestart(());

impl NoRestart {
    /// Lets the signals that have a handler of this module interrupt system calls.
    pub fn new() -> Self {
        claims::interrupt(true);
        NoRestart(())
    }
}

impl Default for NoRestart {
    fn default() -> Self {
        NoRestart::new()
    }
}

impl Drop for NoRestart {
    fn drop(&mut self) {
        claims::interrupt(false);
    }
}
