//! A text of more than fits into one key, which an input method may send as one.
//!
//! The kitty protocol lists the characters as numbers. They become keys of one character each, as
//! a terminal without the protocol would have sent them.

use super::Decoder;
use super::machine::{State, Step};
use super::token::{TEXT, Token, What};
use crate::event::KeyText;

impl Decoder {
    /// The end of a sequence that is no key with a text that fits.
    #[cold]
    #[inline(never)]
    pub(super) fn long_text_or_unknown(&mut self, bytes: &[u8], end: usize, last: u8) -> Step {
        if !matches!(last, b'u' | b'~') || self.is_truncated(end) {
            return self.unknown(bytes, end);
        }
        let from = match self.buffer.is_empty() {
            true => text_from(&bytes[..end]),
            false => {
                // What comes here again is taken from the front of the chunk.
                let had = self.buffer.len();
                self.keep(&bytes[..end]);
                let from = text_from(&self.buffer);
                self.buffer.truncate(had);
                from
            }
        };
        let Some(from) = from else {
            return self.unknown(bytes, end);
        };
        self.keep(&bytes[..end]);
        self.text_from = from;
        // A byte is left, so that callers who stop at the end of their bytes come back.
        let owed = end.min(1);
        self.state = State::Text { owed: owed as u8 };
        let (_, token) = self.next_of_text(0);
        (end - owed, token)
    }

    /// The next character of a text.
    pub(super) fn next_of_text(&mut self, owed: usize) -> Step {
        let rest = &self.buffer[self.text_from..self.buffer.len() - 1];
        let mut numbers = rest.split(|&byte| byte == b':');
        let number = numbers.next().unwrap_or_default();
        let character = character(number).unwrap_or(char::REPLACEMENT_CHARACTER);
        self.text_from += number.len() + 1;
        let is_last = numbers.next().is_none();
        self.partial_len = character.encode_utf8(&mut self.partial).len() as u8;
        let token = Token {
            what: What::char(character),
            span: TEXT,
        };
        if is_last {
            self.state = State::Spent;
        }
        (if is_last { owed } else { 0 }, Some(token))
    }
}

/// Where the characters start in `CSI code ; modifiers ; characters u`, if it is that. With another
/// ESC in front, `[` counts to the code, which is no number then.
fn text_from(sequence: &[u8]) -> Option<usize> {
    let start = if sequence.first() == Some(&0x1b) {
        2
    } else {
        1
    };
    let body = sequence.get(start..sequence.len() - 1)?;
    let mut groups = body.split(|&byte| byte == b';');
    let (key, held) = (groups.next()?, groups.next()?);
    let text = groups.next().filter(|_| groups.next().is_none())?;
    let is_number = |group: &[u8]| group.iter().all(|byte| matches!(byte, b'0'..=b'9' | b':'));
    let is_press = !held.ends_with(b":3");
    let characters = text.split(|&byte| byte == b':').map(character);
    let mut len = 0;
    for character in characters {
        len += character?.len_utf8();
    }
    let valid = is_number(key) && is_number(held) && is_press && len > KeyText::CAPACITY;
    valid.then_some(start + key.len() + held.len() + 2)
}

fn character(digits: &[u8]) -> Option<char> {
    let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
    char::from_u32(number).filter(|character| !character.is_control())
}
