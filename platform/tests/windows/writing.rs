//! Writes: UTF-8 for a console that takes UTF-16.

use ttyring_platform::{Transfer, Tty};

use super::Raw;
use super::console::Vt;

/// Writes everything; returns what the console got.
fn write(raw: &Raw, pieces: &[&[u8]]) -> String {
    for piece in pieces {
        let mut rest: &[u8] = piece;
        while !rest.is_empty() {
            match raw.tty.write(rest).expect("write") {
                Transfer::Bytes(count) => rest = &rest[count..],
                other => panic!("{other:?}"),
            }
        }
    }
    raw.console.written()
}

#[test]
fn text_is_written_whole_wherever_it_is_cut() {
    let text = "aé日😀\x1b[1m";
    for first in 0..=text.len() {
        for second in first..=text.len() {
            let raw = Raw::new(Vt::Heeded);
            let bytes = text.as_bytes();
            let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
            assert_eq!(write(&raw, &pieces), text, "cut at {first} and {second}");
        }
    }
}

#[test]
fn what_is_no_text_is_replaced_and_the_rest_is_written() {
    for (bytes, expected) in [
        (&b"a\xffb"[..], "a\u{fffd}b"),
        (b"\xf0\x9f\x98x", "\u{fffd}x"),
        (b"\xc3(", "\u{fffd}("),
        (b"\xed\xa0\x80.", "\u{fffd}\u{fffd}\u{fffd}."),
    ] {
        let raw = Raw::new(Vt::Heeded);
        assert_eq!(write(&raw, &[bytes]), expected, "{bytes:?}");
        let raw = Raw::new(Vt::Heeded);
        let alone: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(write(&raw, &alone), expected, "{bytes:?} byte by byte");
    }
}

#[test]
fn long_text_is_written_in_pieces_that_the_console_takes() {
    let raw = Raw::new(Vt::Heeded);
    let text: String = "é日😀x".chars().cycle().take(200_000).collect();
    assert!(
        write(&raw, &[text.as_bytes()]) == text,
        "it came out different"
    );
}

#[test]
fn console_that_takes_a_part_is_given_the_rest() {
    for room in 1..=3 {
        let raw = Raw::new(Vt::Heeded);
        raw.console.change(|state| state.room = room);
        let text = "aé日b";
        assert_eq!(write(&raw, &[text.as_bytes()]), text);
        // The kept start of a character is not lost, either.
        let bytes = "日x".as_bytes();
        assert_eq!(write(&raw, &[&bytes[..2], &bytes[2..]]), "aé日b日x");
    }
}

#[test]
fn console_that_takes_nothing_is_not_ready() {
    let raw = Raw::new(Vt::Heeded);
    raw.tty
        .write(b"\xe6\x97")
        .expect("the start of a character");
    raw.console.change(|state| state.room = 0);
    assert_eq!(raw.tty.write(b"\xa5").expect("write"), Transfer::NotReady);
    raw.console.change(|state| state.room = 8);
    assert_eq!(write(&raw, &[b"\xa5"]), "日");
}
