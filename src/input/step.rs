//! One step of an input: what comes next, of all that can come.

use std::mem::take;

use ttyring_platform::{Backend, Result, Signals, Size, Time};

use super::source::Arrival;
use super::{Input, Polled};
use crate::decode::Token;
use crate::event::Event;
use crate::key;

/// What an [`Input`] found, before it is put in terms that borrow.
#[derive(Debug)]
pub(super) enum Step {
    Token(Token),
    Kept(Event<'static>),
    Resize(Size),
    Signal(Signals),
    Resumed,
    Woken,
    /// A reply went to whoever has asked for it.
    Replied,
    Elapsed,
    End,
}

/// What the last event was made of.
#[derive(Debug)]
pub(super) enum Last {
    Nothing,
    Token(Token),
    Kept(Vec<u8>),
}

/// An event that came at the wrong time, and its bytes.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) event: Event<'static>,
    pub(super) raw: Vec<u8>,
}

impl<B: Backend> Input<B> {
    /// Finds what is next for the program: what was kept, what is buffered, then what comes until
    /// `limit`.
    pub(super) fn step(&mut self, limit: Option<Time>) -> Result<Step> {
        if let Some(kept) = self.kept.pop_front() {
            self.last = Last::Kept(kept.raw);
            return Ok(Step::Kept(kept.event));
        }
        loop {
            match self.advance(limit)? {
                Step::Replied => {}
                step => return Ok(step),
            }
        }
    }

    /// Finds what is next, replies included.
    pub(super) fn advance(&mut self, limit: Option<Time>) -> Result<Step> {
        self.last = Last::Nothing;
        if take(&mut self.size_due) {
            return Ok(Step::Resize(self.size()?));
        }
        loop {
            if let Some(token) = self.reader.next() {
                if self.replies.is_expecting() && self.reply(token) {
                    return Ok(Step::Replied);
                }
                if !self.suspends(token) {
                    return Ok(self.found(token));
                }
                self.source.terminal.suspend()?;
                self.source.look()?;
                continue;
            }
            let pending = self.deadline();
            let deadline = match (limit, pending) {
                (Some(limit), Some(pending)) => Some(limit.min(pending)),
                (limit, pending) => limit.or(pending),
            };
            match self.source.wait(deadline)? {
                Arrival::Bytes => self.expect_positions(),
                Arrival::Woken => return Ok(Step::Woken),
                Arrival::Signals(signals) => {
                    if let Some(step) = self.signalled(signals)? {
                        return Ok(step);
                    }
                }
                Arrival::Elapsed if pending.is_some() && pending == deadline => {
                    if let Some(token) = self.reader.expire() {
                        return Ok(self.found(token));
                    }
                }
                Arrival::Elapsed => return Ok(Step::Elapsed),
                Arrival::End => {
                    return Ok(match self.reader.finish() {
                        Some(token) => self.found(token),
                        None => Step::End,
                    });
                }
            }
        }
    }

    fn suspends(&self, token: Token) -> bool {
        self.suspend_on_ctrl_z && self.reader.event(token) == key!(ctrl - z)
    }

    fn found(&mut self, token: Token) -> Step {
        self.last = Last::Token(token);
        Step::Token(token)
    }

    /// Acts on signals: a new size, a stop, a continuation; the rest are for the program.
    pub(super) fn signalled(&mut self, signals: Signals) -> Result<Option<Step>> {
        let wanted = signals & self.wanted;
        if !wanted.is_empty() {
            self.source.put_back(signals - wanted);
            return Ok(Some(Step::Signal(wanted)));
        }
        if signals.contains(Signals::CONT) {
            self.source.terminal.resumed()?;
            self.size_due = true;
            return Ok(Some(Step::Resumed));
        }
        if signals.contains(Signals::WINCH) {
            return Ok(Some(Step::Resize(self.size()?)));
        }
        Ok(None)
    }

    pub(super) fn resolve(&mut self, step: Step) -> Polled<'_> {
        Polled::Event(match step {
            Step::Token(token) => self.reader.event(token),
            Step::Kept(event) => event,
            Step::Resize(size) => Event::Resize(size),
            Step::Signal(signals) => Event::Signal(signals),
            Step::Resumed => Event::Resumed,
            Step::Woken => Event::Woken,
            Step::Replied | Step::Elapsed => return Polled::Elapsed,
            Step::End => return Polled::End,
        })
    }
}
