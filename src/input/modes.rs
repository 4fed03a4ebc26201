//! What the terminal is asked to send differently, and telling the decoder of it.

use std::time::Duration;

use ttyring_platform::{Backend, Result};

use super::Input;
use crate::terminal::{Keyboard, Modes, Terminal};

/// Under any of these, the Escape key has a sequence of its own.
const ESCAPE_IS_A_SEQUENCE: Keyboard = Keyboard::DISAMBIGUATE.union(Keyboard::ALL_KEYS);

/// How long a bare ESC waits, and how long a sequence that has begun.
pub(super) type Timeouts = (Option<Duration>, Option<Duration>);

/// Where no key sends a bare ESC, it waits for its sequence however long that takes.
const KITTY: Timeouts = (None, Some(Duration::from_secs(1)));

impl<B: Backend> Input<B> {
    /// Switches modes of the terminal on; they are switched off again whatever ends the program.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be written to.
    pub fn enable(&mut self, modes: Modes) -> Result<()> {
        self.change(|terminal| terminal.enable(modes))
    }

    /// Switches modes off that [`enable`](Input::enable) switched on.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be written to.
    pub fn disable(&mut self, modes: Modes) -> Result<()> {
        self.change(|terminal| terminal.disable(modes))
    }

    /// Switches flags of the kitty keyboard protocol on, on top of those that are on.
    ///
    /// Under [`Keyboard::DISAMBIGUATE`] a bare ESC byte is never a key, so the decoder waits for the
    /// rest of its sequence without a limit. A terminal that does not know the protocol ignores the
    /// flags and still sends that byte for the Escape key, which you then receive only with the next
    /// key. Ask first whether the terminal knows it
    /// ([`Capabilities::keyboard`](crate::query::Capabilities::keyboard)), or
    /// [set the timeouts](Input::set_timeouts) afterwards.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be written to.
    pub fn push_keyboard(&mut self, flags: Keyboard) -> Result<()> {
        self.change(|terminal| terminal.push_keyboard(flags))
    }

    /// Takes back the last [`push_keyboard`](Input::push_keyboard) on the screen that is shown;
    /// returns whether there was one.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be written to.
    pub fn pop_keyboard(&mut self) -> Result<bool> {
        self.change(Terminal::pop_keyboard)
    }

    /// Sets how long a bare ESC waits from now on, and how long a sequence that has begun: see
    /// [`Settings`](crate::decode::Settings). A later change of the keyboard's flags decides anew.
    pub fn set_timeouts(&mut self, escape: Option<Duration>, sequence: Option<Duration>) {
        self.timeouts = (escape, sequence);
        self.apply_timeouts(self.timeouts);
    }

    fn apply_timeouts(&mut self, (escape, sequence): Timeouts) {
        let settings = &mut self.reader.decoder().settings;
        settings.escape_timeout = escape;
        settings.sequence_timeout = sequence;
    }

    /// Returns the terminal, to change its settings and write to it.
    pub fn terminal(&mut self) -> &mut Terminal<B> {
        &mut self.terminal
    }

    fn change<R>(&mut self, change: impl FnOnce(&mut Terminal<B>) -> Result<R>) -> Result<R> {
        let changed = change(&mut self.terminal);
        self.heed_modes();
        changed
    }

    /// Tells the decoder what the terminal sends from now on, however that was asked for.
    #[inline(always)]
    pub(super) fn heed_modes(&mut self) {
        if self.terminal.in_force() != self.heeded {
            self.heed_change();
        }
    }

    #[cold]
    fn heed_change(&mut self) {
        let (modes, keyboard) = self.terminal.in_force();
        let (old_modes, old_keyboard) = std::mem::replace(&mut self.heeded, (modes, keyboard));
        let decoder = self.reader.decoder();
        if (modes ^ old_modes).contains(Modes::MOUSE_PIXELS) {
            decoder.settings.pixels = modes.contains(Modes::MOUSE_PIXELS);
        }
        let is_sequence = keyboard.intersects(ESCAPE_IS_A_SEQUENCE);
        if is_sequence != old_keyboard.intersects(ESCAPE_IS_A_SEQUENCE) {
            self.apply_timeouts(match is_sequence {
                true => KITTY,
                false => self.timeouts,
            });
        }
    }
}
