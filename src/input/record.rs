//! The form in which a kept event lies in memory: a byte or two of what it is, and its bytes.
//!
//! Plain typing needs one byte besides its own. What the bytes mean is `kept`'s concern.

use std::ops::Range;

/// What a record holds besides the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The bytes tell all.
    Whole,
    /// A report of the cursor's position that was expected; alone it could be a key.
    Position,
    /// The start of a sequence that was longer than the decoder keeps.
    Truncated,
    /// A piece of a paste, with its flags.
    Paste,
    /// A new size, as four numbers of 16 bits.
    Resize,
    /// Signals, as 16 bits.
    Signal,
    Resumed,
    Woken,
}

const FORMS: [Form; 8] = [
    Form::Whole,
    Form::Position,
    Form::Truncated,
    Form::Paste,
    Form::Resize,
    Form::Signal,
    Form::Resumed,
    Form::Woken,
];

impl Form {
    /// Returns whether the payload is what the terminal sent.
    pub(super) fn is_input(self) -> bool {
        matches!(
            self,
            Form::Whole | Form::Position | Form::Truncated | Form::Paste
        )
    }
}

/// A first byte below this is the length of a whole event without flags. From here on it is form and flags, and
/// the length follows, seven bits in a byte, the low ones first.
const LONG: u8 = 0x80;

/// Where a record lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    pub(super) form: Form,
    /// Four bits.
    pub(super) flags: u8,
    from: usize,
    /// Where the next one starts.
    pub(super) to: usize,
}

impl Record {
    /// Returns how long the record of such an event is.
    pub(super) fn len(form: Form, flags: u8, payload: &[u8]) -> usize {
        let head = if is_short(form, flags, payload.len()) {
            1
        } else {
            // The bits of the length, rounded up to seven; zero needs a byte, too.
            let bits = usize::BITS - (payload.len() | 1).leading_zeros();
            1 + bits.div_ceil(7) as usize
        };
        head + payload.len()
    }

    /// Writes a record at the end of `bytes`.
    pub(super) fn write(form: Form, flags: u8, payload: &[u8], bytes: &mut Vec<u8>) {
        let mut len = payload.len();
        if is_short(form, flags, len) {
            bytes.push(len as u8);
        } else {
            bytes.push(LONG | flags << 3 | form as u8);
            while len >= 0x80 {
                bytes.push(0x80 | (len & 0x7f) as u8);
                len >>= 7;
            }
            bytes.push(len as u8);
        }
        bytes.extend_from_slice(payload);
    }

    /// Reads the record that starts at `start`.
    pub(super) fn read(bytes: &[u8], start: usize) -> Record {
        let first = bytes[start];
        let mut from = start + 1;
        let (form, flags, len) = if first < LONG {
            (Form::Whole, 0, usize::from(first))
        } else {
            let (mut len, mut shift) = (0, 0);
            loop {
                let byte = bytes[from];
                from += 1;
                len |= usize::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 {
                    break;
                }
            }
            (FORMS[usize::from(first & 7)], first >> 3 & 0xf, len)
        };
        Record {
            form,
            flags,
            from,
            to: from + len,
        }
    }

    /// Returns where the bytes of the event are.
    pub(super) fn payload(self) -> Range<usize> {
        self.from..self.to
    }
}

fn is_short(form: Form, flags: u8, len: usize) -> bool {
    form == Form::Whole && flags == 0 && len < usize::from(LONG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_reads_as_it_was_written_whatever_its_form_and_length() {
        let mut bytes = Vec::new();
        let mut written = Vec::new();
        for form in FORMS {
            for len in [0, 1, 3, 127, 128, 129, 16_383, 16_384, 64_512] {
                for flags in [0, 1, 8, 15] {
                    let payload = vec![flags; len];
                    let before = bytes.len();
                    Record::write(form, flags, &payload, &mut bytes);
                    assert_eq!(bytes.len() - before, Record::len(form, flags, &payload));
                    written.push((form, flags, payload));
                }
            }
        }
        let mut start = 0;
        for (form, flags, payload) in written {
            let record = Record::read(&bytes, start);
            assert_eq!(record.form, form);
            assert_eq!(record.flags, flags);
            assert_eq!(bytes[record.payload()], payload);
            start = record.to;
        }
        assert_eq!(start, bytes.len());
    }
}
