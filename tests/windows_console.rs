//! `Input` on a Windows console, emulated: everything at once by default, and everything undone.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

#[path = "../platform/tests/console/mod.rs"]
mod console;

use std::time::Duration;

use console::{Emulated, Vt};
use ttyring::terminal::Terminal;
use ttyring::{Event, Input, KeyKind, LineMode, Modes, Polled, Unread};
use ttyring_platform::Backend;
use ttyring_platform::windows::Windows;
use ttyring_platform::windows::abi::{input, mouse, output};
use ttyring_platform::windows::record::{KeyRecord, MouseRecord, Window};

const ALL: [Vt; 4] = [Vt::Heeded, Vt::HeededButReleases, Vt::Ignored, Vt::Unknown];
const A: KeyRecord = KeyRecord {
    down: true,
    repeat: 1,
    key: 0x41,
    scan: 0x1e,
    unit: b'a' as u16,
    state: 0,
};
const CTRL_A: KeyRecord = KeyRecord {
    unit: 1,
    state: 8,
    ..A
};

fn open(console: &Emulated) -> Input<Windows<Emulated>> {
    let backend = Windows::new(console.clone());
    Input::builder().open_on(backend).unwrap()
}

/// What there is now, a word each.
fn events(input: &mut Input<Windows<Emulated>>) -> Vec<String> {
    let mut all = Vec::new();
    while let Polled::Event(event) = input.poll(Duration::ZERO).unwrap() {
        all.push(match event {
            Event::Key(key) if key.kind == KeyKind::Release => format!("{key} up"),
            Event::Key(key) => key.to_string(),
            Event::Mouse(mouse) => format!("{:?} {} {}", mouse.kind, mouse.x, mouse.y),
            Event::Resize(size) => format!("{} × {}", size.columns, size.rows),
            Event::Paste(paste) => format!("paste {:?}", String::from_utf8_lossy(&paste.bytes)),
            other => format!("{other:?}"),
        });
    }
    all
}

fn modes(console: &Emulated) -> (u32, u32) {
    let state = console.state();
    (state.input_mode(), state.output_mode())
}

#[test]
fn everything_comes_at_once_by_default() {
    for vt in [Vt::Heeded, Vt::HeededButReleases] {
        for wraps_text in [false, true] {
            let console = Emulated::new(vt);
            console.state().wraps_text = wraps_text;
            let mut input = open(&console);
            input
                .enable(Modes::PASTE | Modes::FOCUS | Modes::MOUSE)
                .unwrap();
            console.press(A);
            console.press(CTRL_A);
            console.paste("é日😀\r");
            // What the console makes of the focus and of the mouse in this mode.
            console.text("\x1b[I\x1b[<0;4;3M");
            console.resize(Window {
                left: 0,
                top: 100,
                right: 99,
                bottom: 139,
            });
            console.press(A);
            let all = events(&mut input);
            let typed = ["a", "a up", "ctrl-a", "ctrl-a up", "paste \"é日😀\\r\""];
            assert_eq!(all[..5], typed, "{vt:?}");
            assert_eq!(
                all[5..9],
                ["Focus { gained: true }", "Press 3 2", "a", "a up"]
            );
            assert_eq!(all[9..], ["100 × 40"]);
        }
    }
}

#[test]
fn records_become_the_same_events_where_sequences_are_ignored() {
    let console = Emulated::new(Vt::Ignored);
    let mut input = open(&console);
    let click = MouseRecord {
        column: 3,
        row: 102,
        buttons: mouse::LEFT,
        ..MouseRecord::default()
    };
    console.mouse(click);
    console.focus(true);
    console.press(A);
    assert_eq!(events(&mut input), ["a", "a up"], "what was not asked for");
    input.enable(Modes::MOUSE | Modes::FOCUS).unwrap();
    console.mouse(click);
    console.focus(false);
    console.press(A);
    let expected = ["Press 3 2", "Focus { gained: false }", "a", "a up"];
    assert_eq!(events(&mut input), expected);
    input.disable(Modes::MOUSE | Modes::FOCUS).unwrap();
    console.mouse(click);
    console.focus(true);
    assert_eq!(events(&mut input), [""; 0]);
}

#[test]
fn everything_is_undone() {
    for vt in ALL {
        let console = Emulated::new(vt);
        let before = modes(&console);
        let mut input = open(&console);
        input.enable(Modes::MOUSE | Modes::PASTE).unwrap();
        assert_ne!(modes(&console), before);
        drop(input);
        assert_eq!(modes(&console), before, "{vt:?}");
        let written = console.written();
        let is_asked = vt != Vt::Unknown;
        assert_eq!(written.contains("\x1b[?9001h"), is_asked, "{vt:?}");
        assert_eq!(written.contains("\x1b[?9001l"), is_asked, "{vt:?}");
    }
}

#[test]
fn loan_takes_the_console_back_with_everything() {
    let console = Emulated::new(Vt::Heeded);
    let before = modes(&console);
    let mut input = open(&console);
    let full = modes(&console);
    input
        .lend(Unread::Keep, |_| {
            assert_eq!(modes(&console), before);
            assert!(console.written().contains("\x1b[?9001l"));
        })
        .unwrap();
    assert_eq!(modes(&console), full);
    console.press(A);
    assert_eq!(events(&mut input), ["a", "a up"]);
}

#[test]
fn full_keys_are_asked_for_again_after_another_program() {
    let console = Emulated::new(Vt::Heeded);
    let mut input = open(&console);
    let full = modes(&console);
    let off: Vec<u16> = "\x1b[?9001l".encode_utf16().collect();
    ttyring_platform::windows::Sys::write(&console, &console::Handle::Output, &off).unwrap();
    console.set_from_elsewhere(
        input::LINE | input::ECHO | input::PROCESSED,
        output::PROCESSED,
    );
    // It was typed into the other program's modes.
    console.press(A);
    assert_eq!(events(&mut input), ["a", "a up"]);
    assert_eq!(modes(&console), full);
    console.press(CTRL_A);
    assert_eq!(events(&mut input), ["ctrl-a", "ctrl-a up"]);
}

#[test]
fn console_is_restored_by_whoever_is_left() {
    let console = Emulated::new(Vt::Ignored);
    let before = modes(&console);
    let backend = Windows::new(console.clone());
    let adopt = || {
        let tty = backend.open().unwrap();
        Terminal::<Windows<Emulated>>::adopt(tty, ttyring::terminal::Restore::default()).unwrap()
    };
    let (mut first, mut second) = (adopt(), adopt());
    first.enter(LineMode::RAW).unwrap();
    second.enter(LineMode::CBREAK).unwrap();
    let mut input = open(&console);
    input.enable(Modes::MOUSE).unwrap();
    drop(first);
    drop(second);
    let click = MouseRecord {
        column: 3,
        row: 102,
        buttons: mouse::LEFT,
        ..MouseRecord::default()
    };
    console.mouse(click);
    assert_eq!(events(&mut input), ["Press 3 2"]);
    drop(input);
    assert_eq!(modes(&console), before);
}

/// What arrives of a paste and of keys beside it.
#[derive(Default)]
struct Arrived {
    pasted: Vec<u8>,
    /// The ends of pastes.
    ends: usize,
    /// What each key did, and after how many pastes.
    keys: Vec<(KeyKind, usize)>,
}

impl Arrived {
    fn take(&mut self, input: &mut Input<Windows<Emulated>>) {
        while let Polled::Event(event) = input.poll(Duration::ZERO).unwrap() {
            match event {
                Event::Paste(paste) => {
                    self.pasted.extend_from_slice(&paste.bytes);
                    self.ends += usize::from(paste.last);
                }
                Event::Key(key) => self.keys.push((key.kind, self.ends)),
                other => panic!("{other:?}"),
            }
        }
    }
}

/// What no terminal layer has there: a paste with its markers, beside keys with their releases.
#[test]
fn paste_of_a_mebibyte_arrives_whole_beside_keys_with_releases() {
    let text: String = "é日😀 text\r".chars().cycle().take(700_000).collect();
    assert!(text.len() > 1 << 20);
    let pieces: Vec<char> = text.chars().collect();
    for as_keys in [false, true] {
        let console = Emulated::new(Vt::Heeded);
        let (mut input, mut arrived) = (open(&console), Arrived::default());
        input.enable(Modes::PASTE).unwrap();
        console.press(A);
        console.text("\x1b[200~");
        for piece in pieces.chunks(4096) {
            let piece: String = piece.iter().collect();
            match as_keys {
                true => console.type_text(&piece),
                false => console.text(&piece),
            }
            arrived.take(&mut input);
        }
        console.text("\x1b[201~");
        console.press(A);
        arrived.take(&mut input);
        assert!(arrived.pasted == text.as_bytes(), "it came out different");
        let (press, release) = (KeyKind::Press, KeyKind::Release);
        let keys = [(press, 0), (release, 0), (press, 1), (release, 1)];
        assert_eq!(arrived.keys, keys, "as keys: {as_keys}");
    }
}
