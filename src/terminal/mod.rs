//! The terminal as a thing that is borrowed: line modes and terminal modes go on here, and come off
//! whatever ends the program.
//!
//! A [`Terminal`] remembers how it found the terminal and what it has switched on. Both stand in a
//! record that is made ahead of time, so that whoever notices the end of the program first, be it
//! `Drop`, `exit`, a panic or a signal handler, has only to carry it out ([`Restore`] says which
//! ends are noticed). `docs/restore.md` has the whole table, and what is out of reach.
//!
//! Reading is not done here.

mod fence;
mod hooks;
mod modes;
mod password;
mod record;
mod registry;
mod report;
mod slot;
#[cfg(test)]
mod slot_tests;
mod supervise;
mod suspend;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ttyring_platform::unix::process::{id, pause};
use ttyring_platform::{Backend, Error, LineMode, Os, Outcome, Result, Termios, Tty, When};

pub use hooks::Restore;
pub use modes::{Keyboard, Modes};
pub use password::Password;
pub use supervise::{Reset, Supervisor};

use hooks::Hooks;
use modes::Enabled;
use record::{Record, State};
use registry::Place;

/// The longest wait for a terminal that takes no output.
const PATIENCE: Duration = Duration::from_secs(2);

/// How a [`Terminal`] is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    restore: Restore,
}

impl Options {
    /// Starts with the defaults: the terminal is put back after everything that can be noticed.
    pub fn new() -> Self {
        Options::default()
    }

    /// Chooses the ends of the program after which the terminal is put back.
    #[must_use]
    pub fn restore(mut self, restore: Restore) -> Self {
        self.restore = restore;
        self
    }
}

/// An open terminal whose changes are undone when it is dropped, and on every other end of the
/// program that [`Restore`] names.
///
/// # Platform notes
///
/// A terminal without a descriptor (a simulated one) is put back by `Drop` alone.
///
/// # Examples
///
/// ```no_run
/// use ttyring::terminal::{Modes, Options, Terminal};
/// use ttyring::{LineMode, Os};
///
/// let mut terminal = Terminal::open(Os, Options::new())?;
/// terminal.enter(LineMode::RAW)?;
/// terminal.enable(Modes::ALTERNATE_SCREEN | Modes::MOUSE)?;
/// // Whatever happens from here on, the shell gets its terminal back.
/// # Ok::<(), ttyring::Error>(())
/// ```
#[derive(Debug)]
pub struct Terminal<B: Backend = Os> {
    tty: Arc<B::Tty>,
    process: i32,
    found: <B::Tty as Tty>::Termios,
    made: [<B::Tty as Tty>::Termios; 2],
    levels: Vec<LineMode>,
    enabled: Enabled,
    fence: bool,
    /// What came while the last replies before a suspension were waited for.
    late: Vec<u8>,
    place: Place,
    // Dropped last: while the record is there, the signals are ours.
    _hooks: Hooks,
}

impl<B: Backend> Terminal<B> {
    /// Opens the terminal and remembers how it was found; changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::NoTerminal`] when there is none; what the system answers when a handler cannot be
    /// installed.
    pub fn open(backend: B, options: Options) -> Result<Self> {
        Terminal::adopt(backend.open()?, options)
    }

    /// Takes a terminal that is open already.
    ///
    /// # Errors
    ///
    /// As [`open`](Terminal::open).
    pub fn adopt(tty: B::Tty, options: Options) -> Result<Self> {
        let found = tty.termios()?;
        let real = tty.descriptor().is_some();
        let (place, hooks) = if real && !options.restore.is_empty() {
            (Place::listed(), hooks::install(options.restore)?)
        } else {
            (Place::private(), Hooks::default())
        };
        Ok(Terminal {
            tty: Arc::new(tty),
            process: id(),
            made: [found.clone(), found.clone()],
            found,
            levels: Vec::new(),
            enabled: Enabled::default(),
            fence: false,
            late: Vec::new(),
            place,
            _hooks: hooks,
        })
    }

    /// Returns the terminal itself, to read and write.
    pub fn tty(&self) -> &B::Tty {
        &self.tty
    }

    /// Changes the settings to `mode`, on top of what they are. Each call wants a
    /// [`leave`](Terminal::leave); inner ones do not end the mode of outer ones. Input that was
    /// typed ahead is kept.
    ///
    /// A process in the background is stopped here until it is in the foreground.
    ///
    /// # Errors
    ///
    /// What `tcsetattr(3)` answers; `EIO` after a hangup, and in the background when nobody could
    /// continue the process.
    pub fn enter(&mut self, mode: LineMode) -> Result<()> {
        self.wait_for_foreground()?;
        if self.levels.is_empty() {
            self.found = self.tty.termios()?;
        }
        self.levels.push(mode);
        self.apply(mode).inspect_err(|_| {
            self.levels.pop();
        })
    }

    /// Goes back to the line mode from before the last [`enter`](Terminal::enter), at last to the
    /// settings that were found. Does nothing without one.
    ///
    /// # Errors
    ///
    /// What `tcsetattr(3)` answers.
    pub fn leave(&mut self) -> Result<()> {
        self.levels.pop();
        match self.levels.last() {
            Some(&outer) => self.apply(outer),
            None => {
                self.sync();
                let now = self.tty.termios()?;
                if self.made.contains(&now) {
                    self.tty.set_termios(When::Now, &self.found)?;
                }
                self.publish();
                Ok(())
            }
        }
    }

    /// Replaces the line mode of the last [`enter`](Terminal::enter), or enters the first.
    ///
    /// # Errors
    ///
    /// As [`enter`](Terminal::enter).
    pub fn set_line_mode(&mut self, mode: LineMode) -> Result<()> {
        match self.levels.last_mut() {
            Some(level) => *level = mode,
            None => return self.enter(mode),
        }
        self.apply(mode)
    }

    /// Returns the line mode of the last [`enter`](Terminal::enter).
    pub fn line_mode(&self) -> Option<LineMode> {
        self.levels.last().copied()
    }

    /// Switches `modes` on; those that are on already are left alone.
    ///
    /// # Errors
    ///
    /// What `write(2)` answers; `ETIMEDOUT` when the terminal takes no output. The modes are
    /// switched off at the end in any case.
    pub fn enable(&mut self, modes: Modes) -> Result<()> {
        self.sync();
        let new = modes - self.enabled.modes;
        self.enabled.modes |= new;
        self.fence |= new.intersects(Modes::REPORTS);
        // First the record, then the modes: a handler in between switches off what is not on yet,
        // which does no harm.
        self.publish();
        self.write(modes::set(new).as_bytes())
    }

    /// Switches `modes` off; those that this terminal did not switch on are left alone.
    ///
    /// # Errors
    ///
    /// As [`enable`](Terminal::enable).
    pub fn disable(&mut self, modes: Modes) -> Result<()> {
        self.sync();
        let mut text = String::new();
        let old = modes & self.enabled.modes;
        if old.contains(Modes::ALTERNATE_SCREEN) {
            modes::pop_keyboard(&mut text, self.enabled.alternate.len());
            self.enabled.alternate.clear();
        }
        text.push_str(&modes::reset(old));
        let written = self.write(text.as_bytes());
        self.enabled.modes -= old;
        self.publish();
        written
    }

    /// Returns the modes that are on.
    pub fn modes(&self) -> Modes {
        self.enabled.modes
    }

    /// Pushes flags of the kitty keyboard protocol on the stack of the screen that is shown.
    ///
    /// # Errors
    ///
    /// As [`enable`](Terminal::enable).
    pub fn push_keyboard(&mut self, flags: Keyboard) -> Result<()> {
        self.sync();
        self.enabled.stack().push(flags);
        self.publish();
        let mut text = String::new();
        modes::push_keyboard(&mut text, &[flags]);
        self.write(text.as_bytes())
    }

    /// Pops the flags that were pushed last on the screen that is shown; returns whether there
    /// were any of ours.
    ///
    /// # Errors
    ///
    /// As [`enable`](Terminal::enable).
    pub fn pop_keyboard(&mut self) -> Result<bool> {
        self.sync();
        if self.enabled.stack().pop().is_none() {
            return Ok(false);
        }
        // First the record: a handler in between pops one too few rather than one of the shell's.
        self.publish();
        let mut text = String::new();
        modes::pop_keyboard(&mut text, 1);
        self.write(text.as_bytes()).map(|()| true)
    }

    /// Says that a question was sent to the terminal: at the end of the program, a reply that is
    /// still under way is waited for (250 ms at most) and kept from the shell.
    pub fn expect_replies(&mut self) {
        if !self.fence {
            self.fence = true;
            self.publish();
        }
    }

    fn apply(&mut self, mode: LineMode) -> Result<()> {
        self.sync();
        let before = self.tty.termios()?;
        let wanted = self.found.with(&mode);
        self.made = [before, wanted.clone()];
        self.publish();
        self.tty.set_termios(When::Now, &wanted)?;
        // tcsetattr succeeds when any part was taken; what counts later is what is there now.
        let made = self.tty.termios()?;
        self.made = [made.clone(), made];
        self.publish();
        Ok(())
    }

    /// Returns a share in the terminal itself, for other threads to write to.
    pub(crate) fn shared(&self) -> Arc<B::Tty> {
        Arc::clone(&self.tty)
    }

    /// Writes all of `bytes` to the terminal, wherever standard output goes.
    ///
    /// # Errors
    ///
    /// What `write(2)` answers; `ETIMEDOUT` when the terminal takes no output.
    pub fn write(&self, bytes: &[u8]) -> Result<()> {
        write_all(&*self.tty, bytes)
    }

    fn record(&self, state: State) -> Record<B::Tty> {
        Record {
            tty: Arc::clone(&self.tty),
            process: self.process,
            thread: thread::current().id(),
            found: self.found.clone(),
            mode: self.line_mode(),
            made: self.made.clone(),
            set: self.enabled.set_bytes(),
            again: self.enabled.again_bytes(),
            reset: self.enabled.reset_bytes(),
            fence: self.fence,
            state,
            renewed: false,
        }
    }

    /// Puts the record where the handlers find it.
    fn publish(&mut self) {
        self.publish_as(State::On);
    }

    fn publish_as(&mut self, state: State) {
        let old = self.place.publish(Box::new(self.record(state)));
        let Some(old) = old.as_deref().and_then(Record::<B::Tty>::of) else {
            return;
        };
        // A stop that another thread handles just now has changed what was found, or is about to.
        let stopping = state == State::On && old.state == State::Undone;
        if old.renewed || stopping {
            self.found = old.found.clone();
            self.made = old.made.clone();
            let state = if stopping { old.state } else { state };
            self.place.publish(Box::new(self.record(state)));
        }
    }

    /// Takes over what handlers have done meanwhile: what was undone is switched on again, and
    /// what was found may be another.
    fn sync(&mut self) {
        let news = self.place.with(|entry| {
            entry.redo();
            Record::<B::Tty>::of(&**entry)
                .filter(|record| record.renewed)
                .map(|record| (record.found.clone(), record.made.clone()))
        });
        if let Some(Some((found, made))) = news {
            self.found = found;
            self.made = made;
        }
    }

    fn wait_for_foreground(&self) -> Result<()> {
        let Some(descriptor) = self.tty.descriptor() else {
            return Ok(());
        };
        suspend::wait_for_foreground(descriptor)
    }
}

impl<B: Backend> Drop for Terminal<B> {
    fn drop(&mut self) {
        self.place.finish();
    }
}

/// Writes all of `bytes`, also where the description does not block.
pub(crate) fn write_all<T: Tty>(tty: &T, mut bytes: &[u8]) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while !bytes.is_empty() {
        match tty.write(bytes)? {
            Outcome::Bytes(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Outcome::NotReady if Instant::now() < end => pause(Duration::from_millis(1)),
            Outcome::NotReady => {
                let timeout = std::io::ErrorKind::TimedOut;
                return Err(Error::os("write", std::io::Error::from(timeout)));
            }
            Outcome::End => {
                let gone = std::io::ErrorKind::BrokenPipe;
                return Err(Error::os("write", std::io::Error::from(gone)));
            }
        }
    }
    Ok(())
}
