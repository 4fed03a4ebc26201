//! Text that stands for records: sequences of win32-input-mode, and the markers of a paste.
//!
//! After `CSI ? 9001 h` a console with VT input passes each record on as the text of its sequence,
//! a unit at a time. It does so with what was text already: the marker of a paste and the replies of
//! the terminal come as a sequence for each unit, with key 0 (microsoft/terminal #17656). A program
//! that took only the outer text would read `CSI 0;0;27;1;0;1 _` for an ESC.

use super::record::KeyRecord;

/// The longest sequence of a record: six numbers of at most five digits, one of ten, and what
/// surrounds them.
const LONGEST: usize = 40;

/// Text that may become the sequence of a record: ASCII.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wrapped {
    text: [u8; LONGEST],
    len: usize,
    /// The unit behind it that shows that it is none.
    behind: Option<u16>,
}

/// What a unit of text is, with those before it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unwrapped {
    /// The start of a sequence, maybe.
    Held,
    /// A record.
    Record(KeyRecord),
    /// Text.
    Text(Wrapped),
}

impl Default for Wrapped {
    fn default() -> Self {
        Wrapped {
            text: [0; LONGEST],
            len: 0,
            behind: None,
        }
    }
}

impl Wrapped {
    pub(super) fn push(&mut self, unit: u16) -> Unwrapped {
        let byte = u8::try_from(unit).unwrap_or(u8::MAX);
        let goes_on = match self.len {
            0 => byte == 0x1b,
            1 => byte == b'[',
            2..LONGEST => matches!(byte, b'0'..=b'9' | b';'),
            _ => false,
        };
        if goes_on {
            self.text[self.len] = byte;
            self.len += 1;
            return Unwrapped::Held;
        }
        if self.len > 2 && byte == b'_' {
            if let Some(record) = record(&self.text[2..self.len]) {
                self.len = 0;
                return Unwrapped::Record(record);
            }
        }
        let mut text = self.take();
        if byte == 0x1b {
            // Another one may begin here.
            (self.text[0], self.len) = (byte, 1);
        } else {
            text.behind = Some(unit);
        }
        Unwrapped::Text(text)
    }

    /// Takes what is held.
    pub(super) fn take(&mut self) -> Wrapped {
        let text = *self;
        self.len = 0;
        text
    }

    pub(super) fn units(&self) -> impl Iterator<Item = u16> {
        let text = self.text[..self.len].iter().copied().map(u16::from);
        text.chain(self.behind)
    }
}

/// Reads the numbers of a record. What is left out is 0, and the repeat count 1.
fn record(numbers: &[u8]) -> Option<KeyRecord> {
    let mut all = [0, 0, 0, 0, 0, 1_u32];
    for (index, number) in numbers.split(|&byte| byte == b';').enumerate() {
        let place = all.get_mut(index)?;
        if !number.is_empty() {
            *place = std::str::from_utf8(number).ok()?.parse().ok()?;
        }
    }
    let [key, scan, unit, down, state, repeat] = all;
    let record = KeyRecord {
        down: down != 0,
        repeat: repeat.try_into().ok()?,
        key: key.try_into().ok()?,
        scan: scan.try_into().ok()?,
        unit: unit.try_into().ok()?,
        state,
    };
    ((record.key, record.unit) != (0, 0)).then_some(record)
}

/// Whether a paste has begun that has not ended (`CSI 200 ~`, `CSI 201 ~`).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Paste {
    /// The last six units, as far as they are ASCII.
    recent: u64,
    open: bool,
}

const MARKER: usize = 6;
const START: u64 = marker(*b"\x1b[200~");
const END: u64 = marker(*b"\x1b[201~");

const fn marker(text: [u8; MARKER]) -> u64 {
    let [a, b, c, d, e, f] = text;
    u64::from_be_bytes([0, 0, a, b, c, d, e, f])
}

impl Paste {
    pub(super) fn is_open(self) -> bool {
        self.open
    }

    /// Notes a unit; returns whether a paste ends with it.
    pub(super) fn ends_with(&mut self, unit: u16) -> bool {
        let byte = u8::try_from(unit).unwrap_or(u8::MAX);
        self.recent = (self.recent << 8 | u64::from(byte)) & ((1 << (8 * MARKER)) - 1);
        let was_open = self.open;
        match self.recent {
            START => self.open = true,
            END => self.open = false,
            _ => {}
        }
        was_open && !self.open
    }
}
