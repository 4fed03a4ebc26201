//! Keys that are control sequences: letters, `~`, rxvt's endings, and the kitty protocol's `u`.

use super::Decoder;
use super::keys::letter;
use super::keys::tilde;
use super::machine::{Step, control};
use super::params::{Held, modifiers};
use super::token::{What, plain_key};
use crate::event::{KeyCode, KeyKind, KeyText, Modifiers};

impl Decoder {
    #[inline(always)]
    pub(super) fn letter_key(&mut self, bytes: &[u8], end: usize, last: u8) -> Step {
        match letter(last).zip(self.csi.letter_modifiers()) {
            Some(((code, implied), (modifiers, kind))) => {
                self.end_key_inline(bytes, end, code, modifiers | implied, kind)
            }
            None => self.unknown(bytes, end),
        }
    }

    /// `CSI 1 ; m M`: xterm's Enter of the keypad and, with `X`, its `=`, where the settings of
    /// modifyKeypadKeys put them into this form. What else the keypad has is in `csi_plain`.
    pub(super) fn keypad_key(&mut self, bytes: &[u8], end: usize, last: u8) -> Step {
        let held = match (self.csi.params(), self.csi.colons) {
            (&[1, held], 0) if held > 1 => modifiers(held),
            _ => None,
        };
        match super::keys::ss3(last).zip(held) {
            Some(((code, _), held)) => self.end_key(bytes, end, code, held, KeyKind::Press),
            None => self.unknown(bytes, end),
        }
    }

    /// `CSI number ~`, modifyOtherKeys' `CSI 27 ; m ; code ~`, and the start of a paste.
    pub(super) fn tilde_key(&mut self, bytes: &[u8], end: usize) -> Step {
        let csi = &self.csi;
        let key = match (csi.params(), csi.colons) {
            ([200], 0) => return self.paste_entry(bytes, end),
            ([27, held, number], 0) => {
                let key = KeyCode::from_number(*number).map(|code| (code, Modifiers::empty()));
                key.or_else(|| control_number(*number))
                    .zip(modifiers(*held))
                    .map(|((code, ctrl), held)| (code, (held | ctrl, KeyKind::Press)))
            }
            _ => csi.tilde_key(),
        };
        match key {
            Some((code, (modifiers, kind))) => {
                self.end_key_inline(bytes, end, code, modifiers, kind)
            }
            None => self.rich_key(bytes, end, b'~'),
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
        self.kitty_seen = true;
        let plain = csi.count <= 2 && csi.colons == 0 || csi.count == 3 && csi.colons == 0b100;
        if !plain {
            return self.rich_key(bytes, end, b'u');
        }
        match KeyCode::from_number(csi.params[0]).zip(csi.held_at(1)) {
            Some((KeyCode::Char(character), (modifiers, kind))) if character.is_ascii() => {
                self.end_key_inline(bytes, end, KeyCode::Char(character), modifiers, kind)
            }
            Some((KeyCode::Char(_), _)) => self.rich_key(bytes, end, b'u'),
            Some((code, held)) => self.functional_key(bytes, end, code, held),
            None => match self.csi.symbol(b'u') {
                Some((digit, held)) => {
                    let code = KeyCode::Char(digit);
                    self.end_key(bytes, end, code, held, KeyKind::Press)
                }
                None => match control_number(csi.params[0]).zip(csi.held_at(1)) {
                    Some(((code, ctrl), (held, kind))) if csi.params[0] != 0 => {
                        self.end_key(bytes, end, code, held | ctrl, kind)
                    }
                    _ => self.unknown(bytes, end),
                },
            },
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
        self.key.text.push(character);
        self.end(bytes, end, What::Rich)
    }

    /// A key with alternates or text, in either form.
    fn rich_key(&mut self, bytes: &[u8], end: usize, last: u8) -> Step {
        if self.read_rich_key(last).is_none() {
            return self.long_text_or_unknown(bytes, end, last);
        }
        self.end(bytes, end, What::Rich)
    }

    fn read_rich_key(&mut self, last: u8) -> Option<()> {
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
        let code = match (csi.params[0], text.as_str().chars().next()) {
            (number, _) if last == b'~' => tilde(number)?,
            // Text without a key, from an input method.
            (0, Some(first)) if text.len() == first.len_utf8() => KeyCode::Char(first),
            (0, Some(_)) => KeyCode::Unidentified,
            (number, _) => KeyCode::from_number(number)?,
        };
        let alternates = &csi.params[1..second.max(1)];
        let alt = Modifiers::from_bits_retain(u8::from(self.alt) * Modifiers::ALT.bits());
        self.key = plain_key(code, modifiers | alt, kind);
        let shifted = alternate(alternates.first())?;
        let base = alternate(alternates.get(1))?;
        if let KeyCode::Char(_) = code {
            // Only keys of characters have others: no terminal says so of F2.
            (self.key.shifted, self.key.base) = (shifted, base);
        }
        if text.len() > 0 {
            self.key.text = text;
        } else if let Some(character) = self
            .key
            .produced()
            .filter(|character| !character.is_ascii())
        {
            self.key.text = KeyText::of(character);
        }
        Some(())
    }
}

/// A control character where a key's number should be, as WezTerm has sent them.
fn control_number(number: u32) -> Option<(KeyCode, Modifiers)> {
    let byte = u8::try_from(number).ok().filter(|&byte| byte < 0x20)?;
    Some(control(byte))
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
