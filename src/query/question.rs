//! A question: the bytes that ask, and how its answer is read out of a reply.
//!
//! The forms of the questions that are known are in [`questions`](super::questions).

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::QueryError;
use crate::event::Reply;
use crate::input::{Answers, Matches};

/// A question to a terminal, whose answer is an `A`.
///
/// # Examples
///
/// A question of your own: does the terminal blink its cursor (DECRQSS of DECSCUSR)?
///
/// ```no_run
/// use std::time::Duration;
/// use ttyring::{Input, Reply, query::Question};
///
/// let style = Question::new(b"\x1bP$q q\x1b\\", |reply| match reply {
///     Reply::StatusString { ok: true, value } => value.strip_suffix(b" q").map(<[u8]>::to_vec),
///     _ => None,
/// });
/// let style = Input::open()?.query(style, Duration::from_millis(500))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Question<A> {
    request: Cow<'static, [u8]>,
    read: Read<A>,
    pub(super) is_like_a_key: bool,
}

type Closure<A> = dyn Fn(&Reply<'_>) -> Option<A> + Send + Sync;

/// Reads the answer out of a reply, if that is a reply to this question.
enum Read<A> {
    Plain(fn(&Reply<'_>) -> Option<A>),
    Closure(Arc<Closure<A>>),
}

impl<A> Clone for Read<A> {
    fn clone(&self) -> Self {
        match self {
            Read::Plain(read) => Read::Plain(*read),
            Read::Closure(read) => Read::Closure(Arc::clone(read)),
        }
    }
}

impl<A> Read<A> {
    fn read(&self, reply: &Reply<'_>) -> Option<A> {
        match self {
            Read::Plain(read) => read(reply),
            Read::Closure(read) => read(reply),
        }
    }
}

impl<A> Question<A> {
    /// Makes a question from the control sequence that asks it, and a function that reads the
    /// answer out of a reply and returns `None` for the reply to another question.
    pub fn new(
        request: impl Into<Vec<u8>>,
        read: impl Fn(&Reply<'_>) -> Option<A> + Send + Sync + 'static,
    ) -> Question<A> {
        Question {
            request: Cow::Owned(request.into()),
            read: Read::Closure(Arc::new(read)),
            is_like_a_key: false,
        }
    }

    /// As [`new`](Question::new), in a constant.
    pub(super) const fn plain(
        request: &'static [u8],
        read: fn(&Reply<'_>) -> Option<A>,
    ) -> Question<A> {
        Question {
            request: Cow::Borrowed(request),
            read: Read::Plain(read),
            is_like_a_key: false,
        }
    }

    /// Marks the answer as a report of the cursor's position (`CSI row ; column R`). In the first
    /// row, such a report looks like F3 with modifiers; with this mark the decoder takes it for the
    /// report.
    #[must_use]
    pub const fn expects_cursor_position(mut self) -> Question<A> {
        self.is_like_a_key = true;
        self
    }
}

impl<A: 'static> Question<A> {
    /// Returns what asks the question, and a batch of it alone.
    pub(super) fn batch(&self) -> (Vec<u8>, Vec<Matches>) {
        (self.request().to_vec(), vec![self.matches()])
    }

    pub(super) fn request(&self) -> &[u8] {
        &self.request
    }

    /// Returns what tells whether a reply is one to this question.
    pub(super) fn matches(&self) -> Matches {
        let read = self.read.clone();
        Box::new(move |reply| read.read(reply).is_some())
    }

    pub(super) fn read(&self, reply: &Reply<'_>) -> Option<A> {
        self.read.read(reply)
    }

    /// Reads the answer out of the answers to a batch of this question alone.
    pub(super) fn answer(&self, answers: Answers) -> Result<A, QueryError> {
        let reply = answers.into_iter().next().flatten();
        reply
            .and_then(|reply| self.read(&reply))
            .ok_or(QueryError::Unsupported)
    }
}

impl<A> Clone for Question<A> {
    fn clone(&self) -> Self {
        Question {
            request: self.request.clone(),
            read: self.read.clone(),
            is_like_a_key: self.is_like_a_key,
        }
    }
}

impl<A> fmt::Debug for Question<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Question")
            .field(&self.request.escape_ascii().to_string())
            .finish()
    }
}
