//! What is dangerous in text that somebody else wrote and the user pasted.
//!
//! A paste reaches a program as if it had been typed. Shells and editors that insert it, and
//! programs that show it, should drop what nobody means to paste: the bracket markers themselves,
//! control characters, and the invisible characters that make text look like another text. Nothing
//! here asks anybody or decides for the caller; a newline, which runs a command in a shell without
//! bracketed paste, is text here and stays.

use std::borrow::Cow;

/// The markers that put a paste into brackets, in their 7-bit form and with the 8-bit CSI.
/// The longest has six bytes.
const MARKERS: [&str; 4] = ["\x1b[200~", "\x1b[201~", "\u{9b}200~", "\u{9b}201~"];

/// Returns whether `bytes` hold anything that [`sanitize`] would drop or replace.
///
/// A character that the end of `bytes` cuts counts, since its rest is not there to be looked at:
/// for a paste in pieces [`Sanitizer`] knows better.
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
/// - Bracketed-paste markers go as a whole, so that text cannot end a paste or begin one.
/// - C0 controls besides tab, line feed and carriage return go, and so do DEL and the C1 controls.
/// - Controls of the direction of text go: they show a line in another order than it has.
/// - Bytes that are not UTF-8 become U+FFFD, as `String::from_utf8_lossy` makes them: one of them
///   may be a C1 control to a terminal that does not read UTF-8.
///
/// Text without any of these comes back borrowed. A second application changes nothing.
///
/// # Examples
///
/// ```
/// use ttyring::sanitize::sanitize;
///
/// assert_eq!(sanitize(b"ls\x1b[201~;reboot\x03\n"), "ls;reboot\n");
/// assert_eq!(sanitize("if admin\u{202e} \u{2066}".as_bytes()), "if admin ");
/// ```
pub fn sanitize(bytes: &[u8]) -> Cow<'_, str> {
    if !contains_controls(bytes) {
        // Without controls there is nothing invalid, so this borrows.
        return String::from_utf8_lossy(bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(first) = rest.chars().next() {
        let marker = MARKERS.iter().find(|marker| rest.starts_with(**marker));
        let length = marker.map_or(first.len_utf8(), |marker| marker.len());
        if marker.is_none() && !is_dangerous(first) {
            clean.push(first);
        }
        rest = &rest[length..];
    }
    Cow::Owned(clean)
}

/// Cleans a paste that comes in pieces, as [`sanitize`] would clean it whole.
///
/// Reads cut pastes anywhere, also inside a character or a marker. Up to five bytes wait here for
/// the piece that completes them.
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
    waiting: Vec<u8>,
    dropped: bool,
}

impl Sanitizer {
    /// Makes one for one paste.
    pub fn new() -> Self {
        Sanitizer::default()
    }

    /// Returns what can be said so far, the new piece included.
    pub fn push(&mut self, piece: &[u8]) -> String {
        self.waiting.extend_from_slice(piece);
        let rest = self.waiting.split_off(settled(&self.waiting));
        let settled = std::mem::replace(&mut self.waiting, rest);
        self.clean(&settled)
    }

    /// Returns what was waiting for a piece that did not come.
    pub fn finish(&mut self) -> String {
        let rest = std::mem::take(&mut self.waiting);
        self.clean(&rest)
    }

    /// Returns whether anything was dropped or replaced so far.
    pub fn has_dropped(&self) -> bool {
        self.dropped
    }

    fn clean(&mut self, bytes: &[u8]) -> String {
        self.dropped |= contains_controls(bytes);
        sanitize(bytes).into_owned()
    }
}

/// How many of `bytes` mean the same whatever comes next: all but the start of a marker or of a
/// character at the end.
fn settled(bytes: &[u8]) -> usize {
    let longest = bytes.len().min(5);
    let open = |length: &usize| {
        let tail = &bytes[bytes.len() - length..];
        let starts_marker = MARKERS
            .iter()
            .any(|marker| marker.len() > tail.len() && marker.as_bytes().starts_with(tail));
        let starts_character = std::str::from_utf8(tail)
            .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none());
        starts_marker || starts_character
    };
    bytes.len() - (1..=longest).rev().find(open).unwrap_or(0)
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
