//! Input records as the bytes that a terminal would send.
//!
//! A console delivers a key in one of two ways, and may change between them at any time, since
//! another process can change its mode. So each record is encoded by what it carries:
//!
//! - A unit of text (key 0) is written as UTF-8: these are VT sequences, pastes and replies of the
//!   terminal, which the console passes on a unit at a time. Text that is the sequence of a key
//!   record is that record, see `unwrap.rs`.
//! - A key is written as `CSI key ; scan ; unit ; down ; state ; repeat _`, the sequence of
//!   win32-input-mode, which holds the whole record (`doc/specs/#4999 - Improved keyboard handling
//!   in Conpty.md` of Windows Terminal).
//! - The mouse is written as SGR 1006 sequences, see `mouse.rs`, the focus as `CSI I` and `CSI O`,
//!   both only as far as they were asked for.
//!
//! Between the markers of a paste, the characters of keys are written in the place of keys: a console
//! in win32-input-mode passes on a paste as keys (microsoft/terminal #17656).
//!
//! What a change of the window means is not decided here.

use std::collections::VecDeque;
use std::io::Write;

use super::abi::{key, state};
use super::mouse::Mouse;
use super::record::{KeyRecord, Record, Window};
use super::unwrap::{Paste, Unwrapped, Wrapped};
use crate::Reports;

/// Encodes records; keeps what belongs to several of them.
#[derive(Debug, Default)]
pub struct Encoder {
    /// The first half of a surrogate pair.
    high: Option<u16>,
    /// The keys that went down, a bit each.
    pressed: [u64; 4],
    /// The start of a key record that comes as text.
    wrapped: Wrapped,
    paste: Paste,
    /// Keys that were let go during a paste.
    released: Vec<KeyRecord>,
    mouse: Mouse,
}

impl Encoder {
    /// Appends the bytes of a record. The mouse is counted from the corner of `window`.
    pub fn encode(
        &mut self,
        record: &Record,
        window: Window,
        reports: Reports,
        bytes: &mut VecDeque<u8>,
    ) {
        match record {
            Record::Key(record) if record.is_text() => self.text(record, bytes),
            Record::Key(record) => self.key(record, bytes),
            Record::Mouse(record) => self.mouse.encode(record, window, reports, bytes),
            Record::Focus(gained) if reports.contains(Reports::FOCUS) => {
                let end = if *gained { b"\x1b[I" } else { b"\x1b[O" };
                bytes.extend(end);
            }
            Record::Focus(_) | Record::Resize | Record::Other => {}
        }
    }

    /// Appends what was held back for the text that might follow. Called when no record is left: a
    /// console puts a whole sequence into its buffer at once.
    pub fn settle(&mut self, bytes: &mut VecDeque<u8>) {
        let wrapped = self.wrapped.take();
        for unit in wrapped.units() {
            self.unit(unit, bytes);
        }
    }

    /// Appends everything that was held back, because no more records will come.
    pub fn finish(&mut self, bytes: &mut VecDeque<u8>) {
        self.settle(bytes);
        self.finish_pair(bytes);
    }

    /// Appends half a surrogate pair whose other half will not come.
    fn finish_pair(&mut self, bytes: &mut VecDeque<u8>) {
        if let Some(high) = self.high.take() {
            sequence(&half(high), bytes);
        }
    }

    /// Writes a unit of text. Its release says nothing more.
    fn text(&mut self, record: &KeyRecord, bytes: &mut VecDeque<u8>) {
        if !record.down {
            return;
        }
        for _ in 0..record.repeat.max(1) {
            match self.wrapped.push(record.unit) {
                Unwrapped::Held => {}
                Unwrapped::Record(record) if record.is_text() => self.units(&record, bytes),
                Unwrapped::Record(record) => self.plain_key(&record, bytes),
                Unwrapped::Text(text) => {
                    for unit in text.units() {
                        self.unit(unit, bytes);
                    }
                }
            }
        }
    }

    /// Writes the unit of a press, as often as it is repeated.
    fn units(&mut self, record: &KeyRecord, bytes: &mut VecDeque<u8>) {
        if record.down {
            for _ in 0..record.repeat.max(1) {
                self.unit(record.unit, bytes);
            }
        }
    }

    fn unit(&mut self, unit: u16, bytes: &mut VecDeque<u8>) {
        self.character(unit, bytes);
        if self.paste.ends_with(unit) {
            for key in std::mem::take(&mut self.released) {
                sequence(&key, bytes);
            }
        }
    }

    fn character(&mut self, unit: u16, bytes: &mut VecDeque<u8>) {
        if let (Some(high), 0xdc00..=0xdfff) = (self.high, unit) {
            self.high = None;
            let code = 0x1_0000 + ((u32::from(high) - 0xd800) << 10) + (u32::from(unit) - 0xdc00);
            return extend(char::from_u32(code), bytes);
        }
        self.finish_pair(bytes);
        match unit {
            0xd800..=0xdbff => self.high = Some(unit),
            // UTF-8 has no form for it, the sequence of the record has.
            0xdc00..=0xdfff => sequence(&half(unit), bytes),
            _ => extend(char::from_u32(unit.into()), bytes),
        }
    }

    fn key(&mut self, record: &KeyRecord, bytes: &mut VecDeque<u8>) {
        self.settle(bytes);
        self.plain_key(record, bytes);
    }

    fn plain_key(&mut self, record: &KeyRecord, bytes: &mut VecDeque<u8>) {
        if self.paste.is_open() {
            return self.pasted_key(record, bytes);
        }
        self.finish_pair(bytes);
        if is_nul(record) {
            return bytes.extend([0]);
        }
        let was_down = self.note(record);
        // The release of a key whose press was text, or went to the program that ran before. With
        // the Alt key it ends a character that was typed by its number, which comes with it.
        if record.down || was_down || is_numbered(record) {
            sequence(record, bytes);
        }
    }

    /// Writes the character of a key that is part of a paste.
    fn pasted_key(&mut self, record: &KeyRecord, bytes: &mut VecDeque<u8>) {
        if record.unit != 0 && is_numbered(record) {
            self.unit(record.unit, bytes);
        } else if record.unit != 0 {
            self.units(record, bytes);
        }
        if !record.down && self.note(record) {
            // Its press came before the paste.
            self.released.push(KeyRecord { unit: 0, ..*record });
        }
    }

    /// Notes a press or a release; returns whether the key was down before.
    fn note(&mut self, record: &KeyRecord) -> bool {
        let (word, bit) = (usize::from(record.key / 64), 1 << (record.key % 64));
        // A key beyond 255 is not a real one.
        let Some(pressed) = self.pressed.get_mut(word) else {
            return true;
        };
        let before = *pressed & bit != 0;
        *pressed = if record.down {
            *pressed | bit
        } else {
            *pressed & !bit
        };
        before
    }
}

/// Whether a record is the end of a character that was typed by its number, with the Alt key.
fn is_numbered(record: &KeyRecord) -> bool {
    !record.down && record.key == key::MENU && record.unit != 0
}

/// Whether a record is the character NUL, for which a console in VT mode has no unit: it sends the
/// key of the layout that types NUL, Ctrl+2, without a scan code (`InputBuffer::_writeString`).
fn is_nul(record: &KeyRecord) -> bool {
    let ctrl = record.state & (state::LEFT_CTRL | state::RIGHT_CTRL) != 0;
    record.down && record.key == key::TWO && record.scan == 0 && record.unit == 0 && ctrl
}

/// A unit of text that is no character, as a record.
fn half(unit: u16) -> KeyRecord {
    KeyRecord {
        down: true,
        repeat: 1,
        unit,
        ..KeyRecord::default()
    }
}

fn sequence(record: &KeyRecord, bytes: &mut VecDeque<u8>) {
    let KeyRecord {
        down,
        repeat,
        key,
        scan,
        unit,
        state,
    } = *record;
    let (down, repeat) = (u8::from(down), repeat.max(1));
    write!(bytes, "\x1b[{key};{scan};{unit};{down};{state};{repeat}_")
        .expect("a write to memory succeeds");
}

fn extend(character: Option<char>, bytes: &mut VecDeque<u8>) {
    if let Some(character) = character {
        bytes.extend(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
}
