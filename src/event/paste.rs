//! Pasted text, as it streams in.
//!
//! A paste comes in pieces, each as large as what one read returned: nothing is gathered, so a
//! paste of any size needs no memory here.

use std::borrow::Cow;
use std::str::Utf8Error;

/// A piece of a bracketed paste.
///
/// A paste is one or more pieces; `first` and `last` tell where it starts and ends. The cuts
/// between pieces are where reads ended, and can fall inside a character.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Paste<'a> {
    /// The bytes of this piece, as the terminal sent them: trusted no more than typing.
    pub bytes: Cow<'a, [u8]>,
    /// This piece starts a paste.
    pub first: bool,
    /// This piece ends the paste.
    pub last: bool,
    /// The paste was longer than the decoder's limit, and bytes were dropped.
    pub truncated: bool,
    /// The input ended before the paste did.
    pub unterminated: bool,
}

impl<'a> Paste<'a> {
    /// Makes a piece that is a whole paste.
    pub fn whole(bytes: impl Into<Cow<'a, [u8]>>) -> Paste<'a> {
        Paste {
            bytes: bytes.into(),
            first: true,
            last: true,
            truncated: false,
            unterminated: false,
        }
    }

    /// Returns this piece as text.
    ///
    /// # Errors
    ///
    /// Fails if the piece is not UTF-8 by itself, be it for a cut inside a character.
    pub fn text(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(&self.bytes)
    }

    /// Returns whether the piece holds anything that nobody means to paste: control characters,
    /// bracket markers, controls of the direction of text, bytes that are no characters.
    ///
    /// See [`sanitize`](crate::sanitize) for what to do then.
    pub fn contains_controls(&self) -> bool {
        crate::sanitize::contains_controls(&self.bytes)
    }

    /// Returns the piece with its bytes copied out of the reader's buffer.
    pub fn into_owned(self) -> Paste<'static> {
        Paste {
            bytes: Cow::Owned(self.bytes.into_owned()),
            first: self.first,
            last: self.last,
            truncated: self.truncated,
            unterminated: self.unterminated,
        }
    }
}
