//! The Darwin driver over the emulated kernel: opening, settings, waiting, faults.
//!
//! What every backend has to do is in the contract suite; here is what only Darwin does, and what
//! only a script can provoke.
#![cfg(not(target_vendor = "apple"))]
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../kernel/mod.rs"]
mod kernel;

mod opening;
mod settings;
mod waiting;

use std::time::Duration;

use kernel::{Emulated, Process};
use ttyring_platform::darwin::{Darwin, DarwinPoller, DarwinTty};
use ttyring_platform::{Backend, LineMode, Poller, Ready, Signals, Termios, Tty, When};
use ttyring_test_support::{PATIENCE, Pty, wait_until};

/// A terminal in raw mode, and what waits for it.
struct Setting {
    kernel: Emulated,
    darwin: Darwin<Emulated>,
    pty: Pty,
    tty: DarwinTty<Emulated>,
    poller: DarwinPoller<Emulated>,
}

impl Setting {
    /// A terminal that kqueue takes.
    fn new() -> Self {
        Self::with(Signals::empty())
    }

    fn with(signals: Signals) -> Self {
        Self::start(signals, |_| {})
    }

    /// A terminal that can only be opened as `/dev/tty`.
    fn fallback(signals: Signals) -> Self {
        Self::start(signals, |process| process.denied = true)
    }

    fn start(signals: Signals, describe: impl FnOnce(&mut Process)) -> Self {
        let pty = Pty::open();
        let kernel = Emulated::with(|process| {
            process.streams[0] = Some(pty.slave().try_clone_to_owned().unwrap());
            process.controlling = Some(number(&pty));
            describe(process);
        });
        let darwin = Darwin::new(kernel.clone());
        let tty = darwin.open().unwrap();
        let raw = tty.termios().unwrap().with(&LineMode::RAW);
        tty.set_termios(When::Now, &raw).unwrap();
        let poller = darwin.poller(&tty, signals).unwrap();
        Setting {
            kernel,
            darwin,
            pty,
            tty,
            poller,
        }
    }

    /// Types, and waits until the line discipline has it.
    fn type_bytes(&mut self, bytes: &[u8]) {
        let before = self.tty.pending().unwrap();
        self.pty.type_bytes(bytes);
        assert!(wait_until(
            || self.tty.pending().unwrap() == before + bytes.len()
        ));
    }

    /// Waits for as long as a test may take.
    fn wait(&mut self) -> Ready {
        self.poller.wait(Some(PATIENCE)).unwrap()
    }

    fn look(&mut self) -> Ready {
        self.poller.wait(Some(Duration::ZERO)).unwrap()
    }
}

const TTY: Ready = Ready {
    tty: true,
    woken: false,
    signals: Signals::empty(),
};

const WOKEN: Ready = Ready {
    tty: false,
    woken: true,
    signals: Signals::empty(),
};

fn number(pty: &Pty) -> u32 {
    rustix::fs::minor(rustix::fs::fstat(pty.slave()).unwrap().st_rdev)
}
