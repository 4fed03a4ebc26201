//! Questions to the terminal, and their answers, in the middle of everything else that it sends.
//!
//! A question is written to the terminal, not to standard output, and its reply is found among the
//! input by whoever reads it. Keys that arrive meanwhile keep their order and come out as events
//! afterwards; replies that come too late are dropped, so that no program sees them as keys. At most
//! 1 MiB of other input is kept, in at most four times the memory: with more the question is given up
//! as [`QueryError::Busy`], and all of it is still read.
//!
//! Each question is followed by one that every terminal answers. Terminals answer in order, so that
//! not knowing a question is an answer of its own, [`QueryError::Unsupported`], after one round trip
//! and not after a time-out.

mod asker;
mod capabilities;
mod questions;

use std::fmt;
use std::time::Duration;

use ttyring_platform::{Backend, Error};

use crate::event::Reply;
use crate::input::{Answers, Awaited, Input, Matches};

pub use asker::Asker;
pub use capabilities::Capabilities;
pub use questions::{
    Clipboard, Color, ColorScheme, CursorPosition, KeyboardFlags, ModeState, Position,
    PrimaryAttributes, PrivateMode, SecondaryAttributes, Selection, TermcapEntry, TextAreaSize,
    Version,
};

/// A question that a terminal can be asked, with the type of its answer.
pub trait Question: Clone + Send + 'static {
    /// What the terminal says.
    type Answer;

    /// Writes the control sequence of the question at the end of `bytes`.
    fn write(&self, bytes: &mut Vec<u8>);

    /// Reads the answer out of `reply`, if that is a reply to this question.
    fn read(&self, reply: &Reply<'_>) -> Option<Self::Answer>;

    /// Whether the bytes of the reply could be those of a key: `CSI 1 ; 2 R` is a position of the
    /// cursor, and Shift+F3.
    fn is_like_a_key(&self) -> bool {
        false
    }
}

/// There is no answer to a question.
#[derive(Debug)]
#[non_exhaustive]
pub enum QueryError {
    /// The terminal has answered a later question and not this one: it does not know it.
    Unsupported,
    /// The terminal has answered nothing in time. What it still says will be dropped.
    TimedOut,
    /// More input came than is kept aside (1 MiB), or so much is kept from an earlier question that
    /// this one was not sent. Nothing is lost: read events and ask again.
    Busy,
    /// The terminal is gone.
    End,
    /// The system refused to write or to read.
    Os(Error),
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            QueryError::Unsupported => f.write_str("the terminal does not know this question"),
            QueryError::TimedOut => f.write_str("the terminal did not answer in time"),
            QueryError::Busy => {
                f.write_str("too much input while waiting for the terminal's answer")
            }
            QueryError::End => f.write_str("the terminal is gone"),
            QueryError::Os(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for QueryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            QueryError::Os(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Error> for QueryError {
    fn from(error: Error) -> Self {
        QueryError::Os(error)
    }
}

impl<B: Backend> Input<B> {
    /// Asks the terminal and waits for the answer, `timeout` at most.
    ///
    /// What else arrives meanwhile is kept, in order, for the next events: up to 1 MiB of what the
    /// terminal sends, in at most four times the memory. With more, the question is given up.
    ///
    /// # Errors
    ///
    /// [`QueryError::Unsupported`] when the terminal does not know the question,
    /// [`QueryError::TimedOut`] when it answers nothing at all, [`QueryError::Busy`] when more than
    /// 1 MiB is kept.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use ttyring::query::{Color, CursorPosition};
    ///
    /// let mut input = ttyring::Input::open()?;
    /// let cursor = input.query(CursorPosition, Duration::from_millis(500))?;
    /// println!("row {}, column {}", cursor.row, cursor.column);
    /// let [red, green, blue] = input.query(Color::Background, Duration::from_millis(500))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn query<Q: Question>(
        &mut self,
        question: Q,
        timeout: Duration,
    ) -> Result<Q::Answer, QueryError> {
        if self.is_full() {
            return Err(QueryError::Busy);
        }
        let asked = self.now();
        let (bytes, questions) = batch(&question);
        let ticket = self.ask(bytes, questions, question.is_like_a_key())?;
        let awaited = self.await_answers(ticket, asked + timeout);
        if let Ok(Awaited::Answers(answers)) = awaited {
            // Late replies are waited for as long as the link is slow.
            let taken = self.now().since(asked);
            self.terminal().note_round_trip(taken);
            return answer(&question, answers);
        }
        let late = self.give_up(ticket);
        match awaited? {
            Awaited::Busy => Err(QueryError::Busy),
            Awaited::End => Err(QueryError::End),
            _ => answer(&question, late).map_err(|_| QueryError::TimedOut),
        }
    }
}

/// Makes a batch of a single question.
fn batch<Q: Question>(question: &Q) -> (Vec<u8>, Vec<Matches>) {
    let mut bytes = Vec::new();
    question.write(&mut bytes);
    let asked = question.clone();
    (
        bytes,
        vec![Box::new(move |reply| asked.read(reply).is_some())],
    )
}

fn answer<Q: Question>(question: &Q, answers: Answers) -> Result<Q::Answer, QueryError> {
    let reply = answers.into_iter().next().flatten();
    reply
        .and_then(|reply| question.read(&reply))
        .ok_or(QueryError::Unsupported)
}
