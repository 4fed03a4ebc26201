//! What the inspector shows: a line an event, a bar under them, a summary at the end.
//!
//! On a terminal the bar is the last row and is drawn again under each event; every row is clipped to
//! the terminal's width. A file or a pipe gets whole lines and no bar.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, StdoutLock, Write};
use std::time::Duration;

use hdrhistogram::Histogram;
use rustix::termios::tcgetwinsize;
use ttyring::Time;

use super::fit::{cells, clip, pad, rows};

/// The cells of the first two columns.
const BYTES: usize = 24;
const EVENT: usize = 30;
/// The width of a terminal that does not tell its own.
const USUAL_COLUMNS: u16 = 80;

/// The lines, the bar and what they count.
#[derive(Debug)]
pub(crate) struct Screen {
    out: StdoutLock<'static>,
    quiet: bool,
    bar: bool,
    line: String,
    events: u64,
    bytes: u64,
    last: Option<Time>,
    /// Nanoseconds from the return of a read to the event in the program's hands.
    latency: Histogram<u64>,
}

impl Screen {
    /// Makes a screen on standard output.
    pub(crate) fn new(quiet: bool) -> Self {
        let out = io::stdout().lock();
        let bar = !quiet && out.is_terminal();
        Screen {
            out,
            quiet,
            bar,
            line: String::new(),
            events: 0,
            bytes: 0,
            last: None,
            latency: Histogram::new(3).expect("three digits are a valid precision"),
        }
    }

    /// Returns whether anything is drawn at all.
    pub(crate) fn is_drawn(&self) -> bool {
        !self.quiet
    }

    /// Returns how many events there were.
    pub(crate) fn events(&self) -> u64 {
        self.events
    }

    /// Draws the head of the table and the first bar.
    pub(crate) fn begin(&mut self) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        self.set_line("bytes", "event", "since last", "read→event");
        self.draw()
    }

    /// Shows a line that is no event, whole: on as many rows as it needs.
    pub(crate) fn say(&mut self, text: &str) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        let limit = if self.bar { self.limit() } else { usize::MAX };
        for row in rows(text, limit) {
            self.line.clear();
            self.line.push_str(row);
            self.draw()?;
        }
        Ok(())
    }

    /// Counts an event, and shows it if `text` says what it is.
    pub(crate) fn show(
        &mut self,
        raw: &[u8],
        text: Option<&str>,
        read: Time,
        handled: Time,
    ) -> io::Result<()> {
        let gap = self.last.replace(read).map(|last| read.since(last));
        self.events += 1;
        self.bytes += raw.len() as u64;
        // What did not come from the terminal was not read: it has no such time.
        let latency = (!raw.is_empty()).then(|| handled.since(read));
        if let Some(latency) = latency {
            self.latency
                .record(latency.as_nanos() as u64)
                .expect("the histogram grows");
        }
        let Some(text) = text else {
            return Ok(());
        };
        let gap = gap.map(brief).unwrap_or_default();
        let latency = latency.map(brief).unwrap_or_default();
        self.set_line(&hex(raw), text, &gap, &latency);
        self.draw()
    }

    /// Takes the bar away and prints the summary.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        if self.bar {
            self.out.write_all(b"\r\x1b[J")?;
        }
        if !self.quiet {
            writeln!(self.out, "{}", self.counts())?;
        }
        self.out.flush()
    }

    fn set_line(&mut self, bytes: &str, event: &str, gap: &str, latency: &str) {
        // In a narrow terminal the bytes leave half of the row to the event.
        let half = if self.bar { self.limit() / 2 } else { BYTES };
        let bytes = match half < BYTES {
            true => pad(clip(bytes, half), half),
            false => pad(bytes, BYTES),
        };
        let event = pad(event, EVENT);
        self.line.clear();
        let _ = write!(self.line, "{bytes} {event} {gap:>10} {latency:>10}");
    }

    /// Draws the line over the bar, and the bar under it, with one write.
    ///
    /// The cursor stays at the beginning of the bar. When the terminal becomes narrower and breaks
    /// the bar into several rows, all of them are still below the cursor, and the next draw erases
    /// them.
    fn draw(&mut self) -> io::Result<()> {
        if self.bar {
            let limit = self.limit();
            let (line, bar) = (clip(&self.line, limit), self.bar(limit));
            let bar = clip(&bar, limit);
            self.out
                .write_all(format!("\r\x1b[J{line}\r\n\x1b[7m{bar}\x1b[m\r").as_bytes())?;
        } else {
            writeln!(self.out, "{}", self.line)?;
        }
        self.out.flush()
    }

    /// Returns how many cells of a row may be filled: the last one stays empty, because some
    /// terminals begin a new row as soon as it is written.
    fn limit(&self) -> usize {
        let columns = match tcgetwinsize(&self.out) {
            Ok(size) if size.ws_col > 0 => size.ws_col,
            _ => USUAL_COLUMNS,
        };
        usize::from(columns).saturating_sub(1).max(1)
    }

    /// Returns the longest form of the bar that fits into `limit` cells, or the shortest one.
    fn bar(&self, limit: usize) -> String {
        let forms = [
            format!(" {}  ·  Ctrl-C or q q leaves ", self.counts()),
            format!(" {}  ·  Ctrl-C leaves ", self.counts()),
            format!(" {}  ·  Ctrl-C leaves ", self.totals()),
        ];
        let fitting = forms.into_iter().find(|form| cells(form) <= limit);
        fitting.unwrap_or_else(|| " Ctrl-C leaves ".to_owned())
    }

    fn counts(&self) -> String {
        let at = |quantile| {
            brief(Duration::from_nanos(
                self.latency.value_at_quantile(quantile),
            ))
        };
        let totals = self.totals();
        match self.events {
            0 => totals,
            _ => format!("{totals}  ·  read→event P50 {}, P99 {}", at(0.5), at(0.99)),
        }
    }

    fn totals(&self) -> String {
        let (events, bytes) = (self.events, self.bytes);
        match events {
            0 => "no events yet".to_owned(),
            _ => format!(
                "{events} event{}, {bytes} byte{}",
                plural(events),
                plural(bytes)
            ),
        }
    }
}

fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Writes bytes as pairs of hexadecimal digits, cut where they would fill the line.
fn hex(bytes: &[u8]) -> String {
    const SHOWN: usize = 16;
    let mut text = String::with_capacity(3 * SHOWN);
    for byte in bytes.iter().take(SHOWN) {
        let _ = write!(text, "{byte:02x} ");
    }
    if bytes.len() > SHOWN {
        let _ = write!(text, "… {} bytes", bytes.len());
    }
    text.truncate(text.trim_end().len());
    text
}

/// Writes a duration with three digits and the unit that suits it.
fn brief(duration: Duration) -> String {
    let nanos = duration.as_nanos() as f64;
    match nanos {
        n if n < 1e3 => format!("{n:.0} ns"),
        n if n < 1e6 => format!("{:.1$} µs", n / 1e3, digits(n / 1e3)),
        n if n < 1e9 => format!("{:.1$} ms", n / 1e6, digits(n / 1e6)),
        n => format!("{:.1} s", n / 1e9),
    }
}

fn digits(value: f64) -> usize {
    if value < 10.0 {
        2
    } else if value < 100.0 {
        1
    } else {
        0
    }
}
