//! The questions that have an answer of a type of their own.
//!
//! The forms are those of xterm's control sequences ("ctlseqs"), the kitty keyboard protocol and
//! the color-scheme and in-band notes.

use crate::event::{ColorSlot, Reply};
use crate::terminal::Keyboard;

use super::Question;

/// Where the cursor is (CPR, `CSI 6 n`).
#[derive(Clone, Copy, Debug)]
pub struct CursorPosition;

/// A place on the screen in character cells, each counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    /// The row, 1 at the top.
    pub row: u32,
    /// The column, 1 at the left.
    pub column: u32,
}

impl Question for CursorPosition {
    type Answer = Position;

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(b"\x1b[6n");
    }

    fn read(&self, reply: &Reply<'_>) -> Option<Position> {
        match *reply {
            Reply::CursorPosition {
                row,
                column,
                private: false,
                ..
            } => Some(Position { row, column }),
            _ => None,
        }
    }

    fn is_like_a_key(&self) -> bool {
        true
    }
}

/// A color that the terminal uses (OSC 4, 10, 11, 12). The answer is red, green and blue, 16 bits
/// each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Color {
    /// The default color of text.
    Foreground,
    /// The default color behind text.
    Background,
    /// The color of the cursor.
    Cursor,
    /// A color of the palette, 0 to 255.
    Palette(u8),
}

impl Question for Color {
    type Answer = [u16; 3];

    fn write(&self, bytes: &mut Vec<u8>) {
        let name = match self {
            Color::Foreground => "10".to_owned(),
            Color::Background => "11".to_owned(),
            Color::Cursor => "12".to_owned(),
            Color::Palette(index) => format!("4;{index}"),
        };
        // The terminal answers with the terminator of the question: ST is the standard's.
        bytes.extend_from_slice(format!("\x1b]{name};?\x1b\\").as_bytes());
    }

    fn read(&self, reply: &Reply<'_>) -> Option<[u16; 3]> {
        let wanted = match *self {
            Color::Foreground => ColorSlot::Foreground,
            Color::Background => ColorSlot::Background,
            Color::Cursor => ColorSlot::Cursor,
            Color::Palette(index) => ColorSlot::Palette(index.into()),
        };
        match *reply {
            Reply::Color { slot, rgb } if slot == wanted => Some(rgb),
            _ => None,
        }
    }
}

/// Whether the color scheme is a dark one (`CSI ? 996 n`); the answer is `true` if it is.
#[derive(Clone, Copy, Debug)]
pub struct ColorScheme;

impl Question for ColorScheme {
    type Answer = bool;

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(b"\x1b[?996n");
    }

    fn read(&self, reply: &Reply<'_>) -> Option<bool> {
        match *reply {
            Reply::ColorScheme { dark } => Some(dark),
            _ => None,
        }
    }
}

/// What the terminal is compatible with, and its extensions (DA1, `CSI c`): the numbers as sent.
#[derive(Clone, Copy, Debug)]
pub struct PrimaryAttributes;

impl Question for PrimaryAttributes {
    type Answer = Vec<u32>;

    // The fence behind every question is this one.
    fn write(&self, _: &mut Vec<u8>) {}

    fn read(&self, reply: &Reply<'_>) -> Option<Vec<u32>> {
        match reply {
            Reply::PrimaryAttributes(params) => Some(params.to_vec()),
            _ => None,
        }
    }
}

/// Terminal type, version and a third number (DA2, `CSI > c`): the numbers as sent.
#[derive(Clone, Copy, Debug)]
pub struct SecondaryAttributes;

impl Question for SecondaryAttributes {
    type Answer = Vec<u32>;

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(b"\x1b[>c");
    }

    fn read(&self, reply: &Reply<'_>) -> Option<Vec<u32>> {
        match reply {
            Reply::SecondaryAttributes(params) => Some(params.to_vec()),
            _ => None,
        }
    }
}

/// Name and version of the terminal (XTVERSION, `CSI > q`).
#[derive(Clone, Copy, Debug)]
pub struct Version;

impl Question for Version {
    type Answer = String;

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(b"\x1b[>q");
    }

    fn read(&self, reply: &Reply<'_>) -> Option<String> {
        match reply {
            Reply::Version(name) => Some(String::from_utf8_lossy(name).into_owned()),
            _ => None,
        }
    }
}

/// The state of a DEC private mode (DECRQM, `CSI ? mode $ p`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PrivateMode(pub u16);

/// The state of a mode (DECRPM).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ModeState {
    /// The terminal does not know this mode.
    Unknown,
    /// It is on, and can be switched off.
    Set,
    /// It is off, and can be switched on.
    Reset,
    /// It is always on.
    PermanentlySet,
    /// It is always off.
    PermanentlyReset,
}

impl ModeState {
    /// Returns whether the mode is on, or can be switched on.
    pub fn is_available(self) -> bool {
        matches!(
            self,
            ModeState::Set | ModeState::Reset | ModeState::PermanentlySet
        )
    }
}

impl Question for PrivateMode {
    type Answer = ModeState;

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(format!("\x1b[?{}$p", self.0).as_bytes());
    }

    fn read(&self, reply: &Reply<'_>) -> Option<ModeState> {
        match *reply {
            Reply::Mode {
                private: true,
                mode,
                value,
            } if mode == u32::from(self.0) => Some(match value {
                1 => ModeState::Set,
                2 => ModeState::Reset,
                3 => ModeState::PermanentlySet,
                4 => ModeState::PermanentlyReset,
                _ => ModeState::Unknown,
            }),
            _ => None,
        }
    }
}

/// The flags of the kitty keyboard protocol that are in force (`CSI ? u`).
#[derive(Clone, Copy, Debug)]
pub struct KeyboardFlags;

impl Question for KeyboardFlags {
    type Answer = Keyboard;

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(b"\x1b[?u");
    }

    fn read(&self, reply: &Reply<'_>) -> Option<Keyboard> {
        match *reply {
            Reply::KeyboardFlags(flags) => Some(Keyboard::from_bits_truncate(flags as u8)),
            _ => None,
        }
    }
}

/// The size of the text area in character cells (`CSI 18 t`): columns and rows.
#[derive(Clone, Copy, Debug)]
pub struct TextAreaSize;

impl Question for TextAreaSize {
    type Answer = (u32, u32);

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(b"\x1b[18t");
    }

    fn read(&self, reply: &Reply<'_>) -> Option<(u32, u32)> {
        match reply {
            Reply::Window(params) => match **params {
                [8, rows, columns] => Some((columns, rows)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// A capability by its terminfo or termcap name, for example `Co` or `RGB` (XTGETTCAP,
/// `DCS + q … ST`). The answer is its value, empty for a flag, or `None` where the terminal says
/// that it has no such capability.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TermcapEntry(pub String);

impl Question for TermcapEntry {
    type Answer = Option<Vec<u8>>;

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(b"\x1bP+q");
        for byte in self.0.bytes() {
            bytes.extend_from_slice(format!("{byte:02x}").as_bytes());
        }
        bytes.extend_from_slice(b"\x1b\\");
    }

    fn read(&self, reply: &Reply<'_>) -> Option<Option<Vec<u8>>> {
        let Reply::Termcap(termcap) = reply else {
            return None;
        };
        let entry = termcap
            .entries()
            .find(|(name, _)| *name == self.0.as_bytes());
        match entry {
            Some((_, value)) => Some(termcap.ok.then_some(value)),
            // A refusal does not always say of what.
            None if !termcap.ok && termcap.pairs.is_empty() => Some(None),
            None => None,
        }
    }
}

/// What a selection holds (OSC 52). Many terminals refuse, or ask their user first: allow for it
/// in the time-out.
#[derive(Clone, Copy, Debug)]
pub struct Clipboard(pub Selection);

/// One of the selections of a desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Selection {
    /// What was copied.
    Clipboard,
    /// What is selected with the mouse.
    Primary,
}

impl Question for Clipboard {
    /// Untrusted bytes: whatever a program has put there.
    type Answer = Vec<u8>;

    fn write(&self, bytes: &mut Vec<u8>) {
        let name = match self.0 {
            Selection::Clipboard => 'c',
            Selection::Primary => 'p',
        };
        bytes.extend_from_slice(format!("\x1b]52;{name};?\x1b\\").as_bytes());
    }

    fn read(&self, reply: &Reply<'_>) -> Option<Vec<u8>> {
        match reply {
            Reply::Clipboard(clipboard) => clipboard.decoded(),
            _ => None,
        }
    }
}
