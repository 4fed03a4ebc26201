//! A program on a pseudo-terminal, seen from the other side: what it writes goes into the model.

use std::os::fd::AsFd;
use std::process::Command;
use std::str::FromStr;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl};
use rustix::termios::Termios;
pub(crate) use ttyring_test_support::same;
use ttyring_test_support::{PATIENCE, Program, Pty, model::Model};

/// A pseudo-terminal with a model behind it.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) pty: Pty,
    pub(crate) model: Model,
    found: Termios,
    flags: OFlags,
    /// Whether questions are answered, as a terminal does.
    pub(crate) answers: bool,
    answered: usize,
    fences: usize,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let pty = Pty::open();
        Stage {
            found: pty.termios(),
            flags: fcntl_getfl(pty.slave()).expect("F_GETFL"),
            pty,
            model: Model::default(),
            answers: true,
            answered: 0,
            fences: 0,
        }
    }

    /// Starts a program with its standard streams here.
    pub(crate) fn start(&self, command: &mut Command) -> Program {
        self.pty.on_terminal(command);
        self.pty.spawn(command).expect("spawn")
    }

    /// Reads what is there, waiting for the first byte for so long.
    pub(crate) fn pump(&mut self, timeout: Duration) {
        let timeout = Timespec::try_from(timeout).ok();
        let master = self.pty.master();
        let mut interest = [PollFd::new(&master, PollFlags::IN)];
        if !matches!(poll(&mut interest, timeout.as_ref()), Ok(1)) {
            return;
        }
        let mut buffer = [0; 4096];
        let count = rustix::io::read(self.pty.master(), &mut buffer).unwrap_or(0);
        self.model.feed(&buffer[..count]);
        while self.answers && self.answered < self.model.questions() {
            self.answered += 1;
            self.pty.type_bytes(b"\x1b[?62;22c");
        }
    }

    /// Reads until the text that is not control sequences contains `text`.
    #[track_caller]
    pub(crate) fn expect(&mut self, text: &str) {
        let found = self.wait(|stage| stage.model.text().contains(text));
        assert!(found, "{text:?} did not come: {:?}", self.model.text());
    }

    /// Reads until the text that the model watches for has come.
    #[track_caller]
    pub(crate) fn expect_watched(&mut self) {
        let found = self.wait(|stage| stage.model.at_watch().is_some());
        assert!(found, "no prompt: {:?}", self.model.text());
    }

    /// Reads until a number and a dot have come behind `mark`.
    #[track_caller]
    pub(crate) fn number_after<T: FromStr>(&mut self, mark: &str) -> T {
        let find = |text: &str| {
            let (_, rest) = text.split_once(mark)?;
            rest.split_once('.')?.0.parse().ok()
        };
        let mut number = None;
        self.wait(|stage| {
            number = find(&stage.model.text());
            number.is_some()
        });
        number.unwrap_or_else(|| panic!("no number after {mark:?}: {:?}", self.model.text()))
    }

    /// Waits for what need not happen; returns whether it did.
    #[allow(dead_code, reason = "shared with a test that has no use for it")]
    pub(crate) fn wait_briefly(&mut self, mut condition: impl FnMut(&mut Stage) -> bool) -> bool {
        let end = Instant::now() + Duration::from_secs(2);
        while !condition(self) {
            if Instant::now() > end {
                return false;
            }
            self.pump(Duration::from_millis(5));
        }
        true
    }

    /// Reads until `condition` holds; false if it does not in time.
    pub(crate) fn wait(&mut self, mut condition: impl FnMut(&mut Stage) -> bool) -> bool {
        let end = Instant::now() + PATIENCE;
        while !condition(self) {
            if Instant::now() > end {
                return false;
            }
            self.pump(Duration::from_millis(5));
        }
        true
    }

    /// Reads everything that was written before this call: what the test itself writes comes
    /// last.
    pub(crate) fn settle(&mut self) {
        self.fences += 1;
        let mark = format!("\x1b]mark\x07<settled {}>", self.fences);
        rustix::io::write(self.pty.slave().as_fd(), mark.as_bytes()).expect("write to the slave");
        self.expect(&format!("<settled {}>", self.fences));
    }

    /// Says what is not as it was before the program started; empty if nothing is.
    pub(crate) fn faults(&mut self) -> Vec<String> {
        self.settle();
        let mut faults = Vec::new();
        if !same(&self.pty.termios(), &self.found) {
            faults.push("termios".to_owned());
        }
        if fcntl_getfl(self.pty.slave()).ok() != Some(self.flags) {
            faults.push("F_GETFL".to_owned());
        }
        if !self.model.modes().are_off() {
            faults.push(format!("modes {:?}", self.model.modes()));
        }
        faults
    }
}
