//! Control sequences: what each byte behind the parameters leads to.
//!
//! The parameters are in [`params`](super::params). What keys they name is in
//! [`csi_key`](super::csi_key), what reports in [`report`](super::report).

use super::machine::{State, Step};
use super::token::What;
use super::{Decoder, console_keys, keys};
use crate::event::KeyCode;

impl Decoder {
    /// As [`csi_entry`](Decoder::csi_entry), in every case but the frequent one.
    #[inline(never)]
    pub(super) fn csi_entry_on(&mut self, bytes: &[u8], pos: usize) -> Step {
        self.csi_entry::<false>(bytes, pos)
    }

    /// Right after `ESC [`. `WHOLE` says that the sequence began in this chunk with a single ESC.
    #[inline(always)]
    pub(super) fn csi_entry<const WHOLE: bool>(&mut self, bytes: &[u8], pos: usize) -> Step {
        let Some(&byte) = bytes.get(pos) else {
            return self.hold(bytes, State::CsiEntry);
        };
        if let Some(code) = self.settings.terminal.and_then(|it| it.letter(byte)) {
            return self.end_key_inline(
                bytes,
                pos + 1,
                code,
                Default::default(),
                Default::default(),
            );
        }
        if let (b'A'..=b'H' | b'P'..=b'S' | b'Z', Some((code, implied))) =
            (byte, keys::letter(byte))
        {
            return self.end_key_inline(bytes, pos + 1, code, implied, Default::default());
        }
        self.csi.reset();
        match byte {
            b'0'..=b'9' | b';' | b':' => self.csi::<WHOLE>(bytes, pos),
            b'<'..=b'?' => {
                self.csi.marker = byte;
                self.csi::<WHOLE>(bytes, pos + 1)
            }
            _ => self.csi_bare(bytes, pos, byte),
        }
    }

    /// A byte after `ESC [` that is no parameter and no key of its own.
    fn csi_bare(&mut self, bytes: &[u8], pos: usize, byte: u8) -> Step {
        match byte {
            b'[' => self.console(bytes, pos + 1),
            b'M' => {
                self.partial_len = 0;
                self.x10(bytes, pos + 1)
            }
            b'I' => self.end_other(bytes, pos + 1, What::Focus(true)),
            b'O' => self.end_other(bytes, pos + 1, What::Focus(false)),
            b'a'..=b'd' => {
                let (code, modifiers) = keys::rxvt_arrow(byte);
                self.end_key(bytes, pos + 1, code, modifiers, Default::default())
            }
            0x20..=0x2f => self.csi_on(bytes, pos),
            0x40..=0x7e => match console_keys::letter(byte) {
                Some(code) => {
                    self.end_key(bytes, pos + 1, code, Default::default(), Default::default())
                }
                None => self.unknown(bytes, pos + 1),
            },
            _ => self.csi_abort(bytes, pos, true),
        }
    }

    pub(super) fn csi_abort(&mut self, bytes: &[u8], pos: usize, empty: bool) -> Step {
        self.introducer = b'[';
        self.empty = empty;
        self.abort(bytes, pos)
    }

    /// Inside a control sequence; inlined only where a sequence is `WHOLE`.
    #[inline(always)]
    fn csi<const WHOLE: bool>(&mut self, bytes: &[u8], pos: usize) -> Step {
        if !WHOLE {
            return self.csi_on(bytes, pos);
        }
        let pos = match self.csi.is_open() {
            true => self.csi.read(bytes, pos),
            false => pos,
        };
        match bytes.get(pos) {
            None => self.hold(bytes, State::Csi),
            Some(&last @ 0x40..=0x7e) => self.csi_end(bytes, pos + 1, last),
            Some(_) => self.csi_on(bytes, pos),
        }
    }

    /// Inside a control sequence, in every other case.
    #[inline(never)]
    pub(super) fn csi_on(&mut self, bytes: &[u8], mut pos: usize) -> Step {
        let last = loop {
            if self.csi.is_open() {
                pos = self.csi.read(bytes, pos);
            }
            let Some(&byte) = bytes.get(pos) else {
                return self.hold(bytes, State::Csi);
            };
            match byte {
                0x40..=0x7e => break byte,
                b'$' if self.is_rxvt_key() => break byte,
                b'-' if self.is_sign(bytes, pos) => self.csi.negative |= 1 << self.csi.count,
                0x20..=0x2f => {
                    self.csi.malformed |= self.csi.intermediate != 0;
                    self.csi.intermediate = byte;
                }
                b'0'..=b'?' => self.csi.malformed = true,
                _ => return self.csi_abort(bytes, pos, false),
            }
            pos += 1;
        };
        self.csi_end(bytes, pos + 1, last)
    }

    /// Returns whether a `-` here is the sign of a place of the mouse.
    fn is_sign(&self, bytes: &[u8], pos: usize) -> bool {
        let before = match pos.checked_sub(1) {
            Some(before) => bytes.get(before),
            None => self.buffer.last(),
        };
        self.csi.marker == b'<' && self.csi.is_open() && before == Some(&b';')
    }

    /// Returns whether a `$` here is rxvt's Shift and not the start of `$ y`: a mode report has a
    /// marker or two parameters.
    fn is_rxvt_key(&self) -> bool {
        self.csi.marker == 0
            && self.csi.is_open()
            && self.csi.count == 0
            && keys::tilde(self.csi.value).is_some()
    }

    /// At the last byte. This is a third of the decoder, so there is one copy of it.
    #[inline(never)]
    fn csi_end(&mut self, bytes: &[u8], end: usize, last: u8) -> Step {
        self.csi.close();
        let csi = &self.csi;
        if csi.malformed {
            return self.long_text_or_unknown(bytes, end, last);
        }
        if csi.negative != 0 && last | 0x20 != b'm' {
            return self.unknown(bytes, end);
        }
        match (csi.marker, csi.intermediate) {
            (0, 0) => self.csi_plain(bytes, end, last),
            (b'<', 0) if last | 0x20 == b'm' => self.sgr_mouse(bytes, end, last),
            // xterm where modifyCursorKeys or modifyFunctionKeys is 3.
            (b'>', 0) if matches!(last, b'A'..=b'H' | b'P'..=b'S') => {
                self.letter_key(bytes, end, last)
            }
            (b'>', 0) if last == b'~' => self.tilde_key(bytes, end),
            _ => self.report(bytes, end, last),
        }
    }

    /// The end of a sequence with nothing but parameters.
    fn csi_plain(&mut self, bytes: &[u8], end: usize, last: u8) -> Step {
        match last {
            b'A'..=b'H' | b'P' | b'Q' | b'S' | b'Z' => self.letter_key(bytes, end, last),
            b'u' => self.kitty_key(bytes, end),
            b'~' => self.tilde_key(bytes, end),
            b'_' => self.win32_key(bytes, end),
            b'I' if self.csi.count > 1 => self.letter_key(bytes, end, last),
            b'R' => self.cursor_or_f3(bytes, end),
            b'M' | b'X' if self.csi.count == 2 => self.keypad_key(bytes, end, last),
            b'M' => self.urxvt_mouse(bytes, end),
            b'^' | b'$' | b'@' => self.rxvt_key(bytes, end, last),
            _ => match self.csi.symbol(last) {
                Some((character, held)) => {
                    let code = KeyCode::Char(character);
                    self.end_key(bytes, end, code, held, Default::default())
                }
                None => match self.csi.numbered_key(last) {
                    Some((code, (held, kind))) => self.end_key(bytes, end, code, held, kind),
                    None => self.report(bytes, end, last),
                },
            },
        }
    }

    /// After `ESC [ [`.
    pub(super) fn console(&mut self, bytes: &[u8], pos: usize) -> Step {
        match bytes.get(pos) {
            None => self.hold(bytes, State::Console),
            Some(&byte @ b'A'..=b'E') => {
                let code = KeyCode::F(byte - b'A' + 1);
                self.end_key(bytes, pos + 1, code, Default::default(), Default::default())
            }
            Some(0x20..=0x7e) => self.unknown(bytes, pos + 1),
            Some(_) => self.csi_abort(bytes, pos, false),
        }
    }
}
