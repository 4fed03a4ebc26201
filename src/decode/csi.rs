//! Control sequences: the parameters, and what each final byte leads to.
//!
//! The parameters are read as they come, so that nothing is read twice; what keys they name is in
//! [`csi_key`](super::csi_key), what reports in [`report`](super::report).

use super::machine::{State, Step};
use super::{Decoder, csi_key};

/// More parameters than this, and the sequence is unknown.
pub(super) const MOST_PARAMS: usize = 32;

/// A parameter saturates here.
const LARGEST: u32 = 99_999_999;

/// A control sequence as far as it has come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Csi {
    pub(super) params: [u32; MOST_PARAMS],
    /// How many parameters are complete.
    pub(super) count: usize,
    /// The parameter under way.
    value: u32,
    /// Bit n is set if a colon is before parameter n.
    pub(super) colons: u64,
    /// `<`, `=`, `>` or `?` after the introducer, or 0.
    pub(super) marker: u8,
    /// The intermediate byte, or 0.
    pub(super) intermediate: u8,
    /// It has a form that no known sequence has.
    malformed: bool,
}

impl Csi {
    #[inline]
    pub(super) fn reset(&mut self) {
        self.count = 0;
        self.value = 0;
        self.colons = 0;
        self.marker = 0;
        self.intermediate = 0;
        self.malformed = false;
    }

    /// Reads parameters up to a byte that is none, and returns where it is.
    ///
    /// What changes with every byte is kept in registers meanwhile.
    #[inline(always)]
    pub(super) fn read(&mut self, bytes: &[u8], mut pos: usize) -> usize {
        let (mut value, mut count, mut colons) = (self.value, self.count, self.colons);
        while let Some(byte) = bytes.get(pos) {
            // `:` and `;` follow the digits.
            let digit = u32::from(byte.wrapping_sub(b'0'));
            if digit < 10 {
                value = (value * 10 + digit).min(LARGEST);
            } else if digit < 12 {
                match self.params.get_mut(count) {
                    Some(param) => *param = value,
                    None => break,
                }
                count += 1;
                colons |= u64::from(digit == 10) << count;
                value = 0;
            } else {
                break;
            }
            pos += 1;
        }
        (self.value, self.count, self.colons) = (value, count, colons);
        pos
    }

    /// Completes the parameter under way.
    #[inline(always)]
    pub(super) fn close(&mut self) {
        match self.params.get_mut(self.count) {
            Some(param) => {
                *param = self.value;
                self.count += 1;
            }
            None => self.malformed = true,
        }
    }

    /// Returns whether parameters count: not behind an intermediate byte or one that is out of
    /// place, and not if there are too many.
    fn is_open(&self) -> bool {
        self.intermediate == 0 && !self.malformed && self.count < MOST_PARAMS
    }

    /// Returns the complete parameters.
    pub(super) fn params(&self) -> &[u32] {
        &self.params[..self.count]
    }
}

impl Decoder {
    /// Right after `ESC [`.
    #[inline(always)]
    pub(super) fn csi_entry(&mut self, bytes: &[u8], pos: usize) -> Step {
        let Some(&byte) = bytes.get(pos) else {
            return self.hold(bytes, State::CsiEntry);
        };
        if let (b'A'..=b'H' | b'P'..=b'S' | b'Z', Some((code, implied))) =
            (byte, csi_key::letter(byte))
        {
            return self.end_key(bytes, pos + 1, code, implied, Default::default());
        }
        self.csi.reset();
        match byte {
            b'0'..=b'9' | b';' | b':' => self.csi(bytes, pos),
            b'<'..=b'?' => {
                self.csi.marker = byte;
                self.csi(bytes, pos + 1)
            }
            _ => self.csi_bare(bytes, pos, byte),
        }
    }

    /// A byte after `ESC [` that is no parameter and no key of its own.
    fn csi_bare(&mut self, bytes: &[u8], pos: usize, byte: u8) -> Step {
        use super::token::What;
        match byte {
            b'[' => self.console(bytes, pos + 1),
            b'M' => {
                self.partial_len = 0;
                self.x10(bytes, pos + 1)
            }
            b'I' => self.end_other(bytes, pos + 1, What::Focus(true)),
            b'O' => self.end_other(bytes, pos + 1, What::Focus(false)),
            b'a'..=b'd' => {
                let (code, modifiers) = csi_key::rxvt_arrow(byte);
                self.end_key(bytes, pos + 1, code, modifiers, Default::default())
            }
            0x20..=0x2f => self.csi(bytes, pos),
            0x40..=0x7e => self.unknown(bytes, pos + 1),
            _ => self.csi_abort(bytes, pos, true),
        }
    }

    pub(super) fn csi_abort(&mut self, bytes: &[u8], pos: usize, empty: bool) -> Step {
        self.introducer = b'[';
        self.empty = empty;
        self.abort(bytes, pos)
    }

    /// Inside a control sequence.
    #[inline(always)]
    pub(super) fn csi(&mut self, bytes: &[u8], pos: usize) -> Step {
        let pos = match self.csi.is_open() {
            true => self.csi.read(bytes, pos),
            false => pos,
        };
        match bytes.get(pos) {
            None => self.hold(bytes, State::Csi),
            Some(&last @ 0x40..=0x7e) => self.csi_end(bytes, pos + 1, last),
            Some(_) => self.csi_rest(bytes, pos),
        }
    }

    /// Behind the parameters of a control sequence, or where there are too many.
    fn csi_rest(&mut self, bytes: &[u8], mut pos: usize) -> Step {
        while let Some(&byte) = bytes.get(pos) {
            match byte {
                0x40..=0x7e => return self.csi_end(bytes, pos + 1, byte),
                b'$' if self.is_rxvt_key() => return self.csi_end(bytes, pos + 1, byte),
                0x20..=0x2f => {
                    self.csi.malformed |= self.csi.intermediate != 0;
                    self.csi.intermediate = byte;
                }
                b'0'..=b'?' => self.csi.malformed = true,
                _ => return self.csi_abort(bytes, pos, false),
            }
            pos += 1;
        }
        self.hold(bytes, State::Csi)
    }

    /// Returns whether a `$` here is rxvt's Shift and not the start of `$ y`: a mode report has a
    /// marker or two parameters.
    fn is_rxvt_key(&self) -> bool {
        self.csi.marker == 0
            && self.csi.is_open()
            && self.csi.count == 0
            && csi_key::tilde(self.csi.value).is_some()
    }

    #[inline(always)]
    fn csi_end(&mut self, bytes: &[u8], end: usize, last: u8) -> Step {
        self.csi.close();
        let csi = &self.csi;
        if csi.malformed {
            return self.unknown(bytes, end);
        }
        match (csi.marker, csi.intermediate) {
            (0, 0) => self.csi_plain(bytes, end, last),
            (b'<', 0) if last | 0x20 == b'm' => self.sgr_mouse(bytes, end, last),
            _ => self.report(bytes, end, last),
        }
    }

    /// The end of a sequence with nothing but parameters.
    #[inline(always)]
    fn csi_plain(&mut self, bytes: &[u8], end: usize, last: u8) -> Step {
        match last {
            b'A'..=b'H' | b'P' | b'Q' | b'S' | b'Z' => self.letter_key(bytes, end, last),
            b'u' => self.kitty_key(bytes, end),
            b'~' => self.tilde_key(bytes, end),
            b'R' => self.cursor_or_f3(bytes, end),
            b'M' => self.urxvt_mouse(bytes, end),
            b'^' | b'$' | b'@' => self.rxvt_key(bytes, end, last),
            _ => self.report(bytes, end, last),
        }
    }

    /// After `ESC [ [`.
    pub(super) fn console(&mut self, bytes: &[u8], pos: usize) -> Step {
        match bytes.get(pos) {
            None => self.hold(bytes, State::Console),
            Some(&byte @ b'A'..=b'E') => {
                let code = crate::event::KeyCode::F(byte - b'A' + 1);
                self.end_key(bytes, pos + 1, code, Default::default(), Default::default())
            }
            Some(0x20..=0x7e) => self.unknown(bytes, pos + 1),
            Some(_) => self.csi_abort(bytes, pos, false),
        }
    }
}
