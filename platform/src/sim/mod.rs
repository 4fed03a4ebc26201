//! A scripted terminal: bytes, readiness, time and faults come from a list of steps.
//!
//! The clock stands still until the program waits; then it jumps to the next step, or to the end of
//! the timeout. So a test that waits for a minute takes no time and runs the same every time.
//! [`Sim`] also shows what the program did; clones share one terminal.
//!
//! It does not simulate a line discipline: in canonical mode, too, bytes can be read as they come,
//! without echo. No signal is sent to the process.

pub mod cast;
mod poller;
mod script;
mod state;
mod termios;
mod tty;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use poller::{Poller, Waker};
pub use script::{Operation, Step};
pub use state::CallCounts;
pub use termios::Termios;
pub use tty::Tty;

use crate::{Backend, Result, Signals, Size, Time, When};
use state::{Shared, State};

/// A scripted terminal as a backend, and the handle to it.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use ttyring_platform::sim::{Sim, Step};
/// use ttyring_platform::{Backend, Transfer, Poller, Signals, Tty};
///
/// let sim = Sim::new();
/// sim.at(Duration::from_secs(60), Step::Bytes(b"a".to_vec()));
/// let tty = sim.open()?;
/// let mut poller = sim.poller(&tty, Signals::empty())?;
///
/// let start = sim.now();
/// assert!(poller.wait(None)?.tty);
/// assert_eq!(sim.now().since(start), Duration::from_secs(60));
/// let mut buffer = [0; 16];
/// assert_eq!(tty.read(&mut buffer)?, Transfer::Bytes(1));
/// assert_eq!(tty.read(&mut buffer)?, Transfer::NotReady);
/// # Ok::<(), ttyring_platform::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sim {
    shared: Arc<Shared>,
}

impl Sim {
    /// Makes a terminal of 80 × 24 cells in cooked mode with an empty script.
    pub fn new() -> Self {
        Sim {
            shared: Arc::default(),
        }
    }

    /// Adds a step `after` the time that it is now on the terminal's clock. Steps of the same time
    /// happen in the order in which they were added.
    pub fn at(&self, after: Duration, step: Step) -> &Self {
        self.state().add(after, step);
        self.shared.changed.notify_all();
        self
    }

    /// Adds a step that happens at once.
    pub fn now_do(&self, step: Step) -> &Self {
        self.at(Duration::ZERO, step)
    }

    /// Types `bytes` at once.
    pub fn type_bytes(&self, bytes: &[u8]) -> &Self {
        self.now_do(Step::Bytes(bytes.to_vec()))
    }

    /// Replays a recording of `ttyring keys --record`, or any other in the format asciicast v2:
    /// what was typed arrives again, with the same times between.
    ///
    /// # Errors
    ///
    /// The number of the first line that is not as it has to be.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use ttyring_platform::sim::Sim;
    /// use ttyring_platform::{Backend, Poller, Signals};
    ///
    /// let recorded = "{\"version\": 2, \"width\": 80, \"height\": 24}\n\
    ///                 [1.5, \"i\", \"\\u001b\"]\n\
    ///                 [1.6, \"i\", \"[A\"]\n";
    /// let sim = Sim::new();
    /// sim.replay(recorded)?;
    /// let tty = sim.open()?;
    /// let start = sim.now();
    /// sim.poller(&tty, Signals::empty())?.wait(None)?;
    /// assert_eq!(sim.now().since(start), Duration::from_millis(1500));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn replay(&self, recording: &str) -> std::result::Result<&Self, cast::CastError> {
        for moment in cast::read(recording)? {
            self.at(moment.after, moment.step);
        }
        Ok(self)
    }

    /// Makes the terminal one whose description is shared: reads are not made non-blocking.
    pub fn share(&self) -> &Self {
        self.state().private = false;
        self
    }

    /// Lets time pass without anybody waiting.
    pub fn advance(&self, by: Duration) {
        let mut state = self.state();
        let target = state.now + by;
        state.advance_to(target);
    }

    /// Returns everything that was written.
    pub fn written(&self) -> Vec<u8> {
        self.state().written.clone()
    }

    /// Returns the settings as they are now.
    pub fn termios(&self) -> Termios {
        self.state().termios
    }

    /// Changes the settings behind the program's back, as `stty` would.
    pub fn set_termios(&self, termios: Termios) {
        self.state().termios = termios;
    }

    /// Returns every change of the settings that the program made, in order.
    pub fn changes(&self) -> Vec<(When, Termios)> {
        self.state().changes.clone()
    }

    /// Returns the size as it is now.
    pub fn size(&self) -> Size {
        self.state().size
    }

    /// Returns how often the program called what.
    pub fn calls(&self) -> CallCounts {
        self.state().calls
    }

    /// Returns how many bytes were thrown away unread.
    pub fn discarded(&self) -> usize {
        self.state().discarded
    }

    /// Returns whether reads block.
    pub fn is_blocking(&self) -> bool {
        self.state().blocking
    }

    /// Returns whether every step has happened.
    pub fn is_finished(&self) -> bool {
        self.state().is_finished()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }
}

impl Default for Sim {
    fn default() -> Self {
        Sim::new()
    }
}

impl Backend for Sim {
    type Tty = Tty;
    type Poller = Poller;

    fn open(&self) -> Result<Tty> {
        self.state().enter(Operation::Open)?;
        Ok(Tty::new(&self.shared))
    }

    fn poller(&self, _tty: &Tty, signals: Signals) -> Result<Poller> {
        self.state().enter(Operation::Poller)?;
        Ok(Poller::new(&self.shared, signals))
    }

    fn now(&self) -> Time {
        self.state().now
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
