//! What is left when no more bytes come: in time, or ever.

use super::Decoder;
use super::machine::{State, Step};
use super::token::{Token, What};
use crate::event::{KeyCode, KeyKind, Modifiers};

impl Decoder {
    /// Takes what has waited for its deadline as it is: a bare ESC is the Escape key, `ESC [` is
    /// Alt+[, and an unfinished sequence is unknown.
    ///
    /// Call it until it returns `None`. A paste goes on: only its end marker ends it.
    pub fn expire(&mut self) -> Option<Token> {
        match self.state {
            State::Paste => None,
            _ => self.pending(),
        }
    }

    /// Takes what is left at the end of the input as it is, a paste included.
    ///
    /// Call it until it returns `None`; then the decoder is as new, but for what was
    /// [expected](Decoder::expect).
    pub fn finish(&mut self) -> Option<Token> {
        match self.state {
            State::Paste => Some(self.paste_unterminated()),
            _ => self.pending(),
        }
    }

    /// Returns the bytes of an unfinished event and forgets them, for a caller that goes on with
    /// the bytes themselves.
    pub fn take_unfinished(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Some(token) = self.finish() {
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
