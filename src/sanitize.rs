//! What is dangerous in text that somebody else wrote and the user pasted.
//!
//! A paste reaches a program as if it had been typed. Shells and editors that insert it, and
//! programs that show it, should drop what nobody means to paste: the paste markers, control
//! characters, and the invisible characters that make one text look like another. A newline counts
//! as text and stays, although it runs a command in a shell without bracketed paste.

mod sequence;

use std::borrow::Cow;

use sequence::{Sequence, scan};

/// Returns whether `bytes` hold anything that [`sanitize`] would drop or replace.
///
/// A character that is cut by the end of `bytes` counts as well. For a paste in pieces, use a
/// [`Sanitizer`].
///
/// # Examples
///
/// ```
/// use ttyring::sanitize::contains_controls;
///
/// assert!(!contains_controls("echo ok\n\tnaïve ✓".as_bytes()));
/// assert!(contains_controls(b"echo ok\x1b[201~\rrm -rf ~\r"));
/// ```
pub fn contains_controls(bytes: &[u8]) -> bool {
    bytes
        .utf8_chunks()
        .any(|chunk| !chunk.invalid().is_empty() || chunk.valid().chars().any(is_dangerous))
}

/// Returns `bytes` as text without what shells and editors should drop.
///
/// - Control sequences and control strings are dropped as a whole, paste markers among them. So
///   text cannot end or begin a paste, and no part of a sequence is left as text.
/// - A key that a terminal has encoded becomes what it stands for: tmux with `modifyOtherKeys`
///   turns each line feed of a paste into Ctrl+j, `CSI 106 ; 5 u`.
/// - C0 controls other than tab, line feed and carriage return are dropped, and so are DEL and the
///   C1 controls.
/// - Controls of the text direction are dropped: with them, a line looks different from what it is.
/// - Bytes that are not UTF-8 become U+FFFD, as `String::from_utf8_lossy` makes them: one of them
///   may be a C1 control to a terminal that does not read UTF-8.
///
/// Text without any of these is returned as it is, without a copy. Sanitizing twice changes
/// nothing.
///
/// # Examples
///
/// ```
/// use ttyring::sanitize::sanitize;
///
/// assert_eq!(sanitize(b"ls\x1b[201~;reboot\x03\n"), "ls;reboot\n");
/// assert_eq!(sanitize(b"one\x1b[106;5utwo \x1b[31mred\x1b[0m"), "one\ntwo red");
/// assert_eq!(sanitize("if admin\u{202e} \u{2066}".as_bytes()), "if admin ");
/// ```
pub fn sanitize(bytes: &[u8]) -> Cow<'_, str> {
    if !contains_controls(bytes) {
        // Without controls there is nothing invalid, so this borrows.
        return String::from_utf8_lossy(bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    let mut kept = String::with_capacity(text.len());
    let mut open = clean(&text, &mut kept);
    // A sequence that the end cuts is dropped as far as it came, a string's introducer alone.
    while let Some(rest) = unfinished(open) {
        open = clean(rest, &mut kept);
    }
    Cow::Owned(kept)
}

/// Cleans a paste that comes in pieces, as [`sanitize`] would clean it whole.
///
/// A read can end inside a character or a sequence. The unfinished part, at most 1024 characters,
/// waits for the next piece.
///
/// # Examples
///
/// ```
/// use ttyring::sanitize::Sanitizer;
///
/// let mut sanitizer = Sanitizer::new();
/// let mut text = sanitizer.push(b"na\xc3");
/// text += &sanitizer.push(b"\xafve\x1b[20");
/// text += &sanitizer.push(b"1~!");
/// text += &sanitizer.finish();
/// assert_eq!(text, "na\u{ef}ve!");
/// assert!(sanitizer.has_dropped());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Sanitizer {
    /// A sequence that is not finished.
    open: String,
    /// The start of a character.
    partial: Vec<u8>,
    dropped: bool,
}

impl Sanitizer {
    /// Makes a sanitizer for one paste.
    pub fn new() -> Self {
        Sanitizer::default()
    }

    /// Adds a piece, and returns the text that is clean so far.
    pub fn push(&mut self, piece: &[u8]) -> String {
        let mut bytes = std::mem::take(&mut self.partial);
        bytes.extend_from_slice(piece);
        self.partial = bytes.split_off(bytes.len() - cut(&bytes));
        self.dropped |= contains_controls(&bytes);
        self.open.push_str(&String::from_utf8_lossy(&bytes));
        let mut kept = String::new();
        let open = clean(&self.open, &mut kept).len();
        self.open.drain(..self.open.len() - open);
        kept
    }

    /// Returns what was still waiting for another piece.
    pub fn finish(&mut self) -> String {
        let mut bytes = std::mem::take(&mut self.open).into_bytes();
        self.dropped |= !self.partial.is_empty();
        bytes.append(&mut self.partial);
        sanitize(&bytes).into_owned()
    }

    /// Returns whether anything was dropped or replaced so far.
    pub fn has_dropped(&self) -> bool {
        self.dropped
    }
}

/// Appends what is left of `text` to `kept`, and returns the sequence at the end that is not
/// finished.
fn clean<'a>(text: &'a str, kept: &mut String) -> &'a str {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let len = match first {
            '\x1b' | '\u{80}'..='\u{9f}' => match scan(rest) {
                Sequence::Whole(len, text) => {
                    kept.extend(text.chars().filter(|&one| !is_dangerous(one)));
                    len
                }
                Sequence::Open(_) => return rest,
            },
            other => {
                kept.extend(Some(other).filter(|&other| !is_dangerous(other)));
                other.len_utf8()
            }
        };
        rest = &rest[len..];
    }
    rest
}

/// What follows a sequence that is not finished and will not be.
fn unfinished(open: &str) -> Option<&str> {
    match scan(open) {
        Sequence::Open(len) if !open.is_empty() => open.get(len..),
        _ => None,
    }
}

/// How many bytes at the end are the start of a character.
fn cut(bytes: &[u8]) -> usize {
    let starts = |len: &usize| {
        let tail = std::str::from_utf8(&bytes[bytes.len() - len..]);
        tail.is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    };
    (1..=bytes.len().min(3)).rev().find(starts).unwrap_or(0)
}

/// Controls but for those that are text, and the directional formatting characters of UAX #9.
fn is_dangerous(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => false,
        // General category Cc is C0, DEL and C1.
        character if character.is_control() => true,
        '\u{061c}' | '\u{200e}' | '\u{200f}' => true,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => false,
    }
}
