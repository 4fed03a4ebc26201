//! Any bytes: no panic, every byte in an event, and no event longer than is kept.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ttyring::decode::{Decoder, LONGEST_SEQUENCE};
use ttyring::{Event, key};

fuzz_target!(|bytes: &[u8]| {
    let mut decoder = Decoder::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (used, token) = decoder.decode(rest);
        match token {
            Some(token) => look(&decoder, decoder.event(token, rest)),
            None => assert_eq!(used, rest.len()),
        }
        rest = &rest[used..];
    }
    let deadline = decoder.deadline();
    while let Some(token) = decoder.finish() {
        look(&decoder, decoder.event(token, &[]));
    }
    assert!(decoder.deadline().is_none(), "{deadline:?}");
});

fn look(_: &Decoder, event: Event<'_>) {
    match &event {
        Event::Key(pressed) => {
            let _ = (
                pressed.text(),
                pressed.matches(key!(ctrl - c)),
                pressed.to_string(),
            );
        }
        Event::Unknown(unknown) => assert!((1..=LONGEST_SEQUENCE).contains(&unknown.bytes.len())),
        _ => {}
    }
    assert_eq!(event.clone().into_owned(), event);
}
