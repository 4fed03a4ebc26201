//! Records that come as text, and pastes in whatever way a console delivers them.

use std::collections::VecDeque;

use proptest::prelude::*;
use ttyring_platform::windows::record::{Record, Window};
use ttyring_platform::windows::{Encoder, Sys};
use ttyring_platform::{Poller, Reports, Signals, Transfer, Tty};

use super::console::{Handle, Vt};
use super::prop_records::any_key;
use super::{A, ALT, NOW, Raw, down, up};

const KEY: &str = "\x1b[65;30;97;1;0;1_\x1b[65;30;97;0;0;1_";

/// A console in win32-input-mode.
fn full(wraps_text: bool) -> Raw {
    let raw = Raw::new(Vt::Heeded);
    let on: Vec<u16> = "\x1b[?2004h\x1b[?9001h".encode_utf16().collect();
    let written = raw.console.write(&Handle::Output, &on);
    written.expect("WriteConsoleW");
    raw.console.state().wraps_text = wraps_text;
    raw
}

#[test]
fn text_is_the_same_wrapped_or_not() {
    for wraps_text in [false, true] {
        let raw = full(wraps_text);
        let text = "é日😀\x1b[?61;4c\x1b]11;rgb:0/0/0\x1b\\";
        raw.console.text(text);
        assert_eq!(raw.read(), text, "wrapped: {wraps_text}");
        raw.console.press(A);
        assert_eq!(raw.read(), KEY);
    }
}

#[test]
fn escape_key_does_not_wait_for_what_follows() {
    let raw = Raw::new(Vt::Heeded);
    raw.console.text("\x1b");
    assert_eq!(raw.read(), "\x1b");
    raw.console.text("\x1b[6");
    assert_eq!(raw.read(), "\x1b[6", "all of what is there");
    raw.console.text("5;30;97;1;0;1_");
    assert_eq!(raw.read(), "5;30;97;1;0;1_", "for the decoder");
}

#[test]
fn text_that_only_begins_as_a_record_stays_text() {
    for text in [
        "\x1b\x1b[A",
        "\x1b[\x1b[B",
        "\x1b[65;30;97\x1b[A",
        "\x1b[1;2;3;4;5;6;7_",
        "\x1b[65536;1;1;1;0;1_",
        "\x1b[0;0;0;1;0;1_",
        "\x1b[_",
        "\x1b[11111111111111111111111111111111111111111111111111_",
        "\x1b[65;30;97é",
    ] {
        let raw = Raw::new(Vt::Heeded);
        raw.console.text(text);
        assert_eq!(raw.read(), text);
    }
    let raw = Raw::new(Vt::Heeded);
    raw.console.text("\x1b[6\x1b[65;30;97;1_");
    assert_eq!(
        raw.read(),
        "\x1b[6\x1b[65;30;97;1;0;1_",
        "one begins in another"
    );
}

#[test]
fn release_that_comes_as_text_needs_its_press() {
    let raw = full(false);
    raw.console.key(up(A));
    assert_eq!(raw.read(), "");
    raw.console.press(A);
    assert_eq!(raw.read(), KEY);
}

#[test]
fn paste_is_text_however_it_comes() {
    for wraps_text in [false, true] {
        let raw = full(wraps_text);
        raw.console.paste("a b\ré日😀");
        assert_eq!(raw.read(), "\x1b[200~a b\ré日😀\x1b[201~");
        raw.console.press(A);
        assert_eq!(raw.read(), KEY, "after it, keys are keys");
    }
}

#[test]
fn key_that_is_let_go_during_a_paste_is_released_after_it() {
    let ctrl = down(0x11, 0x1d, 0, 8);
    let raw = full(false);
    raw.console.key(ctrl);
    raw.console.text("\x1b[200~");
    raw.console.press(A);
    raw.console.key(up(ctrl));
    raw.console.text("\x1b[201~");
    let (on, off) = ("\x1b[17;29;0;1;8;1_", "\x1b[17;29;0;0;8;1_");
    assert_eq!(raw.read(), format!("{on}\x1b[200~a\x1b[201~{off}"));
    raw.console.key(up(ctrl));
    assert_eq!(raw.read(), "", "once");
}

#[test]
fn repeated_key_of_a_paste_is_repeated_text() {
    let raw = full(false);
    raw.console.text("\x1b[200~");
    raw.console.key(super::KeyRecord { repeat: 3, ..A });
    raw.console.key(super::KeyRecord {
        unit: 0xe9,
        ..up(ALT)
    });
    raw.console.text("\x1b[201~");
    assert_eq!(raw.read(), "\x1b[200~aaaé\x1b[201~");
}

/// A paste with its markers, and keys with their releases, at once.
#[test]
fn paste_of_a_mebibyte_arrives_whole_beside_keys_with_releases() {
    let text: String = "é日😀 text\r".chars().cycle().take(700_000).collect();
    assert!(text.len() > 1 << 20);
    let paste = format!("\x1b[200~{text}\x1b[201~");
    let raw = full(false);
    raw.console.press(A);
    raw.console.text(&paste);
    raw.console.press(A);
    let mut poller = raw.poller(Signals::empty());
    let expected = format!("{KEY}{paste}{KEY}");
    let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
    while read.len() < expected.len() {
        assert!(poller.wait(NOW).expect("wait").tty);
        if let Transfer::Bytes(count) = raw.tty.read(&mut buffer).expect("read") {
            read.extend_from_slice(&buffer[..count]);
        }
    }
    assert!(read == expected.as_bytes(), "the paste came out different");
}

fn encode(records: impl IntoIterator<Item = super::KeyRecord>) -> Vec<u8> {
    let (mut encoder, mut bytes) = (Encoder::default(), VecDeque::new());
    for record in records {
        let record = Record::Key(record);
        encoder.encode(&record, Window::default(), Reports::empty(), &mut bytes);
    }
    encoder.finish(&mut bytes);
    bytes.into()
}

proptest! {
    /// A console passes keys on as they are, or as the text of their sequences: the same comes out.
    #[test]
    fn prop_keys_are_the_same_as_records_and_as_text(
        keys in prop::collection::vec(any_key(), 0..50),
    ) {
        // The first are text in either way, or nothing at all.
        let keys: Vec<_> = keys.into_iter().filter(|key| key.unit != 0x1b && key.key != 0).collect();
        let as_text = keys.iter().flat_map(|key| {
            let sequence = format!(
                "\x1b[{};{};{};{};{};{}_",
                key.key, key.scan, key.unit, u8::from(key.down), key.state, key.repeat
            );
            let units: Vec<_> = sequence.bytes().map(|byte| down(0, 0, byte.into(), 0)).collect();
            units
        });
        prop_assert_eq!(encode(as_text), encode(keys.iter().copied()));
    }
}
