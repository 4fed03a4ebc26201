//! The text of a key, kept inside the key so that a key stays `Copy`.

use std::fmt;

/// Every character of printable ASCII, for slices of one.
const ASCII: &str = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// A few characters of UTF-8, at most 27 bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyText {
    len: u8,
    bytes: [u8; KeyText::CAPACITY],
}

impl KeyText {
    /// Bytes of UTF-8 that fit: enough for a family emoji of seven code points.
    pub(crate) const CAPACITY: usize = 27;

    /// No text at all.
    pub(crate) const EMPTY: KeyText = KeyText {
        len: 0,
        bytes: [0; KeyText::CAPACITY],
    };

    /// Makes a text of one character.
    #[inline]
    pub(crate) const fn of(character: char) -> KeyText {
        let mut text = KeyText::EMPTY;
        let (room, _) = text.bytes.split_at_mut(4);
        text.len = character.encode_utf8(room).len() as u8;
        text
    }

    pub(crate) const fn len(&self) -> usize {
        self.len as usize
    }

    /// Returns the text as a string slice.
    pub(crate) fn as_str(&self) -> &str {
        let bytes = &self.bytes[..self.len()];
        std::str::from_utf8(bytes).expect("only whole characters are pushed")
    }

    /// Appends a character and returns whether it fitted.
    pub(crate) fn push(&mut self, character: char) -> bool {
        let len = self.len();
        let Some(room) = self.bytes.get_mut(len..len + character.len_utf8()) else {
            return false;
        };
        character.encode_utf8(room);
        self.len += character.len_utf8() as u8;
        true
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Returns a character of printable ASCII as a string slice.
pub(super) fn ascii(character: char) -> Option<&'static str> {
    let start = (character as usize).checked_sub(0x20)?;
    ASCII.get(start..=start)
}
