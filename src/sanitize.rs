//! What is dangerous in text that somebody else wrote and the user pasted.
//!
//! A paste reaches a program as if it had been typed. Shells and editors that insert it, and
//! programs that show it, should drop what nobody means to paste: the bracket markers themselves,
//! control characters, and the invisible characters that make text look like another text. Nothing
//! here asks anybody or decides for the caller; a newline, which runs a command in a shell without
//! bracketed paste, is text here and stays.

use std::borrow::Cow;

/// The markers that put a paste into brackets, in their 7-bit form and with the 8-bit CSI.
const MARKERS: [&str; 4] = ["\x1b[200~", "\x1b[201~", "\u{9b}200~", "\u{9b}201~"];

/// Returns whether `bytes` hold anything that [`sanitize`] would drop or replace.
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
