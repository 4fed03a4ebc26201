//! Properties of the decoder: total, the same for every chunking, and byte-exact.

#![cfg(not(loom))]

mod common;

use common::{Recorder, decode_chunks};
use proptest::prelude::*;
use ttyring::decode::{Decoder, Options};

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
            use ttyring::Event;
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
}
