//! The modes of a console as the settings of a terminal.

use super::abi::{input, output};
use crate::{LineMode, Reading, Termios};

/// The input modes that raw mode decides about.
pub(super) const DECIDED: u32 = input::PROCESSED
    | input::LINE
    | input::ECHO
    | input::WINDOW
    | input::MOUSE
    | input::QUICK_EDIT
    | input::EXTENDED_FLAGS
    | input::VIRTUAL_TERMINAL;

/// The settings of a console: its input modes and the output modes of its active screen buffer.
///
/// # Platform notes
///
/// A console has no setting for `extended`, `flow_control`, `newline`, `ignore_break` and `utf8` of
/// a [`LineMode`]. They are remembered and change nothing. [`Reading`] is carried out by the driver
/// and belongs to one opening of the console.
///
/// Two are equal if the console is the same in both: what is remembered is no part of it.
#[derive(Clone, Copy, Debug)]
pub struct ConsoleModes {
    pub(super) input: u32,
    pub(super) output: u32,
    pub(super) remembered: LineMode,
}

/// What a console is that nobody has opened before.
pub(super) const UNTOUCHED: LineMode = LineMode {
    canonical: true,
    echo: true,
    utf8: Some(true),
    ..LineMode::CBREAK
};

impl PartialEq for ConsoleModes {
    fn eq(&self, other: &Self) -> bool {
        (self.input, self.output) == (other.input, other.output)
    }
}

impl Eq for ConsoleModes {}

impl ConsoleModes {
    /// Returns the input modes (`GetConsoleMode` of `CONIN$`).
    pub fn input(&self) -> u32 {
        self.input
    }

    /// Returns the output modes (`GetConsoleMode` of `CONOUT$`).
    pub fn output(&self) -> u32 {
        self.output
    }

    pub(super) fn is_canonical(&self) -> bool {
        self.input & input::LINE != 0
    }

    pub(super) fn reading(&self) -> Reading {
        self.remembered.reading
    }
}

impl Termios for ConsoleModes {
    /// Raw mode is one computed set: no line editing, no echo, no selection with the mouse, resize
    /// records, VT sequences in both directions. The mouse is switched on apart, by
    /// [`set_reports`](crate::Tty::set_reports).
    fn with(&self, mode: &LineMode) -> Self {
        let mut new = *self;
        put(&mut new.input, input::PROCESSED, mode.signals);
        put(&mut new.input, input::LINE, mode.canonical);
        // The console refuses an echo without lines.
        put(&mut new.input, input::ECHO, mode.canonical && mode.echo);
        put(&mut new.input, input::VIRTUAL_TERMINAL, !mode.canonical);
        put(&mut new.output, output::PROCESSED, true);
        put(
            &mut new.output,
            output::DISABLE_NEWLINE_AUTO_RETURN,
            !mode.output_processing,
        );
        if !mode.canonical {
            // Without EXTENDED_FLAGS the console would keep the selection as it is.
            put(&mut new.input, input::WINDOW | input::EXTENDED_FLAGS, true);
            put(&mut new.input, input::MOUSE | input::QUICK_EDIT, false);
            put(&mut new.output, output::VIRTUAL_TERMINAL, true);
        }
        new.remembered = LineMode {
            utf8: mode.utf8.or(self.remembered.utf8),
            reading: if mode.canonical {
                self.remembered.reading
            } else {
                mode.reading
            },
            ..*mode
        };
        new
    }

    fn line_mode(&self) -> LineMode {
        LineMode {
            canonical: self.is_canonical(),
            echo: self.input & input::ECHO != 0,
            signals: self.input & input::PROCESSED != 0,
            output_processing: self.output & output::DISABLE_NEWLINE_AUTO_RETURN == 0,
            ..self.remembered
        }
    }
}

fn put(flags: &mut u32, bits: u32, on: bool) {
    *flags = if on { *flags | bits } else { *flags & !bits };
}
