//! What is left when no more bytes come: in time, or ever.

use super::Decoder;
use super::machine::{State, Step};
use super::token::{Token, What};
use crate::event::{Event, KeyCode, KeyKind, Modifiers};

impl Decoder {
    /// Resolves what has waited for its [timeout](Decoder::timeout): a bare ESC is the Escape key,
    /// `ESC [` is Alt+[, and an unfinished sequence is unknown.
    ///
    /// Call it until it returns `None`. A paste that was quiet for its
    /// [timeout](super::Settings::paste_timeout) ends as unterminated.
    pub fn expire(&mut self) -> Option<Event<'_>> {
        let token = self.expire_token()?;
        Some(self.event(token, &[]))
    }

    /// Resolves what is left at the end of the input, a paste included.
    ///
    /// Call it until it returns `None`. The decoder is then as new, apart from its settings and
    /// from the reports that it [expects](Decoder::expect_cursor_position).
    pub fn finish(&mut self) -> Option<Event<'_>> {
        let token = self.finish_token()?;
        Some(self.event(token, &[]))
    }

    /// As [`expire`](Decoder::expire), for a caller that resolves the event later.
    pub(crate) fn expire_token(&mut self) -> Option<Token> {
        self.finish_token()
    }

    /// As [`finish`](Decoder::finish), for a caller that resolves the event later.
    pub(crate) fn finish_token(&mut self) -> Option<Token> {
        match self.state {
            State::Paste => Some(self.paste_unterminated()),
            _ => self.pending(),
        }
    }

    /// Returns the bytes of an unfinished event and forgets them, for a caller that goes on with
    /// the bytes themselves.
    pub(crate) fn take_unfinished(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Some(token) = self.finish_token() {
            bytes.extend_from_slice(self.raw(token, &[]));
        }
        bytes
    }

    fn pending(&mut self) -> Option<Token> {
        let (_, token) = match self.state {
            State::Ground | State::Paste => (0, None),
            State::Spent => {
                self.forget_bytes();
                self.state = State::Ground;
                (0, None)
            }
            State::SpentEscape => {
                self.carry_escape();
                self.end_escape(Modifiers::empty())
            }
            State::Queued { .. } => self.take_queued(0),
            State::Text { .. } => self.next_of_text(0),
            State::Half | State::Nested => self.end_records(0),
            State::Behind => {
                self.behind_records(&[]);
                return self.pending();
            }
            State::Escape => self.end_escape(Modifiers::empty()),
            State::DoubleEscape => self.end_escape(Modifiers::ALT),
            State::Utf8 => self.end_utf8(),
            State::CsiEntry => self.csi_abort(&[], 0, true),
            State::Csi | State::Console | State::X10 => self.csi_abort(&[], 0, false),
            State::Ss3 | State::String => self.abort(&[], 0),
            State::StringEscape => self.abort_string(),
        };
        token
    }

    fn end_escape(&mut self, modifiers: Modifiers) -> Step {
        self.end(
            &[],
            0,
            What::Key(KeyCode::Escape, modifiers, KeyKind::Press),
        )
    }

    fn end_utf8(&mut self) -> Step {
        if !self.alt {
            return self.unknown(&[], 0);
        }
        self.alt = false;
        self.buffer.remove(0);
        (0, Some(Token::escape()))
    }
}
