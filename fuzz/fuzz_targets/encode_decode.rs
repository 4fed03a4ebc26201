//! The events of any bytes, encoded and decoded again, are the same events.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use ttyring::decode::Decoder;
use ttyring::encode::encode;
use ttyring::{Event, Key, KeyCode, Keyboard, Reply};

fuzz_target!(|bytes: &[u8]| {
    for event in common::decode(Decoder::new(), std::iter::once(bytes)) {
        let mut encoded = Vec::new();
        // Legacy may have no bytes for it, and must not panic.
        encode(&event, Keyboard::empty(), &mut encoded);
        encoded.clear();
        let nameless = |key: &Key| key.code == KeyCode::Unidentified && key.text().is_empty();
        if matches!(&event, Event::Key(key) if nameless(key)) {
            assert!(!encode(&event, Keyboard::all(), &mut encoded));
            continue;
        }
        assert!(encode(&event, Keyboard::all(), &mut encoded));
        let mut decoder = Decoder::new();
        if let Event::Reply(Reply::CursorPosition { .. }) = event {
            decoder.expect_cursor_position();
        }
        let decoded = common::decode(decoder, std::iter::once(&encoded[..]));
        match (&event, &decoded[..]) {
            (Event::Key(key), [Event::Key(again)]) => {
                assert_eq!(
                    (key.code, key.modifiers, key.kind),
                    (again.code, again.modifiers, again.kind)
                );
                assert_eq!((key.shifted, key.base), (again.shifted, again.base));
            }
            (Event::Paste(paste), [Event::Paste(again)]) => assert_eq!(paste.bytes, again.bytes),
            // Cut off, or in pieces that mean something together.
            (Event::Unknown(_), _) => {}
            (event, [again]) => assert_eq!(event, again),
            (event, decoded) => panic!("{event:?} became {decoded:?}"),
        }
    }
});
