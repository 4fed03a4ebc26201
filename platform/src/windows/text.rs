//! UTF-8 for a console that takes UTF-16, a piece at a time.
//!
//! The `W` calls do not depend on the code pages of the console, which another program may change.
//! A character may be cut in two by the caller: its start is kept for the next write.

use std::sync::atomic::{AtomicU32, Ordering};

/// The units of one call: a console before Windows 8 refuses 64 KiB, and these fit a stack.
pub(super) const UNITS: usize = 1024;

/// The start of a character that was cut off: its length in the upper byte, then up to three bytes.
///
/// One word, so that a write in a handler takes no lock.
#[derive(Debug, Default)]
pub(super) struct Cut(AtomicU32);

impl Cut {
    /// Takes the bytes that are kept.
    pub(super) fn take(&self) -> ([u8; 3], usize) {
        // Relaxed: the value is all there is.
        let [len, a, b, c] = self.0.swap(0, Ordering::Relaxed).to_be_bytes();
        ([a, b, c], usize::from(len).min(3))
    }

    /// Keeps up to three bytes.
    pub(super) fn put(&self, bytes: &[u8]) {
        let at = |index: usize| bytes.get(index).copied().unwrap_or(0);
        let word = u32::from_be_bytes([bytes.len().min(3) as u8, at(0), at(1), at(2)]);
        // Relaxed: as in `take`.
        self.0.store(word, Ordering::Relaxed);
    }
}

/// Text as UTF-16, as far as it fits.
#[derive(Debug)]
pub(super) struct Piece {
    units: [u16; UNITS],
    len: usize,
}

/// One step through UTF-8: a character, and how many bytes it takes.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Character(char, usize),
    /// The bytes are the start of a character.
    Cut,
}

impl Piece {
    /// Converts the start of `bytes`. What is no UTF-8 becomes U+FFFD; a character that is cut off
    /// at the end is left out.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut piece = Piece {
            units: [0; UNITS],
            len: 0,
        };
        let mut rest = bytes;
        while let Some(Step::Character(character, size)) = step(rest) {
            if piece.len + character.len_utf16() > UNITS {
                break;
            }
            piece.len += character.encode_utf16(&mut piece.units[piece.len..]).len();
            rest = &rest[size..];
        }
        piece
    }

    pub(super) fn units(&self) -> &[u16] {
        &self.units[..self.len]
    }
}

/// Returns how many of `bytes` became the first `units` units.
pub(super) fn bytes_of(bytes: &[u8], units: usize) -> usize {
    let (mut at, mut count) = (0, 0);
    while let Some(Step::Character(character, size)) = step(&bytes[at..]) {
        count += character.len_utf16();
        if count > units {
            break;
        }
        at += size;
    }
    at
}

/// Returns whether `bytes` are the start of a character, and of no more than one.
pub(super) fn is_cut(bytes: &[u8]) -> bool {
    step(bytes) == Some(Step::Cut)
}

fn step(bytes: &[u8]) -> Option<Step> {
    if bytes.is_empty() {
        return None;
    }
    let start = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) if error.valid_up_to() > 0 => {
            std::str::from_utf8(&start[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(error) => {
            return Some(match error.error_len() {
                Some(bad) => Step::Character(char::REPLACEMENT_CHARACTER, bad),
                None => Step::Cut,
            });
        }
    };
    let character = valid.chars().next()?;
    Some(Step::Character(character, character.len_utf8()))
}
