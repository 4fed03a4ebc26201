//! Bracketed paste: text whatever it looks like, and an end that only its marker makes.

#![cfg(not(loom))]

mod common;

use common::{Recorder, decode, decode_with, key, paste};
use ttyring::decode::{Decoder, Options};
use ttyring::{Event, Paste};

#[test]
fn whatever_is_inside_is_text() {
    for inside in [
        &b""[..],
        b"on and on",
        b"\x1b",
        b"\x1b[",
        b"\x1b[20",
        b"\x1b[201",
        b"\x1b[200~",
        b"\x1b[A\r\n\x03",
        b"\x1b\x1b[201",
        b"\x1b]52;c;aGk=\x07",
        b"\xff\xc3",
        "日本".as_bytes(),
        b"\x1b[201\x1b[20",
    ] {
        let bytes = [b"\x1b[200~", inside, b"\x1b[201~x"].concat();
        assert_eq!(
            decode(&bytes),
            [paste(inside), key("x")],
            "{}",
            inside.escape_ascii()
        );
    }
}

#[test]
fn two_pastes_and_keys_between() {
    assert_eq!(
        decode(b"a\x1b[200~b\x1b[201~\x1b[A\x1b[200~c\x1b[201~"),
        [key("a"), paste(b"b"), key("up"), paste(b"c")]
    );
}

#[test]
fn the_end_of_input_ends_a_paste_as_unterminated() {
    for inside in [&b""[..], b"abc", b"abc\x1b[20"] {
        let mut expected = Paste::whole(inside.to_vec());
        expected.unterminated = true;
        let bytes = [b"\x1b[200~", inside].concat();
        assert_eq!(decode(&bytes), [Event::Paste(expected)]);
    }
}

#[test]
fn past_the_limit_the_rest_is_drained_to_the_marker() {
    for limit in 0..12 {
        let inside = b"abc\x1b[201\r\x1b[A";
        let kept = &inside[..inside.len().min(limit)];
        let mut expected = Paste::whole(kept.to_vec());
        expected.truncated = limit < inside.len();
        let bytes = [b"\x1b[200~", &inside[..], b"\x1b[201~q"].concat();
        let events = decode_with(Options::new().paste_limit(limit as u64), &bytes);
        assert_eq!(events, [Event::Paste(expected), key("q")], "limit {limit}");
    }
}

#[test]
fn time_does_not_end_a_paste() {
    let mut decoder = Decoder::new();
    let mut recorder = Recorder::default();
    for chunk in [&b"\x1b[200~rm -rf\r"[..], b"\x1b[2", b"01", b"~x"] {
        recorder.chunk(&mut decoder, chunk);
        if !chunk.ends_with(b"x") {
            assert_eq!(decoder.deadline(), None);
        }
        recorder.expire(&mut decoder);
    }
    assert_eq!(recorder.events, [paste(b"rm -rf\r"), key("x")]);
}
