//! The mouse in its encodings, focus, and the size.

#![cfg(not(loom))]

mod common;

use common::{decode, decode_with, key, unknown};
use ttyring::decode::Options;
use ttyring::{Event, Modifiers, Mouse, MouseButton, MouseKind, Size};

fn mouse(kind: MouseKind, button: MouseButton, x: u16, y: u16) -> Event<'static> {
    Event::Mouse(Mouse::new(kind, button, x, y))
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
        assert_eq!(
            decode(bytes.as_bytes()),
            [mouse(kind, button, 19, 9)],
            "{code}"
        );
    }
    for (code, button) in [
        (0, MouseButton::Left),
        (2, MouseButton::Right),
        (129, MouseButton::Forward),
    ] {
        let bytes = format!("\x1b[<{code};1;2m");
        assert_eq!(
            decode(bytes.as_bytes()),
            [mouse(MouseKind::Release, button, 0, 1)]
        );
    }
    assert_eq!(
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
        assert_eq!(decode(&x10), [mouse(kind, button, 59, 10)], "{code}");
        let urxvt = format!("\x1b[{};300;11M", code + 32);
        assert_eq!(
            decode(urxvt.as_bytes()),
            [mouse(kind, button, 299, 10)],
            "{code}"
        );
    }
    // Beyond what a byte can hold xterm sends 0.
    assert_eq!(
        decode(b"\x1b[M \x00\xff"),
        [mouse(MouseKind::Press, MouseButton::Left, 223, 222)]
    );
    assert_eq!(decode(b"\x1b[M \x1b[A"), [unknown(b"\x1b[M "), key("up")]);
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
    let events = decode_with(Options::new().pixels(true), b"\x1b[<35;1921;1081M");
    let [Event::Mouse(mouse)] = events[..] else {
        panic!("a mouse event");
    };
    assert!(mouse.pixels && (mouse.x, mouse.y) == (1920, 1080));
}

#[test]
fn malformed_reports_do_no_harm() {
    let origin = mouse(MouseKind::Press, MouseButton::Left, 0, 0);
    assert_eq!(decode(b"\x1b[<;;M"), std::slice::from_ref(&origin));
    assert_eq!(decode(b"\x1b[<0;0;0M"), [origin]);
    assert_eq!(
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
        assert_eq!(decode(bytes), [unknown(bytes)], "{}", bytes.escape_ascii());
    }
}

#[test]
fn focus_and_size() {
    assert_eq!(decode(b"\x1b[I"), [Event::Focus { gained: true }]);
    assert_eq!(decode(b"\x1b[O"), [Event::Focus { gained: false }]);
    let size = |width, height| {
        Event::Resize(Size {
            columns: 80,
            rows: 24,
            width,
            height,
        })
    };
    assert_eq!(decode(b"\x1b[48;24;80;312;560t"), [size(560, 312)]);
    assert_eq!(decode(b"\x1b[48;24;80t"), [size(0, 0)]);
}
