//! Key records of Windows' input mode that are one event only with those that follow.
//!
//! - A character beyond the BMP comes as two halves. The first is held back until it is clear what
//!   the next record is; without a second half it is unknown.
//! - A console that was asked for this mode puts what is no key, such as the mouse and the paste
//!   markers, into records, a byte in each (microsoft/terminal, #15083). Such a record has neither a
//!   virtual key nor a scan code. An ESC in one starts a sequence, whose bytes go through the same
//!   machine. A record of a key, or anything else, ends the sequence, but for a paste: what is
//!   pasted comes as keys.

use super::Decoder;
use super::machine::{State, Step};
use super::token::{TEXT, Token, What};
use super::win32::Record;

const ESC: u32 = 0x1b;

/// A record takes 38 bytes at most if no number has leading zeros.
const LONGEST_RECORD: usize = 40;

/// What is kept between the records.
#[derive(Clone, Copy, Debug)]
pub(super) struct Records {
    /// The record under way, or another start of a sequence that ended those before it.
    next: [u8; LONGEST_RECORD],
    len: usize,
    /// The first half of a character.
    high: u32,
    /// The state of the machine in the sequence that they hold.
    inside: State,
    /// The machine is being given bytes of that sequence: a record in it is one by itself.
    is_inside: bool,
}

impl Default for Records {
    fn default() -> Records {
        Records {
            next: [0; LONGEST_RECORD],
            len: 0,
            high: 0,
            inside: State::Ground,
            is_inside: false,
        }
    }
}

impl Records {
    /// Returns the state of the sequence in the records.
    pub(super) fn inside(&self) -> State {
        self.inside
    }

    fn next(&self) -> &[u8] {
        self.next.get(..self.len).unwrap_or_default()
    }

    /// What a record is to the sequence inside: of a paste, any key that goes down is content;
    /// otherwise a byte that has neither a virtual key nor a scan code.
    fn content(&mut self, record: &Record) -> Content {
        let in_paste = self.inside == State::Paste;
        if !in_paste && !record.has_no_key() {
            return Content::Other;
        }
        if !record.gives_unit() || record.unit == 0 {
            return Content::Nothing;
        }
        if record.is_first_half() {
            self.high = record.unit;
            return if in_paste {
                Content::Nothing
            } else {
                Content::Other
            };
        }
        let whole = record.second_half_of(self.high);
        if whole.is_some() {
            self.high = 0;
        }
        match whole.or_else(|| char::from_u32(record.unit)) {
            Some(character) if in_paste || character.is_ascii() => Content::Character(character),
            Some(_) => Content::Other,
            None => Content::Nothing,
        }
    }
}

/// What a record is to those before it.
enum Content {
    Character(char),
    /// A release, or a key without a character.
    Nothing,
    /// Not of them.
    Other,
}

impl Decoder {
    /// Waits for the records behind `record`, which ends before `end`, if it is the first of some.
    pub(super) fn start_records(
        &mut self,
        record: &Record,
        bytes: &[u8],
        end: usize,
    ) -> Option<Step> {
        if self.alt || self.records.is_inside {
            return None;
        }
        let starts = record.has_no_key() && record.is_down && record.unit == ESC;
        if starts {
            self.records = Records::default();
            self.forget_bytes();
            let (_, token) = self.give_inside('\x1b');
            debug_assert!(token.is_none(), "an ESC may be the start of something");
        } else if record.is_first_half() && self.buffer.len() + end <= 2 * LONGEST_RECORD {
            self.records = Records::default();
            self.records.high = record.unit;
            self.keep(&bytes[..end]);
            self.state = State::Half;
        } else {
            return None;
        }
        let (used, token) = self.records(&bytes[end..]);
        Some((end + used, token))
    }

    /// Between records that belong together.
    pub(super) fn records(&mut self, bytes: &[u8]) -> Step {
        for (pos, &byte) in bytes.iter().enumerate() {
            let content = match (self.records.len, byte) {
                (0, 0x1b) | (1, b'[') | (2.., b'0'..=b'9' | b';') => {
                    let Some(place) = self.records.next.get_mut(self.records.len) else {
                        return self.end_records(pos);
                    };
                    *place = byte;
                    self.records.len += 1;
                    continue;
                }
                (2.., b'_') => self.content(),
                _ => Content::Other,
            };
            let character = match content {
                Content::Other => return self.end_records(pos),
                Content::Nothing => {
                    self.records.len = 0;
                    continue;
                }
                Content::Character(character) => character,
            };
            let (taken, token) = match self.state {
                State::Half => {
                    self.keep_record();
                    let (_, token) = self.end(&[], 0, What::Text(character));
                    (true, token)
                }
                _ => self.give_inside(character),
            };
            if token.is_some() {
                // Otherwise an event has ended before this record, which is read again.
                return (pos + usize::from(taken), token);
            }
        }
        (bytes.len(), None)
    }

    /// What the record that has just come is to those before it.
    fn content(&mut self) -> Content {
        let Some(record) = Record::of(self.records.next()) else {
            return Content::Other;
        };
        if self.state != State::Half {
            return self.records.content(&record);
        }
        let is_release = !record.is_down && record.unit == self.records.high;
        if is_release && self.buffer.len() + self.records.len < 2 * LONGEST_RECORD {
            self.keep_record();
            return Content::Nothing;
        }
        let whole = record.second_half_of(self.records.high);
        whole.map_or(Content::Other, Content::Character)
    }

    /// Adds the record to the event under way.
    fn keep_record(&mut self) {
        self.buffer.extend_from_slice(self.records.next());
        self.buffer.push(b'_');
    }

    /// Gives the machine a character of the sequence inside; returns whether it took it, and what
    /// it made of it.
    fn give_inside(&mut self, character: char) -> (bool, Option<Token>) {
        self.state = self.records.inside;
        self.records.is_inside = true;
        let mut bytes = [0; 4];
        let len = character.encode_utf8(&mut bytes).len();
        let (used, mut token) = self.step(&bytes[..len]);
        self.records.is_inside = false;
        if let Some(Token {
            what: What::Paste { .. },
            span,
        }) = &mut token
        {
            // The caller has other bytes.
            (self.partial, self.partial_len) = (bytes, *span as u8);
            *span = TEXT;
        }
        if used > 0 {
            self.records.len = 0;
        }
        self.leave_inside();
        (used > 0, token)
    }

    /// The machine has done its part: the sequence goes on unless it has ended.
    fn leave_inside(&mut self) {
        self.records.inside = self.state;
        if !matches!(self.state, State::Ground | State::Spent) {
            self.state = State::Nested;
        } else if self.records.len > 0 {
            self.state = State::Behind;
        }
    }

    /// Ends what the records have under way, as no more of it comes.
    pub(super) fn end_records(&mut self, end: usize) -> Step {
        let token = if self.state == State::Half {
            self.unknown(&[], 0).1
        } else {
            self.state = self.records.inside;
            self.finish_token()
        };
        debug_assert!(token.is_some(), "something is under way");
        self.leave_inside();
        (end, token)
    }

    /// Decodes what came behind the records as if it were new, and then `bytes`.
    pub(super) fn behind_records(&mut self, bytes: &[u8]) -> Step {
        self.forget_bytes();
        self.state = State::Ground;
        let records = self.records;
        let (_, token) = self.step(records.next());
        debug_assert!(token.is_none(), "a start of a sequence is no event");
        match bytes {
            [] => (0, token),
            _ => self.step(bytes),
        }
    }
}
