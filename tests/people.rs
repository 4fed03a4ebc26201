//! What people and their terminals do, on a real terminal: a paste whose end is lost, keys that a
//! terminal encodes inside a paste, a terminal that is not the controlling one, a slow line.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use ttyring::decode::Decoder;
use ttyring::platform::Os;
use ttyring::sanitize::Sanitizer;
use ttyring::{Builder, Event, Input, Modes, Polled, key};
use ttyring_test_support::{PATIENCE, Pty};

const MS: Duration = Duration::from_millis(1);

/// An input on a terminal that is not the controlling one of this process.
fn open(pty: &Pty, builder: Builder) -> Input {
    let slave = pty.slave().try_clone_to_owned().unwrap();
    builder.adopt(Os, Os.adopt(slave).unwrap()).unwrap()
}

/// Reads a paste to its last piece; returns its clean text, and whether its end was lost.
fn read_paste(input: &mut Input) -> (String, bool) {
    let (mut sanitizer, mut text) = (Sanitizer::new(), String::new());
    loop {
        match input.poll(PATIENCE).unwrap() {
            Polled::Event(Event::Paste(piece)) => {
                text += &sanitizer.push(&piece.bytes);
                if piece.last {
                    return (text + &sanitizer.finish(), piece.unterminated);
                }
            }
            other => panic!("{other:?} inside a paste"),
        }
    }
}

#[test]
fn paste_whose_end_is_lost_gives_the_keyboard_back() {
    for (capture, limit) in [(false, 32 << 20), (true, 32 << 20), (false, 4)] {
        let mut decoder = Decoder::new();
        decoder.settings.paste_timeout = Some(30 * MS);
        decoder.settings.paste_limit = limit;
        let mut pty = Pty::open();
        let mut input = open(&pty, Builder::new().capture(capture).decoder(decoder));
        // The Ctrl-C comes too soon, and is part of the paste.
        pty.type_bytes(b"\x1b[200~lost\x03");
        let (text, unterminated) = read_paste(&mut input);
        assert_eq!((&*text, unterminated), ("lost", true), "capture: {capture}");
        pty.type_bytes(b"\x03");
        let event = input.poll(PATIENCE).unwrap().event();
        assert!(event.unwrap() == key!(ctrl - c), "capture: {capture}");
    }
}

#[test]
fn keys_that_a_terminal_encodes_inside_a_paste_are_text_again() {
    let mut pty = Pty::open();
    let mut input = open(&pty, Builder::new());
    // As tmux does it with modifyOtherKeys, in several reads.
    pty.type_bytes(b"\x1b[200~one\x1b[106;5utwo\x1b[1");
    let Polled::Event(Event::Paste(first)) = input.poll(PATIENCE).unwrap() else {
        panic!("no paste");
    };
    let mut sanitizer = Sanitizer::new();
    let text = sanitizer.push(&first.bytes);
    pty.type_bytes(b"05;5u\x1b[27;5;109~three \x1b[0;;20320:22909u\x1b[31m!\x1b[201~");
    let mut text = text;
    loop {
        let Polled::Event(Event::Paste(piece)) = input.poll(PATIENCE).unwrap() else {
            panic!("no paste");
        };
        text += &sanitizer.push(&piece.bytes);
        if piece.last {
            break;
        }
    }
    text += &sanitizer.finish();
    assert_eq!(text, "one\ntwo\t\rthree 你好!");
}

#[test]
fn terminal_that_is_not_the_controlling_one_tells_its_size_itself() {
    let mut pty = Pty::open();
    let mut input = open(&pty, Builder::new());
    input.enable(Modes::RESIZE).unwrap();
    pty.expect("\x1b[?2048h");
    // Nobody gets a signal for this one.
    pty.resize(100, 30);
    assert_eq!(input.poll(20 * MS).unwrap(), Polled::Elapsed);
    pty.type_bytes(b"\x1b[48;30;100;600;800t");
    let event = input.poll(PATIENCE).unwrap().event();
    let Some(Event::Resize(size)) = event else {
        panic!("{event:?}");
    };
    assert_eq!((size.columns, size.rows), (100, 30));
    assert_eq!((size.width, size.height), (800, 600));
}

#[test]
fn timeouts_follow_a_line_that_turns_out_to_be_slow() {
    let mut pty = Pty::open();
    let mut input = open(&pty, Builder::new());
    input.set_timeouts(None, None);
    pty.type_bytes(b"\x1b");
    assert_eq!(input.poll(50 * MS).unwrap(), Polled::Elapsed);
    pty.type_bytes(b"[");
    assert_eq!(input.poll(150 * MS).unwrap(), Polled::Elapsed);
    pty.type_bytes(b"A");
    let event = input.poll(PATIENCE).unwrap().event();
    assert!(event.unwrap() == key!(up));
    input.set_timeouts(Some(MS), Some(MS));
    pty.type_bytes(b"\x1b");
    let event = input.poll(PATIENCE).unwrap().event();
    assert!(event.unwrap() == key!(escape));
}
