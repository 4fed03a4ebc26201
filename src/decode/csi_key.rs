//! Keys that are control sequences: letters, `~`, rxvt's endings, and the kitty protocol's `u`.

use super::Decoder;
use super::csi::Csi;
use super::machine::Step;
use super::token::{What, plain_key};
use crate::event::{KeyCode, KeyKind, KeyText, Modifiers};

type Held = (Modifiers, KeyKind);

/// The key of a letter after CSI, with the modifiers that it implies.
#[inline(always)]
pub(super) const fn letter(last: u8) -> Option<(KeyCode, Modifiers)> {
    const NONE: Modifiers = Modifiers::empty();
    Some(match last {
        b'A' => (KeyCode::Up, NONE),
        b'B' => (KeyCode::Down, NONE),
        b'C' => (KeyCode::Right, NONE),
        b'D' => (KeyCode::Left, NONE),
        b'E' => (KeyCode::Begin, NONE),
        b'F' => (KeyCode::End, NONE),
        b'H' => (KeyCode::Home, NONE),
        b'P'..=b'S' => (KeyCode::F(last - b'P' + 1), NONE),
        b'Z' => (KeyCode::Tab, Modifiers::SHIFT),
        _ => return None,
    })
}

/// The key of a letter from `A` to `D`.
#[inline(always)]
pub(super) const fn arrow(last: u8) -> KeyCode {
    const ARROWS: [KeyCode; 4] = [KeyCode::Left, KeyCode::Up, KeyCode::Down, KeyCode::Right];
    ARROWS[(last & 3) as usize]
}

/// The key of a number before `~`.
pub(super) const fn tilde(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(number as u8 - 10),
        17..=21 => KeyCode::F(number as u8 - 11),
        23..=26 => KeyCode::F(number as u8 - 12),
        28..=29 => KeyCode::F(number as u8 - 13),
        31..=34 => KeyCode::F(number as u8 - 14),
        57344..=63743 => return KeyCode::from_functional(number),
        _ => return None,
    })
}

/// The key of a letter after SS3: cursor and function keys, the keypad of VT terminals in
/// application mode, and rxvt's arrows with Ctrl.
pub(super) const fn ss3(last: u8) -> Option<(KeyCode, Modifiers)> {
    let code = match last {
        b'A'..=b'H' | b'P'..=b'S' => return letter(last),
        b'a'..=b'd' => return Some((rxvt_arrow(last).0, Modifiers::CTRL)),
        b' ' => KeyCode::Char(' '),
        b'I' => KeyCode::Tab,
        b'M' => KeyCode::KpEnter,
        b'X' => KeyCode::KpEqual,
        b'j' => KeyCode::KpMultiply,
        b'k' => KeyCode::KpAdd,
        b'l' => KeyCode::KpSeparator,
        b'm' => KeyCode::KpSubtract,
        b'n' => KeyCode::KpDecimal,
        b'o' => KeyCode::KpDivide,
        b'p'..=b'y' => return keypad_digit(last - b'p'),
        _ => return None,
    };
    Some((code, Modifiers::empty()))
}

const fn keypad_digit(digit: u8) -> Option<(KeyCode, Modifiers)> {
    match KeyCode::from_functional(57399 + digit as u32) {
        Some(code) => Some((code, Modifiers::empty())),
        None => None,
    }
}

/// The arrow of a small letter, which with CSI means Shift.
pub(super) const fn rxvt_arrow(last: u8) -> (KeyCode, Modifiers) {
    let code = match last {
        b'a' => KeyCode::Up,
        b'b' => KeyCode::Down,
        b'c' => KeyCode::Right,
        _ => KeyCode::Left,
    };
    (code, Modifiers::SHIFT)
}

/// The modifiers of a parameter: their bits plus one, or left out.
#[inline(always)]
fn modifiers(param: u32) -> Option<Modifiers> {
    match param {
        0 => Some(Modifiers::empty()),
        1..=256 => Some(Modifiers::from_bits_retain((param - 1) as u8)),
        _ => None,
    }
}

impl Csi {
    /// The modifiers and the kind of event that parameter `index` and its sub-parameter give.
    #[inline(always)]
    fn held_at(&self, index: usize) -> Option<Held> {
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

impl Decoder {
    #[inline(always)]
    pub(super) fn letter_key(&mut self, bytes: &[u8], end: usize, last: u8) -> Step {
        match letter(last).zip(self.csi.letter_modifiers()) {
            Some(((code, implied), (modifiers, kind))) => {
                self.end_key(bytes, end, code, modifiers | implied, kind)
            }
            None => self.unknown(bytes, end),
        }
    }

    /// `CSI number ~`, modifyOtherKeys' `CSI 27 ; m ; code ~`, and the start of a paste.
    pub(super) fn tilde_key(&mut self, bytes: &[u8], end: usize) -> Step {
        let csi = &self.csi;
        let key = match (csi.params(), csi.colons) {
            ([200], 0) => return self.paste_entry(bytes, end),
            ([27, held, number], 0) => KeyCode::from_number(*number)
                .zip(modifiers(*held).map(|held| (held, KeyKind::Press))),
            ([number], 0) | ([number, _], 0) | ([number, _, _], 0b100) => {
                tilde(*number).zip(csi.held_at(1))
            }
            _ => None,
        };
        match key {
            Some((code, (modifiers, kind))) => self.end_key(bytes, end, code, modifiers, kind),
            None => self.unknown(bytes, end),
        }
    }

    /// rxvt: `$` is Shift, `^` Ctrl, `@` both.
    pub(super) fn rxvt_key(&mut self, bytes: &[u8], end: usize, last: u8) -> Step {
        let held = match last {
            b'$' => Modifiers::SHIFT,
            b'^' => Modifiers::CTRL,
            _ => Modifiers::CTRL | Modifiers::SHIFT,
        };
        match self.csi.params() {
            [number] if tilde(*number).is_some() => {
                let code = tilde(*number).expect("just seen");
                self.end_key(bytes, end, code, held, KeyKind::Press)
            }
            _ => self.unknown(bytes, end),
        }
    }

    /// `CSI code : shifted : base ; modifiers : kind ; text u`.
    #[inline(always)]
    pub(super) fn kitty_key(&mut self, bytes: &[u8], end: usize) -> Step {
        let csi = &self.csi;
        let plain = csi.count <= 2 && csi.colons == 0 || csi.count == 3 && csi.colons == 0b100;
        if !plain {
            return self.rich_key(bytes, end);
        }
        match KeyCode::from_number(csi.params[0]).zip(csi.held_at(1)) {
            Some((KeyCode::Char(character), (modifiers, kind))) => {
                self.end_key(bytes, end, KeyCode::Char(character), modifiers, kind)
            }
            Some((code, held)) => self.functional_key(bytes, end, code, held),
            None => self.unknown(bytes, end),
        }
    }

    /// A key of the functional table, those of the keypad with their characters.
    fn functional_key(&mut self, bytes: &[u8], end: usize, code: KeyCode, held: Held) -> Step {
        let (modifiers, kind) = held;
        let produced = code.keypad_char().filter(|_| {
            modifiers.without_locks().is_empty() && !self.alt && kind != KeyKind::Release
        });
        let Some(character) = produced else {
            return self.end_key(bytes, end, code, modifiers, kind);
        };
        self.key = plain_key(code, modifiers, kind);
        self.key.reported.push(character);
        self.end(bytes, end, What::Rich)
    }

    /// A key with alternates or text.
    fn rich_key(&mut self, bytes: &[u8], end: usize) -> Step {
        if self.read_rich_key().is_none() {
            return self.unknown(bytes, end);
        }
        if self.alt {
            self.key.modifiers |= Modifiers::ALT;
        }
        self.end(bytes, end, What::Rich)
    }

    fn read_rich_key(&mut self) -> Option<()> {
        let csi = &self.csi;
        let group = |from: usize| {
            let rest = !csi.colons & u64::MAX << (from + 1);
            (rest.trailing_zeros() as usize).min(csi.count)
        };
        let second = group(0);
        let third = group(second);
        let past = if third < csi.count {
            group(third)
        } else {
            csi.count
        };
        if second > 3 || third > second + 2 || past < csi.count {
            return None;
        }
        let (modifiers, kind) = match second < csi.count {
            true => csi.held_at(second)?,
            false => Held::default(),
        };
        let text = text(&csi.params[third..past])?;
        let code = match (csi.params[0], text.chars().next()) {
            // Text without a key, from an input method.
            (0, Some(first)) if text.len() == first.len_utf8() => KeyCode::Char(first),
            (0, Some(_)) => KeyCode::Unidentified,
            (number, _) => KeyCode::from_number(number)?,
        };
        let alternates = &csi.params[1..second.max(1)];
        self.key = plain_key(code, modifiers, kind);
        let shifted = alternate(alternates.first())?;
        let base = alternate(alternates.get(1))?;
        if let KeyCode::Char(_) = code {
            // Only keys of characters have others: no terminal says so of F2.
            (self.key.shifted, self.key.base) = (shifted, base);
        }
        self.key.reported = text;
        Some(())
    }
}

/// The associated text; `None` if it is too long or holds what is no text.
fn text(params: &[u32]) -> Option<KeyText> {
    let mut text = KeyText::EMPTY;
    for &param in params.iter().filter(|&&param| param != 0) {
        let character = char::from_u32(param).filter(|character| !character.is_control())?;
        if !text.push(character) {
            return None;
        }
    }
    Some(text)
}

/// An alternate character that may be left out; `None` if it is no character.
fn alternate(param: Option<&u32>) -> Option<Option<char>> {
    match param {
        None | Some(0) => Some(None),
        Some(&number) => char::from_u32(number).map(Some),
    }
}
