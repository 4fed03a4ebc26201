//! What the inspector shows: a line an event, a bar under them, a summary at the end.
//!
//! On a terminal the bar is the last line and is drawn anew under each event; into a file or a pipe
//! go the lines alone.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, StdoutLock, Write};
use std::time::Duration;

use hdrhistogram::Histogram;
use ttyring::Time;

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
        self.line.clear();
        let _ = write!(
            self.line,
            "{:<24} {:<30} {:>10} {:>10}",
            "bytes", "event", "since last", "read→event"
        );
        self.draw()
    }

    /// Shows a line that is no event.
    pub(crate) fn say(&mut self, text: &str) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        self.line.clear();
        self.line.push_str(text);
        self.draw()
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
        self.line.clear();
        let gap = gap.map(brief).unwrap_or_default();
        let _ = write!(
            self.line,
            "{:<24} {text:<30} {gap:>10} {:>10}",
            hex(raw),
            latency.map(brief).unwrap_or_default()
        );
        self.draw()
    }

    /// Takes the bar away and prints the summary.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        if self.bar {
            self.out.write_all(b"\r\x1b[K")?;
        }
        if !self.quiet {
            writeln!(self.out, "{}", self.counts())?;
        }
        self.out.flush()
    }

    /// Draws the line over the bar, and the bar under it, with one write.
    fn draw(&mut self) -> io::Result<()> {
        if self.bar {
            let bar = format!("\x1b[7m {}  ·  Ctrl-C or q q leaves \x1b[m", self.counts());
            self.out
                .write_all(format!("\r\x1b[K{}\r\n{bar}", self.line).as_bytes())?;
        } else {
            writeln!(self.out, "{}", self.line)?;
        }
        self.out.flush()
    }

    fn counts(&self) -> String {
        let at = |quantile| {
            brief(Duration::from_nanos(
                self.latency.value_at_quantile(quantile),
            ))
        };
        match self.events {
            0 => "no events yet".to_owned(),
            events => format!(
                "{events} event{}, {} byte{}  ·  read→event P50 {}, P99 {}",
                plural(events),
                self.bytes,
                plural(self.bytes),
                at(0.5),
                at(0.99)
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
