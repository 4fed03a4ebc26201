//! Waiting for an answer of the terminal in the middle of everything else that it sends.
//!
//! What the questions are is in `query`; who has asked for which reply is in `replies`.

use std::sync::Arc;

use ttyring_platform::{Backend, Result, Time};

use super::next::Found;
use super::replies::{Answers, Matches, Replies, Ticket};
use super::{Due, Input};
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
    /// Returns the replies for another thread to wait for, and the turn to read them.
    pub(crate) fn share_replies(&self) -> Arc<Replies> {
        self.replies.turn.share(self.origin.is_captured());
        Arc::clone(&self.replies)
    }

    pub(crate) fn backend(&self) -> &B {
        self.origin.backend()
    }

    /// Sends `bytes`, which ask `questions`, and a fence behind them.
    pub(crate) fn ask(
        &mut self,
        mut bytes: Vec<u8>,
        questions: Vec<Matches>,
        like_a_key: bool,
    ) -> Result<Ticket> {
        let Input {
            terminal, replies, ..
        } = self;
        replies.ask(questions, like_a_key, |fence| {
            bytes.extend_from_slice(fence.as_bytes());
            terminal.custody().ask(&bytes)
        })
    }

    /// Stops waiting; returns the answers that are there.
    pub(crate) fn give_up(&mut self, ticket: Ticket) -> Answers {
        self.replies.give_up(ticket, self.now())
    }

    /// Returns whether so much other input is kept that no answer can be waited for.
    pub(crate) fn is_full(&self) -> bool {
        self.kept.is_full()
    }

    /// Waits for the answers; other events are kept for later, in their order. Whoever gets no
    /// answers [stops waiting](Input::give_up).
    pub(crate) fn await_answers(&mut self, ticket: Ticket, deadline: Time) -> Result<Awaited> {
        loop {
            if let Some(answers) = self.replies.answers(ticket) {
                return Ok(Awaited::Answers(answers));
            }
            if !self.step(Some(deadline))? {
                continue;
            }
            match self.found {
                Found::Nothing => return Ok(Awaited::Elapsed),
                Found::End => return Ok(Awaited::End),
                _ => self.keep(),
            }
            if self.is_full() {
                return Ok(Awaited::Busy);
            }
        }
    }

    /// Keeps an event for later.
    fn keep(&mut self) {
        if let Found::Token(token) = self.found {
            let (event, raw) = (self.reader.event(token), self.reader.raw(token));
            self.kept.keep(&event, raw);
        } else if let Some(event) = self.found.of_system() {
            self.kept.keep(&event, &[]);
        }
        self.due |= Due::KEPT;
    }

    /// Hands a reply to whoever has asked for it; returns whether anybody has.
    #[inline(never)]
    pub(super) fn takes_reply(&mut self, token: Token) -> bool {
        let Event::Reply(reply) = self.reader.event(token) else {
            return false;
        };
        let now = self.read_at_or_now();
        let taken = self.replies.offer(reply, now);
        if taken {
            self.expect_positions();
        }
        taken
    }

    /// Tells the decoder how many reports of the cursor's position are due.
    #[cold]
    pub(super) fn expect_positions(&mut self) {
        self.reader.expect_positions(self.replies.like_keys());
    }
}
