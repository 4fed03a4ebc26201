//! Bracketed paste: text whatever it looks like, and an end that only its marker makes.

#![cfg(not(loom))]

#[macro_use]
mod common;

use std::time::Duration;

use common::{Recorder, decode, decode_told, key, paste, unknown};
use ttyring::decode::Decoder;
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
        assert_same!(
            decode(&bytes),
            [paste(inside), key("x")],
            "{}",
            inside.escape_ascii()
        );
    }
}

#[test]
fn two_pastes_and_keys_between() {
    assert_same!(
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
        assert_same!(decode(&bytes), [Event::Paste(expected)]);
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
        let events = decode_told(
            |decoder| decoder.settings.paste_limit = limit as u64,
            &bytes,
        );
        assert_same!(events, [Event::Paste(expected), key("q")], "limit {limit}");
    }
}

#[test]
fn pauses_within_the_time_do_not_end_a_paste() {
    let mut decoder = Decoder::new();
    let mut recorder = Recorder::default();
    for chunk in [&b"\x1b[200~rm -rf\r"[..], b"\x1b[2", b"01", b"~x"] {
        recorder.chunk(&mut decoder, chunk);
        let quiet = (!chunk.ends_with(b"x")).then_some(Duration::from_secs(1));
        assert_eq!(decoder.timeout(), quiet);
    }
    assert_same!(recorder.events, [paste(b"rm -rf\r"), key("x")]);
}

#[test]
fn paste_that_was_quiet_for_its_time_ends_and_gives_the_keyboard_back() {
    for (inside, limit) in [
        (&b""[..], 99),
        (b"abc", 99),
        (b"abc\x1b[20", 99),
        (b"abcdef", 3),
    ] {
        let mut decoder = Decoder::new();
        decoder.settings.paste_limit = limit;
        decoder.settings.paste_timeout = Some(Duration::from_millis(300));
        let mut recorder = Recorder::default();
        recorder.chunk(&mut decoder, b"\x1b[200~");
        recorder.chunk(&mut decoder, inside);
        assert_eq!(decoder.timeout(), Some(Duration::from_millis(300)));
        recorder.expire(&mut decoder);
        assert_eq!(decoder.timeout(), None);
        recorder.chunk(&mut decoder, b"\x03\x1b[201~");
        let kept = &inside[..inside.len().min(limit as usize)];
        let mut expected = Paste::whole(kept.to_vec());
        expected.unterminated = true;
        expected.truncated = kept.len() < inside.len();
        let events = [
            Event::Paste(expected),
            key("ctrl-c"),
            // The end that came too late ends nothing.
            unknown(b"\x1b[201~"),
        ];
        assert_same!(recorder.events, events, "{}", inside.escape_ascii());
    }
    let mut patient = Decoder::new();
    patient.settings.paste_timeout = None;
    patient.feed(b"\x1b[200~a", |_| ());
    assert_eq!(patient.timeout(), None);
}
