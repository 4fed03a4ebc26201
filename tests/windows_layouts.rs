//! Every key of a US and a German keyboard that types something, as Windows reports it.
//!
//! Sources: the layouts `kbdus.dll` and `kbdgr.dll` as Microsoft shows them ("Windows keyboard
//! layouts"), virtual keys of winuser.h, scan codes of set 1.
#![cfg(not(loom))]

mod common;

use common::decode;
use ttyring::{Event, Key, KeyCode, KeyKind, Modifiers};

const SHIFT: u32 = 0x10;
const LEFT_CTRL: u32 = 8;
const RIGHT_CTRL: u32 = 4;
const LEFT_ALT: u32 = 2;
const RIGHT_ALT: u32 = 1;
const NUM_LOCK: u32 = 0x20;
const CAPS_LOCK: u32 = 0x80;

/// A key: its virtual key, its scan code, and what it types alone, with Shift and with AltGr.
type Row = (u16, u16, char, char, Option<char>);

/// The digits, with what Shift makes of them.
const fn digit(number: u8, shifted: char, alt_gr: Option<char>) -> Row {
    let plain = (b'0' + number) as char;
    let scan = if number == 0 { 11 } else { number as u16 + 1 };
    (0x30 + number as u16, scan, plain, shifted, alt_gr)
}

/// The scan codes of the letters on a US keyboard, from A to Z.
const LETTERS: [u16; 26] = [
    0x1e, 0x30, 0x2e, 0x20, 0x12, 0x21, 0x22, 0x23, 0x17, 0x24, 0x25, 0x26, 0x32, 0x31, 0x18, 0x19,
    0x10, 0x13, 0x1f, 0x14, 0x16, 0x2f, 0x11, 0x2d, 0x15, 0x2c,
];

fn letters(swapped: bool, alt_gr: &[(char, char)]) -> Vec<Row> {
    ('a'..='z')
        .map(|letter| {
            let place = match letter {
                'y' if swapped => 'z',
                'z' if swapped => 'y',
                other => other,
            };
            let scan = LETTERS[usize::from(place as u8 - b'a')];
            let upper = letter.to_ascii_uppercase();
            let third = alt_gr.iter().find(|(own, _)| *own == letter);
            (
                upper as u16,
                scan,
                letter,
                upper,
                third.map(|(_, third)| *third),
            )
        })
        .collect()
}

fn us() -> Vec<Row> {
    let shifted = [')', '!', '@', '#', '$', '%', '^', '&', '*', '('];
    let digits = (0..10).map(|number| digit(number, shifted[usize::from(number)], None));
    let others = [
        (0xba, 0x27, ';', ':', None),
        (0xbb, 0x0d, '=', '+', None),
        (0xbc, 0x33, ',', '<', None),
        (0xbd, 0x0c, '-', '_', None),
        (0xbe, 0x34, '.', '>', None),
        (0xbf, 0x35, '/', '?', None),
        (0xc0, 0x29, '`', '~', None),
        (0xdb, 0x1a, '[', '{', None),
        (0xdc, 0x2b, '\\', '|', None),
        (0xdd, 0x1b, ']', '}', None),
        (0xde, 0x28, '\'', '"', None),
        (0xe2, 0x56, '\\', '|', None),
        (0x20, 0x39, ' ', ' ', None),
    ];
    letters(false, &[])
        .into_iter()
        .chain(digits)
        .chain(others)
        .collect()
}

fn german() -> Vec<Row> {
    let shifted = ['=', '!', '"', '§', '$', '%', '&', '/', '(', ')'];
    let third = |number: u8| match number {
        0 => Some('}'),
        2 => Some('²'),
        3 => Some('³'),
        7 => Some('{'),
        8 => Some('['),
        9 => Some(']'),
        _ => None,
    };
    let digits = (0..10).map(|number| digit(number, shifted[usize::from(number)], third(number)));
    let others = [
        (0xba, 0x1a, 'ü', 'Ü', None),
        (0xbb, 0x1b, '+', '*', Some('~')),
        (0xbc, 0x33, ',', ';', None),
        (0xbd, 0x35, '-', '_', None),
        (0xbe, 0x34, '.', ':', None),
        (0xbf, 0x2b, '#', '\'', None),
        (0xc0, 0x27, 'ö', 'Ö', None),
        (0xdb, 0x0c, 'ß', '?', Some('\\')),
        (0xde, 0x28, 'ä', 'Ä', None),
        (0xe2, 0x56, '<', '>', Some('|')),
        (0x20, 0x39, ' ', ' ', None),
    ];
    let alt_gr = [('q', '@'), ('e', '€'), ('m', 'µ')];
    letters(true, &alt_gr)
        .into_iter()
        .chain(digits)
        .chain(others)
        .collect()
}

fn bytes(key: u16, scan: u16, unit: u32, down: bool, state: u32, repeat: u16) -> String {
    format!(
        "\x1b[{key};{scan};{unit};{};{state};{repeat}_",
        u8::from(down)
    )
}

#[track_caller]
fn one(bytes: &str) -> Key {
    match decode(bytes.as_bytes())[..] {
        [Event::Key(key)] => key,
        ref other => panic!("{bytes:?}: {other:?}"),
    }
}

/// Asserts that a record types a character, and is what a terminal without records sends for it.
#[track_caller]
fn types(row: &Row, unit: char, state: u32, held: Modifiers) -> Key {
    let (virtual_key, scan, ..) = *row;
    let press = one(&bytes(virtual_key, scan, unit.into(), true, state, 1));
    assert_eq!(
        (press.text(), press.kind),
        (&*unit.to_string(), KeyKind::Press),
        "{row:?}"
    );
    assert_eq!(press.modifiers, held, "{row:?}: {press:?}");
    let repeat = one(&bytes(virtual_key, scan, unit.into(), true, state, 3));
    assert_eq!(
        (repeat.text(), repeat.kind),
        (&*unit.to_string().repeat(3), KeyKind::Repeat)
    );
    let release = one(&bytes(virtual_key, scan, unit.into(), false, state, 1));
    assert_eq!((release.text(), release.kind), ("", KeyKind::Release));
    assert_eq!(
        release.code, press.code,
        "{row:?}: a release names the same key"
    );
    press
}

fn each_key_of(layout: Vec<Row>) {
    for row in &layout {
        let (.., plain, shifted, third) = *row;
        let typed = types(row, plain, 0, Modifiers::empty());
        assert!(typed == Key::char(plain), "{row:?}: {typed:?}");
        let typed = types(row, plain, NUM_LOCK, Modifiers::NUM_LOCK);
        assert!(typed == Key::char(plain), "{row:?}: {typed:?}");
        let typed = types(row, shifted, SHIFT, Modifiers::SHIFT);
        if shifted != ' ' {
            let legacy: Key = shifted.to_string().parse().expect("a key");
            assert!(typed == legacy, "{row:?}: {typed:?} is {shifted}");
        }
        if plain.is_alphabetic() && plain != 'ß' {
            let typed = types(row, shifted, CAPS_LOCK, Modifiers::CAPS_LOCK);
            assert_eq!(typed.code, KeyCode::Char(plain), "{row:?}");
            types(
                row,
                plain,
                CAPS_LOCK | SHIFT,
                Modifiers::CAPS_LOCK | Modifiers::SHIFT,
            );
        }
        if let Some(third) = third {
            for enhanced in [0, 0x100] {
                let state = LEFT_CTRL | RIGHT_ALT | enhanced;
                let typed = types(row, third, state, Modifiers::empty());
                assert!(typed == Key::char(third), "{row:?}: {typed:?}");
            }
            let both = LEFT_CTRL | RIGHT_ALT | NUM_LOCK | CAPS_LOCK;
            types(row, third, both, Modifiers::LOCKS);
        }
    }
}

#[test]
fn each_key_of_a_us_keyboard_types_its_characters() {
    each_key_of(us());
}

#[test]
fn each_key_of_a_german_keyboard_types_its_characters() {
    each_key_of(german());
}

#[test]
fn letters_with_control_and_alt_are_commands_of_their_letter() {
    for (virtual_key, scan, letter, upper, _) in us().into_iter().chain(german()) {
        if !letter.is_ascii_lowercase() {
            continue;
        }
        let control = u32::from(letter) & 0x1f;
        for (state, unit, name) in [
            (LEFT_CTRL, control, format!("ctrl-{letter}")),
            (RIGHT_CTRL, control, format!("ctrl-{letter}")),
            (LEFT_CTRL | SHIFT, control, format!("ctrl-shift-{letter}")),
            (LEFT_ALT, letter.into(), format!("alt-{letter}")),
            (RIGHT_ALT, letter.into(), format!("alt-{letter}")),
            (
                LEFT_ALT | SHIFT,
                upper.into(),
                format!("alt-shift-{letter}"),
            ),
            (LEFT_CTRL | LEFT_ALT, 0, format!("ctrl-alt-{letter}")),
        ] {
            for down in [true, false] {
                let key = one(&bytes(virtual_key, scan, unit, down, state, 1));
                assert_eq!(
                    (key.to_string(), key.text()),
                    (name.clone(), ""),
                    "{scan:#x}"
                );
            }
        }
    }
}

#[test]
fn dead_keys_of_a_german_keyboard_type_with_the_next_key() {
    // ^ and ´, alone and with Shift (° is not dead).
    for (virtual_key, scan) in [(0xdc, 0x29), (0xdd, 0x0d)] {
        for state in [0, SHIFT] {
            let dead = one(&bytes(virtual_key, scan, 0, true, state, 1));
            assert_eq!(dead.text(), "", "{virtual_key:#x}");
        }
    }
    let degree = one(&bytes(0xdc, 0x29, '°'.into(), true, SHIFT, 1));
    assert_eq!(degree.text(), "°");
    for (letter, composed) in [('A', 'â'), ('E', 'é'), ('U', 'û'), ('O', 'ô')] {
        let scan = LETTERS[usize::from(letter as u8 - b'A')];
        let row = (letter as u16, scan, composed, composed, None);
        let typed = types(&row, composed, 0, Modifiers::empty());
        assert!(typed == Key::char(composed));
    }
    // What combines with nothing comes as two records: the accent, and the letter.
    let accent = bytes(0x58, 0x2d, '^'.into(), true, 0, 1);
    let letter = bytes(0x58, 0x2d, 'x'.into(), true, 0, 1);
    let events = decode(format!("{accent}{letter}").as_bytes());
    let [Event::Key(accent), Event::Key(letter)] = events[..] else {
        panic!("{events:?}");
    };
    assert_eq!((accent.text(), letter.text()), ("^", "x"));
}

#[test]
fn character_by_its_number_comes_with_the_release_of_alt() {
    for (digits, character) in [("0228", 'ä'), ("0128", '€'), ("65", 'A'), ("9731", '☃')] {
        let mut sent = bytes(0x12, 0x38, 0, true, LEFT_ALT, 1);
        for digit in digits.bytes() {
            let place = usize::from(digit - b'0');
            let scan = [0x52, 0x4f, 0x50, 0x51, 0x4b, 0x4c, 0x4d, 0x47, 0x48, 0x49][place];
            for down in [true, false] {
                sent += &bytes(0x60 + place as u16, scan, 0, down, LEFT_ALT | NUM_LOCK, 1);
            }
        }
        sent += &bytes(0x12, 0x38, character.into(), false, 0, 1);
        let events = decode(sent.as_bytes());
        let typed: String = events
            .iter()
            .map(|event| match event {
                Event::Key(key) => key.text(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(typed, character.to_string(), "{events:?}");
    }
}
