//! The mouse in its encodings, focus, and the size.

#![cfg(not(loom))]

#[macro_use]
mod common;

use common::{decode, decode_told, key, unknown};
use ttyring::{Event, Modifiers, Mouse, MouseButton, MouseKind, Size};

fn mouse(kind: MouseKind, button: MouseButton, x: u16, y: u16) -> Event<'static> {
    Event::Mouse(Mouse::new(kind, button, x, y))
}

/// The event with the Shift of a code.
fn held(event: Event<'static>, code: u32) -> Event<'static> {
    let Event::Mouse(mut mouse) = event else {
        panic!("a mouse event");
    };
    mouse.modifiers.set(Modifiers::SHIFT, code & 4 != 0);
    Event::Mouse(mouse)
}

/// Codes as X10 and urxvt have them, before 32 is added, without a release in the final byte.
fn codes() -> Vec<(u32, MouseKind, MouseButton)> {
    use MouseButton::*;
    use MouseKind::*;
    vec![
        (0, Press, Left),
        (1, Press, Middle),
        (2, Press, Right),
        (32, Drag, Left),
        (33, Drag, Middle),
        (34, Drag, Right),
        (35, Move, None),
        (64, ScrollUp, None),
        (65, ScrollDown, None),
        (66, ScrollLeft, None),
        (67, ScrollRight, None),
        (128, Press, Back),
        (129, Press, Forward),
        (130, Press, Button10),
        (131, Press, Button11),
        (160, Drag, Back),
        (39, Move, None),
        (36, Drag, Left),
        // A wheel button that moves is no further turn of the wheel.
        (96, Move, None),
        (97, Move, None),
        (99, Move, None),
    ]
}

#[test]
fn sgr() {
    for (code, kind, button) in codes() {
        let bytes = format!("\x1b[<{code};20;10M");
        assert_same!(
            decode(bytes.as_bytes()),
            [held(mouse(kind, button, 19, 9), code)],
            "{code}"
        );
    }
    for (code, button) in [
        (0, MouseButton::Left),
        (2, MouseButton::Right),
        (129, MouseButton::Forward),
    ] {
        let bytes = format!("\x1b[<{code};1;2m");
        assert_same!(
            decode(bytes.as_bytes()),
            [mouse(MouseKind::Release, button, 0, 1)]
        );
    }
    assert_same!(
        decode(b"\x1b[<0;20;10;M"),
        [mouse(MouseKind::Press, MouseButton::Left, 19, 9)]
    );
}

#[test]
fn x10_and_urxvt() {
    let mut rows = codes();
    rows.push((3, MouseKind::Release, MouseButton::None));
    for (code, kind, button) in rows {
        let x10 = [0x1b, b'[', b'M', code as u8 + 32, 33 + 59, 33 + 10];
        let event = held(mouse(kind, button, 59, 10), code);
        assert_same!(decode(&x10), [event], "{code}");
        let urxvt = format!("\x1b[{};300;11M", code + 32);
        assert_same!(
            decode(urxvt.as_bytes()),
            [held(mouse(kind, button, 299, 10), code)],
            "{code}"
        );
    }
    // Beyond what a byte can hold xterm sends 0.
    assert_same!(
        decode(b"\x1b[M \x00\xff"),
        [mouse(MouseKind::Press, MouseButton::Left, 223, 222)]
    );
    assert_same!(decode(b"\x1b[M \x1b[A"), [unknown(b"\x1b[M "), key("up")]);
}

#[test]
fn modifiers_and_pixels() {
    for (add, held) in [
        (4, Modifiers::SHIFT),
        (8, Modifiers::ALT),
        (16, Modifiers::CTRL),
        (28, Modifiers::SHIFT | Modifiers::ALT | Modifiers::CTRL),
    ] {
        let Event::Mouse(mouse) = decode(format!("\x1b[<{add};1;1M").as_bytes())[0] else {
            panic!("a mouse event");
        };
        assert_eq!(mouse.modifiers, held);
    }
    let events = decode_told(
        |decoder| decoder.settings.pixels = true,
        b"\x1b[<35;1921;1081M",
    );
    let [Event::Mouse(mouse)] = events[..] else {
        panic!("a mouse event");
    };
    assert!(mouse.pixels && (mouse.x, mouse.y) == (1920, 1080));
}

/// The console of Windows, and Windows Terminal before 1.22, end every motion with `m`.
#[test]
fn motion_is_one_whatever_it_ends_with() {
    use MouseButton::*;
    use MouseKind::*;
    let rows = [
        (35, Move, None, Modifiers::empty()),
        (39, Move, None, Modifiers::SHIFT),
        (43, Move, None, Modifiers::ALT),
        (51, Move, None, Modifiers::CTRL),
        (
            63,
            Move,
            None,
            Modifiers::SHIFT | Modifiers::ALT | Modifiers::CTRL,
        ),
        (32, Drag, Left, Modifiers::empty()),
        (33, Drag, Middle, Modifiers::empty()),
        (34, Drag, Right, Modifiers::empty()),
        (48, Drag, Left, Modifiers::CTRL),
        (160, Drag, Back, Modifiers::empty()),
        (96, Move, None, Modifiers::empty()),
    ];
    for (code, kind, button, held) in rows {
        for last in ['M', 'm'] {
            let mut mouse = Mouse::new(kind, button, 4, 9);
            mouse.modifiers = held;
            let bytes = format!("\x1b[<{code};5;10{last}");
            assert_same!(decode(bytes.as_bytes()), [Event::Mouse(mouse)], "{bytes:?}");
        }
    }
}

#[test]
fn place_outside_the_window_is_at_its_edge() {
    use MouseButton::*;
    use MouseKind::*;
    for (bytes, event) in [
        ("\x1b[<0;-2;300m", mouse(Release, Left, 0, 299)),
        ("\x1b[<0;300;-2m", mouse(Release, Left, 299, 0)),
        ("\x1b[<0;-1;-99999999999m", mouse(Release, Left, 0, 0)),
        ("\x1b[<32;-17;5M", mouse(Drag, Left, 0, 4)),
        ("\x1b[<35;-0;5m", mouse(Move, None, 0, 4)),
        ("\x1b[<0;0;300m", mouse(Release, Left, 0, 299)),
        ("\x1b[<0;-2;300;m", mouse(Release, Left, 0, 299)),
    ] {
        assert_same!(decode(bytes.as_bytes()), [event], "{bytes:?}");
    }
    for bytes in [
        "\x1b[<-1;2;3M",
        "\x1b[<;2;-3;-4M",
        "\x1b[<0;2-3;4M",
        "\x1b[<0;--2;4M",
        "\x1b[<0;-2;4;5M",
        "\x1b[<0;-2;4x",
        "\x1b[0;-2;4M",
        "\x1b[1;-2A",
    ] {
        assert_same!(
            decode(bytes.as_bytes()),
            [unknown(bytes.as_bytes())],
            "{bytes:?}"
        );
    }
}

#[test]
fn utf8_reports_are_decoded_where_they_were_asked_for() {
    let utf8 = |bytes: &[u8]| decode_told(|decoder| decoder.settings.utf8_mouse = true, bytes);
    let press = |x, y| mouse(MouseKind::Press, MouseButton::Left, x, y);
    for (x, y) in [
        (0, 0),
        (94, 9),
        (95, 94),
        (96, 200),
        (222, 223),
        (1000, 95),
        (2014, 2014),
    ] {
        let place = [x, y].map(|place| char::from_u32(u32::from(place) + 33).expect("a character"));
        let bytes = format!("\x1b[M {}{}q", place[0], place[1]);
        assert_same!(utf8(bytes.as_bytes()), [press(x, y), key("q")], "{x}, {y}");
    }
    // Beyond what two bytes can hold xterm sends 0.
    assert_same!(utf8(b"\x1b[M \0\0"), [press(2015, 2015)]);
    let release = mouse(MouseKind::Release, MouseButton::None, 0, 0);
    assert_same!(utf8(b"\x1b[M#!!"), [release]);
    let back = mouse(MouseKind::Press, MouseButton::Back, 0, 0);
    assert_same!(utf8("\x1b[M\u{a0}!!".as_bytes()), [back]);
    // What is no such character is not eaten.
    for (bytes, report, rest) in [
        (&b"\x1b[M !\xc3A"[..], &b"\x1b[M !\xc3"[..], key("A")),
        (b"\x1b[M \xc3\x1b[A", b"\x1b[M \xc3", key("up")),
        (b"\x1b[M \r", b"\x1b[M ", key("enter")),
        (b"\x1b[M !\xff", b"\x1b[M !", unknown(b"\xff")),
    ] {
        assert_same!(
            utf8(bytes),
            [unknown(report), rest],
            "{}",
            bytes.escape_ascii()
        );
    }
}

#[test]
fn malformed_reports_do_no_harm() {
    let origin = mouse(MouseKind::Press, MouseButton::Left, 0, 0);
    assert_same!(decode(b"\x1b[<;;M"), std::slice::from_ref(&origin));
    assert_same!(decode(b"\x1b[<0;0;0M"), [origin]);
    assert_same!(
        decode(b"\x1b[<0;99999;4294967297M"),
        [mouse(
            MouseKind::Press,
            MouseButton::Left,
            u16::MAX,
            u16::MAX
        )]
    );
    for bytes in [
        &b"\x1b[<99999;1;1M"[..],
        b"\x1b[<0;1M",
        b"\x1b[<0;1;1;1M",
        b"\x1b[<64;1;1m",
        b"\x1b[<192;1;1M",
    ] {
        assert_same!(decode(bytes), [unknown(bytes)], "{}", bytes.escape_ascii());
    }
}

#[test]
fn focus_and_size() {
    assert_same!(decode(b"\x1b[I"), [Event::Focus { gained: true }]);
    assert_same!(decode(b"\x1b[O"), [Event::Focus { gained: false }]);
    let size = |width, height| {
        Event::Resize(Size {
            columns: 80,
            rows: 24,
            width,
            height,
        })
    };
    assert_same!(decode(b"\x1b[48;24;80;312;560t"), [size(560, 312)]);
    assert_same!(decode(b"\x1b[48;24;80t"), [size(0, 0)]);
    // What a later version of the protocol might add.
    assert_same!(decode(b"\x1b[48:7;24:1;80;312:2:3;560t"), [size(560, 312)]);
    assert_same!(decode(b"\x1b[48;24;80:9t"), [size(0, 0)]);
}
