//! The kernel's side of an input: waits for the terminal and fills the ring from it.
//!
//! It never looks at a byte; what the bytes mean is the reader's concern.

use std::io::IoSliceMut;
use std::mem::take;
use std::time::Duration;

use ttyring_platform::{Backend, Outcome, Poller, Ready, Result, Signals, Time, Tty};

use super::wait::{Looked, Wait};
use crate::ring::Producer;
use crate::terminal::Terminal;

/// From this many contiguous bytes on, one `read(2)` into the first span is better than a
/// `readv(2)` into both: the vector costs 44–84 ns, and what a terminal sends at once is small.
const SPAN: usize = 1024;

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// There are new bytes in the ring.
    Bytes,
    /// Signals that were asked for.
    Signals(Signals),
    /// Somebody called the waker.
    Woken,
    /// The deadline has passed.
    Elapsed,
    /// The terminal is gone, and everything that it sent is in the ring.
    End,
}

/// A terminal, what waits for it, and the ring's producer.
#[derive(Debug)]
pub(crate) struct Source<B: Backend> {
    pub(crate) backend: B,
    pub(crate) terminal: Terminal<B>,
    pub(crate) poller: B::Poller,
    producer: Producer,
    /// What the last wait found and nobody has asked for yet.
    found: Ready,
    /// Waits for bytes in `read(2)` itself where nothing limits the wait.
    alone: bool,
    strategy: Wait,
    ended: bool,
    read_at: Time,
}

impl<B: Backend> Source<B> {
    pub(crate) fn new(
        backend: B,
        terminal: Terminal<B>,
        poller: B::Poller,
        producer: Producer,
    ) -> Self {
        let read_at = backend.now();
        Source {
            backend,
            terminal,
            poller,
            producer,
            found: Ready::default(),
            alone: false,
            strategy: Wait::Block,
            ended: false,
            read_at,
        }
    }

    /// Chooses whether waits without a limit are made in `read(2)` itself. A shared description
    /// is not made to block, since that would reach the others: there the poller goes on waiting.
    pub(crate) fn set_alone(&mut self, alone: bool) -> Result<()> {
        let tty = self.terminal.tty();
        if tty.is_private() {
            tty.set_blocking(alone)?;
            self.alone = alone;
        }
        Ok(())
    }

    /// Chooses what is done before sleeping.
    pub(crate) fn set_strategy(&mut self, strategy: Wait) {
        self.strategy = strategy;
    }

    /// What is done before sleeping.
    pub(crate) fn strategy(&self) -> Wait {
        self.strategy
    }

    /// When the newest bytes were read.
    pub(crate) fn read_at(&self) -> Time {
        self.read_at
    }

    /// Waits until there are new bytes, or something else to tell, or `deadline` has passed.
    pub(crate) fn wait(&mut self, deadline: Option<Time>) -> Result<Arrival> {
        loop {
            if let Some(arrival) = self.noticed() {
                return Ok(arrival);
            }
            match self.spin(deadline)? {
                Looked::Ready if self.fill()? => return Ok(Arrival::Bytes),
                Looked::Noticed => continue,
                Looked::Ready | Looked::Nothing => {}
            }
            if self.alone && deadline.is_none() {
                // A signal interrupts the read; the poller then says which one.
                if self.fill()? {
                    return Ok(Arrival::Bytes);
                }
                self.look()?;
                continue;
            }
            let timeout = deadline.map(|at| at.since(self.backend.now()));
            self.found = self.poller.wait(timeout)?;
            if self.found.is_empty() {
                return Ok(Arrival::Elapsed);
            }
            if take(&mut self.found.tty) && self.fill()? {
                return Ok(Arrival::Bytes);
            }
        }
    }

    /// Has signals come out of the next wait again.
    pub(crate) fn put_back(&mut self, signals: Signals) {
        self.found.signals |= signals;
    }

    /// Notices signals and wake-ups that are there already; returns whether there are any.
    pub(crate) fn look(&mut self) -> Result<bool> {
        let found = self.poller.wait(Some(Duration::ZERO))?;
        self.found.signals |= found.signals;
        self.found.woken |= found.woken;
        Ok(self.found.woken || !self.found.signals.is_empty())
    }

    /// What an earlier wait found and nobody has asked for yet.
    fn noticed(&mut self) -> Option<Arrival> {
        let signals = take(&mut self.found.signals);
        if !signals.is_empty() {
            return Some(Arrival::Signals(signals));
        }
        if take(&mut self.found.woken) {
            return Some(Arrival::Woken);
        }
        self.ended.then_some(Arrival::End)
    }

    /// Reads once, and again only while a read filled all that it was given and another cannot
    /// block; returns whether there are new bytes.
    fn fill(&mut self) -> Result<bool> {
        let mut filled = false;
        loop {
            let (outcome, room) = self.read_once()?;
            match outcome {
                Outcome::Bytes(count) => {
                    filled = true;
                    if self.alone || count < room || !self.terminal.tty().is_private() {
                        break;
                    }
                }
                Outcome::NotReady => break,
                Outcome::End => {
                    self.ended = true;
                    break;
                }
            }
        }
        if filled {
            self.read_at = self.backend.now();
        }
        Ok(filled)
    }

    /// Makes one system call into the free part of the ring; returns what it came to and how many
    /// bytes it could have taken.
    fn read_once(&mut self) -> Result<(Outcome, usize)> {
        let tty = self.terminal.tty();
        let mut outcome = Outcome::NotReady;
        let mut room = 0;
        self.producer.fill_with(|spans| {
            outcome = match spans {
                [first, rest @ ..] if rest.is_empty() || first.len() >= SPAN => {
                    room = first.len();
                    tty.read(first)?
                }
                spans => {
                    room = spans.iter().map(|span: &IoSliceMut<'_>| span.len()).sum();
                    tty.read_vectored(spans)?
                }
            };
            Ok(match outcome {
                Outcome::Bytes(count) => count,
                Outcome::NotReady | Outcome::End => 0,
            })
        })?;
        Ok((outcome, room))
    }
}
