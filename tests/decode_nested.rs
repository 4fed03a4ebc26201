//! Sequences that a console of Windows has put into key records, a byte in each.

#![cfg(not(loom))]

#[macro_use]
mod common;

use std::time::Duration;

use common::{Recorder, decode, decode_expecting, key, paste, unknown};
use ttyring::decode::Decoder;
use ttyring::{Event, Reply};

/// A record without a key for each byte.
fn wrap(bytes: &str) -> String {
    let units = bytes.encode_utf16();
    units
        .map(|unit| format!("\x1b[0;0;{unit};1;0;1_"))
        .collect()
}

/// As [`wrap`], with the release of each.
fn wrap_with_releases(bytes: &str) -> String {
    let units = bytes.encode_utf16();
    let both = |unit| format!("\x1b[0;0;{unit};1;0;1_\x1b[0;0;{unit};0;0;1_");
    units.map(both).collect()
}

#[test]
fn events_inside_records_are_those_of_their_bytes() {
    for bytes in [
        "\x1b[<0;52;12M",
        "\x1b[<35;1;1m",
        "\x1b[I\x1b[O",
        "\x1b[A",
        "\x1bOP",
        "\x1ba",
        "\x1b\x1b[A",
        "\x1b[48;24;80;1;2t",
        "\x1b[?62;1c",
        "\x1b[12;40R",
        "\x1b]11;rgb:ff/00/00\x1b\\",
        "\x1b[97;5u",
        "\x1b[M !!",
        "\x1b[200~\x1b[201~",
        "\x1b[200~naïve 😀\r\x1b[x\x1b[201~",
        "\x1b[0;;12354:12354:12354:12354:12354:12354:12354:12354:12354:12354u",
    ] {
        let events = decode(bytes.as_bytes());
        assert_same!(decode(wrap(bytes).as_bytes()), events, "{bytes:?}");
        if events.len() == 1 {
            // The last release is behind the end.
            let ended = decode(wrap_with_releases(bytes).as_bytes());
            assert_same!(ended[0], events[0], "{bytes:?}");
        }
        assert_same!(
            decode(format!("x{}\x1b[B", wrap(bytes)).as_bytes()),
            [vec![key("x")], events, vec![key("down")]].concat()
        );
    }
}

#[test]
fn cursor_report_in_records_is_the_one_that_is_expected() {
    let Event::Reply(reply) = &decode_expecting(1, wrap("\x1b[1;2R").as_bytes())[0] else {
        panic!("a reply");
    };
    assert!(matches!(reply, Reply::CursorPosition { row: 1, .. }));
    let twice = wrap("\x1b[1;2R\x1b[1;2R");
    assert_same!(decode_expecting(1, twice.as_bytes())[1], key("shift-f3"));
}

#[test]
fn paste_in_records_takes_what_is_typed_and_drops_releases() {
    let sent = [
        "\x1b[17;29;0;1;8;1_",
        &wrap("\x1b[200~"),
        "\x1b[65;30;97;1;0;1_\x1b[65;30;97;0;0;1_",
        "\x1b[16;42;0;1;16;1_\x1b[66;48;66;1;16;1_\x1b[66;48;66;0;16;1_",
        "\x1b[13;28;13;1;0;1_",
        &wrap("\x1b[201~"),
        "\x1b[86;47;22;0;24;1_",
    ];
    let events = decode(sent.concat().as_bytes());
    assert_same!(
        events,
        [
            key("ctrl-left_control"),
            paste(b"aB\r"),
            key("ctrl-shift-v+release"),
        ]
    );
}

#[test]
fn what_ends_a_sequence_in_records_early() {
    let escape = wrap("\x1b");
    let start = wrap("\x1b[1;");
    for (sent, events) in [
        (escape.clone(), vec![key("escape")]),
        (format!("{escape}a"), vec![key("escape"), key("a")]),
        (format!("{escape}é"), vec![key("escape"), key("é")]),
        (format!("{escape}\x1b[A"), vec![key("escape"), key("up")]),
        (format!("{escape}\x1b"), vec![key("escape"), key("escape")]),
        (
            format!("{start}\x1b[13;28;13;1;0;1_"),
            vec![unknown(b"\x1b[1;"), key("enter")],
        ),
        (
            format!("{start}{}", wrap("é")),
            vec![unknown(b"\x1b[1;"), key("é")],
        ),
        (
            format!("{}{}", wrap("\x1b["), wrap("\x07")),
            vec![key("alt-["), key("ctrl-g")],
        ),
        (
            format!("{}\x1b[0;0", wrap("\x1b[")),
            vec![key("alt-["), unknown(b"\x1b[0;0")],
        ),
        // The Escape key has a number, and text is text.
        (
            format!("\x1b[27;1;27;1;0;1_{}", wrap("[A")),
            vec![key("escape"), key("["), key("A")],
        ),
        (format!("\x1b{escape}"), vec![key("escape"), key("escape")]),
    ] {
        let decoded = decode(sent.as_bytes());
        assert_eq!(decoded, events, "{sent:?}");
    }
}

#[test]
fn sequence_in_records_waits_as_long_as_any() {
    let mut decoder = Decoder::new();
    let mut recorder = Recorder::default();
    recorder.chunk(&mut decoder, wrap("\x1b").as_bytes());
    assert_eq!(decoder.timeout(), Some(Duration::from_millis(25)));
    recorder.chunk(&mut decoder, wrap("[").as_bytes());
    assert_eq!(decoder.timeout(), Some(Duration::from_millis(100)));
    recorder.expire(&mut decoder);
    assert_eq!(decoder.timeout(), None);
    recorder.chunk(&mut decoder, wrap("\x1b[200~a").as_bytes());
    assert_eq!(decoder.timeout(), decoder.settings.paste_timeout);
    recorder.expire(&mut decoder);
    assert_same!(recorder.events[0], key("alt-["));
    let Event::Paste(paste) = &recorder.events[1] else {
        panic!("a paste");
    };
    assert!(paste.unterminated && *paste.bytes == *b"a");
}

#[test]
fn first_half_of_a_pasted_character_goes_with_one_second_half() {
    let halves = "\x1b[231;0;55357;1;0;1_\x1b[231;0;56832;1;0;1_\x1b[231;0;56832;1;0;1_";
    let text = [wrap("\x1b[200~"), halves.to_owned(), wrap("x\x1b[201~")];
    assert_same!(
        decode(text.concat().as_bytes()),
        decode("\x1b[200~😀x\x1b[201~".as_bytes())
    );
}

#[test]
fn escape_record_inside_records_is_the_escape_key() {
    let text = wrap("\x1b[0;0;27;1;0;1_") + "a";
    assert_same!(decode(text.as_bytes()), [key("escape"), key("a")]);
}
