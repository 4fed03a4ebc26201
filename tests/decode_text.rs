//! Text, control bytes, and what an ESC before them makes of them.

#![cfg(not(loom))]

#[macro_use]
mod common;

use common::{assert_keys, decode, decode_told, key, unknown};
use ttyring::Event;
use ttyring::decode::Decoder;

#[test]
fn text_is_the_character_as_sent() {
    assert_keys(&[
        ("a", "a"),
        ("A", "A"),
        (" ", "space"),
        ("-", "-"),
        ("~", "~"),
        ("é", "é"),
        ("日", "日"),
        ("😀", "😀"),
        ("\u{10ffff}", "\u{10ffff}"),
        ("\u{a0}", "\u{a0}"),
    ]);
}

#[test]
fn text_keys_carry_their_text() {
    for (bytes, text) in [("A", "A"), ("é", "é"), (" ", " ")] {
        let Event::Key(key) = &decode(bytes.as_bytes())[0] else {
            panic!("{bytes} is a key");
        };
        assert_eq!(key.text(), text);
    }
    for bytes in ["\x01", "\r", "\t", "\x7f", "\x1ba", "\x1b[A"] {
        let Event::Key(key) = &decode(bytes.as_bytes())[0] else {
            panic!("{bytes:?} is a key");
        };
        assert_eq!(key.text(), "", "{bytes:?}");
    }
}

#[test]
fn control_bytes_are_keys_with_ctrl() {
    for byte in (0x01..=0x1a).filter(|byte| !matches!(byte, b'\t' | b'\r')) {
        let name = format!("ctrl-{}", char::from(byte | 0x60));
        assert_same!(decode(&[byte]), [key(&name)]);
        assert_same!(decode(&[0x1b, byte]), [key(&format!("alt-{name}"))]);
    }
    assert_keys(&[
        ("\0", "ctrl-space"),
        ("\x1c", "ctrl-\\"),
        ("\x1d", "ctrl-]"),
        ("\x1e", "ctrl-^"),
        ("\x1f", "ctrl-_"),
        ("\t", "tab"),
        ("\r", "enter"),
        ("\x7f", "backspace"),
        ("\x1b", "escape"),
    ]);
}

#[test]
fn escape_before_a_key_is_alt() {
    assert_keys(&[
        ("\x1ba", "alt-a"),
        ("\x1bA", "alt-A"),
        ("\x1b ", "alt-space"),
        ("\x1bé", "alt-é"),
        ("\x1b😀", "alt-😀"),
        ("\x1b\r", "alt-enter"),
        ("\x1b\t", "alt-tab"),
        ("\x1b\x7f", "alt-backspace"),
        ("\x1b\0", "alt-ctrl-space"),
        ("\x1b\x1b", "alt-escape"),
        ("\x1b(", "alt-("),
        ("\x1b\\", "alt-\\"),
    ]);
}

#[test]
fn an_introducer_with_nothing_after_it_is_an_alt_key() {
    assert_keys(&[
        ("\x1b[", "alt-["),
        ("\x1b]", "alt-]"),
        ("\x1bO", "alt-O"),
        ("\x1bP", "alt-P"),
        ("\x1b_", "alt-_"),
        ("\x1b^", "alt-^"),
        ("\x1bX", "alt-X"),
    ]);
}

#[test]
fn an_escape_that_modifies_nothing_is_a_key() {
    let rows: &[(&[u8], &[Event<'_>])] = &[
        (b"\x1b\x1ba", &[key("escape"), key("alt-a")]),
        (b"\x1b\x1b\x1b", &[key("escape"), key("alt-escape")]),
        (b"\x1b\x1b[A", &[key("alt-up")]),
        (b"\x1b\x1bOA", &[key("alt-up")]),
        (
            b"\x1b\x1b[I",
            &[key("escape"), Event::Focus { gained: true }],
        ),
        (b"\x1b\x1b]", &[key("escape"), key("alt-]")]),
        (b"\x1b\x1b[", &[key("escape"), key("alt-[")]),
        (b"\x1b\x1b[9x", &[key("escape"), unknown(b"\x1b[9x")]),
        (b"\x1b\xff", &[key("escape"), unknown(b"\xff")]),
        (b"\x1b\xc3", &[key("escape"), unknown(b"\xc3")]),
        (b"\x1b\xc3A", &[key("escape"), unknown(b"\xc3"), key("A")]),
    ];
    for (bytes, events) in rows {
        assert_same!(&decode(bytes), events, "{}", bytes.escape_ascii());
    }
}

#[test]
fn invalid_utf8_is_unknown_by_maximal_subparts() {
    let rows: &[(&[u8], &[Event<'_>])] = &[
        (b"\xff", &[unknown(b"\xff")]),
        (b"\x80", &[unknown(b"\x80")]),
        (b"\xc3\x1b[A", &[unknown(b"\xc3"), key("up")]),
        (b"\xc0\xaf", &[unknown(b"\xc0"), unknown(b"\xaf")]),
        (
            b"\xe0\x80a",
            &[unknown(b"\xe0"), unknown(b"\x80"), key("a")],
        ),
        (b"\xf0\x9f\x98a", &[unknown(b"\xf0\x9f\x98"), key("a")]),
        (b"\xf0\x9f\x98", &[unknown(b"\xf0\x9f\x98")]),
        (
            b"\xed\xa0\x80",
            &[unknown(b"\xed"), unknown(b"\xa0"), unknown(b"\x80")],
        ),
        (
            b"\xf4\x90\x80\x80",
            &[
                unknown(b"\xf4"),
                unknown(b"\x90"),
                unknown(b"\x80"),
                unknown(b"\x80"),
            ],
        ),
        // A control character in two bytes is no text.
        (b"\xc2\x9b", &[unknown(b"\xc2\x9b")]),
        (b"\x1b\xc2\x9b", &[key("escape"), unknown(b"\xc2\x9b")]),
    ];
    for (bytes, events) in rows {
        assert_same!(&decode(bytes), events, "{}", bytes.escape_ascii());
    }
}

#[test]
fn eight_bit_controls_count_only_where_asked_for() {
    let rows: &[(&[u8], &[Event<'_>])] = &[
        (b"\x9bA", &[key("up")]),
        (b"\x8fA", &[key("up")]),
        (b"\x98hi\x9c", &[unknown(b"\x98hi\x9c")]),
        (b"\x85", &[unknown(b"\x85")]),
        ("Ü".as_bytes(), &[key("Ü")]),
    ];
    for (bytes, events) in rows {
        let c1 = |decoder: &mut Decoder| decoder.settings.c1_controls = true;
        assert_same!(&decode_told(c1, bytes), events, "{}", bytes.escape_ascii());
    }
    assert_same!(decode(b"\x9bA"), [unknown(b"\x9b"), key("A")]);
}

#[test]
fn long_text_behind_an_escape_key_or_with_more_parameters_is_none() {
    let text = vec!["97"; 40].join(":");
    let sequence = format!("\x1b[0;;{text}u");
    assert_eq!(decode(sequence.as_bytes()).len(), 40);
    let behind = decode(format!("\x1b{sequence}").as_bytes());
    assert_eq!(behind, [key("escape"), unknown(sequence.as_bytes())]);
    let more = format!("\x1b[0;;{text};1u");
    assert_eq!(decode(more.as_bytes()), [unknown(more.as_bytes())]);
}
