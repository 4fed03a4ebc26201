//! The vocabulary: everything that can come out of a terminal, as values.
//!
//! Nothing here parses or reads; [`decode`](crate::decode) turns bytes into these values and
//! the encoder turns them back.

mod code;
mod key;
mod modifiers;
mod mouse;
mod name;
mod paste;
mod payload;
mod reply;
#[cfg(feature = "serde")]
mod serialize;
mod text;

use std::borrow::Cow;

pub use code::KeyCode;
pub use key::{Key, KeyKind};
pub use modifiers::Modifiers;
pub use mouse::{Mouse, MouseButton, MouseKind};
pub use name::ParseKeyError;
pub use paste::Paste;
pub use payload::{Clipboard, Graphics, Params, Termcap};
pub use reply::{ColorSlot, Reply};
pub use text::KeyText;
pub use ttyring_platform::{Signals, Size};

/// Something that came from the terminal, or happened to it.
///
/// Text in an event is borrowed from the reader's buffer; [`into_owned`](Event::into_owned) keeps
/// it.
///
/// # Examples
///
/// ```
/// use ttyring::{Event, decode::Decoder, key};
///
/// let mut decoder = Decoder::new();
/// let events: Vec<Event> = decoder.events(b"q\x1b[1;5C").collect();
/// assert!(events[0] == key!(q));
/// assert!(events[1] == key!(ctrl - right));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Event<'a> {
    /// A key.
    Key(Key),
    /// The mouse.
    Mouse(Mouse),
    /// A piece of pasted text.
    Paste(Paste<'a>),
    /// The terminal's window gained or lost the focus.
    Focus {
        /// The focus was gained.
        gained: bool,
    },
    /// The terminal has this size now.
    Resize(#[cfg_attr(feature = "serde", serde(with = "serialize::size"))] Size),
    /// An answer of the terminal.
    Reply(Reply<'a>),
    /// Bytes that mean nothing known.
    Unknown(Unknown<'a>),
    /// The program continues after it was stopped.
    Resumed,
    /// Another thread ended the wait.
    Woken,
    /// These signals arrived.
    Signal(#[cfg_attr(feature = "serde", serde(with = "serialize::signals"))] Signals),
}

/// Bytes that mean nothing known: an unknown sequence, or bytes that are not UTF-8.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Unknown<'a> {
    /// The bytes as they came, only the first of them if `truncated` is set.
    pub bytes: Cow<'a, [u8]>,
    /// The sequence was longer than the decoder keeps; the rest was dropped.
    pub truncated: bool,
}

impl<'a> Unknown<'a> {
    /// Makes an unknown sequence of these bytes.
    pub fn new(bytes: impl Into<Cow<'a, [u8]>>) -> Unknown<'a> {
        Unknown {
            bytes: bytes.into(),
            truncated: false,
        }
    }
}

impl Event<'_> {
    /// Returns the event with its bytes copied out of the reader's buffer.
    pub fn into_owned(self) -> Event<'static> {
        match self {
            Event::Key(key) => Event::Key(key),
            Event::Mouse(mouse) => Event::Mouse(mouse),
            Event::Paste(paste) => Event::Paste(paste.into_owned()),
            Event::Focus { gained } => Event::Focus { gained },
            Event::Resize(size) => Event::Resize(size),
            Event::Reply(reply) => Event::Reply(reply.into_owned()),
            Event::Unknown(unknown) => Event::Unknown(Unknown {
                bytes: reply::own(unknown.bytes),
                truncated: unknown.truncated,
            }),
            Event::Resumed => Event::Resumed,
            Event::Woken => Event::Woken,
            Event::Signal(signals) => Event::Signal(signals),
        }
    }

    /// Returns whether this is the press or the repeat of a key that
    /// [matches](Key::matches) the wanted one.
    pub fn is_key(&self, wanted: Key) -> bool {
        matches!(self, Event::Key(key) if key.kind != KeyKind::Release && key.matches(wanted))
    }
}

/// `event == key!(ctrl - c)` is [`event.is_key(…)`](Event::is_key): what was meant, not what was
/// sent.
impl PartialEq<Key> for Event<'_> {
    fn eq(&self, wanted: &Key) -> bool {
        self.is_key(*wanted)
    }
}
