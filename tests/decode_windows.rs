//! Windows' input mode (9001): key records of the console as control sequences.

#![cfg(not(loom))]

#[macro_use]
mod common;

use common::{decode, key, unknown};
use ttyring::{Event, Key, KeyCode, KeyKind, Modifiers};

/// Decodes a record, which is a key and nothing else.
#[track_caller]
fn record(numbers: &str) -> Key {
    let events = decode(format!("\x1b[{numbers}_").as_bytes());
    match events[..] {
        [Event::Key(key)] => key,
        _ => panic!("{numbers} is no key: {events:?}"),
    }
}

/// Asserts what records are: the name of the key, what it did, and its text.
#[track_caller]
fn assert_records(rows: &[(&str, &str, KeyKind, &str)]) {
    for (numbers, name, kind, text) in rows {
        let key = record(numbers);
        assert_eq!(key.to_string(), *name, "{numbers}: {key:?}");
        assert_eq!(key.kind, *kind, "{numbers}: {key:?}");
        assert_eq!(key.text(), *text, "{numbers}: {key:?}");
    }
}

use KeyKind::{Press, Release, Repeat};

#[test]
fn characters_with_press_release_and_repeat() {
    assert_records(&[
        ("65;30;97;1;0;1", "a", Press, "a"),
        ("65;30;97;0;0;1", "a", Release, ""),
        ("65;30;97;1;0;3", "a", Repeat, "aaa"),
        ("65;30;97;1;32;1", "a", Press, "a"),
        ("65;30;65;1;16;1", "shift-a", Press, "A"),
        ("65;30;65;1;48;1", "shift-a", Press, "A"),
        ("65;30;65;1;128;1", "a", Press, "A"),
        ("65;30;97;1;144;1", "shift-a", Press, "a"),
        ("49;2;49;1;0;1", "1", Press, "1"),
        ("49;2;33;1;16;1", "shift-1", Press, "!"),
        ("186;39;58;1;16;1", "shift-;", Press, ":"),
        ("32;57;32;1;0;1", "space", Press, " "),
        ("32;57;32;1;16;1", "shift-space", Press, " "),
        ("222;40;228;1;0;1", "ä", Press, "ä"),
        ("222;40;196;1;16;1", "shift-ä", Press, "Ä"),
        // The example of the specification, with Num Lock on.
        ("65;30;97;0;32;1", "a", Release, ""),
    ]);
}

#[test]
fn shift_means_what_it_means_in_other_protocols() {
    for (numbers, legacy) in [
        ("49;2;33;1;16;1", "!"),
        ("65;30;65;1;16;1", "A"),
        ("186;39;58;1;16;1", ":"),
        // A French keyboard: its digits need Shift.
        ("49;2;49;1;16;1", "1"),
        ("49;2;38;1;0;1", "&"),
        ("222;40;196;1;16;1", "Ä"),
    ] {
        let wanted: Key = legacy.parse().expect("a key");
        assert!(record(numbers) == wanted, "{numbers} is {legacy}");
    }
    assert!(record("65;30;65;1;128;1") == Key::char('a'), "Caps Lock");
}

#[test]
fn what_is_left_out_is_zero_and_the_repeat_count_one() {
    assert_records(&[
        ("65;;97;1", "a", Press, "a"),
        ("65;30;97;1;", "a", Press, "a"),
        (";;97;1", "a", Press, "a"),
        ("65;30;97", "a", Release, ""),
        ("38;;;1", "up", Press, ""),
        ("38", "up", Release, ""),
        ("65;30;97;1;0;0", "a", Press, "a"),
    ]);
}

#[test]
fn control_and_alt() {
    assert_records(&[
        ("65;30;1;1;8;1", "ctrl-a", Press, ""),
        ("65;30;1;1;4;1", "ctrl-a", Press, ""),
        ("65;30;1;0;8;1", "ctrl-a", Release, ""),
        ("67;46;3;1;8;2", "ctrl-c", Repeat, ""),
        ("74;36;10;1;8;1", "ctrl-j", Press, ""),
        ("73;23;9;1;8;1", "ctrl-i", Press, ""),
        ("77;50;13;1;8;1", "ctrl-m", Press, ""),
        ("65;30;1;1;24;1", "ctrl-shift-a", Press, ""),
        ("50;3;0;1;8;1", "ctrl-2", Press, ""),
        ("32;57;32;1;8;1", "ctrl-space", Press, ""),
        ("219;26;27;1;8;1", "ctrl-[", Press, ""),
        ("220;43;28;1;8;1", "ctrl-\\", Press, ""),
        ("66;48;98;1;2;1", "alt-b", Press, ""),
        ("66;48;0;1;2;1", "alt-b", Press, ""),
        ("66;48;66;1;18;1", "alt-shift-b", Press, ""),
        // The left keys of both: no character, so it is a command.
        ("65;30;0;1;42;1", "ctrl-alt-a", Press, ""),
        ("65;30;97;1;10;1", "ctrl-alt-a", Press, ""),
        ("8;14;127;1;8;1", "ctrl-backspace", Press, ""),
        ("9;15;9;1;16;1", "shift-tab", Press, ""),
        ("13;28;10;1;8;1", "ctrl-enter", Press, ""),
        ("0;0;1;1;0;1", "ctrl-a", Press, ""),
        ("0;0;13;1;0;1", "enter", Press, ""),
        ("0;0;27;1;0;1", "escape", Press, ""),
    ]);
    // A Russian keyboard: the binding of Ctrl+c is at the key's place.
    let russian = record("67;46;3;1;8;1");
    assert!(russian == ttyring::key!(ctrl - c));
    let russian = record("67;46;1089;1;2;1");
    assert_eq!(russian.base, Some('c'));
    assert!(russian == ttyring::key!(alt - c));
}

#[test]
fn alt_gr_only_chooses_the_character() {
    assert_records(&[
        // Right Alt with left Ctrl.
        ("81;16;64;1;9;1", "@", Press, "@"),
        ("69;18;8364;1;9;1", "€", Press, "€"),
        ("69;18;8364;0;9;1", "€", Release, ""),
        ("55;8;123;1;9;1", "{", Press, "{"),
        ("81;16;64;1;265;1", "@", Press, "@"),
        ("65;30;260;1;25;1", "shift-ą", Press, "Ą"),
        // Left Alt with Ctrl, where the layout gives another character.
        ("81;16;64;1;10;1", "@", Press, "@"),
        // A capital without Shift, too, but not with Caps Lock.
        ("69;0;69;1;5;1", "e", Press, "E"),
        ("69;18;69;1;138;1", "ctrl-alt-e", Press, ""),
        // Right Alt by itself is Alt.
        ("66;48;98;1;1;1", "alt-b", Press, ""),
        ("66;48;98;1;257;1", "alt-b", Press, ""),
    ]);
    let locked = record("81;16;64;1;41;1");
    assert_eq!(locked.modifiers, Modifiers::NUM_LOCK);
}

#[test]
fn text_that_comes_from_no_key() {
    assert_records(&[
        ("0;0;97;1;0;1", "a", Press, "a"),
        ("0;0;20320;1;0;1", "你", Press, "你"),
        ("231;0;22909;1;0;1", "好", Press, "好"),
        ("231;0;22909;0;0;1", "好", Release, ""),
        // Alt+0228 on the keypad: the character comes with the release of Alt.
        ("18;56;228;0;0;1", "ä", Press, "ä"),
        ("18;56;8364;0;32;1", "€", Press, "€"),
        // And without a character it is Alt.
        ("18;56;0;0;0;1", "left_alt", Release, ""),
    ]);
    // A dead key gives nothing yet.
    let dead = record("221;13;0;1;0;1");
    assert_eq!((dead.code, dead.text()), (KeyCode::Unidentified, ""));
    assert_eq!(dead.base, Some('='));
    // What it gives with the next key is that key's character.
    assert_eq!(record("65;30;225;1;0;1").text(), "á");
}

#[test]
fn modifiers_and_locks_are_keys() {
    assert_records(&[
        ("16;42;0;1;16;1", "shift-left_shift", Press, ""),
        ("16;54;0;1;16;1", "shift-right_shift", Press, ""),
        ("16;42;0;0;0;1", "left_shift", Release, ""),
        ("17;29;0;1;8;1", "ctrl-left_control", Press, ""),
        ("17;29;0;1;260;1", "ctrl-right_control", Press, ""),
        ("18;56;0;1;2;1", "alt-left_alt", Press, ""),
        ("18;56;0;1;257;1", "alt-right_alt", Press, ""),
        ("91;91;0;1;256;1", "left_super", Press, ""),
        ("92;92;0;0;256;1", "right_super", Release, ""),
        ("160;42;0;1;16;1", "shift-left_shift", Press, ""),
        ("161;54;0;1;16;1", "shift-right_shift", Press, ""),
        ("163;29;0;1;4;1", "ctrl-right_control", Press, ""),
        ("165;56;0;1;1;1", "alt-right_alt", Press, ""),
        ("20;58;0;1;128;1", "caps_lock", Press, ""),
        ("144;69;0;1;288;1", "num_lock", Press, ""),
        ("145;70;0;1;64;1", "scroll_lock", Press, ""),
    ]);
    let locks = Modifiers::CAPS_LOCK | Modifiers::NUM_LOCK;
    assert_eq!(record("65;30;65;1;160;1").modifiers, locks);
}

#[test]
fn named_keys_and_the_keypad() {
    assert_records(&[
        ("8;14;8;1;0;1", "backspace", Press, ""),
        ("9;15;9;1;0;1", "tab", Press, ""),
        ("13;28;13;1;0;1", "enter", Press, ""),
        ("13;28;13;0;0;1", "enter", Release, ""),
        ("13;28;13;1;256;1", "kp_enter", Press, ""),
        ("27;1;27;1;0;1", "escape", Press, ""),
        ("38;72;0;1;256;1", "up", Press, ""),
        ("38;72;0;1;264;1", "ctrl-up", Press, ""),
        ("38;72;0;1;256;4", "up", Repeat, ""),
        ("40;80;0;1;256;1", "down", Press, ""),
        ("37;75;0;1;272;1", "shift-left", Press, ""),
        ("39;77;0;1;256;1", "right", Press, ""),
        ("36;71;0;1;256;1", "home", Press, ""),
        ("35;79;0;1;256;1", "end", Press, ""),
        ("33;73;0;1;256;1", "page_up", Press, ""),
        ("34;81;0;1;256;1", "page_down", Press, ""),
        ("45;82;0;1;256;1", "insert", Press, ""),
        ("46;83;0;1;256;1", "delete", Press, ""),
        ("38;72;0;1;0;1", "kp_up", Press, ""),
        ("36;71;0;1;0;1", "kp_home", Press, ""),
        ("46;83;0;1;0;1", "kp_delete", Press, ""),
        ("12;76;0;1;0;1", "kp_begin", Press, ""),
        ("101;76;53;1;32;1", "kp_5", Press, "5"),
        ("101;76;53;0;32;1", "kp_5", Release, ""),
        ("107;78;43;1;0;1", "kp_add", Press, "+"),
        ("111;53;47;1;256;1", "kp_divide", Press, "/"),
        ("110;83;44;1;32;1", "kp_decimal", Press, ","),
        ("101;76;53;1;40;1", "ctrl-kp_5", Press, ""),
        ("112;59;0;1;0;1", "f1", Press, ""),
        ("123;88;0;1;8;1", "ctrl-f12", Press, ""),
        ("135;0;0;1;0;1", "f24", Press, ""),
        ("19;69;0;1;0;1", "pause", Press, ""),
        ("3;70;3;1;264;1", "ctrl-pause", Press, ""),
        ("44;55;0;0;256;1", "print_screen", Release, ""),
        ("93;93;0;1;256;1", "menu", Press, ""),
        ("173;32;0;1;256;1", "mute_volume", Press, ""),
        ("179;34;0;1;256;1", "media_play_pause", Press, ""),
        ("255;0;0;1;0;1", "unidentified", Press, ""),
    ]);
}

#[test]
fn character_beyond_the_first_plane_comes_in_two_records() {
    let high = "\x1b[231;0;55357;1;0;1_";
    let high_up = "\x1b[231;0;55357;0;0;1_";
    let low = "\x1b[231;0;56832;1;0;1_";
    let low_up = "\x1b[231;0;56832;0;0;1_";
    let smile = || key("😀");
    let up = || key("unidentified+release");
    for (bytes, events) in [
        (vec![high, low], vec![smile()]),
        // Of an Alt+number, with the release of Alt.
        (
            vec!["\x1b[18;56;55357;0;0;1_", "\x1b[18;56;56832;0;0;1_"],
            vec![smile()],
        ),
        (vec![high, high_up, low, low_up], vec![smile(), up()]),
        (vec![high, low, high_up, low_up], vec![smile(), up(), up()]),
        (vec![high, low, high, low], vec![smile(), smile()]),
        (vec![high, low, "\x1b[A"], vec![smile(), key("up")]),
        // Half of one stands for nothing, and takes nothing with it.
        (vec![high], vec![unknown(high.as_bytes())]),
        (vec![low], vec![unknown(low.as_bytes())]),
        (vec![high, "a"], vec![unknown(high.as_bytes()), key("a")]),
        (
            vec![high, "\x1b[A"],
            vec![unknown(high.as_bytes()), key("up")],
        ),
        (
            vec![high, "\x1b"],
            vec![unknown(high.as_bytes()), key("escape")],
        ),
        (
            vec![high, high_up, "é"],
            vec![unknown(format!("{high}{high_up}").as_bytes()), key("é")],
        ),
        (
            vec![high, "\x1b[65;30;97;1;0;1_"],
            vec![unknown(high.as_bytes()), {
                let mut a = Key::char('a').with_text("a");
                a.kind = KeyKind::Press;
                Event::Key(a)
            }],
        ),
        (
            vec![high, high, low],
            vec![unknown(high.as_bytes()), smile()],
        ),
        (
            vec![high, "\x1b[200~x\x1b[201~"],
            vec![unknown(high.as_bytes()), common::paste(b"x")],
        ),
    ] {
        let sent = bytes.concat();
        assert_same!(decode(sent.as_bytes()), events, "{sent:?}");
    }
}

#[test]
fn what_is_no_record_is_unknown() {
    for bytes in [
        "\x1b[_",
        "\x1b[0_",
        "\x1b[0;0;0;1_",
        "\x1b[65;30;97;1;0;1;1_",
        "\x1b[65:30;97_",
        "\x1b[?65;30;97;1;0;1_",
        "\x1b[65;30;70000;1;0;1_",
    ] {
        assert_same!(
            decode(bytes.as_bytes()),
            [unknown(bytes.as_bytes())],
            "{bytes:?}"
        );
    }
}

#[test]
fn half_a_character_behind_an_escape_key_is_none() {
    let (first, second) = (b"\x1b[0;0;55357;1;0;1_", b"\x1b[0;0;56832;1;0;1_");
    let events = decode(&[b"\x1b", &first[..], second].concat());
    assert_eq!(events, [key("escape"), unknown(first), unknown(second)]);
}
