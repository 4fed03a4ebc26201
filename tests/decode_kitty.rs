//! The kitty keyboard protocol: all five flags, all functional keys.

#![cfg(not(loom))]

#[macro_use]
mod common;

use common::{assert_keys, decode, key, unknown};
use ttyring::{Event, Key, KeyCode, KeyKind, Modifiers};

#[test]
fn codes_modifiers_and_kinds() {
    assert_keys(&[
        ("\x1b[97u", "a"),
        ("\x1b[97;1u", "a"),
        ("\x1b[97;u", "a"),
        ("\x1b[97;5u", "ctrl-a"),
        ("\x1b[97;3u", "alt-a"),
        ("\x1b[97;9u", "super-a"),
        ("\x1b[97;17u", "hyper-a"),
        ("\x1b[97;33u", "meta-a"),
        ("\x1b[97;1:1u", "a"),
        ("\x1b[97;1:2u", "a+repeat"),
        ("\x1b[97;1:3u", "a+release"),
        ("\x1b[97;5:3u", "ctrl-a+release"),
        ("\x1b[97;:3u", "a+release"),
        ("\x1b[13u", "enter"),
        ("\x1b[9u", "tab"),
        ("\x1b[127u", "backspace"),
        ("\x1b[27u", "escape"),
        ("\x1b[32;5u", "ctrl-space"),
        ("\x1b[9;2u", "shift-tab"),
        ("\x1b[1089;5u", "ctrl-с"),
        ("\x1b[1;1:3A", "up+release"),
        ("\x1b[1;5:2D", "ctrl-left+repeat"),
        ("\x1b[3;1:3~", "delete+release"),
        ("\x1b[13;2:3~", "shift-f3+release"),
        ("\x1b[57427~", "kp_begin"),
        ("\x1b[1;2:3P", "shift-f1+release"),
    ]);
}

#[test]
fn locks_are_reported() {
    let Event::Key(key) = decode(b"\x1b[97;198u")[0] else {
        panic!("a key");
    };
    let held = Modifiers::SHIFT | Modifiers::CTRL;
    assert_eq!(
        key.modifiers,
        held | Modifiers::CAPS_LOCK | Modifiers::NUM_LOCK
    );
}

#[test]
fn every_functional_key() {
    let names = [
        (57358, "caps_lock"),
        (57359, "scroll_lock"),
        (57360, "num_lock"),
        (57361, "print_screen"),
        (57362, "pause"),
        (57363, "menu"),
        (57376, "f13"),
        (57398, "f35"),
        (57409, "kp_decimal"),
        (57410, "kp_divide"),
        (57411, "kp_multiply"),
        (57412, "kp_subtract"),
        (57413, "kp_add"),
        (57414, "kp_enter"),
        (57415, "kp_equal"),
        (57416, "kp_separator"),
        (57417, "kp_left"),
        (57418, "kp_right"),
        (57419, "kp_up"),
        (57420, "kp_down"),
        (57421, "kp_page_up"),
        (57422, "kp_page_down"),
        (57423, "kp_home"),
        (57424, "kp_end"),
        (57425, "kp_insert"),
        (57426, "kp_delete"),
        (57427, "kp_begin"),
        (57428, "media_play"),
        (57429, "media_pause"),
        (57430, "media_play_pause"),
        (57431, "media_reverse"),
        (57432, "media_stop"),
        (57433, "media_fast_forward"),
        (57434, "media_rewind"),
        (57435, "media_track_next"),
        (57436, "media_track_previous"),
        (57437, "media_record"),
        (57438, "lower_volume"),
        (57439, "raise_volume"),
        (57440, "mute_volume"),
        (57441, "left_shift"),
        (57442, "left_control"),
        (57443, "left_alt"),
        (57444, "left_super"),
        (57445, "left_hyper"),
        (57446, "left_meta"),
        (57447, "right_shift"),
        (57448, "right_control"),
        (57449, "right_alt"),
        (57450, "right_super"),
        (57451, "right_hyper"),
        (57452, "right_meta"),
        (57453, "iso_level3_shift"),
        (57454, "iso_level5_shift"),
    ];
    let digits = (0..10).map(|digit| (57399 + digit, format!("kp_{digit}")));
    let functions = (13..=35).map(|number| (57363 + number, format!("f{number}")));
    let named = names.map(|(number, name)| (number, name.to_string()));
    for (number, name) in named.into_iter().chain(digits).chain(functions) {
        let events = decode(format!("\x1b[{number};1:3u").as_bytes());
        assert_same!(events, [key(&format!("{name}+release"))], "{number}");
    }
}

#[test]
fn alternates_and_text() {
    let with = |code, shifted, base, text: &str| {
        let Event::Key(mut key) = key(code) else {
            panic!("a key");
        };
        key.shifted = shifted;
        key.base = base;
        Event::Key(key.with_text(text))
    };
    let rows = [
        ("\x1b[97:65;2u", with("shift-a", Some('A'), None, "")),
        ("\x1b[1089::99;5u", with("ctrl-с", None, Some('c'), "")),
        (
            "\x1b[1092:1060:97;6u",
            with("ctrl-shift-ф", Some('Ф'), Some('a'), ""),
        ),
        ("\x1b[97;;229u", with("a", None, None, "å")),
        ("\x1b[97;2;65u", with("shift-a", None, None, "A")),
        (
            "\x1b[97:65:97;2:2;65u",
            with("shift-a+repeat", Some('A'), Some('a'), "A"),
        ),
        ("\x1b[101;;101:769u", with("e", None, None, "e\u{301}")),
        ("\x1b[0;;229u", with("å", None, None, "å")),
        // No key of a character, so it has no others.
        ("\x1b[57365:65:97;5u", key("ctrl-f2")),
    ];
    for (bytes, event) in rows {
        assert_same!(decode(bytes.as_bytes()), [event], "{bytes:?}");
    }
}

#[test]
fn text_without_a_key_may_be_several_characters() {
    let events = decode("\x1b[0;;128105:8205:128105u".as_bytes());
    let [Event::Key(key)] = &events[..] else {
        panic!("a key, not {events:?}");
    };
    assert_eq!(key.code, KeyCode::Unidentified);
    assert_eq!(key.text(), "👩\u{200d}👩");
}

#[test]
fn text_is_what_the_key_produces() {
    for (bytes, text) in [
        ("\x1b[97u", "a"),
        ("\x1b[97;2u", "A"),
        ("\x1b[97;65u", "A"),
        ("\x1b[97;129u", "a"),
        ("\x1b[49;2u", ""),
        ("\x1b[49:33;2u", "!"),
        ("\x1b[97;5u", ""),
        ("\x1b[97;1:3u", ""),
        ("\x1b[57404u", "5"),
        ("\x1b[57414u", ""),
        ("\x1b[20320;2u", "你"),
        ("\x1b[13u", ""),
        ("\x1bOp", ""),
    ] {
        let Event::Key(key) = &decode(bytes.as_bytes())[0] else {
            panic!("{bytes:?} is a key");
        };
        assert_eq!(key.text(), text, "{bytes:?}");
    }
}

#[test]
fn what_no_key_has_is_unknown() {
    for bytes in [
        "\x1b[57500u",
        "\x1b[1114112u",
        "\x1b[55296u",
        "\x1b[97;258u",
        "\x1b[97;1:4u",
        "\x1b[97:65:97:1u",
        "\x1b[97;1;97;1u",
        "\x1b[97;;7u",
        "\x1b[99999999999999u",
        "\x1b[0u",
    ] {
        assert_same!(
            decode(bytes.as_bytes()),
            [unknown(bytes.as_bytes())],
            "{bytes:?}"
        );
    }
}

#[test]
fn keys_match_whichever_protocol_sent_them() {
    let same = [
        ("A", "\x1b[97;2u"),
        ("A", "\x1b[97:65;2u"),
        ("\x01", "\x1b[97;5u"),
        ("\x1bA", "\x1b[97;4u"),
        ("!", "\x1b[49:33;2u"),
        ("a", "\x1b[97;129u"),
        ("\x1b[Z", "\x1b[9;2u"),
        ("A", "\x1b[27;2;65~"),
        ("\x03", "\x1b[1089::99;5u"),
        ("é", "\x1b[233u"),
        ("É", "\x1b[233;2u"),
    ];
    for (legacy, kitty) in same {
        let Event::Key(wanted) = decode(legacy.as_bytes())[0] else {
            panic!("{legacy:?} is a key");
        };
        assert!(
            decode(kitty.as_bytes())[0] == wanted,
            "{legacy:?} {kitty:?}"
        );
    }
    let other = [
        ("a", "A"),
        ("a", "\x01"),
        ("\x1b[A", "\x1b[B"),
        ("1", "\x1b[49;5u"),
        ("a", "\x1b[1092::97u"),
    ];
    for (one, another) in other {
        let Event::Key(wanted) = decode(one.as_bytes())[0] else {
            panic!("{one:?} is a key");
        };
        assert!(
            decode(another.as_bytes())[0] != wanted,
            "{one:?} {another:?}"
        );
    }
    let release = Key::char('a').with_kind(KeyKind::Release);
    assert!(release != Key::char('a') && Event::Key(release) != Key::char('a'));
    assert!(
        release
            == Key::char('A')
                .with_kind(KeyKind::Release)
                .with(Modifiers::CAPS_LOCK)
    );
}

#[test]
fn names_are_read_as_they_are_written() {
    for name in [
        "ctrl-shift-f5",
        "a",
        "A",
        "space",
        "-",
        "ctrl--",
        "alt-page_up",
        "super-é",
        "kp_enter",
        "meta-'",
    ] {
        let key: Key = name.parse().expect(name);
        assert_eq!(key.to_string(), name);
    }
    for (written, name) in [
        ("Ctrl-F5", "ctrl-f5"),
        ("esc", "escape"),
        ("ctrl - c", "ctrl-c"),
        ("cmd-'-'", "super--"),
    ] {
        assert_eq!(written.parse::<Key>().expect(written).to_string(), name);
    }
    for name in [
        "",
        "ctrl-",
        "f0",
        "f36",
        "nonsense",
        "ctrl-nonsense",
        "ab",
        "\x01",
    ] {
        assert!(name.parse::<Key>().is_err(), "{name:?}");
    }
}
