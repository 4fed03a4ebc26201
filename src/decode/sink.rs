//! The push form over the pull form, and an iterator on top.

use super::machine::State;
use super::token::{Token, What, plain_key};
use super::{Decoder, csi_key, utf8};
use crate::event::{Event, Key, KeyCode, KeyKind, Modifiers, Mouse, Paste, Reply, Size, Unknown};

/// Takes events as they are decoded; what a program does not care about it leaves out.
///
/// # Examples
///
/// ```
/// use ttyring::Key;
/// use ttyring::decode::{Decoder, Sink};
///
/// struct Count(usize);
///
/// impl Sink for Count {
///     fn key(&mut self, _key: Key) {
///         self.0 += 1;
///     }
/// }
///
/// let mut keys = Count(0);
/// Decoder::new().feed(b"ab\x1b[A", &mut keys);
/// assert_eq!(keys.0, 3);
/// ```
pub trait Sink {
    /// Takes a key.
    fn key(&mut self, key: Key) {
        let _ = key;
    }

    /// Takes a mouse event.
    fn mouse(&mut self, mouse: Mouse) {
        let _ = mouse;
    }

    /// Takes a piece of a paste.
    fn paste(&mut self, paste: Paste<'_>) {
        let _ = paste;
    }

    /// Takes a change of the focus.
    fn focus(&mut self, gained: bool) {
        let _ = gained;
    }

    /// Takes the new size of the terminal.
    fn resize(&mut self, size: Size) {
        let _ = size;
    }

    /// Takes an answer of the terminal.
    fn reply(&mut self, reply: Reply<'_>) {
        let _ = reply;
    }

    /// Takes bytes that mean nothing known.
    fn unknown(&mut self, unknown: Unknown<'_>) {
        let _ = unknown;
    }
}

impl Decoder {
    /// Decodes all of `bytes` into a sink.
    pub fn feed<S: Sink>(&mut self, mut bytes: &[u8], sink: &mut S) {
        loop {
            if self.state == State::Ground {
                bytes = frequent(bytes, sink);
            }
            if bytes.is_empty() {
                return;
            }
            let (used, token) = self.step(bytes);
            if let Some(token) = token {
                self.give(token, bytes, sink);
            }
            bytes = &bytes[used..];
        }
    }

    #[inline]
    fn give<S: Sink>(&self, token: Token, bytes: &[u8], sink: &mut S) {
        match token.what {
            What::Key(code, modifiers, kind) => sink.key(plain_key(code, modifiers, kind)),
            What::Mouse(mouse) => sink.mouse(mouse),
            _ => self.give_other(token, bytes, sink),
        }
    }

    #[inline(never)]
    fn give_other<S: Sink>(&self, token: Token, bytes: &[u8], sink: &mut S) {
        match self.resolve(token, bytes) {
            Event::Key(key) => sink.key(key),
            Event::Mouse(mouse) => sink.mouse(mouse),
            Event::Paste(paste) => sink.paste(paste),
            Event::Focus { gained } => sink.focus(gained),
            Event::Resize(size) => sink.resize(size),
            Event::Reply(reply) => sink.reply(reply),
            Event::Unknown(unknown) => sink.unknown(unknown),
            Event::Resumed | Event::Woken | Event::Signal(_) => {}
        }
    }

    /// Returns the events of all of `bytes`, with their text copied.
    pub fn events<'a>(&'a mut self, bytes: &'a [u8]) -> Events<'a> {
        Events {
            decoder: self,
            bytes,
        }
    }
}

/// Gives the text and the plain cursor keys at the front as keys, and returns the rest.
///
/// The state machine would do the same; this is for speed alone.
#[inline(always)]
fn frequent<'a, S: Sink>(mut bytes: &'a [u8], sink: &mut S) -> &'a [u8] {
    loop {
        let (code, modifiers, len) = match *bytes {
            [byte @ 0x20..=0x7e, ..] => (KeyCode::Char(char::from(byte)), Modifiers::empty(), 1),
            [0x1b, b'[', last @ b'A'..=b'D', ..] => (csi_key::arrow(last), Modifiers::empty(), 3),
            [
                0x1b,
                b'[',
                b'1',
                b';',
                held @ b'2'..=b'8',
                last @ b'A'..=b'D',
                ..,
            ] => {
                let held = Modifiers::from_bits_retain(held - b'1');
                (csi_key::arrow(last), held, 6)
            }
            [0x80..=0xff, ..] => match utf8::whole(bytes) {
                Some((character, len)) => (KeyCode::Char(character), Modifiers::empty(), len),
                None => return bytes,
            },
            _ => return bytes,
        };
        sink.key(Key::plain(code, modifiers, KeyKind::Press));
        bytes = &bytes[len..];
    }
}

/// The events of some bytes: see [`Decoder::events`].
#[derive(Debug)]
pub struct Events<'a> {
    decoder: &'a mut Decoder,
    bytes: &'a [u8],
}

impl Iterator for Events<'_> {
    type Item = Event<'static>;

    fn next(&mut self) -> Option<Event<'static>> {
        while !self.bytes.is_empty() {
            let bytes = self.bytes;
            let (used, token) = self.decoder.decode(bytes);
            self.bytes = &bytes[used..];
            if let Some(token) = token {
                return Some(self.decoder.event(token, bytes).into_owned());
            }
        }
        None
    }
}
