//! Any sequence of records: no text is lost, keys read back as they were, nothing panics.

use std::collections::VecDeque;

use proptest::prelude::*;
use ttyring_platform::Reports;
use ttyring_platform::windows::Encoder;
use ttyring_platform::windows::record::{KeyRecord, MouseRecord, Record, Window};

pub(super) fn any_key() -> impl Strategy<Value = KeyRecord> {
    let key = prop_oneof![
        Just(0),
        Just(0x12),
        Just(0x32),
        Just(0xe7),
        1u16..=255,
        any::<u16>()
    ];
    let unit = prop_oneof![Just(0), 0x20u16..0x7f, 0xd800u16..0xe000, any::<u16>()];
    let state = prop_oneof![Just(0), Just(8), any::<u32>()];
    let repeat = prop_oneof![Just(1u16), 0u16..4];
    (any::<bool>(), repeat, key, 0u16..3, unit, state).prop_map(
        |(down, repeat, key, scan, unit, state)| KeyRecord {
            down,
            repeat,
            key,
            scan,
            unit,
            state,
        },
    )
}

fn any_record() -> impl Strategy<Value = Record> {
    let mouse = (any::<[i16; 2]>(), any::<u32>(), any::<u32>(), 0u32..32).prop_map(
        |([column, row], buttons, state, flags)| {
            Record::Mouse(MouseRecord {
                column,
                row,
                buttons,
                state,
                flags,
            })
        },
    );
    prop_oneof![
        6 => any_key().prop_map(Record::Key),
        1 => mouse,
        1 => any::<bool>().prop_map(Record::Focus),
        1 => prop_oneof![Just(Record::Resize), Just(Record::Other)],
    ]
}

/// What the bytes say: units of text, and keys. The mouse and the focus are skipped.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    text: Vec<u16>,
    keys: Vec<KeyRecord>,
}

/// Reads bytes back. Text in these tests has no ESC, so that each begins a sequence.
fn read_back(bytes: &[u8]) -> Said {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let mut said = Said::default();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let Some(sequence) = rest.strip_prefix("\x1b[") else {
            let mut units = [0; 2];
            said.text
                .extend_from_slice(character.encode_utf16(&mut units));
            rest = &rest[character.len_utf8()..];
            continue;
        };
        let end = sequence
            .find(|c: char| ('@'..='~').contains(&c))
            .expect("a final byte");
        if sequence.as_bytes()[end] == b'_' {
            said.note(&sequence[..end]);
        }
        rest = &sequence[end + 1..];
    }
    said
}

impl Said {
    fn note(&mut self, parameters: &str) {
        let numbers: Vec<u32> = parameters
            .split(';')
            .map(|n| n.parse().expect("a number"))
            .collect();
        let [key, scan, unit, down, state, repeat] = numbers[..] else {
            panic!("{parameters}");
        };
        let record = KeyRecord {
            down: down == 1,
            repeat: repeat as u16,
            key: key as u16,
            scan: scan as u16,
            unit: unit as u16,
            state,
        };
        match record.is_text() {
            true => self.text.push(record.unit),
            false => self.keys.push(record),
        }
    }
}

/// What the records say.
fn said(records: &[Record]) -> Said {
    let mut said = Said::default();
    let mut held = std::collections::HashSet::new();
    for record in records {
        let Record::Key(key) = record else { continue };
        let key = KeyRecord {
            repeat: key.repeat.max(1),
            ..*key
        };
        let nul = key.key == 0x32 && key.scan == 0 && key.unit == 0 && key.state & 0xc != 0;
        match key.down {
            true if key.is_text() => {
                said.text.extend((0..key.repeat).map(|_| key.unit));
            }
            true if nul => said.text.push(0),
            true => {
                held.insert(key.key);
                said.keys.push(key);
            }
            false if key.is_text() => {}
            // A release says something if its press was a key, or it carries a character.
            false => {
                let known = held.remove(&key.key) || key.key > 255;
                if known || (key.key == 0x12 && key.unit != 0) {
                    said.keys.push(key);
                }
            }
        }
    }
    said
}

proptest! {
    #[test]
    fn prop_no_text_is_lost_and_keys_read_back(
        records in prop::collection::vec(any_record(), 0..200),
        reports in any::<u8>(),
        [left, top, right, bottom] in any::<[i16; 4]>(),
    ) {
        // ESC as text would begin a sequence for `read_back`.
        let records: Vec<Record> = records
            .into_iter()
            .filter(|record| !matches!(record, Record::Key(key) if key.unit == 0x1b))
            .collect();
        let (mut encoder, mut bytes) = (Encoder::default(), VecDeque::new());
        let window = Window { left, top, right, bottom };
        for record in &records {
            encoder.encode(record, window, Reports::from_bits_truncate(reports), &mut bytes);
        }
        encoder.finish(&mut bytes);
        prop_assert_eq!(read_back(bytes.make_contiguous()), said(&records));
    }
}
