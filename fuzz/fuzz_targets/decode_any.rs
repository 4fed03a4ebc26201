//! Any bytes: no panic, every byte in an event, and no event longer than is kept.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ttyring::decode::{Decoder, LONGEST_SEQUENCE};
use ttyring::{Event, key};

fuzz_target!(|bytes: &[u8]| {
    let mut decoder = Decoder::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (used, event) = decoder.decode(rest);
        match event {
            Some(event) => look(&event),
            None => assert_eq!(used, rest.len()),
        }
        rest = &rest[used..];
    }
    let timeout = decoder.timeout();
    while let Some(event) = decoder.finish() {
        look(&event);
    }
    assert!(decoder.timeout().is_none(), "{timeout:?}");
});

fn look(event: &Event<'_>) {
    match event {
        Event::Key(pressed) => {
            let _ = (
                pressed.text(),
                *pressed == key!(ctrl - c),
                pressed.to_string(),
            );
        }
        Event::Unknown(unknown) => assert!((1..=LONGEST_SEQUENCE).contains(&unknown.bytes.len())),
        _ => {}
    }
    assert_eq!(event.clone().into_owned(), *event);
}
