//! Copying into the clipboard of the terminal (OSC 52).

use std::fmt;
use std::str::FromStr;

use crate::Command;

/// One of the places that a terminal can copy to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClipboardType {
    /// The clipboard (`c`).
    Clipboard,
    /// What is selected (`p`).
    Primary,
    /// A place with another letter: xterm knows `q`, `s` and `0` to `7`.
    Other(char),
}

impl From<&ClipboardType> for char {
    fn from(place: &ClipboardType) -> char {
        match place {
            ClipboardType::Clipboard => 'c',
            ClipboardType::Primary => 'p',
            ClipboardType::Other(letter) => *letter,
        }
    }
}

impl From<char> for ClipboardType {
    fn from(letter: char) -> ClipboardType {
        match letter {
            'c' => ClipboardType::Clipboard,
            'p' => ClipboardType::Primary,
            other => ClipboardType::Other(other),
        }
    }
}

/// The places to copy to. Of an empty list the terminal chooses one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClipboardSelection(
    /// The places, in the order in which the terminal is told.
    pub Vec<ClipboardType>,
);

impl fmt::Display for ClipboardSelection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut places = self.0.iter();
        places.try_for_each(|place| fmt::Write::write_char(f, place.into()))
    }
}

/// Never fails: each character is a place.
impl FromStr for ClipboardSelection {
    type Err = ();

    fn from_str(letters: &str) -> Result<Self, ()> {
        let places = letters.chars().map(ClipboardType::from);
        Ok(ClipboardSelection(places.collect()))
    }
}

/// Copies something into the clipboard of the terminal, over ssh as well. Many terminals ask the
/// user first, or have to be told to allow it.
///
/// # Examples
///
/// ```no_run
/// use std::io::stdout;
/// use ttyring_crossterm::{clipboard::CopyToClipboard, execute};
///
/// execute!(stdout(), CopyToClipboard::to_clipboard_from("copied"))?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyToClipboard<T> {
    /// What is copied.
    pub content: T,
    /// Where to.
    pub destination: ClipboardSelection,
}

impl<T: AsRef<[u8]>> CopyToClipboard<T> {
    /// Copies `content` into the clipboard.
    pub fn to_clipboard_from(content: T) -> CopyToClipboard<T> {
        CopyToClipboard {
            content,
            destination: ClipboardSelection(vec![ClipboardType::Clipboard]),
        }
    }

    /// Makes `content` what is selected.
    pub fn to_primary_from(content: T) -> CopyToClipboard<T> {
        CopyToClipboard {
            content,
            destination: ClipboardSelection(vec![ClipboardType::Primary]),
        }
    }
}

impl<T: AsRef<[u8]>> Command for CopyToClipboard<T> {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        write!(f, "\x1b]52;{};", self.destination)?;
        write_base64(f, self.content.as_ref())?;
        f.write_str("\x1b\\")
    }
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Writes `bytes` in base64 with padding (RFC 4648, section 4).
fn write_base64(f: &mut impl fmt::Write, bytes: &[u8]) -> fmt::Result {
    for group in bytes.chunks(3) {
        let mut bits = [0; 4];
        bits[1..=group.len()].copy_from_slice(group);
        let bits = u32::from_be_bytes(bits);
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 63;
            let character = match place <= group.len() {
                true => char::from(DIGITS[digit as usize]),
                false => '=',
            };
            f.write_char(character)?;
        }
    }
    Ok(())
}
