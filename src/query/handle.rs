//! Questions from a thread other than the one that reads the terminal.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ttyring_platform::{Backend, Os};

use super::{QueryError, Question};
use crate::input::{Input, Replies};
use crate::terminal::Claim;

/// Asks the terminal while another thread reads it: see [`Input::query_handle`].
#[derive(Debug)]
pub struct QueryHandle<B: Backend = Os> {
    backend: B,
    custody: Claim<B::Tty>,
    replies: Arc<Replies>,
}

impl<B: Backend + Clone> Clone for QueryHandle<B> {
    fn clone(&self) -> Self {
        QueryHandle {
            backend: self.backend.clone(),
            custody: self.custody.clone(),
            replies: Arc::clone(&self.replies),
        }
    }
}

impl<B: Backend + Clone> Input<B> {
    /// Returns a handle with which other threads ask the terminal while this one waits for
    /// events. This thread reads the answers, and they are never events.
    pub fn query_handle(&mut self) -> QueryHandle<B> {
        QueryHandle {
            backend: self.backend().clone(),
            custody: self.terminal().custody().clone(),
            replies: self.share_replies(),
        }
    }
}

impl<B: Backend> QueryHandle<B> {
    /// Runs `f`, which may read the terminal in its own way, while no thread waits for events; a
    /// thread that begins to wait meanwhile goes on once `f` has ended, and hears of signals and
    /// wakers only then. Returns `None`, without running `f`, if a thread is waiting: it then reads
    /// the answer to a [`query`](QueryHandle::query).
    ///
    /// With this a library asks the terminal in a thread that may be the one that reads it, or
    /// may not.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use ttyring::Input;
    /// use ttyring::query::{CURSOR_POSITION, QueryError, QueryHandle};
    ///
    /// const TIMEOUT: Duration = Duration::from_secs(1);
    ///
    /// fn cursor(handle: &QueryHandle) -> Result<(u16, u16), QueryError> {
    ///     let here = handle.hold_off(|| Input::open()?.query(CURSOR_POSITION, TIMEOUT));
    ///     here.unwrap_or_else(|| handle.query(CURSOR_POSITION, TIMEOUT))
    /// }
    /// ```
    ///
    /// # Platform notes
    ///
    /// With a [capture thread](crate::Builder::capture) the answer is always `None`.
    pub fn hold_off<R>(&self, f: impl FnOnce() -> R) -> Option<R> {
        self.replies.turn.take(f)
    }

    /// Asks the terminal, and waits for the answer for at most `timeout` while the thread that owns
    /// the input reads.
    ///
    /// # Errors
    ///
    /// As [`Input::query`]; [`QueryError::TimedOut`] also when nobody reads.
    pub fn query<A: 'static>(
        &self,
        question: Question<A>,
        timeout: Duration,
    ) -> Result<A, QueryError> {
        let start = Instant::now();
        let (mut bytes, questions) = question.batch();
        let ticket = self
            .replies
            .ask(questions, question.is_like_a_key, |fence| {
                bytes.extend_from_slice(fence.as_bytes());
                self.custody.ask(&bytes)
            })?;
        let left = timeout.saturating_sub(start.elapsed());
        match self.replies.wait(ticket, left) {
            Some(answers) => question.answer(answers),
            None => {
                let late = self.replies.give_up(ticket, self.backend.now());
                question.answer(late).map_err(|_| QueryError::TimedOut)
            }
        }
    }
}
