//! Input from a terminal: bytes or events, waited for in the caller's own thread.
//!
//! This is the one place where the backend, the ring and the decoder meet. Each of them does its
//! part elsewhere; here are the order of things and the time.

use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use ttyring_platform::{Backend, Os, Poller, Result, Size, Time, Tty};

use crate::event::Event;
use crate::terminal::{Modes, Terminal};

mod ask;
mod builder;
mod bytes;
mod capture;
mod events;
mod hand_over;
mod kept;
mod reader;
mod record;
mod replies;
mod session;
mod source;
mod wait;

pub use builder::Builder;
pub use bytes::Bytes;
pub use capture::{Capture, CaptureWait, CaptureWaker};
pub use events::Events;
pub use hand_over::Unread;
pub use wait::Wait;

pub(crate) use ask::Awaited;
pub(crate) use replies::{Answers, Matches, Replies};
#[cfg(any(feature = "tokio", feature = "async-io"))]
pub(crate) use session::Step;

use session::Session;
use source::Source;

/// Input from a terminal in raw mode. The terminal is restored when this is dropped, and whatever
/// else ends the program.
///
/// # In an event loop
///
/// Three methods are all that a loop of any kind needs:
///
/// 1. Poll [`descriptor`](Input::descriptor) for reading, level- or edge-triggered.
/// 2. Wait for at most [`patience`](Input::patience), if it says something.
/// 3. When either is over, call [`poll`](Input::poll) with zero until it says
///    [`Elapsed`](Polled::Elapsed) or [`End`](Polled::End), and handle what it gives.
///
/// Signals, resizes and wake-ups show on the same descriptor.
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
    session: Session<B>,
    source: Source<B>,
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
    #[inline]
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
        self.session.next(&mut self.source, None, Polled::event)
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
        self.session
            .next(&mut self.source, Some(deadline), |polled| polled)
    }

    /// Returns an iterator over events, each of them owned; it ends when the terminal is gone.
    pub fn events(&mut self) -> Events<'_, B> {
        Events::new(self)
    }

    /// Returns the bytes instead of the events, out of the same ring. What an unfinished sequence
    /// has taken comes first, so that nothing is lost by changing between the two.
    pub fn bytes(&mut self) -> Bytes<'_, B> {
        Bytes::new(&mut self.session, bytes::Origin::Source(&mut self.source))
    }

    /// Returns the bytes of the last event as the terminal sent them; empty where it did not come
    /// from the terminal.
    pub fn raw(&self) -> &[u8] {
        self.session.raw()
    }

    /// Returns when the newest bytes were read, on the clock of [`now`](Input::now); `None` before
    /// the first bytes, and unless the input was opened with [`stamps`](Builder::stamps) or was a
    /// [`Capture`].
    pub fn read_at(&self) -> Option<Time> {
        self.source.stamp()
    }

    /// Reads the clock of the backend.
    pub fn now(&self) -> Time {
        self.source.backend().now()
    }

    /// Returns how long to wait at most before calling [`poll`](Input::poll) again although
    /// nothing came: an unfinished sequence is to be resolved then. `None` is without a limit.
    ///
    /// Ask after `poll` has said [`Elapsed`](Polled::Elapsed); every call of it can change the
    /// answer.
    pub fn patience(&self) -> Option<Duration> {
        self.session.patience(&self.source)
    }

    /// Returns a descriptor that polls readable when [`poll`](Input::poll) has something to do:
    /// bytes, signals, or a wake-up.
    ///
    /// # Platform notes
    ///
    /// `None` on macOS where the terminal is open as `/dev/tty`, which neither kqueue nor `poll(2)`
    /// takes, and for a simulated terminal. Then [`poll`](Input::poll) has to do the waiting, or a
    /// [capture thread](Input::spawn_capture) with a descriptor of its own.
    pub fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.source.descriptor()
    }

    /// Returns the terminal, to change its modes.
    pub fn terminal(&mut self) -> &mut Terminal<B> {
        &mut self.session.terminal
    }

    /// Switches modes of the terminal on; they are switched off again whatever ends the program.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be written to.
    pub fn enable(&mut self, modes: Modes) -> Result<()> {
        self.session.terminal.enable(modes)
    }

    /// Switches modes off again that [`enable`](Input::enable) switched on.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be written to.
    pub fn disable(&mut self, modes: Modes) -> Result<()> {
        self.session.terminal.disable(modes)
    }

    /// Asks for the size of the terminal.
    ///
    /// # Errors
    ///
    /// `EIO` when the terminal is gone.
    pub fn size(&self) -> Result<Size> {
        self.session.size()
    }

    /// Returns a handle that ends a wait from any thread, as [`Event::Woken`].
    pub fn waker(&self) -> <B::Poller as Poller>::Waker {
        self.source.waker()
    }
}

/// For streams, whose `poll_next` cannot hold a borrow over a return.
#[cfg(any(feature = "tokio", feature = "async-io"))]
impl<B: Backend> Input<B> {
    /// Finds what is next until `limit`, for a caller that resolves it later.
    pub(crate) fn step(&mut self, limit: Option<Time>) -> Result<Step> {
        self.session.step(&mut self.source, limit)
    }

    /// Resolves what [`step`](Input::step) found last.
    pub(crate) fn resolve(&self, step: Step) -> Polled<'_> {
        self.session.resolve(step)
    }
}

/// The [`descriptor`](Input::descriptor) of the input; where there is none, the terminal's own,
/// on which neither signals nor wake-ups show.
impl AsFd for Input {
    fn as_fd(&self) -> BorrowedFd<'_> {
        let terminal = || Tty::descriptor(self.session.terminal.tty());
        self.descriptor()
            .or_else(terminal)
            .expect("a terminal of an operating system has a descriptor")
    }
}
