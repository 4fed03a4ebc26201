//! The bytes of a key.

use super::put;
use crate::event::{Key, KeyCode, KeyKind, Keyboard, Modifiers};

/// Appends the bytes of a key, and returns whether the protocol has any for it.
///
/// What the legacy protocol cannot say of a key it leaves out, as terminals do: Shift+Enter is
/// Enter. A key that it does not have at all, and a release, are no bytes.
pub(super) fn encode_key(key: &Key, keyboard: Keyboard, out: &mut Vec<u8>) -> bool {
    match keyboard.is_empty() {
        true => key.kind != KeyKind::Release && legacy(key, out),
        false => kitty(key, keyboard, out),
    }
}

/// How a key that is no character is written in CSI.
enum Form {
    /// `CSI 1 ; m letter`.
    Letter(char),
    /// `CSI number ; m ~`.
    Tilde(u8),
}

fn form(code: KeyCode) -> Option<Form> {
    use Form::{Letter, Tilde};
    Some(match code {
        KeyCode::Up => Letter('A'),
        KeyCode::Down => Letter('B'),
        KeyCode::Right => Letter('C'),
        KeyCode::Left => Letter('D'),
        KeyCode::Begin => Letter('E'),
        KeyCode::End => Letter('F'),
        KeyCode::Home => Letter('H'),
        KeyCode::F(1) => Letter('P'),
        KeyCode::F(2) => Letter('Q'),
        // Not `R`: with modifiers that is a cursor report.
        KeyCode::F(3) => Tilde(13),
        KeyCode::F(4) => Letter('S'),
        KeyCode::Insert => Tilde(2),
        KeyCode::Delete => Tilde(3),
        KeyCode::PageUp => Tilde(5),
        KeyCode::PageDown => Tilde(6),
        KeyCode::F(5) => Tilde(15),
        KeyCode::F(number @ 6..=10) => Tilde(number + 11),
        KeyCode::F(number @ 11..=12) => Tilde(number + 12),
        _ => return None,
    })
}

/// The forms that only the legacy protocol has, or has otherwise.
fn legacy_form(code: KeyCode) -> Option<Form> {
    Some(match code {
        KeyCode::F(number @ 13..=14) => Form::Tilde(number + 12),
        KeyCode::F(number @ 15..=16) => Form::Tilde(number + 13),
        KeyCode::F(number @ 17..=20) => Form::Tilde(number + 14),
        KeyCode::KpUp => Form::Letter('A'),
        KeyCode::KpDown => Form::Letter('B'),
        KeyCode::KpRight => Form::Letter('C'),
        KeyCode::KpLeft => Form::Letter('D'),
        KeyCode::KpBegin => Form::Letter('E'),
        KeyCode::KpEnd => Form::Letter('F'),
        KeyCode::KpHome => Form::Letter('H'),
        KeyCode::KpInsert => Form::Tilde(2),
        KeyCode::KpDelete => Form::Tilde(3),
        KeyCode::KpPageUp => Form::Tilde(5),
        KeyCode::KpPageDown => Form::Tilde(6),
        other => return form(other),
    })
}

/// The letter after SS3 of a key of the keypad in application mode.
fn keypad(code: KeyCode) -> Option<u8> {
    Some(match code {
        KeyCode::KpEnter => b'M',
        KeyCode::KpEqual => b'X',
        KeyCode::KpMultiply => b'j',
        KeyCode::KpAdd => b'k',
        KeyCode::KpSeparator => b'l',
        KeyCode::KpSubtract => b'm',
        KeyCode::KpDecimal => b'n',
        KeyCode::KpDivide => b'o',
        other => match other.keypad_char() {
            Some(digit @ '0'..='9') => digit as u8 - b'0' + b'p',
            _ => return None,
        },
    })
}

fn legacy(key: &Key, out: &mut Vec<u8>) -> bool {
    let held = key.modifiers.without_locks();
    if let Some(form) = legacy_form(key.code) {
        put_form(form, u32::from(held.bits()), "", out);
        return true;
    }
    if held == Modifiers::SHIFT && key.code == KeyCode::Tab {
        out.extend_from_slice(b"\x1b[Z");
        return true;
    }
    let start = out.len();
    if held.contains(Modifiers::ALT) {
        out.push(0x1b);
    }
    if legacy_base(key, held, out) {
        return true;
    }
    out.truncate(start);
    false
}

/// A key without its Alt.
fn legacy_base(key: &Key, held: Modifiers, out: &mut Vec<u8>) -> bool {
    let ctrl = held.contains(Modifiers::CTRL);
    match key.code {
        KeyCode::Enter => out.push(b'\r'),
        KeyCode::Tab => out.push(b'\t'),
        KeyCode::Escape => out.push(0x1b),
        KeyCode::Backspace => out.push(if ctrl { 0x08 } else { 0x7f }),
        KeyCode::Char(character) => {
            if held.intersects(Modifiers::SUPER | Modifiers::HYPER | Modifiers::META) {
                return false;
            }
            match control(character).filter(|_| ctrl) {
                Some(byte) => out.push(byte),
                None => {
                    let plain = Key {
                        modifiers: key.modifiers & (Modifiers::SHIFT | Modifiers::LOCKS),
                        kind: KeyKind::Press,
                        ..*key
                    };
                    if !put_text(&plain, out) {
                        put(out, format_args!("{character}"));
                    }
                }
            }
        }
        code => match keypad(code) {
            Some(letter) => out.extend_from_slice(&[0x1b, b'O', letter]),
            None => return false,
        },
    }
    true
}

/// The control byte of a character with Ctrl, where terminals have one.
fn control(character: char) -> Option<u8> {
    Some(match character {
        'a'..='z' | 'A'..='Z' | '@' | '['..='_' => character as u8 & 0x1f,
        ' ' | '2' => 0x00,
        '3'..='7' => character as u8 - b'3' + 0x1b,
        '/' => 0x1f,
        '8' | '?' => 0x7f,
        _ => return None,
    })
}

fn kitty(key: &Key, flags: Keyboard, out: &mut Vec<u8>) -> bool {
    let types = flags.contains(Keyboard::EVENT_TYPES);
    if key.kind == KeyKind::Release && !types {
        return false;
    }
    if let Some(form) = form(key.code) {
        put_form(form, u32::from(key.modifiers.bits()), kind(key, types), out);
        return true;
    }
    if !flags.contains(Keyboard::ALL_KEYS) {
        if let Some(written) = kitty_text(key, flags, out) {
            return written;
        }
    }
    let number = match key.code {
        // A key without a number is its text, and nothing without one.
        KeyCode::Unidentified if key.text.len() == 0 => return false,
        KeyCode::Unidentified => 0,
        KeyCode::Char(character) => u32::from(character),
        code => match code.functional() {
            Some(number) => number,
            None => return false,
        },
    };
    if number != 0 && KeyCode::from_number(number) != Some(key.code) {
        // A character whose number the protocol has given to a key: only its bytes can be sent.
        return key.kind != KeyKind::Release && legacy(key, out);
    }
    put(out, format_args!("\x1b[{number}"));
    if flags.contains(Keyboard::ALTERNATE_KEYS) {
        put_alternates(key, out);
    }
    let text = match flags.contains(Keyboard::TEXT) {
        false => "",
        _ => key.text.as_str(),
    };
    let held = u32::from(key.modifiers.bits());
    let kind = kind(key, types);
    match (held != 0 || !kind.is_empty(), text.is_empty()) {
        (false, true) => {}
        (false, false) => out.push(b';'),
        (true, _) => put(out, format_args!(";{}{kind}", held + 1)),
    }
    for (index, character) in text.chars().enumerate() {
        let separator = if index == 0 { ';' } else { ':' };
        put(out, format_args!("{separator}{}", u32::from(character)));
    }
    out.push(b'u');
    true
}

/// Keys that stay as they were unless all keys are escape codes; `None` if this is not one.
fn kitty_text(key: &Key, flags: Keyboard, out: &mut Vec<u8>) -> Option<bool> {
    let plain = key.modifiers.without_locks().is_empty();
    match key.code {
        KeyCode::Enter | KeyCode::Tab | KeyCode::Backspace if plain => {
            Some(key.kind != KeyKind::Release && legacy(key, out))
        }
        KeyCode::Char(_) => {
            let is_text = key.kind != KeyKind::Release && put_text(key, out);
            is_text.then_some(true)
        }
        _ if !flags.contains(Keyboard::DISAMBIGUATE) => {
            Some(key.kind != KeyKind::Release && legacy(key, out))
        }
        _ => None,
    }
}

/// Appends the text of a key, and returns whether it has any.
fn put_text(key: &Key, out: &mut Vec<u8>) -> bool {
    let character = match key.text() {
        "" => key.produced(),
        text => {
            out.extend_from_slice(text.as_bytes());
            return true;
        }
    };
    if let Some(character) = character {
        put(out, format_args!("{character}"));
    }
    character.is_some()
}

fn put_alternates(key: &Key, out: &mut Vec<u8>) {
    match (key.shifted, key.base) {
        (None, None) => {}
        (Some(shifted), None) => put(out, format_args!(":{}", u32::from(shifted))),
        (None, Some(base)) => put(out, format_args!("::{}", u32::from(base))),
        (Some(shifted), Some(base)) => put(
            out,
            format_args!(":{}:{}", u32::from(shifted), u32::from(base)),
        ),
    }
}

/// The kind of event as a sub-parameter; a press has none.
fn kind(key: &Key, types: bool) -> &'static str {
    match key.kind {
        KeyKind::Repeat if types => ":2",
        KeyKind::Release if types => ":3",
        _ => "",
    }
}

fn put_form(form: Form, held: u32, kind: &str, out: &mut Vec<u8>) {
    let plain = held == 0 && kind.is_empty();
    let held = held + 1;
    match form {
        Form::Letter(letter) if plain => put(out, format_args!("\x1b[{letter}")),
        Form::Letter(letter) => put(out, format_args!("\x1b[1;{held}{kind}{letter}")),
        Form::Tilde(number) if plain => put(out, format_args!("\x1b[{number}~")),
        Form::Tilde(number) => put(out, format_args!("\x1b[{number};{held}{kind}~")),
    }
}
