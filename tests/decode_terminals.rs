//! Keys that some terminals send in a form of their own, and what a decoder can be told of them.

#![cfg(not(loom))]

#[macro_use]
mod common;

use std::time::Duration;

use common::{Recorder, assert_keys, decode, decode_told, key, unknown};
use ttyring::decode::{Decoder, Settings};
use ttyring::{Event, Key, KeyCode};

#[test]
fn mintty_sends_digits_and_symbols_as_a_keypad_with_modifiers() {
    let letters = ('j'..='y').zip("*+,-./0123456789".chars());
    for (letter, character) in letters {
        for (param, held) in [
            (2, "shift-"),
            (3, "alt-"),
            (5, "ctrl-"),
            (8, "ctrl-alt-shift-"),
        ] {
            let bytes = format!("\x1b[1;{param}{letter}");
            let name = format!("{held}{character}");
            assert_same!(decode(bytes.as_bytes()), [key(&name)], "{bytes:?}");
        }
    }
    assert_keys(&[
        ("\x1b[1;5p", "ctrl-0"),
        ("\x1b[1;5t", "ctrl-4"),
        ("\x1b[1;5u", "ctrl-5"),
        ("\x1b[1;5n", "ctrl-."),
        ("\x1b[1;5y", "ctrl-9"),
        ("\x1b[1;5I", "ctrl-tab"),
        ("\x1b[1;6I", "ctrl-shift-tab"),
        ("\x1bO5p", "ctrl-kp_0"),
        ("\x1bO5M", "ctrl-kp_enter"),
        // Where a program asked for an Escape key of its own (mode 7727).
        ("\x1bO[", "escape"),
        ("\x1b\x1bO[", "alt-escape"),
    ]);
    for bytes in [
        "\x1b[1;1p",
        "\x1b[2;5p",
        "\x1b[5p",
        "\x1b[1;5;5p",
        "\x1b[1I",
        "\x1b[1;2:3p",
    ] {
        assert_same!(
            decode(bytes.as_bytes()),
            [unknown(bytes.as_bytes())],
            "{bytes:?}"
        );
    }
}

#[test]
fn xterm_has_a_form_for_each_value_of_its_modify_resources() {
    assert_keys(&[
        ("\x1b[5A", "ctrl-up"),
        ("\x1b[1;5A", "ctrl-up"),
        ("\x1b[>1;5A", "ctrl-up"),
        ("\x1b[>1;2R", "shift-f3"),
        ("\x1b[>15;2~", "shift-f5"),
        ("\x1bO5A", "ctrl-up"),
        ("\x1b[1;5M", "ctrl-kp_enter"),
        ("\x1b[1;2X", "shift-kp_equal"),
        ("\x1bO5j", "ctrl-kp_multiply"),
    ]);
    for bytes in [
        "\x1b[1;1M",
        "\x1b[2;5M",
        "\x1b[1:5M",
        "\x1b[5X",
        "\x1b[>1;5Z",
        "\x1b[>9;2~",
    ] {
        assert_same!(
            decode(bytes.as_bytes()),
            [unknown(bytes.as_bytes())],
            "{bytes:?}"
        );
    }
}

#[test]
fn consoles_and_long_rows_of_function_keys() {
    assert_keys(&[
        ("\x1b[G", "begin"),
        ("\x1b[1;5G", "ctrl-begin"),
        ("\x1b[25~", "f13"),
        ("\x1b[34~", "f20"),
        ("\x1b[35~", "f21"),
        ("\x1b[38~", "f24"),
        ("\x1b[42~", "f21"),
        ("\x1b[42;5~", "ctrl-f21"),
        ("\x1b[42^", "ctrl-f21"),
        ("\x1b[56~", "f35"),
        ("\x1b[56;2:3~", "shift-f35+release"),
        ("\x1bO3~", "delete"),
        ("\x1bO3;5~", "ctrl-delete"),
        ("\x1bO5~", "page_up"),
        ("\x1bOT", "f5"),
        ("\x1bOW", "f8"),
        ("\x1bOX", "kp_equal"),
        ("\x1bOY", "f10"),
        ("\x1bOZ", "f11"),
    ]);
    for number in 42..=56 {
        let name = format!("f{}", number - 21);
        assert_same!(decode(format!("\x1b[{number}~").as_bytes()), [key(&name)]);
    }
    for bytes in ["\x1b[39~", "\x1b[41~", "\x1b[57~", "\x1bO9~", "\x1bO~"] {
        assert_same!(
            decode(bytes.as_bytes()),
            [unknown(bytes.as_bytes())],
            "{bytes:?}"
        );
    }
}

#[test]
fn kitty_numbers_with_a_tilde_may_have_alternates_and_text() {
    let text = |name: &str, text: &str| {
        let Event::Key(key) = key(name) else {
            panic!("a key");
        };
        Event::Key(key.with_text(text))
    };
    for (bytes, event) in [
        ("\x1b[13:88~", key("f3")),
        ("\x1b[13:88:89;5~", key("ctrl-f3")),
        ("\x1b[13;;109:109~", text("f3", "mm")),
        ("\x1b[13;2;109~", text("shift-f3", "m")),
        ("\x1b[3;1:2;120~", text("delete+repeat", "x")),
        ("\x1b[57427:88~", key("kp_begin")),
    ] {
        assert_same!(decode(bytes.as_bytes()), [event], "{bytes:?}");
    }
    for bytes in [
        "\x1b[13;;7~",
        "\x1b[9:88~",
        "\x1b[9;;109~",
        "\x1b[27;5;128~",
        "\x1b[13;1;109;1~",
    ] {
        assert_same!(
            decode(bytes.as_bytes()),
            [unknown(bytes.as_bytes())],
            "{bytes:?}"
        );
    }
}

/// The text of all keys, and what each of them is.
fn text_of(events: &[Event<'_>]) -> (String, Vec<KeyCode>) {
    let keys = events.iter().map(|event| match event {
        Event::Key(key) => *key,
        other => panic!("{other:?} is no key"),
    });
    let keys: Vec<Key> = keys.collect();
    let text = keys.iter().map(Key::text).collect();
    (text, keys.iter().map(|key| key.code).collect())
}

#[test]
fn text_of_an_input_method_is_never_dropped() {
    let short = decode(b"\x1b[0;;20320:22909u");
    assert_eq!(
        text_of(&short),
        ("你好".into(), vec![KeyCode::Unidentified])
    );
    for len in [9, 10, 31, 32, 33, 500] {
        let text: String = "日本語の入力".chars().cycle().take(len).collect();
        let numbers: Vec<_> = text.chars().map(|c| u32::from(c).to_string()).collect();
        for (key, last) in [("0;", 'u'), ("0;1", 'u'), ("97;", 'u'), ("13;", '~')] {
            let bytes = format!("\x1b[{key};{}{last}", numbers.join(":"));
            let events = match len {
                500 => Decoder::new().events(bytes.as_bytes()).collect(),
                _ => decode(bytes.as_bytes()),
            };
            let (decoded, codes) = text_of(&events);
            assert_eq!(decoded, text, "{len} characters");
            // One key as long as it fits, then a key for each as if it were typed.
            assert_eq!(codes.len(), if len > 9 { len } else { 1 });
        }
    }
    let with_key = [
        b"\x1b[0;;".to_vec(),
        b"128105:".repeat(20),
        b"97u\x1b[A".to_vec(),
    ]
    .concat();
    let events = decode(&with_key);
    assert_eq!(events.len(), 22);
    assert_same!(events[20..], [key("a"), key("up")]);
    // Text with a release, and numbers that are no characters.
    for bytes in [
        format!("\x1b[0;1:3;{}97u", "128105:".repeat(20)),
        format!("\x1b[0;;{}7u", "128105:".repeat(20)),
        format!("\x1b[0;;{}u", "128105;".repeat(40)),
    ] {
        assert_same!(
            decode(bytes.as_bytes()),
            [unknown(bytes.as_bytes())],
            "{bytes:?}"
        );
    }
}

#[test]
fn name_of_the_terminal_decides_what_bytes_do_not() {
    let decode_on =
        |name: &str, bytes: &[u8]| decode_told(|told| told.settings.set_terminal(name), bytes);
    for name in ["linux", "linux-16color"] {
        assert_same!(decode_on(name, b"\x1b\t"), [key("shift-tab")]);
        assert_same!(decode_on(name, b"\x1bOM"), [key("kp_enter")]);
    }
    for name in ["Konsole 23.08.1", "konsole-256color"] {
        assert_same!(decode_on(name, b"\x1bOM"), [key("shift-enter")]);
        assert_same!(decode_on(name, b"\x1bO5M"), [key("ctrl-kp_enter")]);
        assert_same!(decode_on(name, b"\x1b\t"), [key("alt-tab")]);
    }
    for name in ["", "xterm-256color", "li", "é"] {
        assert_same!(
            decode_on(name, b"\x1b\t\x1bOM"),
            [key("alt-tab"), key("kp_enter")]
        );
    }
}

#[test]
fn backspace_is_the_byte_that_the_terminal_erases_with() {
    let erase =
        |byte: u8, bytes: &[u8]| decode_told(|told| told.settings.erase = Some(byte), bytes);
    assert_same!(erase(0x7f, b"\x08\x7f"), [key("ctrl-h"), key("backspace")]);
    assert_same!(
        erase(0x08, b"\x08\x7f"),
        [key("backspace"), key("backspace")]
    );
    assert_same!(erase(0x08, b"\x1b\x08"), [key("alt-backspace")]);
    // Unset, or a key that is something else.
    for byte in [0, b'\r', b'x', 0xff] {
        let expected = [key("ctrl-h"), key("backspace"), key("enter")];
        assert_same!(erase(byte, b"\x08\x7f\r"), expected);
    }
}

#[test]
fn bare_escape_waits_for_its_sequence_once_the_terminal_speaks_the_kitty_protocol() {
    let ms = |ms| Some(Duration::from_millis(ms));
    let timeout = |decoder: &Decoder| {
        let mut decoder = decoder.clone();
        let _ = decoder.decode(b"\x1b");
        decoder.timeout()
    };
    for proof in ["\x1b[97;5u", "\x1b[27u", "\x1b[?1u"] {
        let mut decoder = Decoder::new();
        decoder.feed(proof.as_bytes(), |_| ());
        assert_eq!(timeout(&decoder), ms(25), "it was not asked for");
        decoder.settings.kitty_keyboard = true;
        assert_eq!(timeout(&decoder), ms(100), "{proof:?}");
        decoder.settings.sequence_timeout = ms(1000);
        assert_eq!(timeout(&decoder), ms(1000));
        decoder.settings = Settings::LOCAL;
        assert_eq!(timeout(&decoder), ms(25));
    }
    // A terminal without the protocol must not lose its Escape key.
    let mut decoder = Decoder::new();
    decoder.settings.kitty_keyboard = true;
    decoder.feed(b"a\x1b[A\x1b[?0u", |_| ());
    assert_eq!(timeout(&decoder), ms(25));
    let mut recorder = Recorder::default();
    recorder.chunk(&mut decoder, b"\x1b");
    recorder.expire(&mut decoder);
    assert_same!(recorder.events, [key("escape")]);
}
