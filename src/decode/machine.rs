//! The states, and what all of them do: end an event, hold on for more bytes, or give up.
//!
//! Every method that looks at bytes takes the whole chunk and a position in it; the event that is
//! under way began at the start of the chunk or, if the buffer is not empty, before it.

use super::token::{BUFFERED, LONGEST_CHUNK, Token, What};
use super::{Decoder, LONGEST_SEQUENCE, utf8};
use crate::event::{KeyCode, KeyKind, Modifiers};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Between events.
    Ground,
    /// Between events, and the buffer still holds the last one.
    Spent,
    /// As `Spent`, and an ESC came behind the last event.
    SpentEscape,
    /// Another event is complete; this many bytes are still to be taken for it.
    Queued {
        owed: u8,
    },
    Escape,
    DoubleEscape,
    Utf8,
    /// After `ESC [`, with nothing following yet.
    CsiEntry,
    Csi,
    /// After `ESC [ [`, the Linux console's introducer of F1 to F5.
    Console,
    /// After `ESC [ M`, with up to three bytes still to come.
    X10,
    Ss3,
    String,
    /// Inside a string, behind an ESC that may start its terminator.
    StringEscape,
    /// Inside a long text that came as one key; this many bytes are still to be taken for it.
    Text {
        owed: u8,
    },
    /// Behind half of a character of Windows' input mode.
    Half,
    /// Between the key records that a sequence comes in.
    Nested,
    /// Behind such records, with the start of another sequence.
    Behind,
    Paste,
}

/// How many bytes were consumed, and the event that they completed.
pub(super) type Step = (usize, Option<Token>);

impl Decoder {
    /// What [`decode`](Decoder::decode) does where the byte is not plain text.
    #[inline(never)]
    pub(super) fn step(&mut self, bytes: &[u8]) -> Step {
        let bytes = &bytes[..bytes.len().min(LONGEST_CHUNK)];
        if self.state == State::Spent {
            self.forget_bytes();
            self.state = State::Ground;
        }
        match self.state {
            State::Ground | State::Spent => self.ground(bytes),
            State::SpentEscape => {
                self.carry_escape();
                self.escape_on(bytes, 0)
            }
            State::Queued { owed } => self.take_queued(usize::from(owed)),
            State::Escape => self.escape_on(bytes, 0),
            State::DoubleEscape => self.double_escape(bytes, 0),
            State::Utf8 => self.rest_of_char(bytes),
            State::CsiEntry => self.csi_entry_on(bytes, 0),
            State::Csi => self.csi_on(bytes, 0),
            State::Console => self.console(bytes, 0),
            State::X10 => self.x10(bytes, 0),
            State::Ss3 => self.ss3(bytes, 0),
            State::String => self.string(bytes, 0),
            State::StringEscape => self.string_escape(bytes),
            State::Text { owed } => self.next_of_text(usize::from(owed)),
            State::Half | State::Nested => self.records(bytes),
            State::Behind => self.behind_records(bytes),
            State::Paste => self.paste(bytes, 0),
        }
    }

    #[inline(always)]
    fn ground(&mut self, bytes: &[u8]) -> Step {
        match bytes.first() {
            None => (0, None),
            Some(0x1b) => self.escape::<true>(bytes, 1),
            Some(&byte @ 0x20..=0x7e) => (1, Some(Token::ascii(byte))),
            Some(&byte @ (0x00..=0x1f | 0x7f)) => {
                let (code, modifiers) = self.control(byte);
                let what = What::Key(code, modifiers, KeyKind::Press);
                (1, Some(Token { what, span: 1 }))
            }
            Some(0x80..) => match utf8::whole(bytes) {
                Some((character, len)) => {
                    let (what, span) = (What::Text(character), len as u32);
                    (len, Some(Token { what, span }))
                }
                None => {
                    self.alt = false;
                    self.char(bytes, 0)
                }
            },
        }
    }

    /// The key of a control byte, where the terminal's Backspace may be another one.
    pub(super) fn control(&self, byte: u8) -> (KeyCode, Modifiers) {
        match byte == 0x08 && self.settings.erase == Some(0x08) {
            true => (KeyCode::Backspace, Modifiers::empty()),
            false => control(byte),
        }
    }

    /// A character that starts with a byte of 0x80 or more.
    #[inline(never)]
    pub(super) fn char(&mut self, bytes: &[u8], pos: usize) -> Step {
        match utf8::start(&bytes[pos..]) {
            utf8::Start::Char(character, len) => self.end_char(bytes, pos + len, character),
            utf8::Start::Invalid(_) if self.alt => self.split_escape(pos),
            utf8::Start::Invalid(1) if self.settings.c1_controls && bytes[pos] < 0xa0 => {
                self.c1(bytes, pos)
            }
            utf8::Start::Invalid(len) => self.unknown(bytes, pos + len),
            utf8::Start::Incomplete => {
                let start = &bytes[pos..];
                self.partial[..start.len()].copy_from_slice(start);
                self.partial_len = start.len() as u8;
                self.hold(bytes, State::Utf8)
            }
        }
    }

    /// The rest of a character that an earlier chunk began.
    fn rest_of_char(&mut self, bytes: &[u8]) -> Step {
        let had = usize::from(self.partial_len);
        let more = bytes.len().min(4 - had);
        self.partial[had..had + more].copy_from_slice(&bytes[..more]);
        match utf8::start(&self.partial[..had + more]) {
            utf8::Start::Char(character, len) => self.end_char(bytes, len - had, character),
            utf8::Start::Invalid(_) if self.alt => {
                // The start of the character is pending still, by itself.
                self.alt = false;
                self.buffer.remove(0);
                (0, Some(Token::escape()))
            }
            utf8::Start::Invalid(len) => self.unknown(bytes, len - had),
            utf8::Start::Incomplete => {
                self.partial_len = (had + more) as u8;
                self.hold(bytes, State::Utf8)
            }
        }
    }

    #[inline(always)]
    fn end_char(&mut self, bytes: &[u8], end: usize, character: char) -> Step {
        if character < '\u{a0}' {
            // A control character in two bytes: neither text nor a key.
            return match self.alt {
                true => self.queue_behind_escape(bytes, end, What::Unknown { truncated: false }),
                false => self.unknown(bytes, end),
            };
        }
        let what = match self.alt {
            true => What::Key(KeyCode::Char(character), Modifiers::ALT, KeyKind::Press),
            false => What::Text(character),
        };
        self.end_inline(bytes, end, what)
    }

    /// Ends the event under way before `end`.
    #[inline(never)]
    pub(super) fn end(&mut self, bytes: &[u8], end: usize, what: What) -> Step {
        self.end_inline(bytes, end, what)
    }

    /// As [`end`](Decoder::end), for the events that are frequent.
    #[inline(always)]
    pub(super) fn end_inline(&mut self, bytes: &[u8], end: usize, what: What) -> Step {
        let mut span = end as u32;
        self.state = State::Ground;
        if !self.buffer.is_empty() {
            self.end_buffered(&bytes[..end]);
            span = BUFFERED;
        }
        (end, Some(Token { what, span }))
    }

    /// Ends an event that came in more than one chunk.
    #[cold]
    #[inline(never)]
    fn end_buffered(&mut self, bytes: &[u8]) {
        self.keep(bytes);
        self.state = State::Spent;
    }

    /// Ends an event that an ESC before it cannot have modified: that ESC was a key.
    #[inline(never)]
    pub(super) fn end_other(&mut self, bytes: &[u8], end: usize, what: What) -> Step {
        self.end_other_inline(bytes, end, what)
    }

    /// As [`end_other`](Decoder::end_other), for the events that are frequent.
    #[inline(always)]
    pub(super) fn end_other_inline(&mut self, bytes: &[u8], end: usize, what: What) -> Step {
        match self.alt {
            true => self.queue_behind_escape(bytes, end, what),
            false => self.end_inline(bytes, end, what),
        }
    }

    /// Ends a sequence that means nothing known.
    #[inline(never)]
    pub(super) fn unknown(&mut self, bytes: &[u8], end: usize) -> Step {
        let truncated = self.is_truncated(end);
        self.end_other(bytes, end, What::Unknown { truncated })
    }

    /// Returns whether the event is longer than what is kept if it ends before `end`.
    pub(super) fn is_truncated(&self, end: usize) -> bool {
        self.overflow || self.buffer.len() + end > self.kept()
    }

    /// How much of the event under way is kept; an ESC that is not part of it comes on top.
    fn kept(&self) -> usize {
        LONGEST_SEQUENCE + usize::from(self.alt)
    }

    /// Keeps what came so far and waits for more.
    #[inline(never)]
    pub(super) fn hold(&mut self, bytes: &[u8], state: State) -> Step {
        self.keep(bytes);
        self.state = state;
        (bytes.len(), None)
    }

    pub(super) fn keep(&mut self, bytes: &[u8]) {
        let kept = self.kept();
        let take = bytes.len().min(kept - self.buffer.len().min(kept));
        self.overflow |= take < bytes.len();
        let wanted = self.buffer.len() + take;
        if wanted > self.buffer.capacity() {
            // Doubling, but not past the limit, which is what bounds the memory.
            let capacity = (wanted * 2).min(LONGEST_SEQUENCE + 1);
            self.buffer.reserve_exact(capacity - self.buffer.len());
        }
        self.buffer.extend_from_slice(&bytes[..take]);
    }

    pub(super) fn forget_bytes(&mut self) {
        self.buffer.clear();
        self.overflow = false;
    }

    /// Starts the event that begins with the ESC behind the last one.
    pub(super) fn carry_escape(&mut self) {
        self.forget_bytes();
        self.buffer.push(0x1b);
        self.state = State::Escape;
    }

    /// Gives the ESC before `pos` as a key; what follows stands by itself and is read again.
    pub(super) fn split_escape(&mut self, pos: usize) -> Step {
        self.forget_bytes();
        self.state = State::Ground;
        (pos, Some(Token::escape()))
    }

    /// Gives the first ESC of what ended before `end` as a key, and the rest as the next event.
    #[cold]
    #[inline(never)]
    pub(super) fn queue_behind_escape(&mut self, bytes: &[u8], end: usize, what: What) -> Step {
        if self.buffer.is_empty() {
            self.alt = false;
            self.keep(&bytes[1..end]);
        } else {
            self.keep(&bytes[..end]);
            self.buffer.remove(0);
            self.alt = false;
        }
        let span = BUFFERED;
        self.queued = Some(Token { what, span });
        // A byte is left, so that callers who stop at the end of their bytes come back.
        let owed = end.min(1);
        self.state = State::Queued { owed: owed as u8 };
        (end - owed, Some(Token::escape()))
    }

    pub(super) fn take_queued(&mut self, owed: usize) -> Step {
        self.state = State::Spent;
        (owed, self.queued.take())
    }
}

/// The key of a control byte other than ESC.
pub(super) fn control(byte: u8) -> (KeyCode, Modifiers) {
    let none = Modifiers::empty();
    match byte {
        b'\r' => (KeyCode::Enter, none),
        b'\t' => (KeyCode::Tab, none),
        0x7f => (KeyCode::Backspace, none),
        0x1b => (KeyCode::Escape, none),
        0x00 => (KeyCode::Char(' '), Modifiers::CTRL),
        0x01..=0x1a => (KeyCode::Char((byte | 0x60) as char), Modifiers::CTRL),
        _ => (KeyCode::Char((byte | 0x40) as char), Modifiers::CTRL),
    }
}
