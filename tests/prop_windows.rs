//! Any sequence of console records becomes bytes, and the bytes events: no text is lost, and nothing
//! panics.
#![cfg(not(loom))]

#[macro_use]
mod common;

use std::collections::VecDeque;

use proptest::prelude::*;
use ttyring::decode::Decoder;
use ttyring::{Event, KeyKind};
use ttyring_platform::Reports;
use ttyring_platform::windows::Encoder;
use ttyring_platform::windows::record::{KeyRecord, MouseRecord, Record, Window};

const WINDOW: Window = Window {
    left: 0,
    top: 100,
    right: 79,
    bottom: 123,
};

/// Records of something that was typed, and its text.
type Typed = (Vec<KeyRecord>, String);

fn key(key: u16, unit: u16, state: u32) -> KeyRecord {
    KeyRecord {
        down: true,
        repeat: 1,
        key,
        scan: 1,
        unit,
        state,
    }
}

fn up(key: KeyRecord) -> KeyRecord {
    KeyRecord { down: false, ..key }
}

fn any_character() -> impl Strategy<Value = char> {
    prop_oneof![
        3 => prop::char::range(' ', '~'),
        2 => prop::char::range('\u{a0}', '\u{d7ff}'),
        1 => prop::char::range('\u{e000}', '\u{fffd}'),
        1 => prop::char::range('\u{10000}', '\u{10ffff}'),
    ]
}

/// A character in each way in which a console delivers one.
fn any_typed() -> impl Strategy<Value = Typed> {
    let state = prop_oneof![Just(0u32), Just(0x10), Just(0x80), Just(0x20), Just(9)];
    let keys = prop_oneof![
        0x30u16..=0x39,
        0x41u16..=0x5a,
        0xbau16..=0xc0,
        0xdbu16..=0xdf
    ];
    (any_character(), 0..4, keys, state, 1u16..4).prop_map(
        |(character, way, code, state, repeat)| {
            let mut units = [0; 2];
            let units = &*character.encode_utf16(&mut units);
            let text = character.to_string();
            let presses =
                |code: u16, state: u32| units.iter().map(move |unit| key(code, *unit, state));
            match way {
                // A unit of text, as VT input delivers it.
                0 => (presses(0, 0).collect(), text),
                // VK_PACKET, pressed and released.
                1 => (
                    presses(0xe7, 0).flat_map(|key| [key, up(key)]).collect(),
                    text,
                ),
                // By its number, with Alt.
                2 if units.len() == 1 => (vec![key(0x12, 0, 2), up(key(0x12, units[0], 0))], text),
                // A key of the layout.
                _ if units.len() == 1 => {
                    let key = KeyRecord {
                        repeat,
                        ..key(code, units[0], state)
                    };
                    (vec![key, up(key)], text.repeat(repeat.into()))
                }
                _ => (presses(0xe7, 0).collect(), text),
            }
        },
    )
}

/// Records without text.
fn any_noise() -> impl Strategy<Value = Record> {
    let silent = (any::<bool>(), 1u16..=255, any::<u16>(), any::<u32>());
    let silent = silent.prop_map(|(down, code, scan, state)| {
        Record::Key(KeyRecord {
            down,
            scan,
            ..key(code, 0, state)
        })
    });
    let mouse = (any::<[i16; 2]>(), any::<u32>(), any::<u32>(), 0u32..32);
    let mouse = mouse.prop_map(|([column, row], buttons, state, flags)| {
        Record::Mouse(MouseRecord {
            column,
            row,
            buttons,
            state,
            flags,
        })
    });
    prop_oneof![
        silent,
        mouse,
        any::<bool>().prop_map(Record::Focus),
        Just(Record::Resize),
        Just(Record::Other)
    ]
}

fn any_record() -> impl Strategy<Value = Record> {
    let key = (any::<bool>(), any::<[u16; 4]>(), any::<u32>());
    let key = key.prop_map(|(down, [repeat, key, scan, unit], state)| {
        Record::Key(KeyRecord {
            down,
            repeat,
            key,
            scan,
            unit,
            state,
        })
    });
    prop_oneof![key, any_noise()]
}

fn encode(records: &[Record], reports: Reports) -> Vec<u8> {
    let (mut encoder, mut bytes) = (Encoder::default(), VecDeque::new());
    for record in records {
        encoder.encode(record, WINDOW, reports, &mut bytes);
    }
    encoder.finish(&mut bytes);
    bytes.into()
}

/// The text of keys. In these tests records without text have none under any layout.
fn text(events: &[Event<'_>]) -> String {
    let mut all = String::new();
    for event in events {
        if let Event::Key(key) = event {
            assert!(key.kind != KeyKind::Release || key.text().is_empty());
            all += key.text();
        }
    }
    all
}

proptest! {
    #[test]
    fn prop_no_text_is_lost(
        typed in prop::collection::vec((any_typed(), prop::collection::vec(any_noise(), 0..3)), 0..50),
        reports in any::<u8>(),
    ) {
        let expected: String = typed.iter().map(|((_, text), _)| text.as_str()).collect();
        let mut records = Vec::new();
        for ((keys, _), noise) in typed {
            records.extend(keys.into_iter().map(Record::Key));
            records.extend(noise);
        }
        let bytes = encode(&records, Reports::from_bits_truncate(reports));
        let events = common::decode_chunks(Decoder::new(), [&bytes[..]]);
        prop_assert_eq!(text(&events), expected, "{:?}", String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn prop_any_record_is_decoded_the_same_however_it_is_cut(
        records in prop::collection::vec(any_record(), 0..20),
        reports in any::<u8>(),
    ) {
        let bytes = encode(&records, Reports::from_bits_truncate(reports));
        let whole = common::decode_chunks(Decoder::new(), [&bytes[..]]);
        for length in [1, 7] {
            let cut = common::decode_chunks(Decoder::new(), bytes.chunks(length));
            assert_same!(cut, whole, "in pieces of {length}");
        }
    }
}
