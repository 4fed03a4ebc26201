//! What the program, or a library, switches on by bytes of its own: noted, so that it is undone
//! with everything else.

use ttyring_platform::{Backend, Result};

use super::custody::Wants;
use super::{Keyboard, Modes, Terminal};

impl<B: Backend> Terminal<B> {
    /// Notes that the program has switched on exactly `modes` by bytes of its own. They take the
    /// place of the modes that this terminal has [enabled](Terminal::enable), are switched off
    /// wherever those are, and on again where those come back. Nothing is written now.
    ///
    /// # Errors
    ///
    /// What the system answers when the terminal has to be switched on again, after a panic for
    /// example.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::io::{Write, stdout};
    /// use ttyring::terminal::{Modes, Terminal};
    ///
    /// let mut terminal = Terminal::open()?;
    /// terminal.note_modes(Modes::ALTERNATE_SCREEN)?;
    /// stdout().write_all(b"\x1b[?1049h")?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn note_modes(&mut self, modes: Modes) -> Result<()> {
        self.apply(true, |wants, holder| wants.change_modes(holder, |_| modes))
    }

    /// Notes that the program has pushed keyboard flags by bytes of its own: see
    /// [`push_keyboard`](Terminal::push_keyboard) and [`note_modes`](Terminal::note_modes).
    ///
    /// # Errors
    ///
    /// As [`note_modes`](Terminal::note_modes).
    pub fn note_keyboard_push(&mut self, flags: Keyboard) -> Result<()> {
        self.apply(true, |wants, holder| wants.push(holder, flags))
    }

    /// Notes that the program has popped keyboard flags by bytes of its own; returns whether there
    /// were any of ours.
    ///
    /// # Errors
    ///
    /// As [`note_modes`](Terminal::note_modes).
    pub fn note_keyboard_pop(&mut self) -> Result<bool> {
        self.apply(true, Wants::pop)
    }
}
