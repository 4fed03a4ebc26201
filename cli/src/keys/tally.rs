//! What the inspector counts: events, bytes, and the time from a read to its event.

use std::time::Duration;

use hdrhistogram::Histogram;

/// The counts so far.
#[derive(Debug)]
pub(super) struct Tally {
    events: u64,
    bytes: u64,
    /// Nanoseconds from the return of a read to the event in the program's hands.
    latency: Histogram<u64>,
}

impl Tally {
    pub(super) fn new() -> Self {
        Tally {
            events: 0,
            bytes: 0,
            latency: Histogram::new(3).expect("three digits are a valid precision"),
        }
    }

    /// Returns how many events there were.
    pub(super) fn events(&self) -> u64 {
        self.events
    }

    pub(super) fn add_bytes(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
    }

    /// Counts an event, and its latency where it says something about the program.
    pub(super) fn add_event(&mut self, latency: Option<Duration>) {
        self.events += 1;
        if let Some(latency) = latency {
            self.latency
                .record(latency.as_nanos() as u64)
                .expect("the histogram grows");
        }
    }

    /// Says all of it.
    pub(super) fn summary(&self) -> String {
        let totals = self.totals();
        if self.latency.is_empty() {
            return totals;
        }
        let at = |quantile| {
            let nanos = self.latency.value_at_quantile(quantile);
            brief(Duration::from_nanos(nanos))
        };
        format!("{totals}  ·  read→event P50 {}, P99 {}", at(0.5), at(0.99))
    }

    /// Says how many events and bytes there were.
    pub(super) fn totals(&self) -> String {
        if self.events == 0 {
            return "no events yet".to_owned();
        }
        let (events, bytes) = (count(self.events, "event"), count(self.bytes, "byte"));
        format!("{events}, {bytes}")
    }
}

/// Writes a number with its noun.
pub(super) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Writes a duration with three digits and the unit that suits it.
pub(super) fn brief(duration: Duration) -> String {
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
