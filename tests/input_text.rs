//! Long text through `Input`, which looks ahead for it: key by key, with its bytes, and left at any
//! place for something else.
#![allow(clippy::unwrap_used)]

use std::io::Read;
use std::time::Duration;

use ttyring::query::CURSOR_POSITION;
use ttyring::{Builder, Event, Input, KeyCode, Modes, Size, Unread, key};
use ttyring_platform::sim::{Sim, Step};

const MS: Duration = Duration::from_millis(1);

fn open(sim: &Sim) -> Input<Sim> {
    Builder::new().open_on(sim.clone()).unwrap()
}

/// The next event; `None` when there is none now.
fn next(input: &mut Input<Sim>) -> Option<Event<'_>> {
    input.poll(Duration::ZERO).unwrap().event()
}

/// Lines of printable text of which no 300 bytes are repeated.
fn long_text(len: usize) -> Vec<u8> {
    let byte = |index: usize| match index % 41 {
        40 => b'\r',
        _ => b' ' + (index % 95 + index / 95 * 7) as u8 % 95,
    };
    (0..len).map(byte).collect()
}

/// The next key of text as its byte, which is what the terminal sent, too.
fn next_byte(input: &mut Input<Sim>) -> u8 {
    let event = next(input);
    let Some(Event::Key(key)) = event else {
        panic!("no key: {event:?}");
    };
    let text = match key.code {
        KeyCode::Enter => "\r",
        _ => key.text(),
    };
    let byte = text.as_bytes()[0];
    assert_eq!(input.raw(), [byte]);
    byte
}

#[test]
fn long_text_is_its_bytes_wherever_a_sequence_or_the_end_of_the_ring_cuts_it() {
    for len in [1, 15, 16, 17, 18, 255, 256, 257, 300, 700] {
        let sim = Sim::new();
        let builder = Builder::new().capacity(1024);
        let mut input = builder.open_on(sim.clone()).unwrap();
        let text = long_text(len);
        for _ in 0..5 {
            sim.type_bytes(&text);
            sim.type_bytes(b"\x1b[A");
            let keys: Vec<_> = (0..len).map(|_| next_byte(&mut input)).collect();
            assert_eq!(keys, text);
            assert!(next(&mut input).unwrap() == key!(up));
            assert_eq!(input.raw(), b"\x1b[A");
        }
    }
}

#[test]
fn long_text_can_be_left_after_any_key_without_losing_one() {
    let text = long_text(400);
    for left_after in 1..text.len() - 40 {
        let sim = Sim::new();
        let mut input = open(&sim);
        sim.type_bytes(&text);
        let mut there = Vec::new();
        let keys = |input: &mut Input<Sim>, there: &mut Vec<u8>, count| {
            there.extend((0..count).map(|_| next_byte(input)));
        };
        keys(&mut input, &mut there, left_after);
        match left_after % 4 {
            // What the terminal is told meanwhile changes nothing.
            0 => input.enable(Modes::PASTE).unwrap(),
            // An answer that does not come keeps the keys that come.
            1 => assert!(input.query(CURSOR_POSITION, MS).is_err()),
            2 => {
                let mut bytes = [0; 20];
                input.bytes().read_exact(&mut bytes).unwrap();
                there.extend(bytes);
            }
            _ => {
                let given = input.lend(Unread::Give, |unread| unread.to_vec()).unwrap();
                assert_eq!(given, text[left_after..]);
                there.extend(given);
            }
        }
        let rest = text.len() - there.len();
        keys(&mut input, &mut there, rest);
        assert_eq!(there, text, "left after {left_after}");
        assert_eq!(next(&mut input), None);
    }
}

#[test]
fn new_size_that_a_lender_left_comes_before_the_rest_of_a_text() {
    let sim = Sim::new();
    let mut input = open(&sim);
    sim.type_bytes(&long_text(100));
    next_byte(&mut input);
    next_byte(&mut input);
    let grown = Size {
        columns: 99,
        rows: 33,
        ..Size::default()
    };
    input
        .lend(Unread::Keep, |_| {
            sim.now_do(Step::Resize(grown));
        })
        .unwrap();
    assert_eq!(next(&mut input), Some(Event::Resize(grown)));
    assert_eq!(next_byte(&mut input), long_text(3)[2]);
}
