//! Control sequences inside text: how long each is, and the character that an encoded key stands for.
//!
//! The forms are those of ECMA-48. A sequence that is not finished ends where the first character
//! stands that cannot be part of it.

/// More characters than this are no control sequence, and more than [`LONGEST_STRING`] no string.
const LONGEST_SCAN: usize = 128;
const LONGEST_STRING: usize = 1024;

/// What stands at the front of a text that starts with an introducer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sequence {
    /// A sequence of this many bytes, and the text of the key that it encodes.
    Whole(usize, String),
    /// The text ends inside a sequence of as many bytes.
    Open(usize),
}

use Sequence::{Open, Whole};

/// Looks at the front of `text`, which starts with ESC or a C1 control.
pub(super) fn scan(text: &str) -> Sequence {
    let mut characters = text.chars();
    let (introducer, start) = match (characters.next(), characters.next()) {
        (Some('\x1b'), None) => return Open(1),
        (Some('\x1b'), Some(second @ '\x20'..='\x7e')) => (second, 2),
        (Some(c1 @ '\u{80}'..='\u{9f}'), _) => {
            let second = char::from_u32(c1 as u32 - 0x40).unwrap_or_default();
            (second, c1.len_utf8())
        }
        // An ESC before what cannot follow it.
        (first, _) => return Whole(first.map_or(0, char::len_utf8), String::new()),
    };
    let body = &text.as_bytes()[start..];
    match introducer {
        '[' => match control_sequence(body, start) {
            Whole(len, key) if key.is_empty() => second_half(text, len),
            whole => whole,
        },
        ']' | 'P' | '_' | '^' | 'X' => control_string(&text[start..], start),
        'O' => take(
            body,
            start,
            |byte| matches!(byte, b'0'..=b'9' | b';'),
            0x40..=0x7e,
        ),
        '\x20'..='\x2f' => take(body, start, |byte| matches!(byte, 0x20..=0x2f), 0x30..=0x7e),
        _ => Whole(start, String::new()),
    }
}

/// A sequence of `middle` bytes and one of `last`.
fn take(
    body: &[u8],
    start: usize,
    middle: impl Fn(u8) -> bool,
    last: std::ops::RangeInclusive<u8>,
) -> Sequence {
    let len = body
        .iter()
        .take(LONGEST_SCAN)
        .take_while(|byte| middle(**byte))
        .count();
    match body.get(len) {
        None => Open(start + len),
        Some(byte) if len < LONGEST_SCAN && last.contains(byte) => {
            Whole(start + len + 1, String::new())
        }
        Some(_) => Whole(start + len, String::new()),
    }
}

fn control_sequence(body: &[u8], start: usize) -> Sequence {
    let inside = |byte: u8| matches!(byte, 0x20..=0x3f);
    // F1 to F5 of the Linux console.
    match body {
        [b'[', b'A'..=b'E', ..] => return Whole(start + 2, String::new()),
        [b'['] => return Open(start + 1),
        _ => {}
    }
    match take(body, start, inside, 0x40..=0x7e) {
        Whole(len, _) => Whole(len, key(&body[..len - start])),
        open => open,
    }
}

/// Looks for the second half behind a key record of `len` bytes with the first half of a character,
/// as Windows sends what is beyond the BMP. The release of the first half may come between them.
fn second_half(text: &str, len: usize) -> Sequence {
    let alone = Whole(len, String::new());
    let Some((high @ 0xd800..=0xdbff, true)) = unit(&text.as_bytes()[..len]) else {
        return alone;
    };
    let mut at = len;
    for is_behind_release in [false, true] {
        let rest = &text[at..];
        let is_start = rest.starts_with("\x1b[") || rest.starts_with('\u{9b}');
        if rest.is_empty() || rest == "\x1b" {
            return Open(len);
        }
        let end = match control_sequence(&rest.as_bytes()[2.min(rest.len())..], 2) {
            Open(_) if is_start => return Open(len),
            Whole(end, _) if is_start => end,
            _ => return alone,
        };
        match unit(&rest.as_bytes()[..end]) {
            Some((unit, false)) if unit == high && !is_behind_release => at += end,
            Some((low @ 0xdc00..=0xdfff, true)) => {
                let scalar = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Whole(at + end, char::from_u32(scalar).into_iter().collect());
            }
            _ => return alone,
        }
    }
    alone
}

/// The UTF-16 unit of a key record of Windows, and whether the key gives it: when it goes down, and
/// Alt when it is let go, behind a number.
fn unit(record: &[u8]) -> Option<(u32, bool)> {
    let body = std::str::from_utf8(record.get(2..)?).ok()?;
    let mut numbers = body.strip_suffix('_')?.split(';').map(str::parse::<u32>);
    let mut number = || numbers.next().and_then(Result::ok);
    let (virtual_key, _, unit, down) = (number(), number(), number()?, number());
    Some((unit, gives_unit(virtual_key, down)))
}

fn gives_unit(virtual_key: Option<u32>, down: Option<u32>) -> bool {
    /// Alt.
    const MENU: u32 = 0x12;
    virtual_key == Some(MENU) || down.is_some_and(|down| down != 0)
}

/// A string up to its terminator. Where there is none, only the introducer is one.
fn control_string(body: &str, start: usize) -> Sequence {
    let mut characters = body.char_indices().take(LONGEST_STRING);
    while let Some((at, character)) = characters.next() {
        match character {
            '\x07' | '\u{9c}' => return Whole(start + at + character.len_utf8(), String::new()),
            '\x1b' => {
                return match characters.next() {
                    Some((_, '\\')) => Whole(start + at + 2, String::new()),
                    None if at + 1 == body.len() => Open(start),
                    _ => Whole(start, String::new()),
                };
            }
            '\t' => {}
            other if other.is_control() => return Whole(start, String::new()),
            _ => {}
        }
    }
    match body.chars().nth(LONGEST_STRING) {
        None => Open(start),
        Some(_) => Whole(start, String::new()),
    }
}

/// The text of a key in the form of the kitty protocol, of modifyOtherKeys or of Windows; none of a
/// key without.
fn key(sequence: &[u8]) -> String {
    let Some((&last, body)) = sequence.split_last() else {
        return String::new();
    };
    let groups: Vec<&str> = match std::str::from_utf8(body) {
        Ok(body) => body.split(';').collect(),
        Err(_) => return String::new(),
    };
    let number = |index: usize, part: usize| {
        let part = groups.get(index)?.split(':').nth(part)?;
        part.parse::<u32>().ok()
    };
    // An input method sends several characters at once.
    let text = groups
        .get(2)
        .filter(|text| last == b'u' && !text.is_empty());
    if let Some(text) = text.filter(|_| number(1, 1) != Some(3)) {
        let numbers = text.split(':').filter_map(|number| number.parse().ok());
        return numbers.filter_map(char::from_u32).collect();
    }
    character(last, groups.len(), number).into_iter().collect()
}

/// The character of a key that is sent without its text.
fn character(
    last: u8,
    groups: usize,
    number: impl Fn(usize, usize) -> Option<u32>,
) -> Option<char> {
    let (code, held, kind) = match (last, number(0, 0)) {
        (b'u', Some(code)) => (code, number(1, 0), number(1, 1)),
        (b'~', Some(27)) if groups == 3 => (number(2, 0)?, number(1, 0), None),
        (b'_', _) => {
            let gives = gives_unit(number(0, 0), number(3, 0));
            return char::from_u32(number(2, 0)?).filter(|_| gives);
        }
        _ => return None,
    };
    if kind == Some(3) {
        return None;
    }
    // Locks, Caps Lock and Num Lock, change nothing that is not reported.
    let held = (held.unwrap_or(1).max(1) - 1) & 0x3f;
    if (57344..=63743).contains(&code) {
        // The numbers that the kitty protocol gives to keys without characters.
        return None;
    }
    let shifted = number(0, 1).and_then(char::from_u32);
    let character = char::from_u32(code)?;
    match held {
        0 => Some(character),
        // Its number is the control character already.
        4 | 5 if code < 0x20 => Some(character),
        1 => Some(shifted.unwrap_or(character.to_ascii_uppercase())),
        // Ctrl+j is a line feed, Ctrl+i a tab, Ctrl+m a carriage return.
        4 | 5 if character.is_ascii_alphabetic() => Some((code as u8 & 0x1f) as char),
        _ => None,
    }
}
