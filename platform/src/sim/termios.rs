//! The settings of a scripted terminal: a [`LineMode`] and nothing else.

use crate::{LineMode, Reading};

/// The settings of a scripted terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Termios(LineMode);

impl Termios {
    /// The settings that a login shell leaves to the programs it starts.
    pub const COOKED: Termios = Termios(LineMode {
        canonical: true,
        echo: true,
        signals: true,
        extended: true,
        flow_control: true,
        newline: true,
        output_processing: true,
        ignore_break: false,
        utf8: Some(true),
        reading: Reading::Counted { bytes: 1 },
    });
}

impl crate::Termios for Termios {
    fn with(&self, mode: &LineMode) -> Self {
        let kept = self.0;
        Termios(LineMode {
            utf8: mode.utf8.or(kept.utf8),
            reading: if mode.canonical {
                kept.reading
            } else {
                mode.reading
            },
            ..*mode
        })
    }

    fn line_mode(&self) -> LineMode {
        self.0
    }
}
