//! Questions to the terminal, and their answers, in the middle of everything else that it sends.
//!
//! [`Input::query`] writes a question to the terminal, not to standard output, and finds the reply
//! in the input. Keys that arrive meanwhile keep their order and are the next events. A reply that
//! comes too late is dropped, so that no program reads it as keys. At most 1 MiB of other input is
//! kept, in at most four times the memory. If more arrives, the question is given up with
//! [`QueryError::Busy`], and nothing is lost.
//!
//! Behind each question goes one that every terminal answers. Terminals answer in order. So if a
//! terminal does not know a question, you learn it after one round trip
//! ([`QueryError::Unsupported`]), not after a timeout.
//!
//! The questions are constants, such as [`CURSOR_POSITION`], and functions that take an argument,
//! such as [`color`]. [`Question::new`] makes others.

mod capabilities;
mod handle;
mod question;
mod questions;

use std::time::Duration;
use std::{fmt, io};

use ttyring_platform::{Backend, Error};

use crate::input::{Awaited, Input};

pub use capabilities::Capabilities;
pub use handle::QueryHandle;
pub use question::Question;
pub use questions::{
    CELL_SIZE, COLOR_SCHEME, CURSOR_POSITION, CURSORS, ITERM_CELL_SIZE, KEYBOARD_FLAGS,
    MODIFY_OTHER_KEYS, ModeState, NOTIFICATIONS, POINTER_SHAPE, PRIMARY_ATTRIBUTES,
    SECONDARY_ATTRIBUTES, SIXEL_COLORS, TEXT_AREA_SIZE, TITLE, VERSION, clipboard, color,
    private_mode, status_string, termcap,
};

/// Why there is no answer to a question.
#[derive(Debug)]
#[non_exhaustive]
pub enum QueryError {
    /// The terminal has answered a later question and not this one: it does not know it.
    Unsupported,
    /// The terminal did not answer in time. If it answers later, the reply is dropped.
    TimedOut,
    /// More than 1 MiB of other input arrived, or was still kept from an earlier question, so that
    /// this one was not sent. Nothing is lost: read events, then ask again.
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
                f.write_str("too much other input came before the answer: read it, then ask again")
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

/// The kind of the error says the same: [`Unsupported`](io::ErrorKind::Unsupported),
/// [`TimedOut`](io::ErrorKind::TimedOut), [`ResourceBusy`](io::ErrorKind::ResourceBusy),
/// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof), or the system's own. [`io::Error::downcast`]
/// returns the original error.
impl From<QueryError> for io::Error {
    fn from(error: QueryError) -> Self {
        let kind = match &error {
            QueryError::Unsupported => io::ErrorKind::Unsupported,
            QueryError::TimedOut => io::ErrorKind::TimedOut,
            QueryError::Busy => io::ErrorKind::ResourceBusy,
            QueryError::End => io::ErrorKind::UnexpectedEof,
            QueryError::Os(Error::Os { source, .. }) => source.kind(),
            QueryError::Os(_) => io::ErrorKind::NotFound,
        };
        io::Error::new(kind, error)
    }
}

impl<B: Backend> Input<B> {
    /// Asks the terminal, and waits for the answer for at most `timeout`.
    ///
    /// Other input that arrives meanwhile is kept, in order, for the next events: up to 1 MiB of
    /// what the terminal sends, in at most four times the memory. If more arrives, the question is
    /// given up.
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
    /// use ttyring::{Color, query};
    ///
    /// const TIMEOUT: Duration = Duration::from_millis(500);
    /// let mut input = ttyring::Input::open()?;
    /// let (column, row) = input.query(query::CURSOR_POSITION, TIMEOUT)?;
    /// let [red, green, blue] = input.query(query::color(Color::Background), TIMEOUT)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn query<A: 'static>(
        &mut self,
        question: Question<A>,
        timeout: Duration,
    ) -> Result<A, QueryError> {
        if self.is_full() {
            return Err(QueryError::Busy);
        }
        let asked = self.now();
        let (bytes, questions) = question.batch();
        let ticket = self.ask(bytes, questions, question.is_like_a_key)?;
        let awaited = self.await_answers(ticket, asked + timeout);
        if let Ok(Awaited::Answers(answers)) = awaited {
            // Late replies are waited for as long as the link is slow.
            let taken = self.now().since(asked);
            self.terminal().custody().note_round_trip(taken);
            return question.answer(answers);
        }
        let late = self.give_up(ticket);
        match awaited? {
            Awaited::Busy => Err(QueryError::Busy),
            Awaited::End => Err(QueryError::End),
            _ => question.answer(late).map_err(|_| QueryError::TimedOut),
        }
    }
}
