//! Windows' input mode (9001): `CSI Vk ; Sc ; Uc ; Kd ; Cs ; Rc _`, one key record of the console.
//!
//! The format is that of "Improved keyboard handling in Conpty" (microsoft/terminal, #4999): virtual
//! key, scan code, UTF-16 unit, down or up, control-key state, repeat count. What is left out is 0,
//! and the repeat count 1. The keys are in [`win32_keys`](super::win32_keys).
//!
//! A record with a repeat count is one event, a repeat with its text as often. Whoever writes
//! records in this form and wants an event for each writes a sequence for each.
//!
//! What is one event only with the next records is in [`records`](super::records).

use super::Decoder;
use super::machine::{Step, control};
use super::params::Csi;
use super::token::{What, plain_key};
use super::win32_keys::{MENU, character, named, place};
use crate::event::{Key, KeyCode, KeyKind, KeyText, Modifiers, case};

const RIGHT_ALT: u32 = 1 << 0;
const LEFT_ALT: u32 = 1 << 1;
const RIGHT_CTRL: u32 = 1 << 2;
const LEFT_CTRL: u32 = 1 << 3;
const SHIFT: u32 = 1 << 4;
const NUM_LOCK: u32 = 1 << 5;
const CAPS_LOCK: u32 = 1 << 7;
const ENHANCED: u32 = 1 << 8;

/// A key record of the console.
#[derive(Clone, Copy)]
pub(super) struct Record {
    virtual_key: u32,
    scan: u32,
    pub(super) unit: u32,
    pub(super) is_down: bool,
    state: u32,
    repeats: u32,
}

impl Record {
    fn new(csi: &Csi) -> Option<Record> {
        let param = |index: usize| csi.params().get(index).copied().unwrap_or(0);
        let record = Record {
            virtual_key: param(0),
            scan: param(1),
            unit: param(2),
            is_down: param(3) != 0,
            state: param(4),
            repeats: param(5).max(1),
        };
        let is_record = csi.count <= 6 && csi.colons == 0 && record.unit <= 0xffff;
        (is_record && (record.virtual_key, record.unit) != (0, 0)).then_some(record)
    }

    /// The record that a sequence is, but for its last byte.
    pub(super) fn of(sequence: &[u8]) -> Option<Record> {
        let mut csi = Csi::default();
        csi.read(sequence, 2);
        csi.close();
        Record::new(&csi)
    }

    /// Returns whether the record is of no key, but a character that was made into one.
    pub(super) fn has_no_key(&self) -> bool {
        (self.virtual_key, self.scan) == (0, 0)
    }

    /// Returns whether the record gives its character: the release of Alt gives that of an
    /// Alt+number.
    pub(super) fn gives_unit(&self) -> bool {
        self.is_down || self.virtual_key == MENU
    }

    /// Returns whether the character is the first half of one beyond the BMP.
    pub(super) fn is_first_half(&self) -> bool {
        self.gives_unit() && (0xd800..0xdc00).contains(&self.unit)
    }

    /// Returns the character of which this is the second half, behind the unit `high`.
    pub(super) fn second_half_of(&self, high: u32) -> Option<char> {
        if high == 0 || !self.gives_unit() || !(0xdc00..0xe000).contains(&self.unit) {
            return None;
        }
        char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (self.unit - 0xdc00))
    }

    fn kind(&self) -> KeyKind {
        match (self.is_down, self.repeats) {
            (false, _) => KeyKind::Release,
            (true, 1) => KeyKind::Press,
            (true, _) => KeyKind::Repeat,
        }
    }

    fn has(&self, state: u32) -> bool {
        self.state & state != 0
    }

    fn modifiers(&self) -> Modifiers {
        let mut held = Modifiers::empty();
        held.set(Modifiers::SHIFT, self.has(SHIFT));
        held.set(Modifiers::ALT, self.has(LEFT_ALT | RIGHT_ALT));
        held.set(Modifiers::CTRL, self.has(LEFT_CTRL | RIGHT_CTRL));
        held.set(Modifiers::CAPS_LOCK, self.has(CAPS_LOCK));
        held.set(Modifiers::NUM_LOCK, self.has(NUM_LOCK));
        held
    }

    /// The character of the record, unless it has none, a control one or half of one.
    fn text(&self) -> Option<char> {
        char::from_u32(self.unit).filter(|character| !character.is_control())
    }

    /// Returns whether Ctrl and Alt only chose the character. AltGr is the right Alt key with the
    /// left Ctrl key; the two left ones are as good where the layout gives another character.
    fn is_alt_gr(&self, given: char) -> bool {
        let alt_gr = self.has(RIGHT_ALT) && self.has(LEFT_CTRL);
        let both = self.has(LEFT_ALT | RIGHT_ALT) && self.has(LEFT_CTRL | RIGHT_CTRL);
        let own = character(self.virtual_key);
        let capital = self.has(SHIFT | CAPS_LOCK);
        let is_own = |(plain, shifted)| given == plain || capital && given == shifted;
        alt_gr || both && !own.is_some_and(is_own)
    }

    fn key(&self) -> Option<Key> {
        if (0xd800..0xe000).contains(&self.unit) && self.gives_unit() {
            return None;
        }
        let (held, kind) = (self.modifiers(), self.kind());
        if self.virtual_key == MENU && !self.is_down {
            // The character of an Alt+number, which ends with the release of Alt.
            if let Some(character) = self.text() {
                return Some(self.typed(character, held & Modifiers::LOCKS, KeyKind::Press));
            }
        }
        if let Some(code) = named(self.virtual_key, self.scan, self.has(ENHANCED)) {
            let mut key = plain_key(code, held, kind);
            if code.keypad_char().is_some() {
                self.give_text(&mut key);
            }
            return Some(key);
        }
        match self.text() {
            Some(given) if self.is_alt_gr(given) => {
                let held = held - Modifiers::CTRL - Modifiers::ALT;
                Some(self.typed(given, held, kind))
            }
            Some(given) => Some(self.typed(given, held, kind)),
            None => Some(self.untyped(held, kind)),
        }
    }

    /// A key that gives a character.
    fn typed(&self, given: char, held: Modifiers, kind: KeyKind) -> Key {
        let own = character(self.virtual_key);
        let shift = held.contains(Modifiers::SHIFT);
        let small = case::lower(given);
        let code = match own {
            Some((plain, shifted)) if shift && shifted == given => plain,
            // Text that no key has given, as what other terminals send.
            _ if self.has_no_key() => given,
            _ => small,
        };
        let mut key = plain_key(KeyCode::Char(code), held, kind);
        let is_letter = small != given || case::upper(given) != given;
        if shift && given != ' ' && (code != given || !is_letter) {
            key.shifted = Some(given);
        }
        key.base = self.base(code);
        key.text = KeyText::EMPTY;
        self.give_text(&mut key);
        key
    }

    /// A key that gives none: a command, a dead key, or one that is let go.
    fn untyped(&self, held: Modifiers, kind: KeyKind) -> Key {
        let own = character(self.virtual_key).map(|(plain, _)| plain);
        let is_command = held.intersects(Modifiers::CTRL | Modifiers::ALT);
        let code = match (own, self.unit) {
            (Some(own), _) if is_command || kind == KeyKind::Release => KeyCode::Char(own),
            (_, byte @ (0x01..=0x1f | 0x7f)) => {
                let (code, implied) = control(byte as u8);
                return plain_key(code, held | implied, kind);
            }
            _ => KeyCode::Unidentified,
        };
        let mut key = plain_key(code, held, kind);
        key.base = match code {
            KeyCode::Char(code) => self.base(code),
            _ => place(self.scan).or(own),
        };
        key
    }

    /// The character at the key's place, where it is another one.
    fn base(&self, code: char) -> Option<char> {
        let own = || character(self.virtual_key).map(|(plain, _)| plain);
        let base = place(self.scan)
            .filter(|_| !self.has(ENHANCED))
            .or_else(own);
        base.filter(|&base| base != code)
    }

    /// Gives a key its text, as often as it repeats.
    fn give_text(&self, key: &mut Key) {
        let commands = Modifiers::CTRL | Modifiers::ALT;
        if key.kind == KeyKind::Release || key.modifiers.intersects(commands) {
            return;
        }
        if let Some(character) = self.text() {
            let mut repeats = 0..self.repeats;
            let _ = repeats.all(|_| key.text.push(character));
        }
    }
}

impl Decoder {
    /// The end of a record.
    pub(super) fn win32_key(&mut self, bytes: &[u8], end: usize) -> Step {
        let Some(record) = Record::new(&self.csi) else {
            return self.unknown(bytes, end);
        };
        if let Some(step) = self.start_records(&record, bytes, end) {
            return step;
        }
        match record.key() {
            Some(key) => {
                self.key = key;
                self.end_other(bytes, end, What::Rich)
            }
            None => self.unknown(bytes, end),
        }
    }
}
