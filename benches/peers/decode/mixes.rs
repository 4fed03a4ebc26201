//! What is decoded: input as terminals send it, and as nobody should.

/// Input of one kind, made by repeating its pieces.
pub struct Mix {
    pub name: &'static str,
    prefix: &'static [u8],
    pieces: &'static [&'static [u8]],
    suffix: &'static [u8],
}

impl Mix {
    const fn of(name: &'static str, pieces: &'static [&'static [u8]]) -> Mix {
        Mix {
            name,
            prefix: b"",
            pieces,
            suffix: b"",
        }
    }

    /// About so many bytes, ending with a whole piece.
    pub fn bytes(&self, len: usize) -> Vec<u8> {
        let mut bytes = self.prefix.to_vec();
        for piece in self.pieces.iter().cycle() {
            if bytes.len() >= len {
                break;
            }
            bytes.extend_from_slice(piece);
        }
        bytes.extend_from_slice(self.suffix);
        bytes
    }

    /// The pieces, for those who cannot tell where an event ends.
    pub fn pieces(&self) -> &'static [&'static [u8]] {
        self.pieces
    }
}

pub const MIXES: &[Mix] = &[
    Mix::of(
        "keys",
        &[b"the quick brown fox jumps over the lazy dog 0123456789 "],
    ),
    Mix::of(
        "utf8",
        &["Grüße, señor, 日本語入力, ελληνικά, привет, 😀 naïve ".as_bytes()],
    ),
    Mix::of("arrows", &[b"\x1b[A", b"\x1b[B", b"\x1b[1;5C", b"\x1b[D"]),
    Mix::of(
        "mouse",
        &[
            b"\x1b[<35;10;20M",
            b"\x1b[<35;111;21M",
            b"\x1b[<0;112;22M",
            b"\x1b[<0;112;22m",
        ],
    ),
    Mix::of(
        "kitty",
        &[
            b"\x1b[97;5u",
            b"\x1b[97;1:3u",
            b"\x1b[57358;129u",
            b"\x1b[1089::99;5u",
        ],
    ),
    Mix {
        name: "paste",
        prefix: b"\x1b[200~",
        pieces: &[b"Lorem ipsum dolor sit amet, consectetur adipiscing elit.\r\n"],
        suffix: b"\x1b[201~",
    },
    Mix::of(
        "hostile",
        &[b"\x1b]52;c;AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ),
];

/// Names, beginnings and repeated bodies that make quadratic decoders slow.
pub const HOSTILE: &[(&str, &[u8], &[u8])] = &[
    ("unterminated OSC", b"\x1b]52;c;", b"A"),
    ("unterminated DCS", b"\x1bP1+r", b"4"),
    ("unterminated APC", b"\x1b_G", b"x"),
    ("unterminated paste", b"\x1b[200~", b"x"),
    ("paste of ESC", b"\x1b[200~", b"\x1b"),
    ("paste of near markers", b"\x1b[200~", b"\x1b[201"),
    ("CSI digits", b"\x1b[", b"1"),
    ("CSI separators", b"\x1b[", b";"),
    ("runs of ESC", b"", b"\x1b"),
    ("runs of ESC [", b"", b"\x1b["),
    ("runs of ESC ESC [", b"", b"\x1b\x1b["),
    ("runs of ESC ]", b"", b"\x1b]"),
    ("bad UTF-8", b"", b"\xff"),
    ("torn UTF-8", b"", b"\xf0\x9f\x98"),
    ("ESC and torn UTF-8", b"", b"\x1b\xf0\x9f\x98"),
];
