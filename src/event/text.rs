//! The text of a key, kept inside the key so that a key stays `Copy`.

use std::fmt;
use std::ops::Deref;

/// Bytes of UTF-8 that fit: enough for a family emoji of seven code points.
const CAPACITY: usize = 27;

/// The text that a key produces: a few characters of UTF-8, at most 27 bytes.
///
/// It dereferences to `str`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct KeyText {
    len: u8,
    bytes: [u8; CAPACITY],
}

impl KeyText {
    /// No text at all.
    pub(crate) const EMPTY: KeyText = KeyText {
        len: 0,
        bytes: [0; CAPACITY],
    };

    /// Makes a text, or `None` if it is longer than 27 bytes.
    pub fn new(text: &str) -> Option<KeyText> {
        let mut made = KeyText::EMPTY;
        text.chars()
            .all(|character| made.push(character))
            .then_some(made)
    }

    /// Returns the text as a string slice.
    pub fn as_str(&self) -> &str {
        let bytes = &self.bytes[..usize::from(self.len)];
        std::str::from_utf8(bytes).expect("only whole characters are pushed")
    }

    /// Appends a character and returns whether it fitted.
    pub(crate) fn push(&mut self, character: char) -> bool {
        let len = usize::from(self.len);
        let Some(room) = self.bytes.get_mut(len..len + character.len_utf8()) else {
            return false;
        };
        character.encode_utf8(room);
        self.len += character.len_utf8() as u8;
        true
    }
}

impl Deref for KeyText {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}
