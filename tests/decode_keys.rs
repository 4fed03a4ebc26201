//! Keys that come as sequences, without the kitty protocol.

#![cfg(not(loom))]

#[macro_use]
mod common;

use common::{assert_keys, decode, decode_expecting, key, unknown};
use ttyring::{Event, Reply};

const CURSOR: [(char, &str); 11] = [
    ('A', "up"),
    ('B', "down"),
    ('C', "right"),
    ('D', "left"),
    ('E', "begin"),
    ('F', "end"),
    ('H', "home"),
    ('P', "f1"),
    ('Q', "f2"),
    ('R', "f3"),
    ('S', "f4"),
];
const EDITING: [(u8, &str); 26] = [
    (1, "home"),
    (2, "insert"),
    (3, "delete"),
    (4, "end"),
    (5, "page_up"),
    (6, "page_down"),
    (7, "home"),
    (8, "end"),
    (11, "f1"),
    (12, "f2"),
    (13, "f3"),
    (14, "f4"),
    (15, "f5"),
    (17, "f6"),
    (18, "f7"),
    (19, "f8"),
    (20, "f9"),
    (21, "f10"),
    (23, "f11"),
    (24, "f12"),
    (25, "f13"),
    (26, "f14"),
    (28, "f15"),
    (29, "f16"),
    (31, "f17"),
    (34, "f20"),
];
const HELD: [(u8, &str); 8] = [
    (2, "shift-"),
    (3, "alt-"),
    (4, "alt-shift-"),
    (5, "ctrl-"),
    (6, "ctrl-shift-"),
    (7, "ctrl-alt-"),
    (8, "ctrl-alt-shift-"),
    (9, "super-"),
];

#[test]
fn cursor_and_function_keys() {
    for (letter, name) in CURSOR {
        assert_same!(decode(format!("\x1b[{letter}").as_bytes()), [key(name)]);
        assert_same!(decode(format!("\x1bO{letter}").as_bytes()), [key(name)]);
        assert_same!(
            decode(format!("\x1b\x1b[{letter}").as_bytes()),
            [key(&format!("alt-{name}"))]
        );
        for (param, held) in HELD {
            let names = [key(&format!("{held}{name}"))];
            assert_same!(decode(format!("\x1b[1;{param}{letter}").as_bytes()), names);
            assert_same!(decode(format!("\x1bO{param}{letter}").as_bytes()), names);
            assert_same!(decode(format!("\x1bO1;{param}{letter}").as_bytes()), names);
        }
    }
}

#[test]
fn editing_and_function_keys() {
    for (number, name) in EDITING {
        assert_same!(decode(format!("\x1b[{number}~").as_bytes()), [key(name)]);
        for (param, held) in HELD {
            let name = key(&format!("{held}{name}"));
            assert_same!(decode(format!("\x1b[{number};{param}~").as_bytes()), [name]);
        }
    }
}

#[test]
fn rxvt_keys() {
    for (number, name) in EDITING {
        for (last, held) in [('$', "shift-"), ('^', "ctrl-"), ('@', "ctrl-shift-")] {
            let bytes = format!("\x1b[{number}{last}");
            assert_same!(
                decode(bytes.as_bytes()),
                [key(&format!("{held}{name}"))],
                "{bytes:?}"
            );
        }
    }
    assert_keys(&[
        ("\x1b[a", "shift-up"),
        ("\x1b[b", "shift-down"),
        ("\x1b[c", "shift-right"),
        ("\x1b[d", "shift-left"),
        ("\x1bOa", "ctrl-up"),
        ("\x1bOb", "ctrl-down"),
        ("\x1bOc", "ctrl-right"),
        ("\x1bOd", "ctrl-left"),
    ]);
}

#[test]
fn linux_console_and_tab() {
    assert_keys(&[
        ("\x1b[[A", "f1"),
        ("\x1b[[B", "f2"),
        ("\x1b[[C", "f3"),
        ("\x1b[[D", "f4"),
        ("\x1b[[E", "f5"),
        ("\x1b[Z", "shift-tab"),
        ("\x1b[1;5Z", "ctrl-shift-tab"),
        ("\x1b\x1b[[A", "alt-f1"),
    ]);
}

#[test]
fn older_xterm_modifiers() {
    assert_keys(&[
        ("\x1b[5A", "ctrl-up"),
        ("\x1b[2D", "shift-left"),
        ("\x1b[1B", "down"),
        ("\x1b[1;B", "down"),
        ("\x1b[;1B", "down"),
        ("\x1b[8;~", "end"),
    ]);
}

#[test]
fn keypad_in_application_mode() {
    for digit in 0..=9u8 {
        let bytes = [0x1b, b'O', b'p' + digit];
        assert_same!(decode(&bytes), [key(&format!("kp_{digit}"))]);
    }
    assert_keys(&[
        ("\x1bOM", "kp_enter"),
        ("\x1bOX", "kp_equal"),
        ("\x1bOj", "kp_multiply"),
        ("\x1bOk", "kp_add"),
        ("\x1bOl", "kp_separator"),
        ("\x1bOm", "kp_subtract"),
        ("\x1bOn", "kp_decimal"),
        ("\x1bOo", "kp_divide"),
        ("\x1bOI", "tab"),
        ("\x1bO ", "space"),
    ]);
}

#[test]
fn modify_other_keys() {
    assert_keys(&[
        ("\x1b[27;5;105~", "ctrl-i"),
        ("\x1b[27;2;13~", "shift-enter"),
        ("\x1b[27;5;9~", "ctrl-tab"),
        ("\x1b[27;3;65~", "alt-A"),
        ("\x1b[27;3;8~", "alt-backspace"),
        ("\x1b[27;3;20320~", "alt-你"),
        ("\x1b[27;5;27~", "ctrl-escape"),
        ("\x1b[105;5u", "ctrl-i"),
        // Control characters for numbers.
        ("\x1b[1u", "ctrl-a"),
        ("\x1b[10;5u", "ctrl-j"),
        ("\x1b[10;1:3u", "ctrl-j+release"),
        ("\x1b[28;2u", "ctrl-shift-\\"),
        ("\x1b[27;5;10~", "ctrl-j"),
        ("\x1b[27;3;1~", "ctrl-alt-a"),
        ("\x1b[27;5;0~", "ctrl-space"),
        ("\x1b[27;3;127~", "alt-backspace"),
    ]);
}

#[test]
fn f3_and_cursor_reports() {
    let report = |row, column| {
        Event::Reply(Reply::CursorPosition {
            row,
            column,
            page: None,
            private: false,
        })
    };
    assert_same!(decode(b"\x1b[1;2R"), [key("shift-f3")]);
    assert_same!(decode(b"\x1b[1;16R").len(), 1);
    assert!(matches!(decode(b"\x1b[1;16R")[0], Event::Key(_)));
    assert_same!(decode(b"\x1b[1;1R"), [report(1, 1)]);
    assert_same!(decode(b"\x1b[1;17R"), [report(1, 17)]);
    assert_same!(decode(b"\x1b[2;2R"), [report(2, 2)]);
    assert_same!(
        decode_expecting(1, b"\x1b[1;2R\x1b[1;2R"),
        [report(1, 2), key("shift-f3")]
    );
    assert_same!(
        decode_expecting(1, b"\x1b[R\x1b[1;2R"),
        [key("f3"), report(1, 2)]
    );
    assert_same!(
        decode_expecting(1, b"\x1b[9;9R\x1b[1;2R"),
        [report(9, 9), key("shift-f3")]
    );
    assert_same!(
        decode_expecting(1, b"\x1b\x1b[1;2R"),
        [key("escape"), report(1, 2)]
    );
}

#[test]
fn what_no_key_has_is_unknown() {
    for bytes in [
        &b"\x1b[z"[..],
        b"\x1bOz",
        b"\x1b[27;3~",
        b"\x1b[@",
        b"\x1b[^",
        b"\x1b[~",
        b"\x1b[9~",
        b"\x1b[16~",
        b"\x1b[1;2;3A",
        b"\x1b[2;2A",
        b"\x1b[1;999A",
        b"\x1b[1;2:9A",
        b"\x1b[----X",
        b"\x1b[u",
        b"\x1b[[Z",
        b"\x1b[?99x",
        b"\x1b[10;2;3c",
        b"\x1b[1;5;7R",
        b"\x1b[?14R",
        b"\x1b[201~",
        b"\x1b[t",
    ] {
        assert_same!(decode(bytes), [unknown(bytes)], "{}", bytes.escape_ascii());
    }
}

#[test]
fn unfinished_sequences_are_unknown_at_the_end() {
    for bytes in [
        &b"\x1b[1"[..],
        b"\x1b[1;",
        b"\x1b[?",
        b"\x1b[[",
        b"\x1b[M",
        b"\x1b[M !",
        b"\x1bO5",
        b"\x1b]11;rgb",
        b"\x1bP1+r",
        b"\x1b_G",
        b"\x1b[?99",
    ] {
        assert_same!(decode(bytes), [unknown(bytes)], "{}", bytes.escape_ascii());
    }
}

#[test]
fn a_foreign_byte_ends_a_sequence_and_is_not_eaten() {
    let rows: &[(&[u8], &[Event<'_>])] = &[
        (b"\x1b[1\x1b[A", &[unknown(b"\x1b[1"), key("up")]),
        (b"\x1b[1\ra", &[unknown(b"\x1b[1"), key("enter"), key("a")]),
        (
            b"\x1b[1\x18A",
            &[unknown(b"\x1b[1"), key("ctrl-x"), key("A")],
        ),
        (
            b"\x1b[1\x1aA",
            &[unknown(b"\x1b[1"), key("ctrl-z"), key("A")],
        ),
        (b"\x1b[\x7f", &[key("alt-["), key("backspace")]),
        ("\x1b[é".as_bytes(), &[key("alt-["), key("é")]),
        (b"\x1bO\x1b[A", &[key("alt-O"), key("up")]),
        (b"\x1bO\r", &[key("alt-O"), key("enter")]),
        (b"\x1bO2 ", &[unknown(b"\x1bO2"), key("space")]),
        (b"\x1b[M\r", &[unknown(b"\x1b[M"), key("enter")]),
    ];
    for (bytes, events) in rows {
        assert_same!(&decode(bytes), events, "{}", bytes.escape_ascii());
    }
}
