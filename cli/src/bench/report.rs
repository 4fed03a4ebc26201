//! What was measured, as tables.

use std::io::{self, Write};

use super::latency::Measured;
use super::stats::Spread;
use super::table::{Table, figure};

/// Prints the times, and what the system counted beside them.
pub(crate) fn latency(rows: &[Measured], markdown: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let show = |table: Table| {
        if markdown {
            table.markdown()
        } else {
            table.text()
        }
    };
    writeln!(out, "{}", show(times(rows)))?;
    writeln!(out, "{}", show(counts(rows)))?;
    for row in rows {
        if let Some(failure) = &row.failure {
            writeln!(out, "{}: given up: {failure}", row.contender.name)?;
        }
    }
    out.flush()
}

fn times(rows: &[Measured]) -> Table {
    let mut table = Table::new(&[
        "key to handler, µs",
        "P50",
        "P90",
        "P99",
        "P99.9",
        "max",
        "× floor [IQR]",
    ]);
    for row in rows.iter().filter(|row| row.samples.len() > 0) {
        let at = |quantile| figure(row.samples.at(quantile));
        let ratio = row.samples.ratio(&rows[0].samples);
        table.row(vec![
            row.contender.name.clone(),
            at(0.5),
            at(0.9),
            at(0.99),
            at(0.999),
            figure(row.samples.max()),
            ratio.map(spread).unwrap_or_default(),
        ]);
    }
    table
}

fn counts(rows: &[Measured]) -> Table {
    let mut table = Table::new(&[
        "beside it",
        "keys",
        "switches/key",
        "start-up ms",
        "RSS MiB",
    ]);
    for row in rows.iter().filter(|row| row.samples.len() > 0) {
        let start_up = Spread::of(row.start_up.clone());
        table.row(vec![
            row.contender.name.clone(),
            row.samples.len().to_string(),
            figure(row.switches_per_key()),
            figure(start_up.map(|spread| spread.median)),
            figure(row.resident.map(|kib| kib as f64 / 1024.0)),
        ]);
    }
    table
}

fn spread(of: Spread) -> String {
    format!("{:.2} [{:.2}–{:.2}]", of.median, of.low, of.high)
}
