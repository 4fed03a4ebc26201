//! Bytes to events: a state machine that is total, bounded and linear, and gives the same events
//! however the bytes are cut into chunks.
//!
//! It reads nothing, keeps no time and knows no ring: whoever owns those hands it bytes, and asks
//! it how long to wait for more.
//!
//! - Total: every byte sequence gives events; what means nothing is an
//!   [`Unknown`](crate::Event::Unknown) with its bytes.
//! - Bounded: a sequence is kept up to [`LONGEST_SEQUENCE`] bytes; a paste is not kept at all.
//! - Linear: a byte is looked at once by the machine and once more where its event is built.
//!
//! [`Decoder::decode`] is the pull form, [`Decoder::feed`] with a [`Sink`] the push form, and
//! [`Decoder::events`] an iterator for where speed does not matter.

mod csi;
mod csi_key;
mod escape;
mod machine;
mod mouse;
mod paste;
mod pending;
mod policy;
mod report;
mod resolve;
mod sink;
mod string;
mod token;
mod utf8;

use std::time::Duration;

use crate::event::{Event, Key, KeyCode};
use csi::Csi;
use machine::State;
use paste::PasteState;

pub use policy::{EscPolicy, Expected, Options};
pub use sink::{Events, Sink};
pub use token::Token;

/// The longest sequence that is kept, in bytes; of a longer one the rest is dropped up to its
/// terminator, and the event says that it is truncated.
pub const LONGEST_SEQUENCE: usize = 63 * 1024;

/// Turns bytes into events.
///
/// # Examples
///
/// ```
/// use ttyring::decode::Decoder;
/// use ttyring::{Event, key};
///
/// let mut decoder = Decoder::new();
/// let mut bytes: &[u8] = b"a\x1b[A\x1b";
/// let mut keys = 0;
/// while !bytes.is_empty() {
///     let (used, token) = decoder.decode(bytes);
///     if let Some(token) = token {
///         assert!(matches!(decoder.event(token, bytes), Event::Key(_)));
///         keys += 1;
///     }
///     bytes = &bytes[used..];
/// }
/// assert_eq!(keys, 2);
/// // The ESC may be a key or the start of a sequence: wait, then ask.
/// assert!(decoder.deadline().is_some());
/// let token = decoder.expire().expect("a key is pending");
/// assert!(decoder.event(token, &[]) == key!(escape));
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
    options: Options,
}

impl Decoder {
    /// Makes a decoder with the default [`Options`].
    pub fn new() -> Decoder {
        Decoder::with_options(Options::new())
    }

    /// Makes a decoder.
    pub fn with_options(options: Options) -> Decoder {
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
            options,
        }
    }

    /// Returns what this decoder was told about the terminal and the program.
    pub(crate) fn options(&self) -> Options {
        self.options
    }

    /// Consumes bytes up to the end of the first event, and returns how many and the event.
    ///
    /// Without an event, all bytes were consumed (of more than 1 GiB, the first of them). The
    /// token is good until the next call that is given bytes, with the same `bytes`.
    #[inline(always)]
    pub fn decode(&mut self, bytes: &[u8]) -> (usize, Option<Token>) {
        match (self.state, bytes.first()) {
            (State::Ground, Some(&byte @ 0x20..=0x7e)) => (1, Some(Token::ascii(byte))),
            _ => self.step(bytes),
        }
    }

    /// Decodes a byte that is a key by itself, if it is one: what [`decode`](Decoder::decode) gives
    /// for it, without the way there.
    #[inline(always)]
    pub(crate) fn plain(&self, byte: u8) -> Option<char> {
        let plain = self.state == State::Ground && matches!(byte, 0x20..=0x7e);
        plain.then(|| char::from(byte))
    }

    /// Returns the event that a token stands for; `bytes` is what
    /// [`decode`](Decoder::decode) was given, or anything after [`expire`](Decoder::expire).
    #[inline(always)]
    pub fn event<'a>(&'a self, token: Token, bytes: &'a [u8]) -> Event<'a> {
        match token.what {
            token::What::Key(code, modifiers, kind) => {
                Event::Key(token::plain_key(code, modifiers, kind))
            }
            token::What::Mouse(mouse) => Event::Mouse(mouse),
            _ => self.resolve(token, bytes),
        }
    }

    /// Returns how long after the last byte to wait before calling [`expire`](Decoder::expire),
    /// or `None` if only further bytes can tell.
    pub fn deadline(&self) -> Option<Duration> {
        match self.state {
            State::Ground | State::Spent | State::Paste => None,
            State::Escape | State::DoubleEscape | State::SpentEscape => self.options.esc.escape,
            State::Queued { .. } => Some(Duration::ZERO),
            _ => self.options.esc.sequence,
        }
    }

    /// Sets how long to wait for the rest of a sequence.
    pub fn set_esc_policy(&mut self, policy: EscPolicy) {
        self.options.esc = policy;
    }

    /// Says whether the terminal reports the mouse in pixels from now on (mode 1016).
    pub fn set_pixels(&mut self, pixels: bool) {
        self.options.pixels = pixels;
    }

    /// Says that a reply was asked for whose bytes alone could be something else; asked twice,
    /// two are expected.
    pub fn expect(&mut self, reply: Expected) {
        match reply {
            Expected::CursorPosition => {
                self.cursor_reports = self.cursor_reports.saturating_add(1);
            }
        }
    }

    /// Takes back one [`expect`](Decoder::expect): the program has stopped waiting.
    pub fn forget(&mut self, reply: Expected) {
        match reply {
            Expected::CursorPosition => {
                self.cursor_reports = self.cursor_reports.saturating_sub(1);
            }
        }
    }
}

impl Default for Decoder {
    fn default() -> Decoder {
        Decoder::new()
    }
}
