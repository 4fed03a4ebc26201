//! The events of many bytes at once: to a function, or as an iterator.

use super::machine::State;
use super::{Decoder, keys, utf8};
use crate::event::{Event, Key, KeyCode, KeyKind, Modifiers};

impl Decoder {
    /// Decodes all of `bytes` and calls `each` for each event.
    ///
    /// # Examples
    ///
    /// ```
    /// use ttyring::{Event, decode::Decoder};
    ///
    /// let mut keys = 0;
    /// Decoder::new().feed(b"ab\x1b[A", |event| keys += usize::from(matches!(event, Event::Key(_))));
    /// assert_eq!(keys, 3);
    /// ```
    pub fn feed(&mut self, mut bytes: &[u8], mut each: impl FnMut(Event<'_>)) {
        loop {
            if self.state == State::Ground {
                bytes = frequent(bytes, &mut each);
                if let Some((character, len)) = utf8::whole(bytes) {
                    each(Event::Key(Key::beyond_ascii(character)));
                    bytes = &bytes[len..];
                    continue;
                }
            }
            if bytes.is_empty() {
                return;
            }
            let (used, token) = self.step(bytes);
            if let Some(token) = token {
                each(self.event(token, bytes));
            }
            bytes = &bytes[used..];
        }
    }

    /// Returns the events of all of `bytes`, with their text copied.
    pub fn events<'a>(
        &'a mut self,
        mut bytes: &'a [u8],
    ) -> impl Iterator<Item = Event<'static>> + use<'a> {
        std::iter::from_fn(move || {
            while !bytes.is_empty() {
                let (used, event) = self.decode(bytes);
                bytes = &bytes[used..];
                if let Some(event) = event {
                    return Some(event.into_owned());
                }
            }
            None
        })
    }
}

/// Gives the text and the plain cursor keys at the front as keys, and returns the rest.
///
/// The state machine would do the same; this is for speed alone.
#[inline(always)]
fn frequent<'a>(mut bytes: &'a [u8], each: &mut impl FnMut(Event<'_>)) -> &'a [u8] {
    let mut give = |code, held| each(Event::Key(Key::bare(code, held, KeyKind::Press)));
    loop {
        let len = match *bytes {
            [byte @ 0x20..=0x7e, ..] => {
                give(KeyCode::Char(char::from(byte)), Modifiers::empty());
                1
            }
            [0x1b, b'[', last @ b'A'..=b'D', ..] => {
                give(keys::arrow(last), Modifiers::empty());
                3
            }
            [
                0x1b,
                b'[',
                b'1',
                b';',
                held @ b'2'..=b'8',
                last @ b'A'..=b'D',
                ..,
            ] => {
                give(keys::arrow(last), Modifiers::from_bits_retain(held - b'1'));
                6
            }
            _ => return bytes,
        };
        bytes = &bytes[len..];
    }
}
