//! Questions from a thread other than the one that reads the terminal.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ttyring_platform::{Backend, Os};

use super::{QueryError, Question, answer, batch};
use crate::input::{Input, Replies};
use crate::terminal::Claim;

/// Asks the terminal while another thread reads it: see [`Input::asker`].
#[derive(Debug)]
pub struct Asker<B: Backend = Os> {
    backend: B,
    custody: Claim<B::Tty>,
    replies: Arc<Replies>,
}

impl<B: Backend + Clone> Clone for Asker<B> {
    fn clone(&self) -> Self {
        Asker {
            backend: self.backend.clone(),
            custody: self.custody.clone(),
            replies: Arc::clone(&self.replies),
        }
    }
}

impl<B: Backend + Clone> Input<B> {
    /// Returns a handle with which other threads ask the terminal while this one waits for
    /// events. The answers are found by this thread's reading, and never seen as events.
    pub fn asker(&mut self) -> Asker<B> {
        Asker {
            backend: self.backend().clone(),
            custody: self.terminal().custody(),
            replies: self.replies(),
        }
    }
}

impl<B: Backend> Asker<B> {
    /// Asks the terminal and waits for the answer, `timeout` at most, while the thread that owns
    /// the input reads.
    ///
    /// # Errors
    ///
    /// As [`Input::query`]; [`QueryError::TimedOut`] also when nobody reads.
    pub fn query<Q: Question>(
        &self,
        question: Q,
        timeout: Duration,
    ) -> Result<Q::Answer, QueryError> {
        let start = Instant::now();
        let (mut bytes, questions) = batch(&question);
        let ticket = self
            .replies
            .ask(questions, question.is_like_a_key(), |fence| {
                bytes.extend_from_slice(fence.as_bytes());
                self.custody.ask(&bytes)
            })?;
        let left = timeout.saturating_sub(start.elapsed());
        match self.replies.wait(ticket, left) {
            Some(answers) => answer(&question, answers),
            None => {
                let late = self.replies.give_up(ticket, self.backend.now());
                answer(&question, late).map_err(|_| QueryError::TimedOut)
            }
        }
    }
}
