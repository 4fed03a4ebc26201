//! The text of what a terminal is sent, and the answers to its questions.

/// Returns the text without control sequences, which a pseudo-console draws with.
pub(crate) fn text(shown: &[u8]) -> String {
    let shown = String::from_utf8_lossy(shown);
    let (mut plain, mut rest) = (String::new(), shown.chars());
    while let Some(character) = rest.next() {
        match character {
            '\x1b' => skip(&mut rest),
            '\r' => {}
            other => plain.push(other),
        }
    }
    plain
}

/// Skips one sequence behind its ESC.
fn skip(rest: &mut std::str::Chars<'_>) {
    match rest.next() {
        // CSI, up to its final byte.
        Some('[') => {
            let _ = rest.find(|c| ('@'..='~').contains(c));
        }
        // OSC, up to BEL or ST.
        Some(']') => {
            let mut before = ' ';
            let _ = rest.find(|&c| {
                let ends = c == '\x07' || (before, c) == ('\x1b', '\\');
                before = c;
                ends
            });
        }
        // A character set has one more.
        Some('(' | ')') => {
            let _ = rest.next();
        }
        _ => {}
    }
}

/// What a pseudo-console asks at its start and waits for, and the answers.
pub(crate) const ANSWERS: [(&[u8], &[u8]); 2] =
    [(b"\x1b[6n", b"\x1b[1;1R"), (b"\x1b[c", b"\x1b[?61;4c")];
