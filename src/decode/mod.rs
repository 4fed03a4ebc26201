//! Bytes to events: a state machine that is total, bounded and linear, and gives the same events
//! however the bytes are cut into chunks.
//!
//! It does no I/O and has no clock. The caller gives it bytes, and asks it how long to wait for
//! more.
//!
//! - Total: every byte sequence gives events; what is not known is an
//!   [`Unknown`](crate::Event::Unknown) with its bytes.
//! - Bounded: a sequence is kept up to [`LONGEST_SEQUENCE`] bytes; a paste is not kept at all.
//! - Linear: a byte is looked at once by the machine and once more where its event is built.
//!
//! [`Decoder::decode`] takes one event at a time, [`Decoder::feed`] calls a function for each event,
//! and [`Decoder::events`] is an iterator for where speed does not matter.

mod console_keys;
mod csi;
mod csi_key;
mod escape;
mod feed;
mod keys;
mod machine;
mod mouse;
mod params;
mod paste;
mod pending;
mod records;
mod report;
mod resolve;
mod settings;
mod string;
mod text;
mod token;
mod utf8;
mod win32;
mod win32_keys;

use std::time::Duration;

use crate::event::{Event, Key, KeyCode};
use machine::State;
use params::Csi;
use paste::PasteState;
use records::Records;

pub use settings::Settings;
pub(crate) use token::Token;

/// The longest sequence that is kept, in bytes. The rest of a longer one is dropped up to its
/// terminator, and the event is marked as truncated.
pub const LONGEST_SEQUENCE: usize = 63 * 1024;

/// Turns bytes into events.
///
/// # Examples
///
/// ```
/// use ttyring::decode::Decoder;
/// use ttyring::key;
///
/// let mut decoder = Decoder::new();
/// let mut bytes: &[u8] = b"a\x1b[A\x1b";
/// let mut keys = Vec::new();
/// while !bytes.is_empty() {
///     let (used, event) = decoder.decode(bytes);
///     keys.extend(event.map(|event| event.into_owned()));
///     bytes = &bytes[used..];
/// }
/// assert!(keys[0] == key!(a) && keys[1] == key!(up));
/// // The ESC may be a key or the start of a sequence: wait, then ask.
/// assert!(decoder.timeout().is_some());
/// assert!(decoder.expire().expect("a key is pending") == key!(escape));
/// ```
#[derive(Clone, Debug)]
pub struct Decoder {
    state: State,
    /// An ESC came before the sequence: the key is an Alt one, or the ESC a key of its own.
    alt: bool,
    /// Nothing came yet after the introducer of a string or of SS3.
    empty: bool,
    /// The second byte of a string's introducer.
    introducer: u8,
    /// More bytes came than are kept.
    overflow: bool,
    /// How many replies of the form `CSI row ; column R` are asked for.
    cursor_reports: u8,
    csi: Csi,
    paste: PasteState,
    /// The start of a character, or of an X10 mouse report.
    partial: [u8; 4],
    partial_len: u8,
    /// The bytes of an unfinished event that came in earlier chunks.
    buffer: Vec<u8>,
    /// A key with more than a token holds.
    key: Key,
    /// The event after an Escape key that turned out to be one.
    queued: Option<Token>,
    /// Key records that belong together.
    records: Records,
    /// Where the rest of a text is in the buffer.
    text_from: usize,
    /// The terminal has shown that it knows the kitty keyboard protocol.
    kitty_seen: bool,
    /// What the decoder is told about the terminal and the program, at any time.
    pub settings: Settings,
}

impl Decoder {
    /// Makes a decoder for a local terminal that reports the mouse in cells and whose pastes are
    /// passed on up to 32 MiB each.
    pub fn new() -> Decoder {
        Decoder {
            state: State::Ground,
            alt: false,
            empty: false,
            introducer: 0,
            overflow: false,
            cursor_reports: 0,
            csi: Csi::default(),
            paste: PasteState::default(),
            partial: [0; 4],
            partial_len: 0,
            buffer: Vec::with_capacity(128),
            key: Key::new(KeyCode::Unidentified),
            queued: None,
            records: Records::default(),
            text_from: 0,
            kitty_seen: false,
            settings: Settings::LOCAL,
        }
    }

    /// Makes a decoder that is told the same as another.
    pub(crate) fn with_settings(settings: Settings) -> Decoder {
        Decoder {
            settings,
            ..Decoder::new()
        }
    }

    /// Consumes bytes up to the end of the first event, and returns how many and the event.
    ///
    /// Without an event, all bytes were consumed (of more than 256 MiB, the first of them).
    #[inline(always)]
    pub fn decode<'a>(&'a mut self, bytes: &'a [u8]) -> (usize, Option<Event<'a>>) {
        match (self.state, bytes.first()) {
            (State::Ground, Some(&byte @ 0x20..=0x7e)) => (1, Some(Event::Key(Key::ascii(byte)))),
            _ => {
                let (used, token) = self.step(bytes);
                (used, token.map(|token| self.event(token, bytes)))
            }
        }
    }

    /// As [`decode`](Decoder::decode), for a caller that resolves the event later: the token is
    /// good until the next call that is given bytes, with the same `bytes`.
    #[inline(always)]
    pub(crate) fn next_token(&mut self, bytes: &[u8]) -> (usize, Option<Token>) {
        match (self.state, bytes.first()) {
            (State::Ground, Some(&byte @ 0x20..=0x7e)) => (1, Some(Token::ascii(byte))),
            _ => self.step(bytes),
        }
    }

    /// Returns whether a byte is text and a key by itself, as which
    /// [`decode`](Decoder::decode) would return it.
    #[inline(always)]
    pub(crate) fn is_text(&self, byte: u8) -> bool {
        self.state == State::Ground && matches!(byte, 0x20..=0x7e)
    }

    /// Returns whether a byte is the key Enter by itself.
    #[inline(always)]
    pub(crate) fn is_enter(&self, byte: u8) -> bool {
        self.state == State::Ground && byte == b'\r'
    }

    /// Returns the event that a token stands for; `bytes` is what
    /// [`next_token`](Decoder::next_token) was given, or anything after `expire` and `finish`.
    #[inline(always)]
    pub(crate) fn event<'a>(&'a self, token: Token, bytes: &'a [u8]) -> Event<'a> {
        match token.what {
            token::What::Key(code, modifiers, kind) => {
                Event::Key(token::plain_key(code, modifiers, kind))
            }
            token::What::Text(character) => Event::Key(Key::char(character)),
            token::What::Mouse(mouse) => Event::Mouse(mouse),
            _ => self.resolve(token, bytes),
        }
    }

    /// Returns how long after the last byte to call [`expire`](Decoder::expire), or `None` if only
    /// further bytes can decide.
    pub fn timeout(&self) -> Option<Duration> {
        let state = match self.state {
            State::Nested => self.records.inside(),
            state => state,
        };
        match state {
            State::Ground | State::Spent => None,
            State::Paste => self.settings.paste_timeout,
            State::Escape | State::DoubleEscape | State::SpentEscape if !self.is_kitty() => {
                self.settings.escape_timeout
            }
            State::Queued { .. } | State::Text { .. } => Some(Duration::ZERO),
            _ => self.settings.sequence_timeout,
        }
    }

    /// Returns whether the terminal sends a sequence for the Escape key.
    fn is_kitty(&self) -> bool {
        self.settings.kitty_keyboard && self.kitty_seen
    }

    /// Tells the decoder that the program has asked where the cursor is. The next `CSI row ; column
    /// R` is then the answer, even if the same bytes could be F3. Call this once for each question.
    pub fn expect_cursor_position(&mut self) {
        self.cursor_reports = self.cursor_reports.saturating_add(1);
    }

    /// Takes back one call of [`expect_cursor_position`](Decoder::expect_cursor_position), because
    /// the program has stopped waiting.
    pub fn forget_cursor_position(&mut self) {
        self.cursor_reports = self.cursor_reports.saturating_sub(1);
    }
}

impl Default for Decoder {
    fn default() -> Decoder {
        Decoder::new()
    }
}

#[cfg(test)]
mod tests;
