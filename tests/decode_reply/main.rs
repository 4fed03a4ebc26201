//! Answers of terminals.

#![cfg(not(loom))]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;
mod single;

use std::borrow::Cow;

use common::{decode, key, unknown};
use ttyring::{Color, Event, Reply};

fn params(numbers: &[u32]) -> Cow<'static, [u32]> {
    numbers.to_vec().into()
}

fn bytes(text: &'static str) -> Cow<'static, [u8]> {
    Cow::Borrowed(text.as_bytes())
}

fn clipboard(selection: &'static str, base64: &'static str) -> Reply<'static> {
    Reply::Clipboard {
        selection: bytes(selection),
        base64: bytes(base64),
    }
}

fn assert_replies(rows: Vec<(&str, Reply<'static>)>) {
    for (sent, reply) in rows {
        assert_same!(decode(sent.as_bytes()), [Event::Reply(reply)], "{sent:?}");
    }
}

#[test]
fn control_sequences() {
    let cursor = |page, private| Reply::CursorPosition {
        row: 12,
        column: 34,
        page,
        private,
    };
    assert_replies(vec![
        ("\x1b[?62;22c", Reply::PrimaryAttributes(params(&[62, 22]))),
        (
            "\x1b[>41;330;0c",
            Reply::SecondaryAttributes(params(&[41, 330, 0])),
        ),
        (
            "\x1b[0n",
            Reply::Status {
                private: false,
                params: params(&[0]),
            },
        ),
        (
            "\x1b[?13n",
            Reply::Status {
                private: true,
                params: params(&[13]),
            },
        ),
        ("\x1b[12;34R", cursor(None, false)),
        ("\x1b[?12;34R", cursor(None, true)),
        ("\x1b[?12;34;1R", cursor(Some(1), true)),
        (
            "\x1b[?2004;1$y",
            Reply::Mode {
                private: true,
                mode: 2004,
                value: 1,
            },
        ),
        (
            "\x1b[4;2$y",
            Reply::Mode {
                private: false,
                mode: 4,
                value: 2,
            },
        ),
        ("\x1b[?31u", Reply::KeyboardFlags(31)),
        ("\x1b[?u", Reply::KeyboardFlags(0)),
        ("\x1b[?997;1n", Reply::ColorScheme { dark: true }),
        ("\x1b[?997;2n", Reply::ColorScheme { dark: false }),
        ("\x1b[8;24;80t", Reply::Window(params(&[8, 24, 80]))),
        ("\x1b[4;600;800t", Reply::Window(params(&[4, 600, 800]))),
    ]);
}

#[test]
fn strings() {
    assert_replies(vec![
        (
            "\x1bP!|7E565445\x1b\\",
            Reply::TertiaryAttributes(bytes("7E565445")),
        ),
        (
            "\x1bP>|kitty(0.40)\x1b\\",
            Reply::Version(bytes("kitty(0.40)")),
        ),
        (
            "\x1bP1+r524742=38\x1b\\",
            Reply::Termcap {
                ok: true,
                pairs: bytes("524742=38"),
            },
        ),
        (
            "\x1bP0+r524742\x1b\\",
            Reply::Termcap {
                ok: false,
                pairs: bytes("524742"),
            },
        ),
        (
            "\x1bP1$r0m\x1b\\",
            Reply::StatusString {
                ok: true,
                value: bytes("0m"),
            },
        ),
        (
            "\x1bP0$r\x1b\\",
            Reply::StatusString {
                ok: false,
                value: bytes(""),
            },
        ),
        (
            "\x1b_Gi=31;OK\x1b\\",
            Reply::Graphics {
                control: bytes("i=31"),
                message: bytes("OK"),
            },
        ),
        ("\x1b]52;c;aGk=\x07", clipboard("c", "aGk=")),
        ("\x1b]52;;aGk=\x1b\\", clipboard("", "aGk=")),
    ]);
}

#[test]
fn colors() {
    let color = |color, rgb| Reply::Color { color, rgb };
    assert_replies(vec![
        (
            "\x1b]10;rgb:ffff/0000/8080\x07",
            color(Color::Foreground, [0xffff, 0, 0x8080]),
        ),
        (
            "\x1b]11;rgb:f/0/80\x1b\\",
            color(Color::Background, [0xffff, 0, 0x8080]),
        ),
        (
            "\x1b]12;rgba:ffff/0/0/7fff\x1b\\",
            color(Color::Cursor, [0xffff, 0, 0]),
        ),
        (
            "\x1b]4;255;rgb:12/34/56\x1b\\",
            color(Color::Palette(255), [0x1212, 0x3434, 0x5656]),
        ),
        (
            "\x1b]11;#123456\x1b\\",
            color(Color::Background, [0x1212, 0x3434, 0x5656]),
        ),
    ]);
}

#[test]
fn colors_of_every_number_and_several_at_once() {
    let one = |sent: &str| match &decode(sent.as_bytes())[..] {
        [Event::Reply(reply)] => reply.colors().collect::<Vec<_>>(),
        other => panic!("{sent:?} is no color: {other:?}"),
    };
    let red = Some([0xffff, 0, 0]);
    for (number, color) in [
        ("5;0", Color::Special(0)),
        ("4;300", Color::Palette(300)),
        ("4;-1", Color::Foreground),
        ("4;-2", Color::Background),
        ("13", Color::PointerForeground),
        ("14", Color::PointerBackground),
        ("15", Color::TektronixForeground),
        ("16", Color::TektronixBackground),
        ("17", Color::SelectionBackground),
        ("18", Color::TektronixCursor),
        ("19", Color::SelectionForeground),
    ] {
        let sent = format!("\x1b]{number};rgb:f/0/0\x1b\\");
        assert_replies(vec![(
            &sent,
            Reply::Color {
                color,
                rgb: [0xffff, 0, 0],
            },
        )]);
    }
    type Colors<'a> = &'a [(Color, Option<[u16; 3]>)];
    let rows: &[(&str, Colors<'_>)] = &[
        (
            "\x1b]4;1;rgb:f/0/0;2;#0f0\x07",
            &[
                (Color::Palette(1), red),
                (Color::Palette(2), Some([0, 0xffff, 0])),
            ],
        ),
        (
            "\x1b]10;rgb:f/0/0;rgb:0/0/0\x07",
            &[
                (Color::Foreground, red),
                (Color::Background, Some([0, 0, 0])),
            ],
        ),
        (
            "\x1b]21;foreground=rgb:ff/00/00;cursor=;visual_bell=?\x1b\\",
            &[
                (Color::Foreground, red),
                (Color::Cursor, None),
                (Color::VisualBell, None),
            ],
        ),
        (
            "\x1b]21;not_known_yet=?;foreground=#f00;nor_this=#fff\x07",
            &[(Color::Foreground, red)],
        ),
        ("\x1b]21;cursor_text=#f00\x07", &[(Color::CursorText, red)]),
        ("\x1b]21;7=\x07", &[(Color::Palette(7), None)]),
        (
            "\x1b]21;transparent_background_color2=?;selection_background=#f00\x07",
            &[
                (Color::Transparent(2), None),
                (Color::SelectionBackground, red),
            ],
        ),
    ];
    for (sent, colors) in rows {
        assert_eq!(one(sent), *colors, "{sent:?}");
    }
}

#[test]
fn payloads_are_decoded_when_asked_for() {
    for (base64, decoded) in [
        ("", Some("")),
        ("aGVsbG8=", Some("hello")),
        ("aGk", Some("hi")),
        ("aA==", Some("h")),
        ("!", None),
        ("a", None),
    ] {
        let data = clipboard("c", base64).data();
        assert_eq!(data.as_deref(), decoded.map(str::as_bytes), "{base64}");
    }
    let termcap = Reply::Termcap {
        ok: true,
        pairs: bytes("544e=787465726d;524742"),
    };
    let entries: Vec<_> = termcap.capabilities().collect();
    assert_eq!(
        entries,
        [
            (b"TN".to_vec(), b"xterm".to_vec()),
            (b"RGB".to_vec(), Vec::new())
        ]
    );
}

#[test]
fn what_is_no_reply_is_unknown() {
    for sent in [
        "\x1b]11;rgb:ffff/0000\x07",
        "\x1b]11;rgb:fffff/0/0\x07",
        "\x1b]11;?\x07",
        "\x1b]4;1\x07",
        "\x1b]4;1;rgb:0/0/0;2\x07",
        "\x1b]4;1;?\x07",
        "\x1b]9;rgb:0/0/0\x07",
        "\x1b]20;rgb:0/0/0\x07",
        "\x1b]19;rgb:0/0/0;rgb:0/0/0\x07",
        "\x1b]21;foreground\x07",
        "\x1b]21;nonsense=rgb:0/0/0\x07",
        "\x1b]21;not_known_yet=?\x07",
        "\x1b]1337;ReportCellSize\x07",
        "\x1bPx$s1\x1b\\",
        "\x1b[>4m",
        "\x1b[1;1#d",
        "\x1b[3W",
        "\x1b[2;1;1x",
        "\x1b[?1S",
        "\x1b]99;x\x07",
        "\x1b]\x07",
        "\x1b]4;70000;rgb:0/0/0\x07",
        "\x1bPhello\x1b\\",
        "\x1b_other\x1b\\",
        "\x1b^private\x1b\\",
        "\x1bXstring\x1b\\",
        "\x1bP2+r00\x1b\\",
        "\x1b]52\x1b\\",
        "\x1b]\x1b\\",
    ] {
        assert_same!(
            decode(sent.as_bytes()),
            [unknown(sent.as_bytes())],
            "{sent:?}"
        );
    }
}

#[test]
fn strings_end_as_xterm_ends_them() {
    let rows: &[(&[u8], &[Event<'_>])] = &[
        (b"\x1b]0;a\x1b[A", &[unknown(b"\x1b]0;a"), key("up")]),
        (
            b"\x1b]0;a\x18b",
            &[unknown(b"\x1b]0;a"), key("ctrl-x"), key("b")],
        ),
        (
            b"\x1b]0;a\x1ab",
            &[unknown(b"\x1b]0;a"), key("ctrl-z"), key("b")],
        ),
        (b"\x1bPa\x07b\x1b\\", &[unknown(b"\x1bPa\x07b\x1b\\")]),
        (
            "\x1b]0;Ü\x07".as_bytes(),
            &[unknown("\x1b]0;Ü\x07".as_bytes())],
        ),
        (b"\x1b]0;\x9c\x07", &[unknown(b"\x1b]0;\x9c\x07")]),
        (b"\x1b]\x1b[A", &[key("alt-]"), key("up")]),
        (b"\x1bP\x1b\x1b", &[key("alt-P"), key("alt-escape")]),
        (b"\x1b_\x18", &[key("alt-_"), key("ctrl-x")]),
        (
            b"\x1b]0;\x1b[201~\x07",
            &[unknown(b"\x1b]0;"), unknown(b"\x1b[201~"), key("ctrl-g")],
        ),
        (b"\x1b]0;a\x1b", &[unknown(b"\x1b]0;a"), key("escape")]),
    ];
    for (sent, events) in rows {
        assert_same!(&decode(sent), events, "{}", sent.escape_ascii());
    }
}
