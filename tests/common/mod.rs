//! Runs a decoder over bytes in every way of cutting them, and checks that it makes no difference.
#![allow(dead_code)] // Each test file uses a part of it.

use ttyring::decode::Decoder;
use ttyring::{Event, Key, KeyKind, Paste, Unknown};

/// Asserts that two values are the same in every field: `==` leaves out what makes no difference
/// to a binding.
#[allow(unused_macros)]
macro_rules! assert_same {
    ($left:expr, $right:expr $(, $($message:tt)+)?) => {{
        let (left, right) = (&$left, &$right);
        assert_eq!(format!("{left:?}"), format!("{right:?}") $(, $($message)+)?);
    }};
}

/// Everything that a decoder makes of some bytes, pieces of a paste joined.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) events: Vec<Event<'static>>,
}

impl Recorder {
    pub(crate) fn push(&mut self, event: Event<'_>) {
        match event {
            Event::Paste(piece) if !piece.first => self.join(piece),
            event => self.events.push(event.into_owned()),
        }
    }

    fn join(&mut self, piece: Paste<'_>) {
        let Some(Event::Paste(paste)) = self.events.last_mut() else {
            panic!("a paste starts with its first piece");
        };
        assert!(!paste.last, "a paste ends with its last piece");
        paste.join(piece);
    }

    /// Decodes a chunk; returns nothing, for the events of it are recorded.
    pub(crate) fn chunk(&mut self, decoder: &mut Decoder, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (used, event) = decoder.decode(bytes);
            match event {
                Some(event) => self.push(event),
                None => assert_eq!(used, bytes.len(), "no event, yet bytes are left"),
            }
            bytes = &bytes[used..];
        }
    }

    pub(crate) fn finish(&mut self, decoder: &mut Decoder) {
        while let Some(event) = decoder.finish() {
            self.push(event);
        }
    }

    pub(crate) fn expire(&mut self, decoder: &mut Decoder) {
        while let Some(event) = decoder.expire() {
            self.push(event);
        }
    }
}

/// Decodes these chunks to the end of the input.
pub(crate) fn decode_chunks<'a>(
    mut decoder: Decoder,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> Vec<Event<'static>> {
    let mut recorder = Recorder::default();
    for chunk in chunks {
        recorder.chunk(&mut decoder, chunk);
    }
    recorder.finish(&mut decoder);
    recorder.events
}

/// Decodes whole, byte by byte and at every split; all must give the same, which is returned.
pub(crate) fn decode_every_way(decoder: &Decoder, bytes: &[u8]) -> Vec<Event<'static>> {
    let whole = decode_chunks(decoder.clone(), [bytes]);
    assert_same!(
        decode_chunks(decoder.clone(), bytes.chunks(1)),
        whole,
        "byte by byte: {}",
        bytes.escape_ascii()
    );
    for split in 0..=bytes.len() {
        let (first, second) = bytes.split_at(split);
        assert_same!(
            decode_chunks(decoder.clone(), [first, second]),
            whole,
            "split at {split}: {}",
            bytes.escape_ascii()
        );
    }
    whole
}

/// Decodes every way with the defaults.
pub(crate) fn decode(bytes: &[u8]) -> Vec<Event<'static>> {
    decode_every_way(&Decoder::new(), bytes)
}

/// Decodes every way while so many cursor reports are expected.
pub(crate) fn decode_expecting(reports: usize, bytes: &[u8]) -> Vec<Event<'static>> {
    let mut decoder = Decoder::new();
    (0..reports).for_each(|_| decoder.expect_cursor_position());
    decode_every_way(&decoder, bytes)
}

/// Decodes every way with a decoder that was told something first.
pub(crate) fn decode_told(tell: impl Fn(&mut Decoder), bytes: &[u8]) -> Vec<Event<'static>> {
    let mut decoder = Decoder::new();
    tell(&mut decoder);
    decode_every_way(&decoder, bytes)
}

/// Asserts that each row's bytes give the key of that name, exactly and alone.
pub(crate) fn assert_keys(rows: &[(&str, &str)]) {
    for (bytes, name) in rows {
        assert_same!(decode(bytes.as_bytes()), [key(name)], "{bytes:?}");
    }
}

/// A key by its name, with `+repeat` or `+release` behind it, `caps_` and `num_` before it.
pub(crate) fn key(name: &str) -> Event<'static> {
    let (name, kind) = match name.split_once('+') {
        Some((name, "repeat")) if !name.is_empty() => (name, KeyKind::Repeat),
        Some((name, "release")) if !name.is_empty() => (name, KeyKind::Release),
        _ => (name, KeyKind::Press),
    };
    let key: Key = name.parse().unwrap_or_else(|_| panic!("no key: {name}"));
    Event::Key(key.with_kind(kind))
}

/// An unknown sequence of these bytes.
pub(crate) fn unknown(bytes: &[u8]) -> Event<'static> {
    Event::Unknown(Unknown::new(bytes.to_vec()))
}

/// A whole paste.
pub(crate) fn paste(bytes: &[u8]) -> Event<'static> {
    Event::Paste(Paste::whole(bytes.to_vec()))
}
