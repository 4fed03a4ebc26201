//! Sequences one behind the other in the same decoder, and at the limits of what it keeps.

#![cfg(not(loom))]

#[macro_use]
mod common;

use std::time::Duration;

use common::{Recorder, decode, decode_chunks, decode_expecting, decode_told, key, unknown};
use ttyring::decode::{Decoder, LONGEST_SEQUENCE};
use ttyring::{Color, Event, Reply, Size, Unknown};

/// One of each kind, each complete in itself.
const SEQUENCES: [&[u8]; 37] = [
    b"a",
    "é".as_bytes(),
    b"\r",
    b"\xff",
    b"\x1bx",
    b"\x1b\x1b[A",
    b"\x1b\x1b[I",
    b"\x1b\x1b[97:65;2u",
    b"\x1b[A",
    b"\x1b[1;5C",
    b"\x1b[1;5:3C",
    b"\x1b[3~",
    b"\x1b[3$",
    b"\x1b[27;5;97~",
    b"\x1b[97u",
    b"\x1b[97:65:98;2:1;65u",
    b"\x1b[57404u",
    b"\x1b[[A",
    b"\x1bOP",
    b"\x1bO5A",
    b"\x1b[M !!",
    b"\x1b[<0;1;2M",
    b"\x1b[32;3;4M",
    b"\x1b[?62;22c",
    b"\x1b[?2004;1$y",
    b"\x1b[0n",
    b"\x1b[48;24;80;1;2t",
    b"\x1b[?1$$y",
    b"\x1b[?99 x",
    b"\x1b]11;rgb:f/f/f\x1b\\",
    b"\x1bP1$r0m\x1b\\",
    b"\x1b[200~p\x1b[201~",
    b"\x1b[65;30;97;1;0;1_",
    b"\x1b[0;0;55357;1;0;1_\x1b[0;0;56832;1;0;1_",
    b"\x1b[0;;128105:128105:128105:128105:128105:128105:128105u",
    b"\x1b[<0;-2;300m",
    b"\x1b[>1;2;29 q",
];

#[test]
fn no_sequence_leaves_anything_to_the_next() {
    for first in SEQUENCES {
        for second in SEQUENCES {
            let expected = [decode(first), decode(second)].concat();
            let both = [first, second].concat();
            assert_same!(decode(&both), expected, "{}", both.escape_ascii());
        }
    }
}

#[test]
fn malformed_control_sequences_are_unknown_as_a_whole() {
    let many = |count: usize| {
        let numbers = vec!["1"; count].join(";");
        format!("\x1b[?{numbers}c").into_bytes()
    };
    let most = vec![1; 32].into();
    assert_same!(
        decode(&many(32)),
        [Event::Reply(Reply::PrimaryAttributes(most))]
    );
    for bytes in [
        &many(33)[..],
        b"\x1b[?4;2$1y",
        b"\x1b[?4;2 $y",
        b"\x1b[?3$y",
        b"\x1b[9$y",
        b"\x1b[97;1:1:1u",
        b"\x1b]11;rgb:f/f/f/f\x07",
    ] {
        assert_same!(decode(bytes), [unknown(bytes)], "{}", bytes.escape_ascii());
    }
}

#[test]
fn keypad_key_produces_its_character_only_by_itself() {
    let Event::Key(plain) = decode(b"\x1b[57404u")[0] else {
        panic!("a key");
    };
    assert_eq!(plain.text(), "5");
    for (bytes, name) in [
        (&b"\x1b[57404;5u"[..], "ctrl-kp_5"),
        (b"\x1b\x1b[57404u", "alt-kp_5"),
        (b"\x1b[57404;1:3u", "kp_5+release"),
    ] {
        assert_same!(decode(bytes), [key(name)], "{}", bytes.escape_ascii());
    }
    let Event::Key(alternate) = decode(b"\x1b\x1b[97:65;2u")[0] else {
        panic!("a key");
    };
    assert_eq!(alternate.to_string(), "alt-shift-a");
    assert_eq!(alternate.shifted, Some('A'));
}

#[test]
fn each_position_that_is_expected_is_taken_once() {
    let kinds = |events: Vec<Event<'_>>| {
        let is_key = |event: &Event<'_>| matches!(event, Event::Key(_));
        events.iter().map(is_key).collect::<Vec<_>>()
    };
    let three = b"\x1b[1;2R".repeat(3);
    assert_same!(kinds(decode_expecting(2, &three)), [false, false, true]);
    let mut decoder = Decoder::new();
    decoder.forget_cursor_position();
    (0..3).for_each(|_| decoder.expect_cursor_position());
    decoder.forget_cursor_position();
    let events = common::decode_every_way(&decoder, &three);
    assert_same!(kinds(events), [false, false, true]);
    decoder.forget_cursor_position();
    decoder.forget_cursor_position();
    let events = common::decode_every_way(&decoder, &three);
    assert_same!(kinds(events), [true, true, true]);
}

#[test]
fn sizes_in_band_have_two_to_four_numbers_and_are_cut_to_the_largest() {
    let largest = Size {
        columns: 80,
        rows: u16::MAX,
        width: 0,
        height: u16::MAX,
    };
    assert_same!(
        decode(b"\x1b[48;65536;80;70000;0t"),
        [Event::Resize(largest)]
    );
    let numbers = vec![48, 24, 80, 1, 2, 3];
    assert_same!(
        decode(b"\x1b[48;24;80;1;2;3t"),
        [Event::Reply(Reply::Window(numbers.into()))]
    );
}

#[test]
fn string_with_8_bit_controls_around_it_is_the_same_reply() {
    let color = Event::Reply(Reply::Color {
        color: Color::Background,
        rgb: [0xffff, 0, 0],
    });
    for bytes in [
        &b"\x9d11;rgb:f/0/0\x9c"[..],
        b"\x9d11;rgb:f/0/0\x1b\\",
        b"\x1b]11;rgb:f/0/0\x9c",
    ] {
        let events = decode_told(|decoder| decoder.settings.c1_controls = true, bytes);
        assert_same!(events, std::slice::from_ref(&color));
    }
}

fn cut(bytes: &[u8]) -> Event<'static> {
    let mut cut = Unknown::new(bytes[..LONGEST_SEQUENCE].to_vec());
    cut.truncated = true;
    Event::Unknown(cut)
}

/// Decodes in one chunk, and in two that part at each of `places`.
#[track_caller]
fn check_long(bytes: &[u8], places: &[usize], expected: &[Event<'_>]) {
    assert!(decode_chunks(Decoder::new(), [bytes]) == expected, "whole");
    for &place in places {
        let (first, second) = bytes.split_at(place);
        let events = decode_chunks(Decoder::new(), [first, second]);
        assert!(events == expected, "in two at {place}");
    }
}

#[test]
fn sequence_of_the_longest_length_is_whole_and_a_longer_one_is_cut() {
    let string = |len: usize| [&b"\x1b]"[..], &vec![b'x'; len - 2]].concat();
    let near = |len: usize| [1, 2, 3, len / 2, len - 1, len];
    // Ended by BEL, by the end of the input, and by a byte that is not part of it.
    let whole = [&string(LONGEST_SEQUENCE - 1)[..], b"\x07"].concat();
    check_long(&whole, &near(LONGEST_SEQUENCE), &[unknown(&whole)]);
    let whole = string(LONGEST_SEQUENCE);
    check_long(&whole, &near(LONGEST_SEQUENCE), &[unknown(&whole)]);
    let longer = [&string(LONGEST_SEQUENCE)[..], b"\x07"].concat();
    check_long(&longer, &near(LONGEST_SEQUENCE + 1), &[cut(&longer)]);
    let longer = string(LONGEST_SEQUENCE + 1);
    check_long(&longer, &near(LONGEST_SEQUENCE + 1), &[cut(&longer)]);
    let aborted = [&longer[..], b"\x18"].concat();
    let events = [cut(&longer), key("ctrl-x")];
    check_long(&aborted, &near(aborted.len()), &events);
}

#[test]
fn sequence_after_one_that_was_cut_is_whole() {
    let long = [&b"\x1b]"[..], &vec![b'x'; LONGEST_SEQUENCE]].concat();
    let rest = b"\x1b[?99x\x1b]99;x";
    let bytes = [&long[..], b"\x07", rest].concat();
    let expected = [cut(&long), unknown(b"\x1b[?99x"), unknown(b"\x1b]99;x")];
    let start = long.len() + 1;
    check_long(&bytes, &[start - 1, start, start + 1, start + 5], &expected);
    for chunk in [1, 7, 4096] {
        assert!(decode_chunks(Decoder::new(), bytes.chunks(chunk)) == expected);
    }
}

#[test]
fn what_waits_behind_an_escape_needs_neither_a_byte_nor_time() {
    let bytes = b"\x1b\x1b[I";
    let events: Vec<_> = Decoder::new().events(bytes).collect();
    assert_same!(events, [key("escape"), Event::Focus { gained: true }]);
    let mut decoder = Decoder::new();
    let mut recorder = Recorder::default();
    recorder.chunk(&mut decoder, b"\x1b\x1b[");
    assert_eq!(decoder.expire(), Some(key("escape")));
    assert_same!(decoder.timeout(), Some(Duration::ZERO));
    assert_eq!(decoder.expire(), Some(key("alt-[")));
    assert_eq!(decoder.expire(), None);
}

#[test]
fn feeding_gives_the_frequent_keys_by_the_short_way_as_by_the_long_one() {
    let mut bytes = b"~ \x7f\x80".to_vec();
    for last in b'A'..=b'D' {
        bytes.extend_from_slice(&[0x1b, b'[', last]);
        for held in b'1'..=b'9' {
            bytes.extend_from_slice(&[0x1b, b'[', b'1', b';', held, last]);
        }
    }
    let expected: Vec<_> = Decoder::new().events(&bytes).collect();
    assert_eq!(expected.len(), 4 + 4 * 10);
    for chunk in 1..=bytes.len() {
        let (mut decoder, mut all) = (Decoder::new(), Vec::new());
        for part in bytes.chunks(chunk) {
            decoder.feed(part, |event| all.push(event.into_owned()));
        }
        assert_same!(all, expected, "{chunk}");
    }
}
