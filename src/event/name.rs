//! Keys as names: `ctrl-shift-f5`, read at run time and at compile time, and written.

use std::fmt;
use std::io::{self, ErrorKind};
use std::str::FromStr;

use super::code::{LAST_FUNCTION_KEY, NAMED};
use super::{Key, KeyCode, Modifiers};

/// Names a key at compile time: `key!(ctrl - c)`, `key!(shift - f5)`, `key!(alt - '?')`,
/// `key!("ctrl--")`.
///
/// Any other name is an error at compile time.
///
/// # Examples
///
/// ```
/// use ttyring::{Key, KeyCode, Modifiers, key};
///
/// assert_eq!(key!(page_up), Key::new(KeyCode::PageUp));
/// assert_eq!(key!(ctrl - '/'), Key::char('/').with(Modifiers::CTRL));
/// ```
///
/// ```compile_fail
/// ttyring::key!(ctrl - nonsense);
/// ```
#[macro_export]
macro_rules! key {
    ($($name:tt)+) => {
        const { $crate::Key::named(stringify!($($name)+)) }
    };
}

impl Key {
    /// Returns the key of this name; [`key!`](crate::key!) is the short way to write it.
    ///
    /// # Panics
    ///
    /// Panics if no key has the name: at compile time in a constant.
    pub const fn named(name: &str) -> Key {
        match parse(name.as_bytes()) {
            Some(key) => key,
            None => panic!("not the name of a key"),
        }
    }
}

/// Any string that is not the name of a key is an error of the kind
/// [`InvalidInput`](ErrorKind::InvalidInput).
impl FromStr for Key {
    type Err = io::Error;

    fn from_str(name: &str) -> io::Result<Key> {
        parse(name.as_bytes()).ok_or_else(|| {
            let message = format!("`{name}` is not the name of a key; try `ctrl-c` or `shift-f5`");
            io::Error::new(ErrorKind::InvalidInput, message)
        })
    }
}

impl fmt::Display for Key {
    /// Writes the key as [`FromStr`] reads it; kind, locks and text are not part of a name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, &(name, modifier)) in MODIFIERS.iter().enumerate() {
            if index < 6 && self.modifiers.contains(modifier) {
                write!(f, "{name}-")?;
            }
        }
        fmt::Display::fmt(&self.code, f)
    }
}

/// Names of modifiers, the six that are written first.
const MODIFIERS: [(&str, Modifiers); 11] = [
    ("ctrl", Modifiers::CTRL),
    ("alt", Modifiers::ALT),
    ("shift", Modifiers::SHIFT),
    ("super", Modifiers::SUPER),
    ("hyper", Modifiers::HYPER),
    ("meta", Modifiers::META),
    ("control", Modifiers::CTRL),
    ("option", Modifiers::ALT),
    ("opt", Modifiers::ALT),
    ("cmd", Modifiers::SUPER),
    ("win", Modifiers::SUPER),
];

/// Other names that people write.
const ALIASES: [(&str, KeyCode); 10] = [
    ("space", KeyCode::Char(' ')),
    ("esc", KeyCode::Escape),
    ("return", KeyCode::Enter),
    ("del", KeyCode::Delete),
    ("ins", KeyCode::Insert),
    ("pageup", KeyCode::PageUp),
    ("pgup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("pgdn", KeyCode::PageDown),
    ("printscreen", KeyCode::PrintScreen),
];

const fn parse(name: &[u8]) -> Option<Key> {
    let mut rest = trim(name);
    if rest.len() > 2 && rest[0] == b'"' && rest[rest.len() - 1] == b'"' {
        rest = between(rest, 1, rest.len() - 1);
    }
    let mut modifiers = Modifiers::empty();
    while let Some((modifier, after)) = modifier(rest) {
        modifiers = modifiers.union(modifier);
        rest = after;
    }
    match code(rest) {
        Some(code) => Some(Key::new(code).with(modifiers)),
        None => None,
    }
}

/// Splits a modifier and its dash off the front.
const fn modifier(name: &[u8]) -> Option<(Modifiers, &[u8])> {
    let mut dash = 1;
    while dash + 1 < name.len() {
        if name[dash] == b'-' {
            let held = trim(between(name, 0, dash));
            let mut index = 0;
            while index < MODIFIERS.len() {
                if same(held, MODIFIERS[index].0.as_bytes()) {
                    let after = trim(between(name, dash + 1, name.len()));
                    return Some((MODIFIERS[index].1, after));
                }
                index += 1;
            }
            return None;
        }
        dash += 1;
    }
    None
}

const fn code(name: &[u8]) -> Option<KeyCode> {
    if let Some(character) = only_char(quoted(name)) {
        return Some(KeyCode::Char(character));
    }
    let mut index = 0;
    while index < NAMED.len() {
        if same(name, NAMED[index].0.as_bytes()) {
            return Some(NAMED[index].1);
        }
        index += 1;
    }
    index = 0;
    while index < ALIASES.len() {
        if same(name, ALIASES[index].0.as_bytes()) {
            return Some(ALIASES[index].1);
        }
        index += 1;
    }
    function_key(name)
}

const fn function_key(name: &[u8]) -> Option<KeyCode> {
    let number = match name {
        [b'f' | b'F', ones @ b'1'..=b'9'] => *ones - b'0',
        [b'f' | b'F', tens @ b'1'..=b'3', ones @ b'0'..=b'9'] => {
            (*tens - b'0') * 10 + (*ones - b'0')
        }
        _ => return None,
    };
    if number <= LAST_FUNCTION_KEY {
        Some(KeyCode::F(number))
    } else {
        None
    }
}

/// Strips the quotes and the backslash of a character literal.
const fn quoted(name: &[u8]) -> &[u8] {
    match name {
        [b'\'', b'\\', _, b'\''] => between(name, 2, 3),
        [b'\'', _, .., b'\''] => between(name, 1, name.len() - 1),
        _ => name,
    }
}

/// Returns the character that is all there is, unless it is a control character.
const fn only_char(name: &[u8]) -> Option<char> {
    let (lead, len) = match name {
        [first @ 0x20..=0x7e] => (*first as u32, 1),
        [first @ 0xc2..=0xdf, _] => (*first as u32 & 0x1f, 2),
        [first @ 0xe0..=0xef, _, _] => (*first as u32 & 0x0f, 3),
        [first @ 0xf0..=0xf4, _, _, _] => (*first as u32 & 0x07, 4),
        _ => return None,
    };
    let mut scalar = lead;
    let mut index = 1;
    while index < len {
        // The name was a `str`, so these are continuation bytes.
        scalar = scalar << 6 | (name[index] as u32 & 0x3f);
        index += 1;
    }
    match scalar {
        0x80..0xa0 => None,
        _ => char::from_u32(scalar),
    }
}

const fn between(bytes: &[u8], start: usize, end: usize) -> &[u8] {
    bytes.split_at(end).0.split_at(start).1
}

/// Drops blanks around a name, which `stringify!` puts around a dash.
const fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ', rest @ ..] | [rest @ .., b' '] = bytes {
        bytes = rest;
    }
    bytes
}

/// Compares a name with one in lower case, whatever the case of the first.
const fn same(name: &[u8], lower: &[u8]) -> bool {
    if name.len() != lower.len() {
        return false;
    }
    let mut index = 0;
    while index < name.len() {
        if name[index].to_ascii_lowercase() != lower[index] {
            return false;
        }
        index += 1;
    }
    true
}
