//! Bracketed paste: everything up to the end marker is text, whatever it looks like.
//!
//! Nothing is gathered: each chunk is passed on as it comes. Only what could be the start of the
//! marker at the end of a chunk is held back, and since that is known bytes, only their number.

use super::Decoder;
use super::machine::{State, Step};
use super::token::{PasteFlags, Token, What};

/// What ends a paste. Its first byte occurs in it once, so a mismatch never overlaps a match.
pub(super) const MARKER: [u8; 6] = *b"\x1b[201~";

/// A paste under way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PasteState {
    /// How much of the marker the last chunk ended with.
    matched: usize,
    /// How many bytes may still be passed on.
    allowance: u64,
    started: bool,
    truncated: bool,
}

impl Decoder {
    /// After `CSI 200 ~`, which ends before `pos`.
    pub(super) fn paste_entry(&mut self, bytes: &[u8], pos: usize) -> Step {
        self.forget_bytes();
        self.paste = PasteState {
            allowance: self.settings.paste_limit,
            ..PasteState::default()
        };
        self.state = State::Paste;
        if self.alt {
            self.alt = false;
            return (pos, Some(Token::escape()));
        }
        self.paste(bytes, pos)
    }

    pub(super) fn paste(&mut self, bytes: &[u8], pos: usize) -> Step {
        if self.paste.matched > 0 {
            return self.paste_marker(bytes);
        }
        let mut from = pos;
        let mut end = bytes.len();
        let mut last = false;
        while let Some(found) = memchr::memchr(MARKER[0], &bytes[from..]) {
            let escape = from + found;
            let common = common_prefix(&bytes[escape..]);
            last = common == MARKER.len();
            if last || escape + common == bytes.len() {
                end = escape;
                break;
            }
            from = escape + 1;
        }
        let consumed = match last {
            true => end + MARKER.len(),
            false => {
                self.paste.matched = bytes.len() - end;
                bytes.len()
            }
        };
        let passed = self.allow(end - pos);
        if passed == 0 && !last {
            return (consumed, None);
        }
        let flags = self.piece(last);
        let start = pos as u32;
        let what = What::Paste { start, flags };
        let span = (pos + passed) as u32;
        (consumed, Some(Token { what, span }))
    }

    /// Goes on with a marker that the last chunk ended inside of.
    fn paste_marker(&mut self, bytes: &[u8]) -> Step {
        let wanted = &MARKER[self.paste.matched..];
        let more = wanted.iter().zip(bytes).take_while(|(a, b)| a == b).count();
        let matched = self.paste.matched + more;
        if matched < MARKER.len() && more == bytes.len() {
            self.paste.matched = matched;
            return (more, None);
        }
        self.paste.matched = 0;
        if matched == MARKER.len() {
            return self.paste_held(more, 0, true);
        }
        match self.allow(matched) {
            0 => {
                let (used, token) = self.paste(&bytes[more..], 0);
                let token = token.map(|token| token.moved(more as u32));
                (more + used, token)
            }
            passed => self.paste_held(more, passed, false),
        }
    }

    fn paste_held(&mut self, consumed: usize, len: usize, last: bool) -> Step {
        let flags = self.piece(last);
        let what = What::PasteHeld {
            len: len as u8,
            flags,
        };
        (consumed, Some(Token { what, span: 0 }))
    }

    /// Ends a paste because the input has ended.
    pub(super) fn paste_unterminated(&mut self) -> Token {
        let held = self.allow(self.paste.matched);
        let (_, token) = self.paste_held(0, held, true);
        let mut token = token.expect("a last piece is always one");
        if let What::PasteHeld { flags, .. } = &mut token.what {
            *flags |= PasteFlags::UNTERMINATED;
        }
        token
    }

    /// Returns how many of these bytes may be passed on, and counts them.
    fn allow(&mut self, len: usize) -> usize {
        let passed = self.paste.allowance.min(len as u64);
        self.paste.allowance -= passed;
        self.paste.truncated |= passed < len as u64;
        passed as usize
    }

    /// Returns what is to be said of the piece that is about to be passed on.
    fn piece(&mut self, last: bool) -> PasteFlags {
        let mut flags = PasteFlags::empty();
        flags.set(PasteFlags::FIRST, !self.paste.started);
        flags.set(PasteFlags::LAST, last);
        flags.set(PasteFlags::TRUNCATED, self.paste.truncated);
        self.paste.started = true;
        if last {
            self.state = State::Ground;
        }
        flags
    }
}

/// How many bytes of the marker `bytes` starts with.
fn common_prefix(bytes: &[u8]) -> usize {
    MARKER.iter().zip(bytes).take_while(|(a, b)| a == b).count()
}
