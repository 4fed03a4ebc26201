//! Input from a terminal: bytes or events, waited for in the caller's own thread.
//!
//! This is the one place where the backend, the ring and the decoder meet. Each of them does its
//! part elsewhere; here are the order of things and the time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use ttyring_platform::{Backend, Os, Poller, Result, Signals, Size, Time, Tty};

use crate::event::Event;
use crate::terminal::{Modes, Terminal};

mod ask;
mod builder;
mod bytes;
mod events;
mod reader;
mod replies;
mod source;
mod step;
mod wait;

pub use builder::Builder;
pub use bytes::Bytes;
pub use events::Events;
pub use wait::Wait;

pub(crate) use ask::Awaited;
pub(crate) use replies::{Answers, Matches, Replies};

use reader::Reader;
use source::Source;
use step::{Kept, Last};

/// Input from a terminal in raw mode, which is undone when this is dropped and whatever else ends
/// the program.
///
/// # Examples
///
/// ```no_run
/// let mut input = ttyring::Input::open()?;
/// while let Some(event) = input.next_event()? {
///     if event == ttyring::key!(ctrl - c) {
///         break;
///     }
/// }
/// # Ok::<(), ttyring::Error>(())
/// ```
#[derive(Debug)]
pub struct Input<B: Backend = Os> {
    source: Source<B>,
    reader: Reader,
    /// What the last event was made of, for [`raw`](Input::raw).
    last: Last,
    /// Events that arrived while an answer of the terminal was waited for.
    kept: VecDeque<Kept>,
    replies: Arc<Replies>,
    /// The signals that the program wants as events; others that arrive are acted upon.
    wanted: Signals,
    suspend_on_ctrl_z: bool,
    /// The program was stopped: the size may be another.
    size_due: bool,
}

/// What a wait with a limit came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Polled<'a> {
    /// An event.
    Event(Event<'a>),
    /// The time ran out first.
    Elapsed,
    /// The terminal is gone: hung up, or closed on its other side. It stays so.
    End,
}

impl<'a> Polled<'a> {
    /// Returns the event, if there is one.
    pub fn event(self) -> Option<Event<'a>> {
        match self {
            Polled::Event(event) => Some(event),
            Polled::Elapsed | Polled::End => None,
        }
    }
}

impl Input {
    /// Opens the terminal of this process in raw mode, whatever its standard streams are connected
    /// to; [`Builder`] opens it in other ways.
    ///
    /// # Errors
    ///
    /// [`Error::NoTerminal`](crate::Error::NoTerminal) when the process has none.
    pub fn open() -> Result<Self> {
        Builder::new().open()
    }

    /// Starts to describe an input that differs from [`open`](Input::open).
    pub fn builder() -> Builder {
        Builder::new()
    }
}

impl<B: Backend> Input<B> {
    /// Waits for the next event; `None` when the terminal is gone, and from then on.
    ///
    /// The event may borrow from the ring, so it is to be handled before the next call;
    /// [`Event::into_owned`] keeps it.
    ///
    /// # Errors
    ///
    /// Whatever the system answers to a read or a wait, for example `EIO` when the process is in a
    /// background group that nobody can bring to the foreground.
    pub fn next_event(&mut self) -> Result<Option<Event<'_>>> {
        let step = self.step(None)?;
        Ok(self.resolve(step).event())
    }

    /// Waits for the next event for at most `timeout`; zero takes what is there and does not wait.
    ///
    /// Events that are already buffered come at once, and an unfinished sequence never makes the
    /// wait longer.
    ///
    /// # Errors
    ///
    /// As [`next_event`](Input::next_event).
    pub fn poll(&mut self, timeout: Duration) -> Result<Polled<'_>> {
        let deadline = self.now() + timeout;
        let step = self.step(Some(deadline))?;
        Ok(self.resolve(step))
    }

    /// Returns an iterator over events, each of them owned; it ends when the terminal is gone.
    pub fn events(&mut self) -> Events<'_, B> {
        Events::new(self)
    }

    /// Returns the bytes instead of the events, out of the same ring. What an unfinished sequence
    /// has taken comes first, so that nothing is lost by changing between the two.
    pub fn bytes(&mut self) -> Bytes<'_, B> {
        Bytes::new(self)
    }

    /// Returns the bytes of the last event as the terminal sent them; empty where it did not come
    /// from the terminal.
    pub fn raw(&self) -> &[u8] {
        match &self.last {
            Last::Token(token) => self.reader.raw(*token),
            Last::Kept(raw) => raw,
            Last::Nothing => &[],
        }
    }

    /// Returns when the newest bytes were read, on the clock of [`now`](Input::now).
    pub fn read_at(&self) -> Time {
        self.source.read_at()
    }

    /// Reads the clock of the backend.
    pub fn now(&self) -> Time {
        self.source.backend.now()
    }

    /// Returns how long to wait at most before calling [`poll`](Input::poll) again although
    /// nothing came: an unfinished sequence is to be resolved then. `None` is without a limit.
    ///
    /// This and [`descriptor`](Poller::descriptor) are all that an event loop needs.
    pub fn patience(&self) -> Option<Duration> {
        let deadline = self.deadline()?;
        Some(deadline.since(self.now()))
    }

    /// Returns the terminal, to change its modes.
    pub fn terminal(&mut self) -> &mut Terminal<B> {
        &mut self.source.terminal
    }

    /// Switches modes of the terminal on; they are switched off again whatever ends the program.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be written to.
    pub fn enable(&mut self, modes: Modes) -> Result<()> {
        self.source.terminal.enable(modes)
    }

    /// Switches modes off again that [`enable`](Input::enable) switched on.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be written to.
    pub fn disable(&mut self, modes: Modes) -> Result<()> {
        self.source.terminal.disable(modes)
    }

    /// Asks for the size of the terminal.
    ///
    /// # Errors
    ///
    /// `EIO` when the terminal is gone.
    pub fn size(&self) -> Result<Size> {
        self.source.terminal.tty().size()
    }

    /// Returns a handle that ends a wait from any thread, as [`Event::Woken`].
    pub fn waker(&self) -> <B::Poller as Poller>::Waker {
        self.source.poller.waker()
    }

    /// When an unfinished sequence is to be resolved.
    fn deadline(&self) -> Option<Time> {
        Some(self.source.read_at() + self.reader.patience()?)
    }
}
