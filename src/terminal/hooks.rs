//! Which events end or stop the process, and what happens to the terminal then.
//!
//! | event | who notices | terminal |
//! |---|---|---|
//! | return from `main`, `exit` | `atexit(3)`, after `Drop` where it ran | restored, fenced |
//! | a panic of the thread that uses the terminal, any panic that aborts | panic hook | restored before the message |
//! | a panic of another thread | nobody: the process goes on | left alone |
//! | TERM, HUP, INT, QUIT and what else ends the process by default | signal handler | restored, then the default action |
//! | SEGV, BUS, FPE, ILL, TRAP, SYS, ABRT; an overflown stack raises the first or the last | signal handler on the alternate stack | restored, then the handler from before or the default action |
//! | TSTP | signal handler | restored, stopped, switched on again |
//! | CONT | signal handler | switched on again, if somebody has restored it |
//!
//! Nobody notices `_exit(2)` and SIGKILL; the supervisor is for these. The handlers are those of
//! [`ttyring_platform::system::signal`]; this module only says what they run.

use std::panic;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use ttyring_platform::system::child::CONTINUE;
use ttyring_platform::system::process::{self, ABORT, FAULTS, STOP, endings};
use ttyring_platform::system::signal::{Hook, Hooked, Next, Then, hook_beside, stand_down};
use ttyring_platform::{Result, Signals, Tty};

use super::custody::list;
use super::suspend;
use super::world::is_reachable;

bitflags::bitflags! {
    /// The ways for a program to end or stop after which its terminal is restored.
    ///
    /// Dropping the [`Terminal`](super::Terminal) restores it in any case.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Restore: u8 {
        /// `std::process::exit`, and returning from `main` with a terminal that is never dropped.
        const EXIT = 1 << 0;
        /// Panics of the thread that last changed the terminal, and every panic where panics
        /// abort: the terminal is restored before the message is printed.
        const PANIC = 1 << 1;
        /// Signals that end the process by default: TERM, HUP, INT, QUIT, PIPE, ALRM, USR1, USR2,
        /// VTALRM, PROF, XCPU, XFSZ; on Linux also IO, PWR, STKFLT and the real-time signals, on
        /// macOS EMT. Where the program has a handler of its own for one of them, the terminal is
        /// left to that.
        const SIGNALS = 1 << 2;
        /// Faults, overflown stacks and aborts: SEGV, BUS, FPE, ILL, TRAP, SYS, ABRT. A program
        /// that handles such faults and goes on, as some virtual machines do, takes this away.
        const FAULTS = 1 << 3;
        /// SIGTSTP and SIGCONT: the terminal is restored, the process stops, and when it is
        /// continued everything is switched on again, also after SIGSTOP.
        const STOP = 1 << 4;
    }
}

impl Default for Restore {
    fn default() -> Self {
        Restore::all()
    }
}

/// The hooks of one terminal; those of signals go when this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    signals: Option<Hooked>,
}

impl Hooks {
    /// Installs what `restore` asks for where handlers can reach the terminal. `subscribed` are the
    /// signals that the caller is about to take as events: their handlers are installed with all
    /// others, at the cost of one system call each.
    pub(crate) fn of<T: Tty>(tty: &T, restore: Restore, subscribed: Signals) -> Result<Hooks> {
        match is_reachable(tty) {
            true => install(restore, subscribed),
            false => Ok(Hooks::default()),
        }
    }

    /// Returns them without the handlers of the signals that the caller takes as events: it is about
    /// to end that.
    pub(super) fn split_off(&mut self) -> Hooks {
        let mut hooks = std::mem::take(self);
        if let Some(signals) = &mut hooks.signals {
            signals.keep_hooks();
        }
        hooks
    }
}

/// A signal that the process was started with as ignored stays ignored.
#[allow(unsafe_code)]
fn install(restore: Restore, subscribed: Signals) -> Result<Hooks> {
    if restore.contains(Restore::EXIT) {
        static EXIT: Once = Once::new();
        let mut installed = Ok(());
        EXIT.call_once(|| installed = process::at_exit(at_exit));
        installed?;
    }
    if restore.contains(Restore::PANIC) {
        static PANIC: Once = Once::new();
        PANIC.call_once(hook_panics);
    }
    let mut hooks: Vec<(i32, Hook)> = Vec::new();
    if restore.contains(Restore::SIGNALS) {
        hooks.extend(endings().map(|signal| (signal, on_ending as Hook)));
    }
    if restore.contains(Restore::FAULTS) {
        hooks.extend(FAULTS.map(|signal| (signal, on_fault as Hook)));
    }
    if restore.contains(Restore::STOP) {
        hooks.push((STOP, on_stop));
        hooks.push((CONTINUE, on_continue));
    }
    // SAFETY: they make only async-signal-safe calls and are plain functions.
    let signals = unsafe { hook_beside(hooks, subscribed) }?;
    Ok(Hooks {
        signals: Some(signals),
    })
}

fn hook_panics() {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if cfg!(panic = "abort") {
            list::end_all();
        } else {
            list::panicked(thread::current().id());
        }
        previous(info);
    }));
}

extern "C" fn at_exit() {
    list::finish_all();
}

/// How often the process has handled an ending signal itself.
static HANDLED: AtomicU32 = AtomicU32::new(0);
/// How often it was continued.
static CONTINUED: AtomicU32 = AtomicU32::new(0);

/// The signals that the process has heard so far and lives on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) handled: u32,
    pub(super) continued: u32,
}

/// Counts the signals that have come so far.
pub(super) fn heard() -> Heard {
    // Relaxed: counters, which order nothing.
    Heard {
        handled: HANDLED.load(Ordering::Relaxed),
        continued: CONTINUED.load(Ordering::Relaxed),
    }
}

fn on_ending(_signal: i32, next: Next) -> Then {
    // A handler of the program's own decides how it ends, and a subscriber whether.
    if next == Next::Default {
        list::end_all();
    } else {
        HANDLED.fetch_add(1, Ordering::Relaxed);
    }
    Then::Chain
}

fn on_fault(_signal: i32, next: Next) -> Then {
    if next != Next::Event {
        list::end_all();
        // The handler of the Rust runtime aborts when the stack has overflown. There is no room
        // for another handler on the alternate stack then, and nothing left for it to do.
        stand_down(ABORT);
    }
    Then::Chain
}

fn on_stop(_signal: i32, next: Next) -> Then {
    if next != Next::Default {
        return Then::Chain;
    }
    suspend::stop_and_return();
    Then::Skip
}

fn on_continue(_signal: i32, _next: Next) -> Then {
    // After SIGSTOP, which nobody notices, the shell may have restored the terminal.
    list::resumed();
    CONTINUED.fetch_add(1, Ordering::Relaxed);
    Then::Chain
}

#[cfg(test)]
#[path = "hooks_tests.rs"]
mod tests;
