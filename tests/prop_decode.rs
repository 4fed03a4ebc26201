//! Properties of the decoder: total, the same for every chunking, and byte-exact.

#![cfg(not(loom))]

mod common;

use common::{Recorder, decode_chunks};
use proptest::prelude::*;
use ttyring::decode::{Decoder, Expected, Options, Sink};
use ttyring::encode::{Protocol, encode};
use ttyring::{
    Event, Key, KeyCode, KeyKind, KeyText, Modifiers, Mouse, Paste, Reply, Size, Unknown,
};

/// Bytes that are likely to mean something: pieces of sequences in any order.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&[u8]] = &[
        b"\x1b",
        b"\x1b\x1b",
        b"\x1b[",
        b"\x1bO",
        b"\x1b]",
        b"\x1bP",
        b"\x1b_",
        b"\x1b^",
        b"\x1bX",
        b"[",
        b"O",
        b"A",
        b"R",
        b"~",
        b"u",
        b"M",
        b"m",
        b"<",
        b"?",
        b">",
        b"$",
        b"$y",
        b";",
        b":",
        b"1",
        b"2",
        b"200",
        b"201",
        b"27",
        b"52",
        b"97",
        b"99999999999",
        b"\x1b[200~",
        b"\x1b[201~",
        b"\x1b[<0;3;4M",
        b"\x1b[M !!",
        b"\x1b\\",
        b"\x07",
        b"\x18",
        b"\x1a",
        b"\r",
        b"\0",
        b"\x7f",
        b"\xc3",
        b"\xa9",
        b"\xe2\x82",
        b"\xf0\x9f\x98\x80",
        b"\xff",
        b"\x9b",
        b"\x9c",
        b"\xc2\x9b",
        b"a",
    ];
    let piece = prop::sample::select(PIECES).prop_map(<[u8]>::to_vec);
    let any = prop::collection::vec(any::<u8>(), 1..4);
    prop::collection::vec(prop_oneof![9 => piece, 1 => any], 0..24).prop_map(|all| all.concat())
}

fn options() -> impl Strategy<Value = Options> {
    (any::<bool>(), any::<bool>(), 0..20u64).prop_map(|(pixels, c1, limit)| {
        Options::new()
            .pixels(pixels)
            .c1_controls(c1)
            .paste_limit(limit)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_chunking_gives_the_same_events(
        bytes in pieces(),
        cuts in prop::collection::vec(1usize..9, 1..12),
        options in options(),
    ) {
        let decoder = Decoder::with_options(options);
        let whole = decode_chunks(decoder.clone(), [&bytes[..]]);
        prop_assert_eq!(&decode_chunks(decoder.clone(), bytes.chunks(1)), &whole);
        let mut rest = &bytes[..];
        let mut chunks = Vec::new();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (chunk, after) = rest.split_at((*cut).min(rest.len()));
            chunks.push(chunk);
            rest = after;
        }
        prop_assert_eq!(&decode_chunks(decoder, chunks), &whole);
    }

    #[test]
    fn no_byte_is_lost(bytes in pieces(), chunk in 1usize..20) {
        let mut decoder = Decoder::new();
        let mut out = Vec::new();
        let mut take = |decoder: &Decoder, token, bytes: &[u8]| {
            match decoder.event(token, bytes) {
                Event::Paste(paste) => {
                    if paste.first { out.extend_from_slice(b"\x1b[200~"); }
                    out.extend_from_slice(&paste.bytes);
                    if paste.last && !paste.unterminated { out.extend_from_slice(b"\x1b[201~"); }
                }
                _ => out.extend_from_slice(decoder.raw(token, bytes)),
            }
        };
        for mut bytes in bytes.chunks(chunk) {
            while !bytes.is_empty() {
                let (used, token) = decoder.decode(bytes);
                if let Some(token) = token { take(&decoder, token, bytes); }
                bytes = &bytes[used..];
            }
        }
        while let Some(token) = decoder.finish() { take(&decoder, token, &[]); }
        prop_assert_eq!(out, bytes);
    }

    #[test]
    fn nothing_is_pending_after_the_deadline(bytes in pieces()) {
        let mut decoder = Decoder::new();
        let mut recorder = Recorder::default();
        recorder.chunk(&mut decoder, &bytes);
        recorder.expire(&mut decoder);
        prop_assert_eq!(decoder.deadline(), None);
    }

    #[test]
    fn a_sink_gets_what_the_iterator_gives(bytes in pieces(), chunk in 1usize..40) {
        let mut sink = Kept::default();
        let mut decoder = Decoder::new();
        bytes.chunks(chunk).for_each(|chunk| decoder.feed(chunk, &mut sink));
        let mut decoder = Decoder::new();
        let mut pulled = Recorder::default();
        bytes.chunks(chunk).for_each(|chunk| pulled.chunk(&mut decoder, chunk));
        prop_assert_eq!(sink.0.events, pulled.events);
    }

    #[test]
    fn what_is_encoded_is_decoded(bytes in pieces()) {
        for event in decode_chunks(Decoder::new(), [&bytes[..]]) {
            round_trip(&event, Protocol::KITTY)?;
            if is_legacy(&event) {
                round_trip(&event, Protocol::Legacy)?;
            }
        }
    }

    #[test]
    fn any_kitty_key_survives(key in keys()) {
        round_trip(&Event::Key(key), Protocol::KITTY)?;
    }
}

#[derive(Default)]
struct Kept(Recorder);

impl Sink for Kept {
    fn key(&mut self, key: Key) {
        self.0.push(Event::Key(key));
    }

    fn mouse(&mut self, mouse: Mouse) {
        self.0.push(Event::Mouse(mouse));
    }

    fn paste(&mut self, paste: Paste<'_>) {
        self.0.push(Event::Paste(paste));
    }

    fn focus(&mut self, gained: bool) {
        self.0.push(Event::Focus { gained });
    }

    fn resize(&mut self, size: Size) {
        self.0.push(Event::Resize(size));
    }

    fn reply(&mut self, reply: Reply<'_>) {
        self.0.push(Event::Reply(reply));
    }

    fn unknown(&mut self, unknown: Unknown<'_>) {
        self.0.push(Event::Unknown(unknown));
    }
}

/// A key that the legacy protocol can say whole: what it sends for itself.
fn is_legacy(event: &Event<'_>) -> bool {
    let Event::Key(key) = event else {
        return false;
    };
    // Ctrl+i is Tab, and Ctrl with what has no control byte is left out.
    let plain =
        matches!(key.code, KeyCode::Char('a'..='h' | 'n'..='z') | KeyCode::Up | KeyCode::F(5));
    let legacy = Modifiers::ALT | Modifiers::CTRL;
    plain
        && legacy.contains(key.modifiers)
        && key.kind == KeyKind::Press
        && key.reported.is_empty()
        && key.shifted.is_none()
        && key.base.is_none()
}

fn round_trip(event: &Event<'_>, protocol: Protocol) -> Result<(), TestCaseError> {
    let mut bytes = Vec::new();
    prop_assert!(encode(event, protocol, &mut bytes), "{:?} has bytes", event);
    let mut decoder = Decoder::new();
    if let Event::Reply(Reply::CursorPosition { .. }) = event {
        decoder.expect(Expected::CursorPosition);
    }
    let events = decode_chunks(decoder, [&bytes[..]]);
    match (event, &events[..]) {
        (Event::Key(key), [Event::Key(decoded)]) => {
            let fields = |key: &Key| (key.code, key.modifiers, key.kind, key.shifted, key.base);
            prop_assert_eq!(fields(key), fields(decoded), "{}", bytes.escape_ascii());
            if !key.reported.is_empty() {
                prop_assert_eq!(key.reported, decoded.reported);
            }
        }
        // What was cut off is not there to be encoded.
        (Event::Unknown(_), _) => {}
        (Event::Paste(paste), [Event::Paste(decoded)]) => {
            prop_assert_eq!(&paste.bytes, &decoded.bytes);
        }
        (event, [decoded]) => prop_assert_eq!(event, decoded, "{}", bytes.escape_ascii()),
        (event, events) => prop_assert!(false, "{:?} became {:?}", event, events),
    }
    Ok(())
}

/// Keys with all that the kitty protocol reports.
fn keys() -> impl Strategy<Value = Key> {
    let code = prop_oneof![
        prop::char::range(' ', '~').prop_map(KeyCode::Char),
        prop::char::range('\u{a0}', '\u{2fff}').prop_map(KeyCode::Char),
        (1u8..=35).prop_map(KeyCode::F),
        prop::sample::select(
            &[
                "enter",
                "tab",
                "up",
                "begin",
                "delete",
                "kp_5",
                "kp_begin",
                "media_play",
                "left_shift"
            ][..]
        )
        .prop_map(|name| name.parse::<Key>().expect("a name").code),
    ];
    let kind = prop::sample::select(&[KeyKind::Press, KeyKind::Repeat, KeyKind::Release][..]);
    let letter = || prop::option::of(prop::char::range('!', '~'));
    let text = prop::sample::select(&["", "a", "é", "e\u{301}"][..]);
    (code, any::<u8>(), kind, letter(), letter(), text).prop_map(
        |(code, held, kind, shifted, base, text)| {
            let mut key = Key::new(code)
                .with(Modifiers::from_bits_retain(held))
                .with_kind(kind);
            if matches!(code, KeyCode::Char(_)) {
                (key.shifted, key.base) = (shifted, base);
                key.reported = KeyText::new(text).expect("it is short");
            }
            key
        },
    )
}
