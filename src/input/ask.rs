//! Waiting for an answer of the terminal in the middle of everything else that it sends.
//!
//! What the questions are is in `query`; who has asked for which reply is in `replies`.

use std::sync::Arc;

use ttyring_platform::{Backend, Result, Time};

use super::Input;
use super::replies::{Answers, Matches, Replies, Ticket};
use super::session::{Arrivals, Session, Step};
use crate::decode::Token;
use crate::event::Event;

/// What waiting for the answers to a batch of questions came to.
#[derive(Debug)]
pub(crate) enum Awaited {
    /// All that there will be.
    Answers(Answers),
    /// The time ran out first.
    Elapsed,
    /// Too much other input came first.
    Busy,
    /// The terminal is gone.
    End,
}

impl<B: Backend> Input<B> {
    pub(crate) fn replies(&self) -> Arc<Replies> {
        Arc::clone(&self.session.replies)
    }

    pub(crate) fn backend(&self) -> &B {
        self.source.backend()
    }

    /// Sends `bytes`, which ask `questions`, and a fence behind them.
    pub(crate) fn ask(
        &mut self,
        mut bytes: Vec<u8>,
        questions: Vec<Matches>,
        like_a_key: bool,
    ) -> Result<Ticket> {
        let Session {
            terminal, replies, ..
        } = &mut self.session;
        replies.ask(questions, like_a_key, |fence| {
            bytes.extend_from_slice(fence.as_bytes());
            terminal.ask(&bytes)
        })
    }

    /// Stops waiting; returns the answers that are there.
    pub(crate) fn give_up(&mut self, ticket: Ticket) -> Answers {
        self.session.replies.give_up(ticket, self.now())
    }

    /// Returns whether so much other input is kept that no answer can be waited for.
    pub(crate) fn is_full(&self) -> bool {
        self.session.kept.is_full()
    }

    /// Waits for the answers; other events are kept for later, in their order. Whoever gets no
    /// answers [stops waiting](Input::give_up).
    pub(crate) fn await_answers(&mut self, ticket: Ticket, deadline: Time) -> Result<Awaited> {
        loop {
            if let Some(answers) = self.session.replies.answers(ticket) {
                return Ok(Awaited::Answers(answers));
            }
            match self.session.advance(&mut self.source, Some(deadline))? {
                Step::Again => {}
                Step::Elapsed => return Ok(Awaited::Elapsed),
                Step::End => return Ok(Awaited::End),
                step => self.session.keep(step),
            }
            if self.is_full() {
                return Ok(Awaited::Busy);
            }
        }
    }
}

impl<B: Backend> Session<B> {
    /// Keeps an event for later.
    fn keep(&mut self, step: Step) {
        if let Step::Token(token) = step {
            let (event, raw) = (self.reader.event(token), self.reader.raw(token));
            self.kept.keep(&event, raw);
        } else if let Some(event) = self.resolve(step).event() {
            self.kept.keep(&event.into_owned(), &[]);
        }
    }

    /// Hands a reply to whoever has asked for it; returns whether anybody has.
    pub(super) fn reply(&mut self, source: &impl Arrivals<B>, token: Token) -> bool {
        let now = source.read_at(&self.reader);
        let Event::Reply(reply) = self.reader.event(token) else {
            return false;
        };
        let taken = self.replies.offer(&reply, now);
        if taken {
            self.expect_positions();
        }
        taken
    }

    /// Tells the decoder how many reports of the cursor's position are due.
    pub(super) fn expect_positions(&mut self) {
        if self.replies.is_expecting() {
            let (asked, missed) = self.replies.like_keys();
            self.reader.expect_positions(asked, missed);
        }
    }
}
