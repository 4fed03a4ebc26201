//! The bytes of a key, one by one; that they give the key back is `prop_decode`'s to show.

use ttyring::encode::encode;
use ttyring::{Event, Key, KeyCode, KeyKind, Keyboard, Modifiers};

/// The bytes of a key, readable; `None` if it has none.
fn bytes(key: Key, keyboard: Keyboard) -> Option<String> {
    let mut out = b"before ".to_vec();
    let written = encode(&Event::Key(key), keyboard, &mut out);
    let text = out.escape_ascii().to_string().replace("\\x1b", "ESC");
    let text = text
        .strip_prefix("before ")
        .expect("what was there")
        .to_owned();
    assert!(written || text.is_empty(), "{key:?} left {text:?}");
    written.then_some(text)
}

fn legacy(key: Key) -> Option<String> {
    bytes(key, Keyboard::empty())
}

fn kitty(key: Key, flags: u8) -> Option<String> {
    bytes(key, Keyboard::from_bits_truncate(flags))
}

fn key(name: &str) -> Key {
    name.parse().expect("the name of a key")
}

#[test]
fn legacy_keys_are_what_every_terminal_sends() {
    let cases = [
        ("a", "a"),
        ("alt-a", "ESCa"),
        ("ctrl-a", "\\x01"),
        ("ctrl-alt-z", "ESC\\x1a"),
        ("ctrl-space", "\\x00"),
        ("ctrl-3", "ESC"),
        ("ctrl-7", "\\x1f"),
        ("ctrl-8", "\\x7f"),
        ("ctrl-/", "\\x1f"),
        ("tab", "\\t"),
        ("shift-tab", "ESC[Z"),
        ("enter", "\\r"),
        ("escape", "ESC"),
        ("backspace", "\\x7f"),
        ("ctrl-backspace", "\\x08"),
        ("up", "ESC[A"),
        ("ctrl-up", "ESC[1;5A"),
        ("f1", "ESC[P"),
        ("f3", "ESC[13~"),
        ("f5", "ESC[15~"),
        ("f6", "ESC[17~"),
        ("f10", "ESC[21~"),
        ("f12", "ESC[24~"),
        ("shift-f20", "ESC[34;2~"),
        ("delete", "ESC[3~"),
        ("alt-delete", "ESC[3;3~"),
    ];
    for (name, wanted) in cases {
        assert_eq!(legacy(key(name)).as_deref(), Some(wanted), "{name}");
    }
    let keypad = [
        (KeyCode::Kp0, "ESCOp"),
        (KeyCode::Kp9, "ESCOy"),
        (KeyCode::KpEnter, "ESCOM"),
        (KeyCode::KpHome, "ESC[H"),
    ];
    for (code, wanted) in keypad {
        assert_eq!(legacy(Key::new(code)).as_deref(), Some(wanted), "{code:?}");
    }
}

#[test]
fn legacy_has_no_bytes_for_commands_of_the_window_system_and_for_releases() {
    for name in ["super-a", "hyper-x", "meta-y", "alt-super-a"] {
        assert_eq!(legacy(key(name)), None, "{name}");
    }
    assert_eq!(legacy(key("a").with_kind(KeyKind::Release)), None);
    assert_eq!(legacy(key("up").with_kind(KeyKind::Release)), None);
    assert_eq!(
        legacy(key("a").with_kind(KeyKind::Repeat)).as_deref(),
        Some("a")
    );
}

#[test]
fn flags_say_what_the_kitty_protocol_tells() {
    let [disambiguate, types, alternates, all, text] = [1, 2, 4, 8, 16];
    let mut shifted = key("shift-a");
    shifted.shifted = Some('A');
    let mut cyrillic = Key::char('\u{444}').with(Modifiers::CTRL);
    cyrillic.base = Some('a');
    let mut both = cyrillic.with(Modifiers::SHIFT);
    both.shifted = Some('\u{424}');
    let release = |name| key(name).with_kind(KeyKind::Release);
    let repeat = |name| key(name).with_kind(KeyKind::Repeat);
    let cases: &[(Key, u8, Option<&str>)] = &[
        (key("a"), disambiguate, Some("a")),
        (key("ctrl-a"), disambiguate, Some("ESC[97;5u")),
        (key("escape"), disambiguate, Some("ESC[27u")),
        (key("enter"), disambiguate, Some("\\r")),
        (key("shift-enter"), disambiguate, Some("ESC[13;2u")),
        (key("a"), all, Some("ESC[97u")),
        (key("enter"), all, Some("ESC[13u")),
        (key("escape"), types, Some("ESC")),
        (release("up"), disambiguate, None),
        (release("up"), types, Some("ESC[1;1:3A")),
        (repeat("up"), types, Some("ESC[1;1:2A")),
        (repeat("up"), disambiguate, Some("ESC[A")),
        (release("ctrl-a"), disambiguate, None),
        (release("ctrl-a"), disambiguate | types, Some("ESC[97;5:3u")),
        (shifted, all, Some("ESC[97;2u")),
        (shifted, all | alternates, Some("ESC[97:65;2u")),
        (cyrillic, all, Some("ESC[1092;5u")),
        (cyrillic, all | alternates, Some("ESC[1092::97;5u")),
        (both, all | alternates, Some("ESC[1092:1060:97;6u")),
        (
            key("a").with_text("xy"),
            all | text,
            Some("ESC[97;;120:121u"),
        ),
        (key("a").with_text("x"), all, Some("ESC[97u")),
        (key("ctrl-f6"), all, Some("ESC[17;5~")),
        (key("ctrl-left"), all, Some("ESC[1;5D")),
    ];
    for (key, flags, wanted) in cases {
        let written = kitty(*key, *flags);
        assert_eq!(written.as_deref(), *wanted, "{key:?} {flags}");
    }
}
