//! Properties of the decoder: total, the same for every chunking, and byte-exact.

#![cfg(not(loom))]

#[macro_use]
mod common;

use common::{Recorder, decode_chunks};
use proptest::prelude::*;
use ttyring::decode::Decoder;
use ttyring::encode::encode;
use ttyring::{Event, Key, KeyCode, KeyKind, Keyboard, Modifiers, Reply};

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
        b"_",
        b"-",
        b" q",
        b"#e",
        b"5p",
        b"\t",
        b"\x08",
        b"\xc4\xa0",
        b"\x1b[0;0;55357;1_",
        b"\x1b[0;0;55357_",
        b"\x1b[0;0;56832;1_",
        b"\x1b[65;30;97;1;0;1_",
        b"\x1b[0;0;27;1;0;1_",
        b"\x1b[0;0;27;1;0;1_\x1b[0;0;91;1;0;1_",
        b"\x1b[0;0;91;1_",
        b"\x1b[0;0;65;1_",
        b"\x1b[0;0;50;1_\x1b[0;0;48;1_\x1b[0;0;48;1_\x1b[0;0;126;1_",
        b"\x1b[0;;12354:12354:12354:12354:12354:12354:12354:12354:12354:12354u",
    ];
    let piece = prop::sample::select(PIECES).prop_map(<[u8]>::to_vec);
    let any = prop::collection::vec(any::<u8>(), 1..4);
    prop::collection::vec(prop_oneof![9 => piece, 1 => any], 0..24).prop_map(|all| all.concat())
}

/// Decoders that were told what a program may tell them.
fn decoders() -> impl Strategy<Value = Decoder> {
    let name = prop::sample::select(&["", "linux", "konsole", "scoansi", "minix"][..]);
    (any::<[bool; 5]>(), 0..20u64, name).prop_map(|(told, limit, name)| {
        let [pixels, c1, utf8, kitty, erase] = told;
        let mut decoder = Decoder::new();
        decoder.settings.pixels = pixels;
        decoder.settings.c1_controls = c1;
        decoder.settings.utf8_mouse = utf8;
        decoder.settings.kitty_keyboard = kitty;
        decoder.settings.erase = Some(if erase { 0x08 } else { 0x7f });
        decoder.settings.paste_limit = limit;
        decoder.settings.set_terminal(name);
        decoder
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_chunking_gives_the_same_events(
        bytes in pieces(),
        cuts in prop::collection::vec(1usize..9, 1..12),
        decoder in decoders(),
    ) {
        let whole = decode_chunks(decoder.clone(), [&bytes[..]]);
        prop_assert_eq!(debug(&decode_chunks(decoder.clone(), bytes.chunks(1))), debug(&whole));
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
        prop_assert_eq!(debug(&decode_chunks(decoder, chunks)), debug(&whole));
    }

    #[test]
    fn nothing_is_pending_after_the_deadline(bytes in pieces()) {
        let mut decoder = Decoder::new();
        let mut recorder = Recorder::default();
        recorder.chunk(&mut decoder, &bytes);
        recorder.expire(&mut decoder);
        prop_assert_eq!(decoder.timeout(), None);
    }

    #[test]
    fn feeding_gives_what_pulling_gives(bytes in pieces(), chunk in 1usize..40) {
        let mut fed = Recorder::default();
        let mut decoder = Decoder::new();
        bytes.chunks(chunk).for_each(|chunk| decoder.feed(chunk, |event| fed.push(event)));
        let mut decoder = Decoder::new();
        let mut pulled = Recorder::default();
        bytes.chunks(chunk).for_each(|chunk| pulled.chunk(&mut decoder, chunk));
        prop_assert_eq!(debug(&fed.events), debug(&pulled.events));
    }

    #[test]
    fn what_is_encoded_is_decoded(bytes in pieces()) {
        for event in decode_chunks(Decoder::new(), [&bytes[..]]) {
            round_trip(&event, Keyboard::all())?;
            if is_legacy(&event) {
                round_trip(&event, Keyboard::empty())?;
            }
        }
    }

    #[test]
    fn any_kitty_key_survives(key in keys()) {
        round_trip(&Event::Key(key), Keyboard::all())?;
    }
}

/// Every field of some events: `==` leaves out what makes no difference to a binding.
fn debug(events: &[Event<'_>]) -> String {
    format!("{events:?}")
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
        && key.shifted.is_none()
        && key.base.is_none()
}

fn round_trip(event: &Event<'_>, keyboard: Keyboard) -> Result<(), TestCaseError> {
    let mut bytes = Vec::new();
    if let Event::Key(key) = event {
        if key.code == KeyCode::Unidentified && key.text().is_empty() {
            prop_assert!(!encode(event, keyboard, &mut bytes) && bytes.is_empty());
            return Ok(());
        }
    }
    prop_assert!(encode(event, keyboard, &mut bytes), "{:?} has bytes", event);
    let mut decoder = Decoder::new();
    if let Event::Reply(Reply::CursorPosition { .. }) = event {
        decoder.expect_cursor_position();
    }
    let events = decode_chunks(decoder, [&bytes[..]]);
    match (event, &events[..]) {
        (Event::Key(key), [Event::Key(decoded)]) => {
            let fields = |key: &Key| (key.code, key.modifiers, key.kind, key.shifted, key.base);
            prop_assert_eq!(fields(key), fields(decoded), "{}", bytes.escape_ascii());
            // The kitty protocol gives a key of the keypad its character.
            if !key.text().is_empty() {
                prop_assert_eq!(key.text(), decoded.text());
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
                key = key.with_text(text);
            }
            key
        },
    )
}
