//! Events survive being written as text and read again (feature `serde`).

#![cfg(not(loom))]

use ttyring::decode::Decoder;
use ttyring::{Event, Key, Signals};

/// One of everything that a terminal sends.
const BYTES: &[u8] = b"a\xc3\xa9\x1b[1;5A\x1b[97:65:99;242:3;65u\x1b[<51;5;6M\x1b[I\x1b[O\
    \x1b[48;24;80;480;640t\x1b[200~pasted \xff\x1b[201~\xff\
    \x1b[?62;22c\x1b[>1;10;0c\x1bP!|00\x1b\\\x1b[?10n\x1b[5;7R\x1bP>|foot\x1b\\\x1b[?2004;1$y\
    \x1b[?5u\x1b]11;rgb:1111/2222/3333\x07\x1b]4;7;rgb:ff/00/ff\x07\x1b]52;c;aGk=\x07\
    \x1bP1+r544e=78\x1b\\\x1bP1$r0m\x1b\\\x1b_Gi=1;OK\x1b\\\x1b[?997;1n\x1b[8;24;80t";

#[test]
fn every_kind_of_event_comes_back_as_it_was() {
    let mut events: Vec<_> = Decoder::new().events(BYTES).collect();
    events.extend([Event::Resumed, Event::Woken]);
    events.push(Event::Signal(Signals::WINCH | Signals::TERM));
    assert_eq!(events.len(), 29, "{events:#?}");
    for event in &events {
        let text = serde_json::to_string(event).expect("an event is data");
        let again: Event<'static> = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{event:?} as {text}: {error}"));
        assert_eq!(format!("{again:?}"), format!("{event:?}"), "{text}");
    }
}

#[test]
fn text_of_a_key_that_is_too_long_is_refused() {
    let key = serde_json::to_string(&Key::char('a')).expect("a key is data");
    let long = key.replace(r#""text":"""#, &format!(r#""text":"{}""#, "x".repeat(28)));
    assert_ne!(long, key);
    assert!(serde_json::from_str::<Key>(&long).is_err());
}
