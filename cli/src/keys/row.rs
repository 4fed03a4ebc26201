//! A line of the table: the bytes, the event and its times, in columns.

use std::fmt::Write as _;

use ratatui_core::style::{Modifier, Style};
use ratatui_core::text::{Line, Span};

use super::fit::{cells, clip, pad};

/// The cells of the columns in a pipe, and on a terminal that is wide enough.
const BYTES: usize = 26;
const EVENT: usize = 30;
const TIME: usize = 11;
/// An event is given at least so many cells before the times are shown.
const LEAST_EVENT: usize = 20;
/// With fewer cells, the event is all that is shown.
const NARROW: usize = 12;

/// A line of the table, or a sentence in place of one.
#[derive(Clone, Debug)]
pub(super) enum Row {
    Event {
        bytes: String,
        event: String,
        gap: String,
        latency: String,
    },
    Note(String),
}

impl Row {
    /// Returns the head of the table.
    pub(super) fn head() -> Row {
        Row::Event {
            bytes: "bytes".to_owned(),
            event: "event".to_owned(),
            gap: "since last".to_owned(),
            latency: "read→event".to_owned(),
        }
    }

    /// Returns the line as a whole, however long it is.
    pub(super) fn whole(&self) -> String {
        match self {
            Row::Event {
                bytes,
                event,
                gap,
                latency,
            } => {
                let (bytes, event) = (pad(bytes, BYTES), pad(event, EVENT));
                format!("{bytes} {event}{gap:>TIME$}{latency:>TIME$}")
            }
            Row::Note(text) => text.clone(),
        }
    }

    /// Returns the line within `width` cells.
    pub(super) fn line(&self, width: usize) -> Line<'static> {
        let dim = Style::new().add_modifier(Modifier::DIM);
        let (bytes, event, gap, latency) = match self {
            Row::Event {
                bytes,
                event,
                gap,
                latency,
            } => (bytes, event, gap, latency),
            Row::Note(text) => return Line::styled(clip(text, width).to_owned(), dim),
        };
        if width < NARROW {
            return Line::raw(cut(event, width));
        }
        // In a narrow terminal the bytes leave half of the row to the event.
        let first = BYTES.min(width / 2);
        let rest = width - first - 1;
        let times = match rest {
            r if r >= LEAST_EVENT + 2 * TIME => format!("{gap:>TIME$}{latency:>TIME$}"),
            r if r >= LEAST_EVENT + TIME => format!("{latency:>TIME$}"),
            _ => String::new(),
        };
        let second = rest - cells(&times);
        Line::from(vec![
            Span::styled(pad(&cut(bytes, first), first + 1), dim),
            Span::raw(pad(&cut(event, second), second)),
            Span::styled(times, dim),
        ])
    }
}

/// Cuts `text` to `width` cells, and says so with `…`.
fn cut(text: &str, width: usize) -> String {
    if cells(text) <= width {
        return text.to_owned();
    }
    if width < 2 {
        return clip(text, width).to_owned();
    }
    format!("{}…", clip(text, width - 1))
}

/// Writes bytes as pairs of hexadecimal digits, cut where they would fill the line. `len` is how
/// many there were, of which `bytes` are the first.
pub(super) fn hex(bytes: &[u8], len: usize) -> String {
    const SHOWN: usize = 16;
    let mut text = String::with_capacity(3 * SHOWN);
    // What follows the bytes says how many there are, within the column.
    let shown = if len > SHOWN { 4 } else { SHOWN };
    for byte in bytes.iter().take(shown) {
        let _ = write!(text, "{byte:02x} ");
    }
    if len > SHOWN {
        let _ = write!(text, "… {len} B");
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &Line<'_>) -> String {
        line.spans.iter().map(|span| &*span.content).collect()
    }

    #[test]
    fn a_line_takes_its_width_at_most_and_wide_characters_count_twice() {
        let row = Row::Event {
            bytes: "e4 b8 96 e7 95 8c e4 b8 96 e7 95 8c".to_owned(),
            event: "世界世界世界世界世界世界世界世界世界世界世界".to_owned(),
            gap: "1.00 ms".to_owned(),
            latency: "2.00 µs".to_owned(),
        };
        for width in 0..=250 {
            let line = text(&row.line(width));
            assert!(cells(&line) <= width, "{width}: {line:?}");
            let latency = line.ends_with("2.00 µs");
            assert_eq!(latency, width >= BYTES + 1 + LEAST_EVENT + TIME, "{width}");
        }
    }

    #[test]
    fn many_bytes_are_counted() {
        assert_eq!(hex(b"\x1b[A", 3), "1b 5b 41");
        assert_eq!(hex(b"\x1b[200~", 1_048_588), "1b 5b 32 30 … 1048588 B");
    }
}
