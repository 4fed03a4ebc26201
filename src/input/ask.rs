//! Waiting for an answer of the terminal in the middle of everything else that it sends.
//!
//! What the questions are is in `query`; who has asked for which reply is in `replies`.

use std::sync::Arc;

use ttyring_platform::{Backend, Result, Time};

use super::replies::{Answers, Matches, Replies, Ticket};
use super::session::{Arrivals, Kept, Session, Step};
use super::{Input, Polled};
use crate::decode::Token;
use crate::event::Event;

/// The most bytes of other input that are kept while an answer is waited for.
const KEPT: usize = 1 << 20;

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
        replies.ask(questions, like_a_key, |ticket| {
            ticket.write_fence(&mut bytes);
            terminal.ask(&bytes)
        })
    }

    /// Stops waiting; returns the answers that are there.
    pub(crate) fn give_up(&mut self, ticket: Ticket) -> Answers {
        self.session.replies.give_up(ticket, self.now())
    }

    /// Waits for the answers; other events are kept for later, in their order. Whoever gets no
    /// answers [stops waiting](Input::give_up).
    pub(crate) fn await_answers(&mut self, ticket: Ticket, deadline: Time) -> Result<Awaited> {
        let mut kept = 0;
        loop {
            if let Some(answers) = self.session.replies.answers(ticket) {
                return Ok(Awaited::Answers(answers));
            }
            match self.session.advance(&mut self.source, Some(deadline))? {
                Step::Again => {}
                Step::Elapsed => return Ok(Awaited::Elapsed),
                Step::End => return Ok(Awaited::End),
                step => kept += self.session.keep(step),
            }
            if kept > KEPT {
                return Ok(Awaited::Busy);
            }
        }
    }
}

impl<B: Backend> Session<B> {
    /// Keeps an event for later; returns how many bytes it came from.
    fn keep(&mut self, step: Step) -> usize {
        let raw = self.raw().to_vec();
        let len = raw.len();
        if let Polled::Event(event) = self.resolve(step) {
            let event = event.into_owned();
            self.kept.push_back(Kept { event, raw });
        }
        len
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
