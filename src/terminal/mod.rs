//! Switches line modes and terminal modes on, and restores the terminal whatever ends the program.
//!
//! All [`Terminal`]s of a device share one custody, which knows how the device was found and what is
//! switched on. `Drop`, `exit`, a panic or a signal handler restores the device, whichever comes
//! first. [`Restore`] names the ends of a program that are noticed; `docs/restore.md` explains the
//! custody and its limits.
//!
//! This module reads nothing but late replies and passwords.

mod custody;
mod fence;
mod hooks;
mod modes;
mod note;
mod output;
mod password;
#[cfg_attr(
    windows,
    allow(
        dead_code,
        reason = "a supervised program shares no memory with its supervisor there"
    )
)]
mod report;
#[cfg(test)]
mod simulation;
#[cfg(unix)]
pub mod supervise;
#[cfg(windows)]
#[path = "supervise/windows.rs"]
pub mod supervise;
mod suspend;
#[cfg(not(test))]
mod world;
#[cfg(test)]
#[path = "simulation/world.rs"]
mod world;

use std::sync::Arc;

use ttyring_platform::{Backend, LineMode, Os, Result, Signals, Termios, Tty};

pub use hooks::Restore;
pub use modes::{Keyboard, Modes};
pub use password::{Password, Prompt};

pub(crate) use custody::list::Claim;
use custody::{HolderId, Wants};
pub(crate) use hooks::Hooks;

/// An open terminal whose changes are undone when it is dropped, and at every other end of the
/// program that [`Restore`] names.
///
/// You can open several on one device. The line mode entered last is in force, the modes of all are
/// on, and the last one to be dropped restores what the first one found.
///
/// # Platform notes
///
/// A terminal without a descriptor (a simulated one) is restored by `Drop` alone.
///
/// # Examples
///
/// ```no_run
/// use ttyring::LineMode;
/// use ttyring::terminal::{Modes, Terminal};
///
/// let mut terminal = Terminal::open()?;
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
    /// The modes and keyboard flags that were in force after the last change of this terminal.
    in_force: (Modes, Keyboard),
    /// Which byte Backspace sends, where that was seen when the terminal was opened.
    erase: Option<u8>,
    // Dropped last: while the terminal is in use, the signals are ours.
    hooks: Hooks,
}

impl Terminal {
    /// Opens the terminal of this process and changes nothing. It is restored after everything that
    /// [`Restore`] names.
    ///
    /// # Errors
    ///
    /// [`Error::NoTerminal`](crate::Error::NoTerminal) when there is none; otherwise as
    /// [`adopt`](Terminal::adopt).
    pub fn open() -> Result<Self> {
        Terminal::adopt(Os.open()?, Restore::default())
    }
}

impl<B: Backend> Terminal<B> {
    /// Takes a terminal that is open already, and restores it after the ends that `restore` names.
    ///
    /// # Errors
    ///
    /// Fails when a signal handler cannot be installed, and when the process is already ending.
    pub fn adopt(tty: B::Tty, restore: Restore) -> Result<Self> {
        let hooks = Hooks::of(&tty, restore, Signals::empty())?;
        Terminal::open_in(tty, hooks, None)
    }

    /// Takes a terminal whose hooks are in place, and enters `mode` at once, as
    /// [`enter`](Terminal::enter) does.
    pub(crate) fn open_in(tty: B::Tty, hooks: Hooks, mode: Option<LineMode>) -> Result<Self> {
        let custody = Claim::of(&tty);
        let tty = Arc::new(tty);
        let (holder, erase) = match mode {
            None => (custody.open(&tty)?, None),
            Some(mode) => loop {
                if let Some(opened) = custody.open_in(&tty, mode)? {
                    break opened;
                }
                suspend::wait_for_foreground(&*tty)?;
            },
        };
        Ok(Terminal {
            holder,
            tty,
            custody,
            in_force: (Modes::empty(), Keyboard::empty()),
            erase,
            hooks,
        })
    }

    /// Returns the terminal itself, to read from it and to write to it.
    pub fn tty(&self) -> &B::Tty {
        &self.tty
    }

    /// Changes the settings to `mode` until [`leave`](Terminal::leave) is called. Calls nest: each
    /// `leave` goes back to the mode before. Input that was typed ahead is kept.
    ///
    /// A process in the background stops here until it is in the foreground. While another thread
    /// lends the terminal, the change waits until the terminal comes back.
    ///
    /// # Errors
    ///
    /// The error of `tcsetattr(3)`; `EIO` after a hangup, and in the background if nobody could
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

    /// Returns to the line mode from before the last [`enter`](Terminal::enter); after the first
    /// `enter`, to the settings that were found. Without an `enter`, this does nothing.
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
        self.custody.line_of(self.holder)
    }

    /// Switches `modes` on.
    ///
    /// # Errors
    ///
    /// What `write(2)` answers; `ETIMEDOUT` when the terminal takes no output. The modes are
    /// switched off at the end in any case.
    pub fn enable(&mut self, modes: Modes) -> Result<()> {
        self.change(|wants, holder| wants.change_modes(holder, |own| own | modes))
    }

    /// Switches `modes` off. Modes that another terminal on the same device wants stay on.
    ///
    /// # Errors
    ///
    /// As [`enable`](Terminal::enable).
    pub fn disable(&mut self, modes: Modes) -> Result<()> {
        self.change(|wants, holder| wants.change_modes(holder, |own| own - modes))
    }

    /// Pushes flags of the kitty keyboard protocol onto the stack of the screen that is shown.
    ///
    /// # Errors
    ///
    /// As [`enable`](Terminal::enable).
    pub fn push_keyboard(&mut self, flags: Keyboard) -> Result<()> {
        self.change(|wants, holder| wants.push(holder, flags))
    }

    /// Pops the flags that this terminal pushed last on the screen that is shown; returns whether
    /// there were any.
    ///
    /// # Errors
    ///
    /// As [`enable`](Terminal::enable).
    pub fn pop_keyboard(&mut self) -> Result<bool> {
        self.change(Wants::pop)
    }

    /// Registers bytes that the program writes to the terminal itself, and those that undo them: a
    /// cursor shape, a palette, a progress bar. `reset` is written wherever modes are switched off,
    /// and `set` where they come back. Nothing is written now.
    ///
    /// A later note with the same `reset` replaces an earlier one; with an empty `set` it removes
    /// it.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when everything together would take more than 1000 bytes.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use ttyring::terminal::Terminal;
    ///
    /// let mut terminal = Terminal::open()?;
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

    /// As [`write`](Terminal::write), for a question of the program's own, whose answer it finds among
    /// the events. An answer that is late when the program ends or stops is read first, so that the
    /// shell does not get it.
    ///
    /// # Errors
    ///
    /// As `write`.
    pub fn ask(&self, question: &[u8]) -> Result<()> {
        self.custody.ask(question)
    }

    /// Writes all of `bytes` to the terminal, wherever standard output goes.
    ///
    /// # Errors
    ///
    /// What `write(2)` answers; `ETIMEDOUT` when the terminal takes no output.
    pub fn write(&self, bytes: &[u8]) -> Result<()> {
        self.custody.write(bytes)
    }

    /// Returns how often the terminal has come back from somebody else: from a child that it was lent
    /// to, or from the shell after a stop. While the number stays the same, what was drawn is still
    /// there.
    pub fn returns(&self) -> u64 {
        self.custody.returns()
    }

    /// Takes the bytes that were read from this device and not used: what an earlier
    /// [`Input`](crate::Input) of this process left, and what came while late replies were awaited.
    /// They come before everything that is read afterwards; at most 1 MiB is kept.
    ///
    /// An `Input` takes them as its next events by itself.
    pub fn take_unread(&mut self) -> Vec<u8> {
        self.custody.take_unread()
    }

    /// Returns the modes and the keyboard flags that were in force after the last change: what is
    /// sent depends on them.
    #[inline(always)]
    pub(crate) fn in_force(&self) -> (Modes, Keyboard) {
        self.in_force
    }

    /// Returns which byte Backspace sends (`VERASE`).
    pub(crate) fn erase(&self) -> Option<u8> {
        self.erase.or_else(|| self.tty.termios().ok()?.erase())
    }

    /// Leaves the terminal as it is to another value, and wants nothing of it any more.
    pub(crate) fn split_off(&mut self) -> Self {
        // Without a holder the terminal that is left closes nothing.
        let holder = std::mem::replace(&mut self.holder, custody::NOBODY);
        Terminal {
            tty: Arc::clone(&self.tty),
            holder,
            custody: self.custody.clone(),
            in_force: self.in_force,
            erase: self.erase,
            hooks: self.hooks.split_off(),
        }
    }

    /// Returns the custody, for other threads to ask the terminal, and for unread bytes.
    pub(crate) fn custody(&self) -> &Claim<B::Tty> {
        &self.custody
    }

    /// Returns a share in the terminal itself, for another thread to read.
    pub(crate) fn shared(&self) -> Arc<B::Tty> {
        Arc::clone(&self.tty)
    }

    fn change<R>(&mut self, change: impl FnOnce(&mut Wants, HolderId) -> R) -> Result<R> {
        self.apply(false, change)
    }

    fn apply<R>(
        &mut self,
        noted: bool,
        change: impl FnOnce(&mut Wants, HolderId) -> R,
    ) -> Result<R> {
        let (holder, in_force) = (self.holder, &mut self.in_force);
        self.custody.apply(holder, noted, |wants| {
            let changed = change(wants, holder);
            *in_force = wants.in_force();
            changed
        })
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
