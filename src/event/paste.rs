//! Pasted text, as it streams in.
//!
//! A paste comes in pieces, one for each read. Nothing is collected, so even a large paste needs no
//! memory here.

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
    /// The bytes of this piece, as the terminal sent them. Do not trust them.
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

    /// Returns the bytes as text if they are UTF-8.
    ///
    /// # Errors
    ///
    /// Fails if they are not, for example because a piece ends inside a character.
    pub fn text(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(&self.bytes)
    }

    /// Returns the bytes as text, with U+FFFD for what is not UTF-8.
    pub fn text_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }

    /// Returns whether the piece holds anything that nobody means to paste: control characters,
    /// bracket markers, controls of the direction of text, bytes that are no characters.
    ///
    /// See [`sanitize`](crate::sanitize) for what to do then.
    pub fn contains_controls(&self) -> bool {
        crate::sanitize::contains_controls(&self.bytes)
    }

    /// Adds the next piece, and returns whether the paste is complete. The first piece of a paste
    /// replaces what was there, so you can use one value for all pastes.
    ///
    /// # Examples
    ///
    /// Whole pastes: the pieces are joined before anything is read as text, so that no character
    /// is split.
    ///
    /// ```
    /// use ttyring::decode::Decoder;
    /// use ttyring::{Event, Paste};
    ///
    /// let mut paste = Paste::default();
    /// let mut inserted = String::new();
    /// let mut decoder = Decoder::new();
    /// // Two reads, and the first one ends inside the `ü`.
    /// for read in [&b"\x1b[200~Gr\xc3"[..], b"\xbc\xc3\x9fe\x1b[201~"] {
    ///     decoder.feed(read, |event| {
    ///         if let Event::Paste(piece) = event {
    ///             if paste.join(piece) {
    ///                 inserted += &paste.text_lossy();
    ///             }
    ///         }
    ///     });
    /// }
    /// assert_eq!(inserted, "Grüße");
    /// ```
    pub fn join(&mut self, piece: Paste<'_>) -> bool {
        if piece.first {
            *self = piece.into_owned();
        } else {
            self.bytes.to_mut().extend_from_slice(&piece.bytes);
            self.last = piece.last;
            self.truncated |= piece.truncated;
            self.unterminated |= piece.unterminated;
        }
        self.last
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
