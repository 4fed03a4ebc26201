//! The decoders, each behind the same function: chunks in, number of events out.

use std::hint::black_box;

use crate::mixes::Mix;

type Chunks<'a, 'b> = &'a mut dyn Iterator<Item = &'b [u8]>;

pub struct Contender {
    pub name: &'static str,
    pub decode: fn(Chunks<'_, '_>, &Mix) -> usize,
}

pub const CONTENDERS: [Contender; 6] = [
    Contender {
        name: "feed",
        decode: ours_feed,
    },
    Contender {
        name: "pull",
        decode: ours_pull,
    },
    Contender {
        name: "termina",
        decode: termina,
    },
    Contender {
        name: "termwiz",
        decode: termwiz,
    },
    Contender {
        name: "terminput",
        decode: terminput,
    },
    Contender {
        name: "vte",
        decode: vte,
    },
];

fn ours_feed(chunks: Chunks<'_, '_>, _: &Mix) -> usize {
    let mut decoder = ttyring::decode::Decoder::new();
    let mut events = 0;
    for chunk in chunks {
        decoder.feed(chunk, |event| {
            black_box(&event);
            events += 1;
        });
    }
    events
}

fn ours_pull(chunks: Chunks<'_, '_>, _: &Mix) -> usize {
    let mut decoder = ttyring::decode::Decoder::new();
    let mut events = 0;
    for mut bytes in chunks {
        while !bytes.is_empty() {
            let (used, event) = decoder.decode(bytes);
            if let Some(event) = event {
                black_box(&event);
                events += 1;
            }
            bytes = &bytes[used..];
        }
    }
    events
}

fn termina(chunks: Chunks<'_, '_>, _: &Mix) -> usize {
    let mut parser = termina::Parser::default();
    let mut events = 0;
    for chunk in chunks {
        parser.parse(chunk, true);
        while let Some(event) = parser.pop() {
            black_box(&event);
            events += 1;
        }
    }
    events
}

fn termwiz(chunks: Chunks<'_, '_>, _: &Mix) -> usize {
    let mut parser = termwiz::input::InputParser::new();
    let mut events = 0;
    let count = |event| {
        black_box(&event);
        events += 1;
    };
    let mut count = count;
    chunks.for_each(|chunk| parser.parse(chunk, &mut count, true));
    events
}

/// It decodes one event from exactly its bytes, so it is handed the pieces, and a byte at a time
/// where a piece is text.
fn terminput(chunks: Chunks<'_, '_>, mix: &Mix) -> usize {
    let len: usize = chunks.map(<[u8]>::len).sum();
    let mut events = 0;
    let mut decoded = 0;
    if matches!(mix.name, "paste" | "hostile") {
        return 0;
    }
    for piece in mix.pieces().iter().cycle() {
        if decoded >= len {
            break;
        }
        decoded += piece.len();
        if piece[0] == 0x1b {
            let _ = black_box(&terminput::Event::parse_from(piece));
            events += 1;
            continue;
        }
        for character in std::str::from_utf8(piece).unwrap_or_default().chars() {
            let mut bytes = [0; 4];
            let bytes = character.encode_utf8(&mut bytes).as_bytes();
            let _ = black_box(&terminput::Event::parse_from(bytes));
            events += 1;
        }
    }
    events
}

struct Tokens(usize);

impl vte::Perform for Tokens {
    fn print(&mut self, character: char) {
        black_box(character);
        self.0 += 1;
    }

    fn execute(&mut self, byte: u8) {
        black_box(byte);
        self.0 += 1;
    }

    fn csi_dispatch(&mut self, params: &vte::Params, _: &[u8], _: bool, last: char) {
        black_box((params, last));
        self.0 += 1;
    }

    fn osc_dispatch(&mut self, params: &[&[u8]], _: bool) {
        black_box(params);
        self.0 += 1;
    }
}

fn vte(chunks: Chunks<'_, '_>, _: &Mix) -> usize {
    let mut parser = vte::Parser::new();
    let mut tokens = Tokens(0);
    chunks.for_each(|chunk| parser.advance(&mut tokens, chunk));
    tokens.0
}
