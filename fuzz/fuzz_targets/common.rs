//! All events of some chunks, pieces of a paste joined.

use ttyring::Event;
use ttyring::decode::Decoder;

pub fn decode<'a>(
    mut decoder: Decoder,
    chunks: impl Iterator<Item = &'a [u8]>,
) -> Vec<Event<'static>> {
    let mut events = Vec::new();
    for mut bytes in chunks {
        while !bytes.is_empty() {
            let (used, event) = decoder.decode(bytes);
            if let Some(event) = event {
                push(&mut events, event);
            }
            bytes = &bytes[used..];
        }
    }
    while let Some(event) = decoder.finish() {
        push(&mut events, event);
    }
    events
}

fn push(events: &mut Vec<Event<'static>>, event: Event<'_>) {
    match (event, events.last_mut()) {
        (Event::Paste(piece), Some(Event::Paste(paste))) if !piece.first => {
            assert!(!paste.last);
            paste.join(piece);
        }
        (event, _) => events.push(event.into_owned()),
    }
}
