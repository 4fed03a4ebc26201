//! What each kind of record becomes.

use ttyring_platform::windows::abi::{mouse, state};
use ttyring_platform::windows::record::{KeyRecord, MouseRecord, Window};
use ttyring_platform::{Reports, Tty};

use super::console::Vt;
use super::{A, ALT, Raw, down, up};

/// Keys that are held or typed, in the order of their records, and the bytes.
fn ensure_keys(keys: &[KeyRecord], expected: &str) {
    let raw = Raw::new(Vt::Ignored);
    keys.iter().for_each(|key| raw.console.key(*key));
    assert_eq!(raw.read(), expected, "{keys:?}");
}

#[test]
fn key_is_written_with_its_whole_record() {
    ensure_keys(&[A], "\x1b[65;30;97;1;0;1_");
    let ctrl_a = down(0x41, 0x1e, 1, state::LEFT_CTRL);
    ensure_keys(&[ctrl_a], "\x1b[65;30;1;1;8;1_");
    let arrow = down(0x26, 0x48, 0, 0x100 | state::SHIFT);
    ensure_keys(&[arrow], "\x1b[38;72;0;1;272;1_");
}

#[test]
fn repeats_are_counted() {
    ensure_keys(
        &[A, A, A, up(A)],
        "\x1b[65;30;97;1;0;3_\x1b[65;30;97;0;0;1_",
    );
}

#[test]
fn modifier_alone_is_a_key() {
    let shift = down(0x10, 0x2a, 0, state::SHIFT);
    let released = KeyRecord {
        state: 0,
        ..up(shift)
    };
    ensure_keys(
        &[shift, released],
        "\x1b[16;42;0;1;16;1_\x1b[16;42;0;0;0;1_",
    );
}

#[test]
fn character_of_alt_and_digits_comes_with_the_release() {
    let four = down(0x64, 0x4b, 0, 2);
    let end = KeyRecord {
        unit: 0xe9,
        state: 0,
        ..up(ALT)
    };
    let typed = "\x1b[18;56;0;1;2;1_\x1b[100;75;0;1;2;1_\x1b[100;75;0;0;2;1_\x1b[18;56;233;0;0;1_";
    ensure_keys(&[ALT, four, up(four), end], typed);
    // Also where the press went to somebody else.
    ensure_keys(&[end], "\x1b[18;56;233;0;0;1_");
}

#[test]
fn text_without_a_key_is_written_as_it_is() {
    for vt in [Vt::Heeded, Vt::HeededButReleases, Vt::Ignored, Vt::Unknown] {
        let raw = Raw::new(vt);
        let text = "aé日😀\x1b[200~b\x1b[201~";
        raw.console.text(text);
        assert_eq!(raw.read(), text, "{vt:?}");
    }
}

#[test]
fn pair_that_comes_in_two_reads_is_one_character() {
    let raw = Raw::new(Vt::Heeded);
    let mut units = [0; 2];
    '😀'.encode_utf16(&mut units);
    raw.console.key(down(0, 0, units[0], 0));
    assert_eq!(raw.read(), "");
    raw.console.key(down(0, 0, units[1], 0));
    assert_eq!(raw.read(), "😀");
}

#[test]
fn half_a_pair_is_written_as_a_record() {
    ensure_keys(&[down(0, 0, 0xdc00, 0)], "\x1b[0;0;56320;1;0;1_");
    ensure_keys(
        &[down(0, 0, 0xd83d, 0), down(0, 0, u16::from(b'x'), 0)],
        "\x1b[0;0;55357;1;0;1_x",
    );
    let raw = Raw::new(Vt::Heeded);
    raw.console.key(down(0, 0, 0xd83d, 0));
    assert_eq!(raw.read(), "");
    raw.console.close();
    assert_eq!(raw.read(), "\x1b[0;0;55357;1;0;1_", "none will come");
}

#[test]
fn nul_is_a_byte() {
    let raw = Raw::new(Vt::Heeded);
    raw.console.key(down(0x20, 0x39, 0, state::LEFT_CTRL));
    assert_eq!(raw.read(), "\0");
    // With a scan code it is a key of the keyboard.
    let ctrl_2 = down(0x32, 3, 0, state::LEFT_CTRL);
    ensure_keys(&[ctrl_2], "\x1b[50;3;0;1;8;1_");
}

/// A record at column 4, row 3 of a window that begins at row 100.
const fn at(buttons: u32, flags: u32, state: u32) -> MouseRecord {
    MouseRecord {
        column: 3,
        row: 102,
        buttons,
        state,
        flags,
    }
}

#[track_caller]
fn ensure_mouse(reports: Reports, records: &[MouseRecord], expected: &str) {
    let raw = Raw::new(Vt::Ignored);
    raw.tty.set_reports(reports).expect("SetConsoleMode");
    for record in records {
        raw.console.mouse(*record);
        // Each is read before the next: the console joins moves.
        raw.tty.pending().expect("a console");
    }
    assert_eq!(raw.read(), expected);
}

#[test]
fn buttons_are_pressed_and_released_in_the_window() {
    let (left, both) = (mouse::LEFT, mouse::LEFT | mouse::RIGHT);
    ensure_mouse(
        Reports::BUTTONS,
        &[
            at(left, 0, 0),
            at(both, 0, 0),
            at(mouse::RIGHT, 0, 0),
            at(0, 0, 0),
        ],
        "\x1b[<0;4;3M\x1b[<2;4;3M\x1b[<0;4;3m\x1b[<2;4;3m",
    );
    let middle = mouse::SECOND_FROM_LEFT;
    ensure_mouse(Reports::BUTTONS, &[at(middle, 0, 0)], "\x1b[<1;4;3M");
    let more = [at(mouse::THIRD_FROM_LEFT, 0, 0), at(0, 0, 0)];
    ensure_mouse(Reports::BUTTONS, &more, "\x1b[<128;4;3M\x1b[<128;4;3m");
}

#[test]
fn second_press_of_a_double_click_is_a_press() {
    let twice = [
        at(mouse::LEFT, 0, 0),
        at(0, 0, 0),
        at(mouse::LEFT, mouse::DOUBLE_CLICK, 0),
    ];
    let expected = "\x1b[<0;4;3M\x1b[<0;4;3m\x1b[<0;4;3M";
    ensure_mouse(Reports::BUTTONS, &twice, expected);
}

#[test]
fn modifiers_are_those_of_sgr() {
    for (held, number) in [
        (state::SHIFT, 4),
        (state::LEFT_ALT, 8),
        (state::RIGHT_ALT, 8),
        (state::RIGHT_CTRL | state::SHIFT, 20),
    ] {
        let expected = format!("\x1b[<{number};4;3M");
        ensure_mouse(Reports::BUTTONS, &[at(mouse::LEFT, 0, held)], &expected);
    }
}

#[test]
fn moves_are_reported_as_far_as_they_were_asked_for() {
    let next = |buttons, column| MouseRecord {
        column,
        ..at(buttons, mouse::MOVED, 0)
    };
    let drag = [
        next(0, 5),
        at(mouse::LEFT, 0, 0),
        next(mouse::LEFT, 5),
        next(mouse::LEFT, 5),
        at(0, 0, 0),
    ];
    let (press, release) = ("\x1b[<0;4;3M", "\x1b[<0;4;3m");
    ensure_mouse(Reports::BUTTONS, &drag, &format!("{press}{release}"));
    let dragged = format!("{press}\x1b[<32;6;3M{release}");
    ensure_mouse(Reports::BUTTONS | Reports::DRAGS, &drag, &dragged);
    let moved = format!("\x1b[<35;6;3M{dragged}");
    ensure_mouse(Reports::BUTTONS | Reports::MOTION, &drag, &moved);
    ensure_mouse(Reports::empty(), &drag, "");
}

#[test]
fn wheels_turn_by_notches() {
    let turn = |delta: i16, flags| at((delta as u16 as u32) << 16, flags, 0);
    let vertical = mouse::WHEELED;
    let expected = "\x1b[<64;4;3M\x1b[<65;4;3M\x1b[<65;4;3M";
    let turns = [turn(120, vertical), turn(-240, vertical)];
    ensure_mouse(Reports::BUTTONS, &turns, expected);
    // A fine wheel: parts of a notch count together, and not against the other direction.
    let parts = [turn(60, vertical), turn(60, vertical), turn(60, vertical)];
    ensure_mouse(Reports::BUTTONS, &parts, "\x1b[<64;4;3M");
    let back = [turn(60, vertical), turn(-60, vertical), turn(-60, vertical)];
    ensure_mouse(Reports::BUTTONS, &back, "\x1b[<65;4;3M");
    let sideways = [turn(120, mouse::HWHEELED), turn(-120, mouse::HWHEELED)];
    ensure_mouse(Reports::BUTTONS, &sideways, "\x1b[<67;4;3M\x1b[<66;4;3M");
}

#[test]
fn mouse_beyond_the_window_is_at_its_edge() {
    let beyond = MouseRecord {
        column: i16::MAX,
        row: -1,
        ..at(mouse::LEFT, 0, 0)
    };
    ensure_mouse(Reports::BUTTONS, &[beyond], "\x1b[<0;80;1M");
}

#[test]
fn focus_is_reported_if_it_was_asked_for() {
    let raw = Raw::new(Vt::Ignored);
    raw.console.focus(true);
    assert_eq!(raw.read(), "");
    raw.tty.set_reports(Reports::FOCUS).expect("SetConsoleMode");
    raw.console.focus(false);
    raw.console.focus(true);
    assert_eq!(raw.read(), "\x1b[O\x1b[I");
}

#[test]
fn resize_is_no_byte() {
    let raw = Raw::new(Vt::Heeded);
    raw.console.resize(Window::default());
    assert_eq!(raw.read(), "");
}
