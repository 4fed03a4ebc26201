//! Everything that a terminal can send, as values.
//!
//! Nothing here parses or reads; [`decode`](crate::decode) turns bytes into these values and
//! the encoder turns them back.

pub(crate) mod case;
mod code;
pub(crate) mod color;
mod encoding;
mod key;
mod keyboard;
mod modifiers;
mod mouse;
mod name;
mod paste;
mod reply;
#[cfg(feature = "serde")]
mod serialize;
mod text;

use std::borrow::Cow;

#[doc(hidden)]
pub use case::upper;
pub use code::KeyCode;
pub use color::Color;
pub use key::{Key, KeyKind};
pub use keyboard::Keyboard;
pub use modifiers::Modifiers;
pub use mouse::{Mouse, MouseButton, MouseKind};
pub use paste::Paste;
pub use reply::Reply;
pub(crate) use text::KeyText;
pub use ttyring_platform::{Signals, Size};

/// Something that the terminal sent, or that happened to it.
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
// What may own bytes comes last, and the tag is a byte of its own: one comparison tells that a key
// needs no drop.
#[repr(u8)]
pub enum Event<'a> {
    /// A key.
    Key(Key),
    /// The mouse.
    Mouse(Mouse),
    /// The terminal's window gained or lost the focus.
    Focus {
        /// The focus was gained.
        gained: bool,
    },
    /// The terminal has this size now.
    ///
    /// The system tells it by `SIGWINCH`, which only the processes of the controlling terminal get. On
    /// another terminal, such as one that was opened by its name,
    /// [`Modes::RESIZE`](crate::Modes::RESIZE) has the terminal itself tell, where it knows that mode.
    Resize(#[cfg_attr(feature = "serde", serde(with = "serialize::size"))] Size),
    /// The program continues after it was stopped.
    Resumed,
    /// Another thread ended the wait.
    Woken,
    /// These signals arrived.
    Signal(#[cfg_attr(feature = "serde", serde(with = "serialize::signals"))] Signals),
    /// A piece of pasted text.
    Paste(Paste<'a>),
    /// An answer of the terminal.
    Reply(Reply<'a>),
    /// Bytes that mean nothing known.
    Unknown(Unknown<'a>),
}

/// Bytes with no known meaning: an unknown sequence, or bytes that are not UTF-8.
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
}

/// `event == key!(ctrl - c)`: the event is a key that [equals](Key#equality) the wanted one.
impl PartialEq<Key> for Event<'_> {
    #[inline]
    fn eq(&self, wanted: &Key) -> bool {
        matches!(self, Event::Key(key) if key == wanted)
    }
}
