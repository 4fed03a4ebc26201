//! What follows an ESC: Alt keys, the introducers of sequences, and SS3 keys.

use super::machine::{State, Step};
use super::settings::Terminal;
use super::token::{Token, What};
use super::{Decoder, keys};
use crate::event::{KeyCode, KeyKind, Modifiers};

impl Decoder {
    /// After an ESC that came in an earlier chunk.
    #[inline(never)]
    pub(super) fn escape_on(&mut self, bytes: &[u8], pos: usize) -> Step {
        self.escape::<false>(bytes, pos)
    }

    /// After an ESC; `WHOLE` says that it is in this chunk.
    #[inline(always)]
    pub(super) fn escape<const WHOLE: bool>(&mut self, bytes: &[u8], pos: usize) -> Step {
        self.alt = false;
        match bytes.get(pos) {
            None => self.hold(bytes, State::Escape),
            Some(b'[') if WHOLE => self.csi_entry::<true>(bytes, pos + 1),
            Some(b'[') => self.csi_entry_on(bytes, pos + 1),
            Some(&byte) => self.escaped(bytes, pos, byte),
        }
    }

    fn escaped(&mut self, bytes: &[u8], pos: usize, byte: u8) -> Step {
        match byte {
            0x1b => self.double_escape(bytes, pos + 1),
            b'O' => self.ss3_entry(bytes, pos + 1),
            b'P' | b']' | b'_' | b'^' | b'X' => self.string_entry(bytes, pos + 1, byte),
            0x20..=0x7e => self.end(bytes, pos + 1, What::alt(byte)),
            b'\t' if self.settings.terminal == Some(Terminal::Linux) => {
                let what = What::Key(KeyCode::Tab, Modifiers::SHIFT, KeyKind::Press);
                self.end(bytes, pos + 1, what)
            }
            0x00..=0x1f | 0x7f => {
                let (code, modifiers) = self.control(byte);
                let what = What::Key(code, modifiers | Modifiers::ALT, KeyKind::Press);
                self.end(bytes, pos + 1, what)
            }
            0x80.. => {
                self.alt = true;
                self.char(bytes, pos)
            }
        }
    }

    /// After two ESC: Alt with a key that is a sequence, or two things.
    pub(super) fn double_escape(&mut self, bytes: &[u8], pos: usize) -> Step {
        self.alt = true;
        match bytes.get(pos) {
            None => self.hold(bytes, State::DoubleEscape),
            Some(b'[') => self.csi_entry_on(bytes, pos + 1),
            Some(b'O') => self.ss3_entry(bytes, pos + 1),
            Some(_) => self.split_double_escape(pos),
        }
    }

    /// Gives the first of two ESC as a key; the second starts something else.
    fn split_double_escape(&mut self, pos: usize) -> Step {
        self.alt = false;
        match pos.checked_sub(1) {
            Some(second) => self.split_escape(second),
            None => {
                self.buffer.pop();
                self.state = State::Escape;
                (0, Some(Token::escape()))
            }
        }
    }

    /// An 8-bit control at `pos`, which stands for an ESC and a byte 0x40 less.
    pub(super) fn c1(&mut self, bytes: &[u8], pos: usize) -> Step {
        match bytes[pos] - 0x40 {
            b'[' => self.csi_entry_on(bytes, pos + 1),
            b'O' => self.ss3_entry(bytes, pos + 1),
            byte @ (b'P' | b']' | b'_' | b'^' | b'X') => self.string_entry(bytes, pos + 1, byte),
            _ => self.unknown(bytes, pos + 1),
        }
    }

    fn ss3_entry(&mut self, bytes: &[u8], pos: usize) -> Step {
        self.introducer = b'O';
        self.empty = true;
        self.csi.reset();
        self.ss3(bytes, pos)
    }

    /// After `ESC O`: a key, with modifiers before its letter in some terminals.
    pub(super) fn ss3(&mut self, bytes: &[u8], mut pos: usize) -> Step {
        if let Some(b' ') = bytes.get(pos).filter(|_| self.empty) {
            return self.ss3_key(bytes, pos + 1, b' ');
        }
        let start = pos;
        pos = self.csi.read(bytes, pos);
        self.empty &= pos == start;
        match bytes.get(pos) {
            None => self.hold(bytes, State::Ss3),
            Some(&last @ 0x40..=0x7e) => self.ss3_key(bytes, pos + 1, last),
            Some(_) => self.abort(bytes, pos),
        }
    }

    fn ss3_key(&mut self, bytes: &[u8], end: usize, last: u8) -> Step {
        self.csi.close();
        let key = match last {
            // VTE's keypad: `ESC O 3 ~` is its Delete.
            b'~' => self
                .csi
                .tilde_key()
                .map(|(code, held)| ((code, Modifiers::empty()), held)),
            b'M' if self.settings.terminal == Some(Terminal::Konsole)
                && self.csi.params() == [0] =>
            {
                let shift_enter = (KeyCode::Enter, Modifiers::SHIFT);
                Some((shift_enter, Default::default()))
            }
            _ => keys::ss3(last).zip(self.csi.letter_modifiers()),
        };
        match key {
            Some(((code, implied), (modifiers, kind))) => {
                self.end_key(bytes, end, code, modifiers | implied, kind)
            }
            None => self.unknown(bytes, end),
        }
    }

    /// Ends a key that came as a sequence, with the ESC before it as Alt.
    #[inline(never)]
    pub(super) fn end_key(
        &mut self,
        bytes: &[u8],
        end: usize,
        code: KeyCode,
        modifiers: Modifiers,
        kind: KeyKind,
    ) -> Step {
        self.end_key_inline(bytes, end, code, modifiers, kind)
    }

    /// As [`end_key`](Decoder::end_key), for the keys that are frequent.
    #[inline(always)]
    pub(super) fn end_key_inline(
        &mut self,
        bytes: &[u8],
        end: usize,
        code: KeyCode,
        mut modifiers: Modifiers,
        kind: KeyKind,
    ) -> Step {
        if self.alt {
            modifiers |= Modifiers::ALT;
        }
        self.end_inline(bytes, end, What::Key(code, modifiers, kind))
    }

    /// Ends a sequence before a byte that cannot be part of it. If nothing came after the
    /// introducer, its two bytes were an Alt key.
    pub(super) fn abort(&mut self, bytes: &[u8], end: usize) -> Step {
        match self.empty {
            true => self.end_other(bytes, end, What::alt(self.introducer)),
            false => self.unknown(bytes, end),
        }
    }
}
