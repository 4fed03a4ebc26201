//! The commands that have the terminal report more than keys.
//!
//! Whatever they switch on is switched off again when the program ends, however it ends.

use std::fmt;

use bitflags::bitflags;

use crate::Command;
use crate::restore::{self, Mode};

bitflags! {
    /// How much the terminal reports of keys: the progressive enhancements of the kitty keyboard
    /// protocol.
    #[cfg_attr(
        feature = "serde",
        derive(serde::Serialize, serde::Deserialize),
        serde(transparent)
    )]
    #[derive(Debug, PartialOrd, PartialEq, Eq, Clone, Copy, Hash)]
    pub struct KeyboardEnhancementFlags: u8 {
        /// Keys whose bytes would be those of other input, Esc among them, come as escape codes.
        const DISAMBIGUATE_ESCAPE_CODES = 1;
        /// Repeats and releases are reported.
        const REPORT_EVENT_TYPES = 1 << 1;
        /// The shifted key, and that of the base layout, are reported.
        const REPORT_ALTERNATE_KEYS = 1 << 2;
        /// Every key comes as an escape code, also those that type characters.
        const REPORT_ALL_KEYS_AS_ESCAPE_CODES = 1 << 3;
    }
}

/// A command that switches a mode.
macro_rules! switches {
    ($($(#[$attribute:meta])* $name:ident => $mode:ident $on:literal $bytes:literal;)*) => {$(
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name;

        $(#[$attribute])*
        impl Command for $name {
            fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
                restore::note(Mode::$mode, $on);
                f.write_str($bytes)
            }
        }
    )*};
}

switches! {
    /// Has the terminal report the mouse, also where it moves without a button.
    EnableMouseCapture => Mouse true "\x1b[?1000h\x1b[?1002h\x1b[?1003h\x1b[?1015h\x1b[?1006h";
    /// Ends [`EnableMouseCapture`].
    DisableMouseCapture => Mouse false "\x1b[?1006l\x1b[?1015l\x1b[?1003l\x1b[?1002l\x1b[?1000l";
    /// Has the terminal report that it gets or loses the focus.
    EnableFocusChange => Focus true "\x1b[?1004h";
    /// Ends [`EnableFocusChange`].
    DisableFocusChange => Focus false "\x1b[?1004l";
}

#[cfg(feature = "bracketed-paste")]
switches! {
    /// Has the terminal tell pasted text from typed text, as
    /// [`Event::Paste`](super::Event::Paste).
    EnableBracketedPaste => Paste true "\x1b[?2004h";
    /// Ends [`EnableBracketedPaste`].
    DisableBracketedPaste => Paste false "\x1b[?2004l";
}

/// Has the terminal report more of keys, on top of what it reports now. A terminal without the
/// protocol ignores it; [`supports_keyboard_enhancement`] asks.
///
/// [`supports_keyboard_enhancement`]: crate::terminal::supports_keyboard_enhancement
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PushKeyboardEnhancementFlags(
    /// What is reported.
    pub KeyboardEnhancementFlags,
);

impl Command for PushKeyboardEnhancementFlags {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        restore::note_push(self.0.bits());
        write!(f, "\x1b[>{}u", self.0.bits())
    }
}

/// Ends the last [`PushKeyboardEnhancementFlags`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PopKeyboardEnhancementFlags;

impl Command for PopKeyboardEnhancementFlags {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        restore::note_pop();
        f.write_str("\x1b[<1u")
    }
}
