//! From a token to its event: everything but plain keys and the mouse.

use std::borrow::Cow;

use super::paste::MARKER;
use super::token::{BUFFERED, ESCAPE, PasteFlags, TEXT, Token, What, plain_key};
use super::{Decoder, LONGEST_SEQUENCE};
use crate::event::{Event, Key, Paste, Unknown};

impl Decoder {
    /// What [`event`](Decoder::event) does for all but the most frequent events.
    #[inline(never)]
    pub(super) fn resolve<'a>(&'a self, token: Token, bytes: &'a [u8]) -> Event<'a> {
        match token.what {
            What::Key(code, modifiers, kind) => Event::Key(plain_key(code, modifiers, kind)),
            What::Text(character) => Event::Key(Key::char(character)),
            What::Rich => Event::Key(self.key),
            What::Mouse(mouse) => Event::Mouse(mouse),
            What::Focus(gained) => Event::Focus { gained },
            What::Resize => Event::Resize(self.size()),
            What::Report(report) => Event::Reply(self.report_reply(report, self.raw(token, bytes))),
            What::String { truncated: false } => {
                let raw = self.raw(token, bytes);
                match self.string_reply(raw) {
                    Some(reply) => Event::Reply(reply),
                    None => unknown(raw, false),
                }
            }
            What::String { truncated } | What::Unknown { truncated } => {
                unknown(self.raw(token, bytes), truncated)
            }
            What::Paste { flags, .. } | What::PasteHeld { flags, .. } => Event::Paste(Paste {
                bytes: Cow::Borrowed(self.raw(token, bytes)),
                first: flags.contains(PasteFlags::FIRST),
                last: flags.contains(PasteFlags::LAST),
                truncated: flags.contains(PasteFlags::TRUNCATED),
                unterminated: flags.contains(PasteFlags::UNTERMINATED),
            }),
        }
    }

    /// Returns the bytes that a token stands for, at most
    /// [`LONGEST_SEQUENCE`] of them; of a paste, the pasted bytes.
    ///
    /// `bytes` is what [`next_token`](Decoder::next_token) was given.
    pub(crate) fn raw<'a>(&'a self, token: Token, bytes: &'a [u8]) -> &'a [u8] {
        match (token.what, token.span) {
            (What::PasteHeld { len, .. }, _) => &MARKER[..usize::from(len)],
            (_, TEXT) => &self.partial[..usize::from(self.partial_len)],
            (What::Paste { start, .. }, end) => {
                bytes.get(start as usize..end as usize).unwrap_or_default()
            }
            (_, BUFFERED) => &self.buffer,
            (_, ESCAPE) => &MARKER[..1],
            (_, len) => {
                let kept = (len as usize).min(LONGEST_SEQUENCE);
                bytes.get(..kept).unwrap_or_default()
            }
        }
    }
}

fn unknown(bytes: &[u8], truncated: bool) -> Event<'_> {
    Event::Unknown(Unknown {
        bytes: Cow::Borrowed(bytes),
        truncated,
    })
}
