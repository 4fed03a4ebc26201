//! A bar on standard error while something takes long, and Ctrl-C that ends it early.
//!
//! Where standard error is no terminal nothing is drawn.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

const WIDTH: usize = 24;

/// A bar that is full after a known number of steps.
#[derive(Debug)]
pub(crate) struct Progress {
    drawn: bool,
    done: usize,
    total: usize,
    /// The length of the bar and the text when they were last drawn.
    shown: Option<(usize, String)>,
}

impl Progress {
    /// Makes a bar of `total` steps.
    pub(crate) fn new(total: usize) -> Self {
        Progress {
            drawn: io::stderr().is_terminal(),
            done: 0,
            total: total.max(1),
            shown: None,
        }
    }

    /// Makes a bar that nobody sees, for a part of something that has one.
    pub(crate) fn hidden() -> Self {
        let mut progress = Progress::new(1);
        progress.drawn = false;
        progress
    }

    /// Takes a step and says what is being done.
    pub(crate) fn step(&mut self, what: &str) {
        self.done += 1;
        let filled = WIDTH * self.done.min(self.total) / self.total;
        let shown = Some((filled, what.to_owned()));
        if !self.drawn || self.shown == shown {
            return;
        }
        self.shown = shown;
        let percent = 100 * self.done.min(self.total) / self.total;
        let bar = "█".repeat(filled) + &"░".repeat(WIDTH - filled);
        let _ = write!(io::stderr(), "\r\x1b[K{bar} {percent:3} %  {what:.40}");
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.drawn && self.shown.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

/// Set by Ctrl-C, once a subcommand has asked for it.
static ASKED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Whether the user wants to see what there is and go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop(());

impl Stop {
    /// Makes Ctrl-C and SIGTERM set the flag; a second Ctrl-C ends the program as it would by default.
    pub(crate) fn on_interrupt() -> io::Result<Self> {
        let flag = Arc::clone(ASKED.get_or_init(Arc::default));
        let signal = signal_hook::consts::SIGINT;
        signal_hook::flag::register_conditional_default(signal, Arc::clone(&flag))?;
        signal_hook::flag::register(signal, Arc::clone(&flag))?;
        signal_hook::flag::register(signal_hook::consts::SIGTERM, flag)?;
        Ok(Stop(()))
    }

    /// Returns whether Ctrl-C was pressed.
    pub(crate) fn asked(&self) -> bool {
        // Relaxed: a flag alone, which no other memory depends on.
        ASKED.get().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }
}

/// Fails once Ctrl-C was pressed: for waits deep inside a measurement, which would last for seconds.
pub(crate) fn go_on() -> io::Result<()> {
    match Stop(()).asked() {
        true => Err(io::Error::new(
            io::ErrorKind::Interrupted,
            "Ctrl-C was pressed",
        )),
        false => Ok(()),
    }
}

/// Returns what an error says, unless it is that of [`go_on`]: being asked to stop is no failure.
pub(crate) fn failure(error: &io::Error) -> Option<String> {
    (error.kind() != io::ErrorKind::Interrupted).then(|| error.to_string())
}
