//! The choices that are made when an input is opened.

use ttyring_platform::{Backend, LineMode, Os, Result, Signals};

use super::Input;
use super::reader::Reader;
use super::session::Session;
use super::source::Source;
use super::wait::Wait;
use crate::decode::{self, Decoder};
use crate::ring;
use crate::terminal::{self, Restore, Terminal};

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
    line_mode: LineMode,
    capacity: usize,
    signals: Signals,
    decoder: decode::Options,
    restore: Restore,
    suspend_on_ctrl_z: bool,
    alone: bool,
    wait: Wait,
    stamps: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Builder {
            line_mode: LineMode::RAW,
            capacity: 4096,
            signals: Signals::empty(),
            decoder: decode::Options::new(),
            restore: Restore::default(),
            suspend_on_ctrl_z: false,
            alone: false,
            wait: Wait::Block,
            stamps: false,
        }
    }
}

impl Builder {
    /// Makes a builder of what [`Input::open`] opens.
    pub fn new() -> Self {
        Self::default()
    }

    /// Chooses the settings of the line discipline; [`LineMode::RAW`] unless told otherwise.
    pub fn line_mode(mut self, mode: LineMode) -> Self {
        self.line_mode = mode;
        self
    }

    /// Chooses the ring's capacity in bytes, rounded up to a power of two; 4096 unless told
    /// otherwise, which is what Linux hands out at once.
    pub fn capacity(mut self, bytes: usize) -> Self {
        self.capacity = bytes;
        self
    }

    /// Takes signals as [`Event::Signal`](crate::Event::Signal) instead of having them do what
    /// they do by default.
    pub fn signals(mut self, signals: Signals) -> Self {
        self.signals = signals;
        self
    }

    /// Chooses how the decoder treats what is ambiguous.
    pub fn decoder(mut self, options: decode::Options) -> Self {
        self.decoder = options;
        self
    }

    /// Chooses which ways to die the terminal is restored after; all unless told otherwise.
    pub fn restore(mut self, restore: Restore) -> Self {
        self.restore = restore;
        self
    }

    /// Makes Ctrl-Z stop the program as the shell would, instead of being an event; the program
    /// sees [`Event::Resumed`](crate::Event::Resumed) when it goes on.
    pub fn suspend_on_ctrl_z(mut self, suspend: bool) -> Self {
        self.suspend_on_ctrl_z = suspend;
        self
    }

    /// Waits in `read(2)` itself wherever a wait has no limit: one system call a key instead of
    /// two. Wakers do not end such a wait, and a signal that comes just before it shows at the
    /// next key.
    pub fn alone(mut self, alone: bool) -> Self {
        self.alone = alone;
        self
    }

    /// Chooses what is done before sleeping; nothing unless told otherwise.
    pub fn wait(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }

    /// Notes when the bytes of each read came, for [`read_at`](Input::read_at): a look at the clock
    /// for each read, which nothing else needs.
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
        self.open_on(Os)
    }

    /// Opens the terminal of `backend`: a script, or an emulated system.
    ///
    /// # Errors
    ///
    /// As the backend's [`open`](Backend::open).
    pub fn open_on<B: Backend>(self, backend: B) -> Result<Input<B>> {
        let tty = backend.open()?;
        self.adopt(backend, tty)
    }

    /// Takes a terminal of `backend` that is open already.
    ///
    /// # Errors
    ///
    /// What the system answers when its settings cannot be read or changed, or when it cannot be
    /// waited for.
    pub fn adopt<B: Backend>(self, backend: B, tty: B::Tty) -> Result<Input<B>> {
        let options = terminal::Options::new().restore(self.restore);
        let mut terminal = Terminal::<B>::adopt(tty, options)?;
        let signals = self.signals | Signals::WINCH | Signals::CONT;
        let poller = backend.poller(terminal.tty(), signals)?;
        terminal.enter(self.line_mode)?;
        // Both ends are in one thread: neither sleeps until the other does something.
        let ring = ring::Options::new(self.capacity).spinning(true);
        let (producer, consumer) = ring.channel();
        let mut source = Source::new(backend, terminal.shared(), poller, producer);
        source.set_alone(self.alone)?;
        source.set_strategy(self.wait);
        source.set_stamps(self.stamps);
        let reader = Reader::new(consumer, Decoder::with_options(self.decoder));
        Ok(Input {
            session: Session::new(terminal, reader, self.signals, self.suspend_on_ctrl_z),
            source,
        })
    }
}
