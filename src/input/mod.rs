//! Input from a terminal: bytes or events, waited for in the caller's own thread.
//!
//! This is the one place where the backend, the ring and the decoder meet. Each of them does its
//! part elsewhere; here are the order of things and the time.

use std::mem::take;
use std::time::Duration;

use ttyring_platform::{Backend, Os, Poller, Result, Signals, Size, Time, Tty};

use crate::decode::Token;
use crate::event::Event;
use crate::key;
use crate::terminal::{Modes, Terminal};

mod builder;
mod bytes;
mod events;
mod reader;
mod source;
mod wait;

pub use builder::Builder;
pub use bytes::Bytes;
pub use events::Events;
pub use wait::Wait;

use reader::Reader;
use source::{Arrival, Source};

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
    /// What the last event was, for [`raw`](Input::raw).
    last: Option<Token>,
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

/// What [`Input`] found, before it is put in terms that borrow.
#[derive(Clone, Copy, Debug)]
enum Step {
    Token(Token),
    Resize(Size),
    Signal(Signals),
    Resumed,
    Woken,
    Elapsed,
    End,
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
        match self.last {
            Some(token) => self.reader.raw(token),
            None => &[],
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

    /// Finds what is next: what is buffered, then what comes until `limit`.
    fn step(&mut self, limit: Option<Time>) -> Result<Step> {
        self.last = None;
        if take(&mut self.size_due) {
            return Ok(Step::Resize(self.size()?));
        }
        loop {
            if let Some(token) = self.reader.next() {
                if !self.suspends(token) {
                    return Ok(self.keep(token));
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
                Arrival::Bytes => {}
                Arrival::Woken => return Ok(Step::Woken),
                Arrival::Signals(signals) => {
                    if let Some(step) = self.signalled(signals)? {
                        return Ok(step);
                    }
                }
                Arrival::Elapsed if pending.is_some() && pending == deadline => {
                    if let Some(token) = self.reader.expire() {
                        return Ok(self.keep(token));
                    }
                }
                Arrival::Elapsed => return Ok(Step::Elapsed),
                Arrival::End => {
                    return Ok(match self.reader.finish() {
                        Some(token) => self.keep(token),
                        None => Step::End,
                    });
                }
            }
        }
    }

    fn suspends(&self, token: Token) -> bool {
        self.suspend_on_ctrl_z && self.reader.event(token) == key!(ctrl - z)
    }

    fn keep(&mut self, token: Token) -> Step {
        self.last = Some(token);
        Step::Token(token)
    }

    /// Acts on signals: a new size, a stop, a continuation; the rest are for the program.
    fn signalled(&mut self, signals: Signals) -> Result<Option<Step>> {
        let wanted = signals & self.wanted;
        if !wanted.is_empty() {
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

    fn resolve(&mut self, step: Step) -> Polled<'_> {
        Polled::Event(match step {
            Step::Token(token) => self.reader.event(token),
            Step::Resize(size) => Event::Resize(size),
            Step::Signal(signals) => Event::Signal(signals),
            Step::Resumed => Event::Resumed,
            Step::Woken => Event::Woken,
            Step::Elapsed => return Polled::Elapsed,
            Step::End => return Polled::End,
        })
    }
}
