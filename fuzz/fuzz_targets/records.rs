//! Any records of a Windows console: nothing panics, cuts make no difference, and units of text
//! arrive however a console passes them on.
#![no_main]

mod common;

use std::collections::VecDeque;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use ttyring::decode::Decoder;
use ttyring_platform::Reports;
use ttyring_platform::windows::Encoder;
use ttyring_platform::windows::record::{KeyRecord, MouseRecord, Record, Window};

#[derive(Arbitrary, Debug)]
enum Given {
    Key([u16; 4], bool, u32),
    Text(char),
    Mouse([i16; 2], [u32; 3]),
    Focus(bool),
    Resize,
    Read,
}

#[derive(Arbitrary, Debug)]
struct Console {
    reports: u8,
    window: [i16; 4],
    given: Vec<Given>,
}

fn record(given: &Given) -> Option<Record> {
    Some(match *given {
        Given::Key([key, scan, unit, repeat], down, state) => Record::Key(KeyRecord {
            down,
            // As a program would not live to see the text of more.
            repeat: repeat % 16,
            key,
            scan,
            unit,
            state,
        }),
        Given::Mouse([column, row], [buttons, state, flags]) => Record::Mouse(MouseRecord {
            column,
            row,
            buttons,
            state,
            flags,
        }),
        Given::Focus(gained) => Record::Focus(gained),
        Given::Resize => Record::Resize,
        Given::Text(_) | Given::Read => return None,
    })
}

/// Encodes everything; text comes as it is, or each unit as the text of a record.
fn encode(console: &Console, wrapped: bool) -> Vec<u8> {
    let (mut encoder, mut bytes) = (Encoder::default(), VecDeque::new());
    let reports = Reports::from_bits_truncate(console.reports);
    let [left, top, right, bottom] = console.window;
    let window = Window {
        left,
        top,
        right,
        bottom,
    };
    for given in &console.given {
        let mut take = |record| encoder.encode(&record, window, reports, &mut bytes);
        match given {
            Given::Text(character) => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    if wrapped && *unit != 0 {
                        let text = format!("\x1b[0;0;{unit};1;0;1_");
                        text.bytes().for_each(|byte| take(unit_of(byte.into())));
                    } else {
                        take(unit_of(*unit));
                    }
                }
            }
            // Nothing more is there, for now.
            Given::Read => encoder.settle(&mut bytes),
            given => record(given).into_iter().for_each(take),
        }
    }
    encoder.finish(&mut bytes);
    bytes.into()
}

fn unit_of(unit: u16) -> Record {
    Record::Key(KeyRecord {
        down: true,
        repeat: 1,
        unit,
        ..KeyRecord::default()
    })
}

fuzz_target!(|console: Console| {
    let bytes = encode(&console, false);
    let whole = common::decode(Decoder::new(), std::iter::once(&bytes[..]));
    assert_eq!(common::decode(Decoder::new(), bytes.chunks(1)), whole);
    // Text that is a record by itself would not be, wrapped once more.
    let begins =
        |given: &Given| matches!(given, Given::Text('\x1b') | Given::Key([0, _, 0x1b, _], ..));
    if !console.given.iter().any(begins) {
        assert_eq!(encode(&console, true), bytes);
    }
});
