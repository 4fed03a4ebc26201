//! The bytes of the events, put together, are the bytes that were decoded.

use proptest::prelude::*;

use super::{Decoder, Token};
use crate::event::Event;

/// Pieces of sequences, which mean something in many orders.
const PIECES: &[&[u8]] = &[
    b"\x1b",
    b"\x1b[",
    b"\x1bO",
    b"\x1b]",
    b"\x1bP",
    b"[",
    b"A",
    b"R",
    b"~",
    b"u",
    b"_",
    b"M",
    b"m",
    b"<",
    b"?",
    b"$y",
    b";",
    b":",
    b"1",
    b"27",
    b"97",
    b"55357",
    b"\x1b[200~",
    b"\x1b[201~",
    b"\x1b[<0;3;4M",
    b"\x1b[M !!",
    b"\x1b[0;;97:98u",
    b"\x1b\\",
    b"\x07",
    b"\x18",
    b"\r",
    b"\0",
    b"\xc3",
    b"\xa9",
    b"\xff",
    b"a",
];

/// Appends the bytes that an event came from.
fn take(decoder: &Decoder, token: Token, bytes: &[u8], out: &mut Vec<u8>) {
    let Event::Paste(paste) = decoder.event(token, bytes) else {
        return out.extend_from_slice(decoder.raw(token, bytes));
    };
    if paste.first {
        out.extend_from_slice(b"\x1b[200~");
    }
    out.extend_from_slice(&paste.bytes);
    if paste.last && !paste.unterminated {
        out.extend_from_slice(b"\x1b[201~");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_byte_is_lost(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24),
        chunk in 1usize..20,
    ) {
        let bytes = pieces.concat();
        let (mut decoder, mut out) = (Decoder::new(), Vec::new());
        for mut bytes in bytes.chunks(chunk) {
            while !bytes.is_empty() {
                let (used, token) = decoder.next_token(bytes);
                if let Some(token) = token {
                    take(&decoder, token, bytes, &mut out);
                }
                bytes = &bytes[used..];
            }
        }
        while let Some(token) = decoder.finish_token() {
            take(&decoder, token, &[], &mut out);
        }
        prop_assert_eq!(out, bytes);
    }
}
