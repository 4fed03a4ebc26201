//! The choices that are made when an input is opened.

use std::sync::Arc;

use ttyring_platform::{Backend, LineMode, Os, Result, Signals, Tty};

use super::capture::Capture;
use super::kept::Kept;
use super::next::Found;
use super::origin::Origin;
use super::reader::Reader;
use super::source::Unfilled;
use super::wait::Wait;
use super::{Due, Input};
use crate::decode::{Decoder, Token};
use crate::ring::{self, Consumer};
use crate::terminal::{Hooks, Modes, Restore, Terminal};

/// Describes an [`Input`] before it is opened: see [`Input::builder`].
///
/// # Examples
///
/// ```no_run
/// use ttyring::{Input, LineMode, Signals};
///
/// let input = Input::builder()
///     .line_mode(LineMode::RAW_WITH_SIGNALS)
///     .signals(Signals::TERM)
///     .open()?;
/// # Ok::<(), ttyring::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is opened"]
pub struct Builder {
    line_mode: Option<LineMode>,
    capacity: usize,
    signals: Signals,
    decoder: Decoder,
    restore: Restore,
    /// What stops the program for Ctrl-Z on the system's terminal, if anything does.
    suspend_for: Option<SuspendFor<Os>>,
    wait: Wait,
    /// What starts a capture thread on the system's terminal; other backends have their own.
    capture: Option<OpenCapture<Os>>,
    stamps: bool,
}

/// Makes the ring, of a capacity and for a way of waiting, and starts a thread that fills it.
type OpenCapture<B> = fn(Unfilled<B>, usize, Wait) -> Result<(Origin<B>, Consumer)>;

/// Stops the program if this was Ctrl-Z; returns whether it was, once the program is continued.
pub(super) type SuspendFor<B> = fn(&mut Input<B>, Token) -> Result<bool>;

impl Default for Builder {
    fn default() -> Self {
        Builder {
            line_mode: Some(LineMode::RAW),
            capacity: 4096,
            signals: Signals::empty(),
            decoder: Decoder::new(),
            restore: Restore::default(),
            suspend_for: None,
            wait: Wait::default(),
            capture: None,
            stamps: false,
        }
    }
}

impl Builder {
    /// Makes a builder whose input is that of [`Input::open`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Chooses the settings of the line discipline; the default is [`LineMode::RAW`]. With `None`
    /// they stay as they are, for a program that changes them with a [`Terminal`] of its own, for
    /// example from another thread.
    pub fn line_mode(mut self, mode: impl Into<Option<LineMode>>) -> Self {
        self.line_mode = mode.into();
        self
    }

    /// Chooses the ring's capacity in bytes, rounded up to a power of two. The default is 4096, the
    /// most that Linux returns from one read.
    pub fn capacity(mut self, bytes: usize) -> Self {
        self.capacity = bytes;
        self
    }

    /// Delivers these signals as [`Event::Signal`](crate::Event::Signal) instead of their default
    /// action.
    pub fn signals(mut self, signals: Signals) -> Self {
        self.signals = signals;
        self
    }

    /// Chooses the decoder. Its [settings](Decoder::settings) say how to read what is ambiguous.
    ///
    /// What its settings leave open, the input finds out: the terminal's own settings say which byte
    /// Backspace sends (`VERASE`), and where the terminal of this process is opened, `TERM` and
    /// `KONSOLE_VERSION` name the terminals of
    /// [`set_terminal`](crate::decode::Settings::set_terminal).
    pub fn decoder(mut self, decoder: Decoder) -> Self {
        self.decoder = decoder;
        self
    }

    /// Chooses after which ends of the program the terminal is restored; the default is all of
    /// them.
    pub fn restore(mut self, restore: Restore) -> Self {
        self.restore = restore;
        self
    }

    /// Makes Ctrl-Z stop the program as the shell would, instead of being an event; the program
    /// sees [`Event::Resumed`](crate::Event::Resumed) when it goes on.
    pub fn suspend_on_ctrl_z(mut self, suspend: bool) -> Self {
        // As with `capture`, what is not asked for is not linked.
        self.suspend_for = suspend.then_some(Input::suspend_for as SuspendFor<Os>);
        self
    }

    /// Chooses how to wait; the default is [`Wait::Poll`].
    pub fn wait(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }

    /// Has a thread of its own read the terminal, as soon as anything comes, whatever the program
    /// is doing. Nothing else about the [`Input`] changes.
    ///
    /// This is for programs whose loop is busy and that want to know *when* a key came
    /// ([`Input::read_at`]): games, simulations, audio. It is not faster: a key goes through one more
    /// thread, which costs 16 to 22 % of the time from the terminal to a handler that waits, and
    /// twice the context switches. A program that waits for keys is better off without.
    ///
    /// While the ring is full, the thread leaves further bytes to the kernel: choose its
    /// [`capacity`](Builder::capacity) for what is typed while your loop is busy.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use ttyring::Input;
    ///
    /// let mut input = Input::builder().capture(true).open()?;
    /// for frame in 0..600 {
    ///     // Makes no system call.
    ///     while let Some(event) = input.poll(Duration::ZERO)?.event() {
    ///         print!("{frame}: {event:?}\r\n");
    ///     }
    ///     // draw, and wait for the next frame
    /// }
    /// # Ok::<(), ttyring::Error>(())
    /// ```
    pub fn capture(mut self, capture: bool) -> Self {
        // This is the only mention of the function for `Os`: without a call of this method, nothing of
        // it is linked.
        self.capture = capture.then_some(Capture::open as OpenCapture<Os>);
        self
    }

    /// Notes when the bytes of each read came, for [`read_at`](Input::read_at). This looks at the
    /// clock once per read, which nothing else needs; a [capture thread](Builder::capture) always
    /// does it.
    pub fn stamps(mut self, stamps: bool) -> Self {
        self.stamps = stamps;
        self
    }

    /// Opens the terminal of this process.
    ///
    /// # Errors
    ///
    /// [`Error::NoTerminal`](crate::Error::NoTerminal) when the process has none.
    pub fn open(self) -> Result<Input> {
        let tty = Os.open()?;
        let (capture, suspend) = (self.capture, self.suspend_for);
        self.adopt_named(Os, tty, environment, capture, suspend)
    }

    /// Opens the terminal of `backend`: a script, or an emulated system.
    ///
    /// # Errors
    ///
    /// As the backend's [`open`](Backend::open).
    pub fn open_on<B: Backend>(self, backend: B) -> Result<Input<B>> {
        let tty = backend.open()?;
        let (capture, suspend) = self.for_backend();
        self.adopt_named(backend, tty, environment, capture, suspend)
    }

    /// Takes a terminal of `backend` that is open already.
    ///
    /// # Errors
    ///
    /// Fails when the terminal's settings cannot be read or changed, when nothing can wait for it,
    /// or when no thread can be started.
    pub fn adopt<B: Backend>(self, backend: B, tty: B::Tty) -> Result<Input<B>> {
        // The environment may be about another terminal.
        let (capture, suspend) = self.for_backend();
        self.adopt_named(backend, tty, |_| None, capture, suspend)
    }

    /// Returns what was asked for, as functions of another backend.
    fn for_backend<B: Backend>(&self) -> (Option<OpenCapture<B>>, Option<SuspendFor<B>>) {
        let capture = self.capture.map(|_| Capture::open as OpenCapture<B>);
        let suspend = self.suspend_for;
        let suspend = suspend.map(|_| Input::suspend_for as SuspendFor<B>);
        (capture, suspend)
    }

    fn adopt_named<B: Backend>(
        mut self,
        backend: B,
        tty: B::Tty,
        name: impl FnOnce(&B::Tty) -> Option<String>,
        capture: Option<OpenCapture<B>>,
        suspend_for: Option<SuspendFor<B>>,
    ) -> Result<Input<B>> {
        let signals = self.signals | Signals::WINCH | Signals::CONT;
        let hooks = Hooks::of(&tty, self.restore, signals)?;
        let poller = backend.poller(&tty, signals)?;
        let mut terminal = Terminal::<B>::open_in(tty, hooks, self.line_mode)?;
        let settings = &mut self.decoder.settings;
        settings.learn(|| terminal.erase(), || name(terminal.tty()));
        let sends_bytes = self.line_mode.is_some_and(|mode| !mode.canonical);
        if sends_bytes && terminal.tty().has_key_records() {
            terminal.enable(Modes::WIN32_INPUT)?;
        }
        let unfilled = Unfilled {
            backend,
            tty: terminal.shared(),
            poller,
        };
        let (origin, consumer) = match capture {
            Some(capture) => capture(unfilled, self.capacity, self.wait)?,
            None => self.caller(unfilled)?,
        };
        let settings = self.decoder.settings;
        Ok(Input {
            heeded: terminal.in_force(),
            terminal,
            origin,
            timeouts: (settings.escape_timeout, settings.sequence_timeout),
            reader: Reader::new(consumer, self.decoder),
            due: Due::empty(),
            found: Found::Nothing,
            kept: Kept::new(settings),
            replies: Arc::default(),
            signals: self.signals,
            suspend_for,
        })
    }

    /// Makes the ring, which the caller's thread fills.
    fn caller<B: Backend>(&self, unfilled: Unfilled<B>) -> Result<(Origin<B>, Consumer)> {
        // Both ends are in one thread: neither sleeps until the other does something.
        let ring = ring::Options::new(self.capacity).spinning(true);
        let (producer, consumer) = ring.stamps(self.stamps).channel();
        let mut source = unfilled.source(producer);
        source.set_wait(self.wait)?;
        source.set_stamps(self.stamps);
        Ok((Origin::Caller(source), consumer))
    }
}

/// Returns what the environment says the terminal of this process is; nothing of a script.
fn environment<T: Tty>(tty: &T) -> Option<String> {
    tty.descriptor()?;
    let term = std::env::var("TERM").ok()?;
    // Konsole calls itself xterm. A multiplexer inside it inherits the version and has a TERM of its
    // own.
    let is_konsole = term.starts_with("xterm") && std::env::var_os("KONSOLE_VERSION").is_some();
    Some(if is_konsole {
        "konsole".to_owned()
    } else {
        term
    })
}
