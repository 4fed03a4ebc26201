//! Switches line modes and terminal modes on, and restores the terminal whatever ends the program.
//!
//! A terminal device belongs to the process: however many [`Terminal`]s are open on it, on whatever
//! threads, there is one custody that knows how it was found and what is switched on. Whoever
//! notices the end of the program first, be it `Drop`, `exit`, a panic or a signal handler, restores
//! it ([`Restore`] says which ends are noticed). `docs/restore.md` explains how, and what is out of
//! reach.
//!
//! Reading is not done here.

mod custody;
mod fence;
mod hooks;
mod modes;
mod password;
mod report;
#[cfg(test)]
mod simulation;
mod supervise;
mod suspend;
#[cfg(not(test))]
mod world;
#[cfg(test)]
#[path = "simulation/world.rs"]
mod world;

use std::sync::Arc;
use std::time::Duration;

use ttyring_platform::{Backend, Error, LineMode, Os, Outcome, Result, Tty};

pub use hooks::Restore;
pub use modes::{Keyboard, Modes};
pub use password::Password;
pub use supervise::{Reset, Supervisor};

pub(crate) use custody::list::Claim;
use custody::{HolderId, Wants};
use hooks::Hooks;
use world::{is_reachable, now, pause};

/// The longest wait for a terminal that takes no output.
const OUTPUT_TIMEOUT: Duration = Duration::from_secs(2);

/// How a [`Terminal`] is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    restore: Restore,
}

impl Options {
    /// Starts with the defaults: the terminal is restored after everything that can be noticed.
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

/// An open terminal whose changes are reversed when it is dropped, and on every other end of the
/// program that [`Restore`] names.
///
/// Several may be open on one device. The line mode that was entered last is in force, the modes of
/// all are on, and what was found before the first comes back after the last.
///
/// # Platform notes
///
/// A terminal without a descriptor (a simulated one) is restored by `Drop` alone.
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
    holder: HolderId,
    custody: Claim<B::Tty>,
    // Dropped last: while the terminal is in use, the signals are ours.
    _hooks: Hooks,
}

impl<B: Backend> Terminal<B> {
    /// Opens the terminal; changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::NoTerminal`] when there is none; what the system answers when a handler cannot be
    /// installed; an error that says so when the process is ending.
    pub fn open(backend: B, options: Options) -> Result<Self> {
        Terminal::adopt(backend.open()?, options)
    }

    /// Takes a terminal that is open already.
    ///
    /// # Errors
    ///
    /// As [`open`](Terminal::open).
    pub fn adopt(tty: B::Tty, options: Options) -> Result<Self> {
        let hooks = if is_reachable(&tty) {
            hooks::install(options.restore)?
        } else {
            Hooks::default()
        };
        let custody = Claim::of(&tty);
        let tty = Arc::new(tty);
        Ok(Terminal {
            holder: custody.open(&tty)?,
            tty,
            custody,
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
    /// A process in the background is stopped here until it is in the foreground. While another
    /// thread has lent the terminal away, the change takes effect when it comes back.
    ///
    /// # Errors
    ///
    /// What `tcsetattr(3)` answers; `EIO` after a hangup, and in the background when nobody could
    /// continue the process.
    pub fn enter(&mut self, mode: LineMode) -> Result<()> {
        self.wait_for_foreground()?;
        let entered = self.change(|wants, holder| wants.enter(holder, mode));
        if entered.is_err() {
            // The first error is the one that matters.
            let _ = self.leave();
        }
        entered
    }

    /// Goes back to the line mode from before the last [`enter`](Terminal::enter), at last to the
    /// settings that were found. Does nothing without one.
    ///
    /// # Errors
    ///
    /// What `tcsetattr(3)` answers.
    pub fn leave(&mut self) -> Result<()> {
        self.change(Wants::leave)
    }

    /// Replaces the line mode of the last [`enter`](Terminal::enter), or enters the first.
    ///
    /// # Errors
    ///
    /// As [`enter`](Terminal::enter).
    pub fn set_line_mode(&mut self, mode: LineMode) -> Result<()> {
        if self.change(|wants, holder| wants.replace(holder, mode))? {
            return Ok(());
        }
        self.enter(mode)
    }

    /// Returns the line mode of the last [`enter`](Terminal::enter).
    pub fn line_mode(&self) -> Option<LineMode> {
        self.custody.look(|wants| wants.line_of(self.holder))?
    }

    /// Switches `modes` on; those that are on already are left alone.
    ///
    /// # Errors
    ///
    /// What `write(2)` answers; `ETIMEDOUT` when the terminal takes no output. The modes are
    /// switched off at the end in any case.
    pub fn enable(&mut self, modes: Modes) -> Result<()> {
        self.change(|wants, holder| wants.set_modes(holder, wants.modes_of(holder) | modes))
    }

    /// Switches `modes` off; those that this terminal did not switch on are left alone, and so are
    /// those that another one on the same device wants.
    ///
    /// # Errors
    ///
    /// As [`enable`](Terminal::enable).
    pub fn disable(&mut self, modes: Modes) -> Result<()> {
        self.change(|wants, holder| wants.set_modes(holder, wants.modes_of(holder) - modes))
    }

    /// Returns the modes that this terminal has switched on.
    pub fn modes(&self) -> Modes {
        let modes = self.custody.look(|wants| wants.modes_of(self.holder));
        modes.unwrap_or_default()
    }

    /// Pushes flags of the kitty keyboard protocol on the stack of the screen that is shown.
    ///
    /// # Errors
    ///
    /// As [`enable`](Terminal::enable).
    pub fn push_keyboard(&mut self, flags: Keyboard) -> Result<()> {
        self.change(|wants, holder| wants.push(holder, flags))
    }

    /// Pops the flags that were pushed last on the screen that is shown; returns whether there
    /// were any of ours.
    ///
    /// # Errors
    ///
    /// As [`enable`](Terminal::enable).
    pub fn pop_keyboard(&mut self) -> Result<bool> {
        self.change(Wants::pop)
    }

    /// Notes bytes that the program writes to the terminal itself, and those that undo them: a
    /// cursor shape, a palette, a progress bar. `reset` is written wherever modes are switched off,
    /// `set` again where they come back. Nothing is written now.
    ///
    /// A later note with the same `reset` takes the place of an earlier one; with an empty `set` it
    /// takes it away.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when everything together would take more than 1000 bytes.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use ttyring::Os;
    /// use ttyring::terminal::{Options, Terminal};
    ///
    /// let mut terminal = Terminal::open(Os, Options::new())?;
    /// let bar_cursor = b"\x1b[6 q";
    /// terminal.note(bar_cursor, b"\x1b[0 q")?;
    /// terminal.write(bar_cursor)?;
    /// # Ok::<(), ttyring::Error>(())
    /// ```
    pub fn note(&mut self, set: &[u8], reset: &[u8]) -> Result<()> {
        let noted = self.change(|wants, holder| wants.note(holder, set, reset));
        if noted.is_err() {
            // The first error is the one that matters.
            let _ = self.change(|wants, holder| wants.note(holder, &[], reset));
        }
        noted
    }

    /// Writes a question to the terminal: at the end of the program, a reply that is still under way
    /// is waited for (250 ms at least, 2 s at most) and kept from the shell. A question that a stop
    /// has torn is written anew.
    ///
    /// # Errors
    ///
    /// What `write(2)` answers; `ETIMEDOUT` when the terminal takes no output.
    pub fn ask(&mut self, question: &[u8]) -> Result<()> {
        self.custody.ask(question)
    }

    /// Says how long the terminal took to answer a question: the slowest answer decides how long
    /// later ones are waited for.
    pub fn note_round_trip(&mut self, taken: Duration) {
        self.custody.note_round_trip(taken);
    }

    /// Returns bytes that were read from this device and not used: what an earlier `Input` of this
    /// process had left, and what came while late replies were waited for. They come before
    /// everything that is read afterwards; at most 1 MiB is kept.
    ///
    /// An [`Input`](crate::Input) takes them as its next events by itself.
    pub fn take_unread(&mut self) -> Vec<u8> {
        self.custody.take_unread()
    }

    /// Returns whether there is anything for [`take_unread`](Terminal::take_unread).
    #[inline(always)]
    pub(crate) fn has_unread(&self) -> bool {
        self.custody.has_unread()
    }

    /// Leaves the terminal as it is to another value, and wants nothing of it any more.
    pub(crate) fn split_off(&mut self) -> Self {
        // Without a holder the terminal that is left closes nothing.
        let holder = std::mem::replace(&mut self.holder, custody::NOBODY);
        Terminal {
            tty: Arc::clone(&self.tty),
            holder,
            custody: self.custody.clone(),
            _hooks: std::mem::take(&mut self._hooks),
        }
    }

    /// Leaves bytes that were read and not used to whoever takes them next in this process.
    pub(crate) fn leave_unread(&self, bytes: Vec<u8>) {
        self.custody.give_unread(bytes);
    }

    /// Returns the custody, for other threads to ask the terminal.
    pub(crate) fn custody(&self) -> Claim<B::Tty> {
        self.custody.clone()
    }

    /// Returns a share in the terminal itself, for another thread to read.
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

    fn change<R>(&mut self, change: impl FnOnce(&mut Wants, HolderId) -> R) -> Result<R> {
        self.custody
            .change(self.holder, |wants| change(wants, self.holder))
    }

    fn wait_for_foreground(&self) -> Result<()> {
        suspend::wait_for_foreground(&*self.tty)
    }
}

impl<B: Backend> Drop for Terminal<B> {
    fn drop(&mut self) {
        self.custody.close(self.holder);
    }
}

/// Writes all of `bytes`, also where the description does not block.
fn write_all<T: Tty>(tty: &T, mut bytes: &[u8]) -> Result<()> {
    let end = now() + OUTPUT_TIMEOUT;
    while !bytes.is_empty() {
        match tty.write(bytes)? {
            Outcome::Bytes(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Outcome::NotReady if now() < end => pause(Duration::from_millis(1)),
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
