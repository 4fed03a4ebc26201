//! What is to be written and the terminal has not taken yet, in order.

/// The most bytes that wait: what a change takes, and a stop and a continuation after it.
const UNWRITTEN_BYTES: usize = 4096;

const ESC: u8 = 0x1b;

/// Bytes that wait until the terminal takes them. The first of them begins a sequence, so that a
/// sequence that was torn can be written again.
#[derive(Debug)]
pub(crate) struct Unwritten {
    /// Never grows, so that a signal handler can add to it.
    bytes: Vec<u8>,
    /// How many of them the terminal has taken: a sequence is begun.
    begun: usize,
}

impl Unwritten {
    pub(crate) fn new() -> Self {
        Unwritten {
            bytes: Vec::with_capacity(UNWRITTEN_BYTES),
            begun: 0,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Adds bytes. Those that waited before are dropped if there is no room for both: after several
    /// stops the last one counts. Async-signal-safe.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.bytes.len() + bytes.len() > UNWRITTEN_BYTES {
            self.bytes.clear();
            self.begun = 0;
        }
        let count = bytes.len().min(UNWRITTEN_BYTES);
        self.bytes.extend_from_slice(&bytes[..count]);
    }

    /// Has a sequence that was begun written from its start: somebody else may have written since,
    /// and terminals give up a sequence at the next ESC. Async-signal-safe.
    pub(crate) fn begin_again(&mut self) {
        self.begun = 0;
    }

    /// Gives everything to `write`, which says how much the terminal has taken; returns whether
    /// nothing is left. Async-signal-safe.
    pub(crate) fn advance(&mut self, write: impl FnOnce(&[u8]) -> usize) -> bool {
        let taken = self.begun + write(&self.bytes[self.begun..]);
        let is_torn = self.bytes.get(taken).is_some_and(|&next| next != ESC);
        let start = self.bytes[..taken].iter().rposition(|&byte| byte == ESC);
        let start = start.filter(|_| is_torn).unwrap_or(taken);
        self.bytes.drain(..start);
        self.begun = taken - start;
        self.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written once the terminal has taken this many bytes and `then` has happened.
    fn after(taken: usize, then: impl FnOnce(&mut Unwritten)) -> String {
        let mut unwritten = Unwritten::new();
        unwritten.push(b"\x1b[1h\x1b[22h");
        assert!(!unwritten.advance(|_| taken));
        then(&mut unwritten);
        let mut rest = Vec::new();
        assert!(unwritten.advance(|bytes| {
            rest = bytes.to_vec();
            bytes.len()
        }));
        String::from_utf8(rest).expect("ASCII").replace('\x1b', "^")
    }

    #[test]
    fn nothing_is_written_twice() {
        assert_eq!(after(0, |_| ()), "^[1h^[22h");
        assert_eq!(after(2, |_| ()), "1h^[22h");
        assert_eq!(after(4, |_| ()), "^[22h");
        assert_eq!(after(7, |unwritten| unwritten.push(b"^")), "2h^");
    }

    #[test]
    fn sequence_that_was_begun_is_written_again_after_somebody_else_has_written() {
        assert_eq!(after(2, Unwritten::begin_again), "^[1h^[22h");
        assert_eq!(after(4, Unwritten::begin_again), "^[22h");
        assert_eq!(after(7, Unwritten::begin_again), "^[22h");
    }

    #[test]
    fn what_is_too_much_takes_the_place_of_what_waits() {
        let more = vec![b'x'; UNWRITTEN_BYTES - 9];
        let rest = after(0, |unwritten| unwritten.push(&more));
        assert_eq!(rest.len(), UNWRITTEN_BYTES);
        let more = vec![b'x'; UNWRITTEN_BYTES - 8];
        let rest = after(2, |unwritten| unwritten.push(&more));
        assert_eq!(rest.len(), UNWRITTEN_BYTES - 8);
    }
}
