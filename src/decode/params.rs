//! The parameters of a control sequence, read as they come, so that nothing is read twice.

use super::keys::{self, tilde};
use crate::event::{KeyCode, KeyKind, Modifiers};

/// The modifiers that are held with a key, and what the key did.
pub(super) type Held = (Modifiers, KeyKind);

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
    pub(super) value: u32,
    /// Bit n is set if a colon is before parameter n.
    pub(super) colons: u64,
    /// Bit n is set if a minus is before parameter n.
    pub(super) negative: u64,
    /// `<`, `=`, `>` or `?` after the introducer, or 0.
    pub(super) marker: u8,
    /// The intermediate byte, or 0.
    pub(super) intermediate: u8,
    /// It has a form that no known sequence has.
    pub(super) malformed: bool,
}

impl Csi {
    #[inline]
    pub(super) fn reset(&mut self) {
        self.count = 0;
        self.value = 0;
        self.colons = 0;
        self.negative = 0;
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
    pub(super) fn is_open(&self) -> bool {
        self.intermediate == 0 && !self.malformed && self.count < MOST_PARAMS
    }

    /// Returns the complete parameters without those that follow a colon.
    pub(super) fn groups(&self) -> impl Iterator<Item = u32> + '_ {
        let params = self.params().iter().enumerate();
        params
            .filter(|(index, _)| self.colons >> index & 1 == 0)
            .map(|(_, param)| *param)
    }

    /// Returns the complete parameters.
    pub(super) fn params(&self) -> &[u32] {
        self.params.get(..self.count).unwrap_or_default()
    }
}

/// The modifiers of a parameter: their bits plus one, or left out.
#[inline(always)]
pub(super) fn modifiers(param: u32) -> Option<Modifiers> {
    match param {
        0 => Some(Modifiers::empty()),
        1..=256 => Some(Modifiers::from_bits_retain((param - 1) as u8)),
        _ => None,
    }
}

impl Csi {
    /// The modifiers and the kind of event that parameter `index` and its sub-parameter give.
    #[inline(always)]
    pub(super) fn held_at(&self, index: usize) -> Option<Held> {
        let held = match self.params().get(index) {
            Some(&param) => modifiers(param)?,
            None => Modifiers::empty(),
        };
        Some((held, self.kind_at(index + 1)?))
    }

    #[inline(always)]
    fn kind_at(&self, index: usize) -> Option<KeyKind> {
        if index >= self.count || self.colons >> index & 1 == 0 {
            return Some(KeyKind::Press);
        }
        match self.params[index] {
            0 | 1 => Some(KeyKind::Press),
            2 => Some(KeyKind::Repeat),
            3 => Some(KeyKind::Release),
            _ => None,
        }
    }

    /// The key of `number ~`, with modifiers and kind.
    pub(super) fn tilde_key(&self) -> Option<(KeyCode, Held)> {
        match (self.params(), self.colons) {
            ([number], 0) | ([number, _], 0) | ([number, _, _], 0b100) => {
                tilde(*number).zip(self.held_at(1))
            }
            _ => None,
        }
    }

    /// The character of mintty's `CSI 1 ; m letter`: the letters are those of a keypad, the keys
    /// those of digits and symbols with modifiers that give them no other bytes.
    pub(super) fn symbol(&self, last: u8) -> Option<(char, Modifiers)> {
        match (self.params(), self.colons) {
            (&[1, held], 0) if held > 1 => keys::symbol(last).zip(modifiers(held)),
            _ => None,
        }
    }

    /// The modifiers of a key that is a letter: `CSI 1 ; m A`, or `CSI m A` as older xterms send.
    #[inline(always)]
    pub(super) fn letter_modifiers(&self) -> Option<Held> {
        match (self.count, self.colons) {
            (1, 0) => Some((modifiers(self.params[0])?, KeyKind::Press)),
            (2, 0) | (3, 0b100) if self.params[0] <= 1 => self.held_at(1),
            _ => None,
        }
    }
}
