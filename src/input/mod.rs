//! Input from a terminal: bytes or events, read in the caller's own thread or in another one.
//!
//! This is the one place where the backend, the ring and the decoder meet. Each of them does its
//! part elsewhere; the order of things and the time are decided here.

use std::io::BufRead;
use std::sync::Arc;
use std::time::Duration;

use ttyring_platform::{Backend, BorrowedDescriptor, Os, Result, Signals, Size, Time, Tty};

use crate::event::Event;
use crate::terminal::{Keyboard, Modes, Terminal};

mod ask;
mod builder;
mod bytes;
mod capture;
mod kept;
mod lend;
mod modes;
mod next;
mod origin;
mod reader;
mod record;
mod replies;
mod source;
mod turn;
mod wait;
mod waker;

pub use builder::Builder;
pub use lend::Unread;
pub use wait::Wait;
pub use waker::Waker;

pub(crate) use ask::Awaited;
pub(crate) use replies::{Answers, Matches, Replies};

use kept::Kept;
use next::Found;
use origin::Origin;
use reader::Reader;

/// Input from a terminal in raw mode. The terminal is restored when this is dropped, and whatever
/// else ends the program.
///
/// # In an event loop
///
/// A loop of any kind needs three methods:
///
/// 1. Poll [`descriptor`](Input::descriptor) for reading, level- or edge-triggered.
/// 2. Wait for at most [`poll_timeout`](Input::poll_timeout), if there is one.
/// 3. After either, call [`poll`](Input::poll) with zero and handle what it returns, until it
///    returns [`Elapsed`](Polled::Elapsed) or [`End`](Polled::End).
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
    // Before the terminal, whose hooks then remove the handlers of all signals at once.
    origin: Origin<B>,
    terminal: Terminal<B>,
    reader: Reader,
    /// What comes before the bytes that are buffered.
    due: Due,
    found: Found,
    /// Events that arrived while an answer of the terminal was waited for.
    kept: Kept,
    replies: Arc<Replies>,
    /// The signals that the program wants as events; others that arrive are acted upon.
    signals: Signals,
    /// Stops the program for Ctrl-Z, if that is chosen.
    suspend_for: Option<builder::SuspendFor<B>>,
    /// The modes and keyboard flags that the decoder knows to be in force.
    heeded: (Modes, Keyboard),
    /// The decoder's timeouts, for an ESC and for a sequence, while the keyboard's flags do not
    /// decide them.
    timeouts: modes::Timeouts,
}

bitflags::bitflags! {
    /// What comes before the bytes that are buffered.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Due: u8 {
        /// The program was stopped and goes on.
        const RESUMED = 1 << 0;
        /// The size is another, or may be.
        const SIZE = 1 << 1;
        /// Events are kept.
        const KEPT = 1 << 2;
    }
}

/// The result of a wait with a timeout.
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
    /// to. A [`builder`](Input::builder) opens it in other ways.
    ///
    /// # Errors
    ///
    /// [`Error::NoTerminal`](crate::Error::NoTerminal) when the process has none.
    pub fn open() -> Result<Self> {
        Builder::new().open()
    }

    /// Returns a builder, for an input that differs from the one of [`open`](Input::open).
    pub fn builder() -> Builder {
        Builder::new()
    }
}

impl<B: Backend> Input<B> {
    /// Waits for the next event; returns `None` when the terminal is gone, and from then on.
    ///
    /// The event may borrow from the ring, so handle it before the next call, or keep it with
    /// [`Event::into_owned`].
    ///
    /// # Errors
    ///
    /// The error of a read or a wait, for example `EIO` when the process is in a background group
    /// that nobody can bring to the foreground.
    pub fn next_event(&mut self) -> Result<Option<Event<'_>>> {
        self.next(None, Polled::event)
    }

    /// Waits for the next event for at most `timeout`; with zero, takes what is there and does not
    /// wait.
    ///
    /// Events that are already buffered are returned at once, and an unfinished sequence never makes
    /// the wait longer.
    ///
    /// # Errors
    ///
    /// As [`next_event`](Input::next_event).
    ///
    /// # Platform notes
    ///
    /// On Linux, a wait of 100 ms or more may end up to a millisecond late.
    pub fn poll(&mut self, timeout: Duration) -> Result<Polled<'_>> {
        self.next(Some(timeout), |polled| polled)
    }

    /// Returns an iterator over events, which ends when the terminal is gone.
    ///
    /// Each event is owned, which costs an allocation for pasted text, replies and unknown
    /// sequences, and none for keys and the mouse.
    pub fn events(&mut self) -> impl Iterator<Item = Result<Event<'static>>> {
        std::iter::from_fn(|| {
            let event = self.next_event().transpose()?;
            Some(event.map(Event::into_owned))
        })
    }

    /// Returns the bytes instead of the events, out of the same ring. The bytes of an unfinished
    /// sequence come first, so that nothing is lost by changing between the two.
    ///
    /// Reads block until there is a byte; zero bytes mean that the terminal is gone. The waker, and
    /// a signal that the program wants, end a read with
    /// [`Interrupted`](std::io::ErrorKind::Interrupted). Methods of [`Read`](std::io::Read) such as
    /// `read_exact` then try again by themselves.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::io::BufRead;
    ///
    /// let mut input = ttyring::Input::open()?;
    /// let mut bytes = input.bytes();
    /// let typed = bytes.fill_buf()?;
    /// println!("{typed:02x?}\r");
    /// let count = typed.len();
    /// bytes.consume(count);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn bytes(&mut self) -> impl BufRead + std::fmt::Debug {
        bytes::Bytes::new(self)
    }

    /// Returns the bytes of the last event as the terminal sent them; empty where it did not come
    /// from the terminal.
    pub fn raw(&self) -> &[u8] {
        match self.found {
            Found::Text(_) | Found::Enter => self.reader.raw_text(),
            Found::Token(token) => self.reader.raw(token),
            Found::Kept => self.kept.raw(),
            _ => &[],
        }
    }

    /// Returns when the last event was read, on the clock of [`now`](Input::now). It is known with
    /// a [capture thread](Builder::capture), and where the input was opened with
    /// [`stamps`](Builder::stamps); otherwise, and before the first read, this is `None`.
    ///
    /// Of an event that came in several reads, this is the time of the last one.
    pub fn read_at(&self) -> Option<Time> {
        self.reader.stamp()
    }

    /// Reads the clock of the backend.
    pub fn now(&self) -> Time {
        self.origin.backend().now()
    }

    /// Returns how long an event loop may wait before it calls [`poll`](Input::poll) again, even if
    /// nothing arrives: an unfinished sequence has to be resolved then. `None` means that there is
    /// no limit.
    ///
    /// Ask after `poll` has returned [`Elapsed`](Polled::Elapsed): every call can change the answer.
    pub fn poll_timeout(&self) -> Option<Duration> {
        let is_due = self.due.intersects(Due::RESUMED | Due::SIZE);
        if is_due || self.kept.has_more() {
            return Some(Duration::ZERO);
        }
        Some(self.pending()?.since(self.now()))
    }

    /// Returns a descriptor that polls readable when [`poll`](Input::poll) has something to do:
    /// bytes, signals, or a wake-up.
    ///
    /// With a [capture thread](Builder::capture), it does so from when `poll` with zero last
    /// returned [`Elapsed`](Polled::Elapsed); there is none under [`Wait::Busy`].
    ///
    /// # Platform notes
    ///
    /// `None` on macOS where the terminal is open as `/dev/tty`, which neither kqueue nor `poll(2)`
    /// accepts, and for a simulated terminal. There, let [`poll`](Input::poll) do the waiting, or use
    /// a capture thread.
    pub fn descriptor(&self) -> Option<BorrowedDescriptor<'_>> {
        self.origin.descriptor()
    }

    /// Returns a handle that ends a wait from any thread, as [`Event::Woken`].
    pub fn waker(&self) -> Waker<B> {
        self.origin.waker()
    }

    /// Returns what waits on another thread, where there is no descriptor.
    #[cfg(any(feature = "mio", feature = "tokio", feature = "async-io"))]
    pub(crate) fn watch(&mut self) -> Result<Option<Arc<dyn ttyring_platform::Watch>>> {
        self.origin.watch()
    }

    /// Asks the system for the size of the terminal; `None` where it does not know. Serial lines and
    /// the terminals of some containers have no size until somebody sets one. The terminal itself
    /// may still answer [`TEXT_AREA_SIZE`](crate::query::TEXT_AREA_SIZE).
    ///
    /// # Errors
    ///
    /// `EIO` when the terminal is gone.
    pub fn size(&self) -> Result<Option<Size>> {
        let size = self.terminal.tty().size()?;
        Ok((size.columns > 0 && size.rows > 0).then_some(size))
    }
}

impl Input {
    /// The descriptor of the input; where there is none, the terminal's own.
    fn any_descriptor(&self) -> BorrowedDescriptor<'_> {
        let terminal = || Tty::descriptor(self.terminal.tty());
        self.descriptor()
            .or_else(terminal)
            .expect("a terminal of an operating system has a descriptor")
    }
}

/// The [`descriptor`](Input::descriptor) of the input; where there is none, the terminal's own,
/// on which neither signals nor wake-ups show.
#[cfg(unix)]
impl std::os::fd::AsFd for Input {
    fn as_fd(&self) -> BorrowedDescriptor<'_> {
        self.any_descriptor()
    }
}

/// The handle of the console's input, on which neither signals nor wake-ups show.
#[cfg(windows)]
impl std::os::windows::io::AsHandle for Input {
    fn as_handle(&self) -> BorrowedDescriptor<'_> {
        self.any_descriptor()
    }
}
