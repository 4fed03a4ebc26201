//! Recordings of what a terminal sent and when: asciicast v2, whose lines of the kind `i` are input
//! and of the kind `r` changes of the size.
//!
//! The format holds text. A byte that is not part of a UTF-8 character is written as a lone
//! surrogate, U+DC00 plus the byte, as Python's `surrogateescape` does; a reader of the format that
//! does not know this shows a replacement character.

use std::fmt::{self, Write as _};
use std::time::Duration;

use super::Step;
use crate::Size;

/// A line of a recording, as a step to take `after` the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When it happened, from the start of the recording.
    pub after: Duration,
    /// What happened: [`Step::Bytes`] or [`Step::Resize`].
    pub step: Step,
}

/// A file is not a recording that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CastError {
    /// The line that could not be read, from 1.
    pub line: usize,
}

impl fmt::Display for CastError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            1 => f.write_str("line 1 is not the header of an asciicast v2 recording"),
            line => write!(
                f,
                "line {line} is not an event of an asciicast v2 recording"
            ),
        }
    }
}

impl std::error::Error for CastError {}

/// Returns the first line of a recording. `term` is the value of `TERM`, `timestamp` the time of day
/// in seconds since 1970.
pub fn header(size: Size, term: &str, timestamp: u64) -> String {
    format!(
        "{{\"version\": 2, \"width\": {}, \"height\": {}, \"timestamp\": {timestamp}, \
         \"env\": {{\"TERM\": {}}}}}\n",
        size.columns,
        size.rows,
        quote(term.as_bytes()),
    )
}

/// Returns the line for what happened `after` the start. Steps other than [`Step::Bytes`] and
/// [`Step::Resize`] have none.
pub fn line(after: Duration, step: &Step) -> String {
    let (kind, data) = match step {
        Step::Bytes(bytes) => ("i", quote(bytes)),
        Step::Resize(size) => ("r", format!("\"{}x{}\"", size.columns, size.rows)),
        _ => return String::new(),
    };
    let (seconds, nanos) = (after.as_secs(), after.subsec_nanos());
    format!("[{seconds}.{nanos:09}, \"{kind}\", {data}]\n")
}

/// Returns whether `text` begins as a recording does.
pub fn is_cast(text: &[u8]) -> bool {
    let first = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    std::str::from_utf8(first).is_ok_and(is_header)
}

/// Reads a recording. Output and marks, which it may hold as well, are left out.
///
/// # Errors
///
/// The number of the first line that is not as it has to be.
///
/// # Examples
///
/// ```
/// use ttyring_platform::sim::{Step, cast};
///
/// let moments = cast::read("{\"version\": 2, \"width\": 80, \"height\": 24}\n[0.5, \"i\", \"\\u001b[A\"]")?;
/// assert_eq!(moments[0].after.as_millis(), 500);
/// assert_eq!(moments[0].step, Step::Bytes(b"\x1b[A".to_vec()));
/// # Ok::<(), cast::CastError>(())
/// ```
pub fn read(text: &str) -> Result<Vec<Moment>, CastError> {
    let mut lines = text.lines().zip(1..);
    match lines.next() {
        Some((first, _)) if is_header(first) => {}
        _ => return Err(CastError { line: 1 }),
    }
    let mut moments = Vec::new();
    for (text, line) in lines.filter(|(text, _)| !text.trim().is_empty()) {
        let (after, kind, data) = event(text).ok_or(CastError { line })?;
        let step = match kind.as_slice() {
            b"i" => Step::Bytes(data),
            b"r" => Step::Resize(size(&data).ok_or(CastError { line })?),
            _ => continue,
        };
        moments.push(Moment { after, step });
    }
    Ok(moments)
}

fn is_header(line: &str) -> bool {
    let dense: String = line.split_whitespace().collect();
    let version = dense.find("\"version\":2");
    let end = version.and_then(|at| dense[at + 11..].chars().next());
    dense.starts_with('{') && matches!(end, Some(',' | '}'))
}

fn size(data: &[u8]) -> Option<Size> {
    let (columns, rows) = std::str::from_utf8(data).ok()?.split_once('x')?;
    Some(Size {
        columns: columns.parse().ok()?,
        rows: rows.parse().ok()?,
        width: 0,
        height: 0,
    })
}

/// Splits `[seconds, "kind", "data"]`.
fn event(line: &str) -> Option<(Duration, Vec<u8>, Vec<u8>)> {
    let inner = line.trim().strip_prefix('[')?.strip_suffix(']')?;
    let (seconds, rest) = inner.split_once(',')?;
    let after = Duration::try_from_secs_f64(seconds.trim().parse().ok()?).ok()?;
    let (kind, rest) = string(rest.trim_start())?;
    let (data, rest) = string(rest.trim_start().strip_prefix(',')?.trim_start())?;
    rest.trim().is_empty().then_some((after, kind, data))
}

/// Writes bytes as a string of JSON.
fn quote(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '"' | '\\' => text.extend(['\\', character]),
                '\0'..='\x1f' | '\x7f' => push_escape(&mut text, character as u32),
                _ => text.push(character),
            }
        }
        for &byte in chunk.invalid() {
            push_escape(&mut text, LONE + u32::from(byte));
        }
    }
    text.push('"');
    text
}

/// What a byte is added to that is not part of a character.
const LONE: u32 = 0xdc00;

fn push_escape(text: &mut String, unit: u32) {
    let _ = write!(text, "\\u{unit:04x}");
}

/// Reads a string of JSON as bytes; returns it with what follows.
fn string(text: &str) -> Option<(Vec<u8>, &str)> {
    let mut bytes = Vec::new();
    let mut rest = text.strip_prefix('"')?;
    loop {
        let plain = rest.find(['"', '\\'])?;
        bytes.extend_from_slice(&rest.as_bytes()[..plain]);
        rest = &rest[plain..];
        if let Some(after) = rest.strip_prefix('"') {
            return Some((bytes, after));
        }
        let escape = rest.as_bytes().get(1)?;
        rest = rest.get(2..)?;
        match escape {
            b'"' | b'\\' | b'/' => bytes.push(*escape),
            b'b' => bytes.push(0x08),
            b'f' => bytes.push(0x0c),
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'u' => rest = unicode(rest, &mut bytes)?,
            _ => return None,
        }
    }
}

/// Reads what follows `\u`; returns the rest.
fn unicode<'t>(text: &'t str, bytes: &mut Vec<u8>) -> Option<&'t str> {
    let unit = |text: &str| u32::from_str_radix(text.get(..4)?, 16).ok();
    let first = unit(text)?;
    let rest = &text[4..];
    if (LONE + 0x80..=LONE + 0xff).contains(&first) {
        bytes.push((first - LONE) as u8);
        return Some(rest);
    }
    let (value, rest) = match first {
        0xd800..=0xdbff => {
            let second = unit(rest.strip_prefix("\\u")?)?.checked_sub(0xdc00)?;
            (0x10000 + ((first - 0xd800) << 10) + second, &rest[6..])
        }
        _ => (first, rest),
    };
    let character = char::from_u32(value)?;
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(steps: &[(Duration, Step)]) -> Vec<Moment> {
        let size = Size {
            columns: 80,
            rows: 24,
            ..Size::default()
        };
        let lines = steps.iter().map(|(after, step)| line(*after, step));
        let text = header(size, "xterm \"quoted\"", 0) + &lines.collect::<String>();
        assert!(is_cast(text.as_bytes()));
        read(&text).expect("what was written")
    }

    #[test]
    fn every_byte_comes_back_as_it_was() {
        let all: Vec<u8> = (0..=255).collect();
        let mut pieces: Vec<Vec<u8>> = all.windows(3).map(<[u8]>::to_vec).collect();
        pieces.push(all);
        pieces.extend(["é世🙂\u{dfff7}", "\"\\/\n"].map(|text| text.as_bytes().to_vec()));
        // A character in two reads.
        pieces.extend([vec![0xe4, 0xb8], vec![0x96]]);
        for bytes in pieces {
            let step = Step::Bytes(bytes);
            let after = Duration::new(3, 7);
            let moments = there_and_back(&[(after, step.clone())]);
            assert_eq!(moments[0].step, step);
            assert!(moments[0].after.abs_diff(after) < Duration::from_micros(1));
        }
    }

    #[test]
    fn sizes_come_back() {
        let size = Size {
            columns: 132,
            rows: 43,
            ..Size::default()
        };
        let moments = there_and_back(&[(Duration::ZERO, Step::Resize(size))]);
        assert_eq!(moments[0].step, Step::Resize(size));
    }

    #[test]
    fn what_other_programs_write_is_read() {
        let text = "{\"height\":24,\"width\":80,\"version\":2}\n\
            [1e-1,\"i\",\"\\ud83d\\ude42\\b\\/\"]\n\n\
            [0.2,\"o\",\"shown\"]\n[0.3,\"m\",\"mark\"]\n";
        let moments = read(text).expect("a recording");
        assert_eq!(moments.len(), 1);
        assert_eq!(moments[0].step, Step::Bytes("🙂\x08/".as_bytes().to_vec()));
    }

    #[test]
    fn what_is_no_recording_is_refused_with_its_line() {
        let header = "{\"version\": 2, \"width\": 80, \"height\": 24}";
        for (text, line) in [
            ("", 1),
            ("{\"version\": 1}", 1),
            ("{\"version\": 23}", 1),
            ("[0, \"i\", \"a\"]", 1),
        ] {
            assert_eq!(read(text), Err(CastError { line }), "{text}");
            assert!(!is_cast(text.as_bytes()), "{text}");
        }
        for event in [
            "[0.1, \"i\"]",
            "[0.1, \"i\", \"a]",
            "[0.1, \"i\", \"\\x\"]",
            "[0.1, \"i\", \"\\u12\"]",
            "[0.1, \"i\", \"\\ud83dx\"]",
            "[-1, \"i\", \"a\"]",
            "[nan, \"i\", \"a\"]",
            "[0, \"r\", \"80\"]",
            "[0, \"i\", \"a\", 1]",
            "0, \"i\", \"a\"",
        ] {
            let text = format!("{header}\n[0, \"i\", \"a\"]\n{event}\n");
            assert_eq!(read(&text), Err(CastError { line: 3 }), "{event}");
        }
    }
}
