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
            let (used, token) = decoder.decode(bytes);
            if let Some(token) = token {
                push(&mut events, decoder.event(token, bytes));
            }
            bytes = &bytes[used..];
        }
    }
    while let Some(token) = decoder.finish() {
        push(&mut events, decoder.event(token, &[]));
    }
    events
}

fn push(events: &mut Vec<Event<'static>>, event: Event<'_>) {
    match (event, events.last_mut()) {
        (Event::Paste(piece), Some(Event::Paste(paste))) if !piece.first => {
            assert!(!paste.last);
            paste.bytes.to_mut().extend_from_slice(&piece.bytes);
            paste.last = piece.last;
            paste.truncated |= piece.truncated;
            paste.unterminated |= piece.unterminated;
        }
        (event, _) => events.push(event.into_owned()),
    }
}
