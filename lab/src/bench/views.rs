//! What was measured, put into tables of 80 columns, into JSON and into plots.

use serde_json::{Value, json};

use super::counts::Counted;
use super::latency::{Measured, Plan};
use super::paste::{BURSTS, Pasted};
use super::{plot, ring};
use crate::machine;
use crate::report::Section;
use crate::stats::Spread;
use crate::svg;
use crate::table::{Table, figure};

/// The quantiles in every table of times.
const QUANTILES: [(&str, f64); 4] = [("P50", 0.5), ("P90", 0.9), ("P99", 0.99), ("P99.9", 0.999)];

/// Key to handler.
pub(crate) fn latency(plan: Plan, rows: &[Measured]) -> Section {
    let what = if plan.round_trip {
        "Key to answer"
    } else {
        "Key to handler"
    };
    let (name, title) = match plan.pinned {
        false => ("latency", what.to_owned()),
        true => (
            "latency_pinned",
            format!("{what}, driver and program pinned apart"),
        ),
    };
    let mut section = Section::new(name, title);
    section.tables = vec![times(rows), counts(rows)];
    section.drawing = plot::histogram(rows);
    section.notes = failures(rows.iter().map(|row| (&row.contender.name, &row.failure)));
    if let Some(null) = rows
        .iter()
        .skip(1)
        .find_map(|row| row.samples.ratio(&rows[0].samples))
    {
        section.notes.insert(0, resolution(null));
    }
    let asked = rows.iter().filter(|row| !row.contender.profile.is_empty());
    section.notes.extend(asked.map(|row| {
        let parts = row.contender.profile.join("\n  ");
        format!("{} asked for:\n  {parts}", row.contender.name)
    }));
    section.json = rows.iter().map(|row| latency_json(row, &rows[0])).collect();
    section.failed = rows.iter().any(|row| row.failure.is_some());
    let measured = rows.iter().filter(|row| row.samples.len() > 0);
    let lines: Vec<_> = measured
        .map(|row| svg::Line {
            name: &row.contender.name,
            samples: &row.samples,
        })
        .collect();
    if !lines.is_empty() {
        section.svg = Some(svg::percentiles("key to handler", &machine::line(), &lines));
    }
    section
}

fn resolution(null: Spread) -> String {
    format!(
        "The floor against itself: {}. Within that, nothing differs.",
        spread(null)
    )
}

fn times(rows: &[Measured]) -> Table {
    let mut head = vec!["µs"];
    head.extend(QUANTILES.map(|(name, _)| name));
    head.extend(["max", "× floor [IQR]"]);
    let mut table = Table::new(&head);
    for row in rows.iter().filter(|row| row.samples.len() > 0) {
        let mut cells = vec![row.contender.name.clone()];
        cells.extend(QUANTILES.map(|(_, quantile)| figure(row.samples.at(quantile))));
        cells.push(figure(row.samples.max()));
        cells.push(
            row.samples
                .ratio(&rows[0].samples)
                .map(spread)
                .unwrap_or_default(),
        );
        table.row(cells);
    }
    table
}

fn counts(rows: &[Measured]) -> Table {
    let head = [
        "",
        "keys",
        "switches/key",
        "CPU %",
        "start-up ms",
        "RSS MiB",
    ];
    let mut table = Table::new(&head);
    for row in rows.iter().filter(|row| row.samples.len() > 0) {
        table.row(vec![
            row.contender.name.clone(),
            row.samples.len().to_string(),
            figure(row.switches_per_key()),
            figure(row.processor_share().map(|share| share * 100.0)),
            figure(median(&row.start_up)),
            figure(row.resident.map(mebibytes)),
        ]);
    }
    table
}

fn latency_json(row: &Measured, floor: &Measured) -> Value {
    let at = |quantile| row.samples.at(quantile);
    let ratio = row.samples.ratio(&floor.samples);
    json!({
        "name": row.contender.name,
        "keys": row.samples.len(),
        "microseconds": {
            "p0": at(0.0), "p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "p99.9": at(0.999),
            "max": row.samples.max(),
        },
        "times_floor": ratio.map(|ratio| [ratio.low, ratio.median, ratio.high]),
        "round_medians": row.samples.medians(),
        "context_switches_per_key": row.switches_per_key(),
        "processor_share": row.processor_share(),
        "start_up_ms": median(&row.start_up),
        "resident_kib": row.resident,
        "profile": row.contender.profile,
        "failure": row.failure,
    })
}

/// The ring beside others.
pub(crate) fn ring(args: &ring::Args, all: &[ring::Results]) -> Vec<Section> {
    let mut sections: Vec<_> = all
        .iter()
        .map(|results| {
            let mut section = Section::new(results.name, results.title);
            section.tables = vec![results.table()];
            section.json = results.json();
            section
        })
        .collect();
    if let Some(section) = sections.first_mut() {
        section.notes = vec![ring::note(args)];
    }
    sections
}

/// Throughput and bursts.
pub(crate) fn paste(size: u64, rows: &[Pasted]) -> Section {
    let title = format!("Text of {} through a terminal", bytes(size));
    let mut section = Section::new("paste", title);
    section.tables = vec![throughput(rows), bursts(rows)];
    section.notes = failures(rows.iter().map(|row| (&row.contender.name, &row.failure)));
    if let [floor, null, ..] = rows {
        let null = Spread::of_ratios(&null.bracketed, &floor.bracketed);
        section.notes.extend(null.map(resolution));
    }
    section.json = rows.iter().map(paste_json).collect();
    section.failed = rows.iter().any(|row| row.failure.is_some());
    section
}

fn throughput(rows: &[Pasted]) -> Table {
    let mut table = Table::new(&[
        "MB/s",
        "pasted",
        "× floor [IQR]",
        "as keys",
        "× floor",
        "RSS MiB",
    ]);
    let Some(floor) = rows.first() else {
        return table;
    };
    for row in rows {
        let pasted = Spread::of_ratios(&row.bracketed, &floor.bracketed);
        let keys = Spread::of_ratios(&row.keys, &floor.keys);
        table.row(vec![
            row.contender.name.clone(),
            figure(median(&row.bracketed)),
            pasted.map_or_else(|| "–".to_owned(), spread),
            figure(median(&row.keys)),
            figure(keys.map(|ratio| ratio.median)),
            figure(row.resident.map(mebibytes)),
        ]);
    }
    table
}

fn bursts(rows: &[Pasted]) -> Table {
    let shown = [1, 1024, 4096, 65536, 262_144];
    let mut head = vec!["longest ms for a burst of".to_owned()];
    head.extend(shown.map(bytes));
    head.push("stalls from".to_owned());
    let head: Vec<_> = head.iter().map(String::as_str).collect();
    let mut table = Table::new(&head);
    for row in rows {
        let mut cells = vec![row.contender.name.clone()];
        for size in shown {
            let burst = row.bursts.iter().find(|(burst, _)| *burst == size);
            cells.push(figure(burst.and_then(|&(_, took)| took)));
        }
        cells.push(match row.stalled() {
            Some(size) => bytes(size),
            None if row.bursts.len() == BURSTS.len() => "never".to_owned(),
            None => "not measured".to_owned(),
        });
        table.row(cells);
    }
    table
}

fn paste_json(row: &Pasted) -> Value {
    let bursts: Vec<_> = row
        .bursts
        .iter()
        .map(|(size, took)| json!({"bytes": size, "ms": took}))
        .collect();
    json!({
        "name": row.contender.name,
        "pasted_mb_per_s": row.bracketed,
        "keys_mb_per_s": row.keys,
        "resident_kib": row.resident,
        "bursts": bursts,
        "failure": row.failure,
    })
}

/// System calls and what else can be counted.
pub(crate) fn counts_per_key(rows: &[Counted]) -> Section {
    let mut section = Section::new("syscalls", "For each key, the stamp's write not counted");
    let mut calls = Table::new(&["", "calls", "switches", "idle/s", "which calls"]);
    let mut work = Table::new(&[
        "instructions",
        "a key alone",
        "from its read",
        "of 64 at once",
        "allocations",
    ]);
    for row in rows {
        let name = || row.contender.name.clone();
        calls.row(vec![
            name(),
            figure(row.all_calls()),
            figure(row.switches),
            figure(row.idle),
            which(row.calls.as_deref().unwrap_or_default()),
        ]);
        work.row(vec![
            name(),
            figure(row.instructions),
            range(row.from_read),
            figure(row.burst_instructions),
            figure(row.allocations),
        ]);
    }
    section.tables = vec![calls, work];
    section.notes = rows.iter().flat_map(|row| row.failures.clone()).collect();
    section.notes.push(
        "Instructions of a key alone: in all, and from the return of its read to the\n\
         handler, both with the stamp's own, as in the floor; and of one of 64 at once."
            .to_owned(),
    );
    section.json = rows.iter().map(counts_json).collect();
    section.failed = rows.iter().any(|row| row.failed);
    section
}

/// Writes a count, with its range where it differs between runs.
fn range(count: Option<Spread>) -> String {
    match count {
        Some(Spread { low, median, high }) if low < high => {
            format!("{median:.0} ({low:.0}–{high:.0})")
        }
        count => figure(count.map(|count| count.median)),
    }
}

/// Names the calls, the most frequent first, as far as the line goes.
fn which(calls: &[(String, f64)]) -> String {
    let mut calls: Vec<_> = calls.iter().collect();
    calls.sort_by(|(_, left), (_, right)| right.total_cmp(left));
    let shown = calls.iter().take(2).map(|(name, count)| match count {
        count if (count - 1.0).abs() < 0.05 => name.clone(),
        count => format!("{count:.1} {name}"),
    });
    let rest = if calls.len() > 2 { ", …" } else { "" };
    shown.collect::<Vec<_>>().join(", ") + rest
}

fn counts_json(row: &Counted) -> Value {
    json!({
        "name": row.contender.name,
        "system_calls": row.calls.as_ref().map(|calls| {
            calls.iter().cloned().collect::<std::collections::BTreeMap<_, _>>()
        }),
        "system_calls_sum": row.all_calls(),
        "context_switches": row.switches,
        "idle_wake_ups_per_s": row.idle,
        "instructions": row.instructions,
        "instructions_from_read": row.from_read.map(|count| count.median),
        "instructions_from_read_range": row.from_read.map(|count| [count.low, count.high]),
        "instructions_in_a_burst": row.burst_instructions,
        "allocations": row.allocations,
        "failures": row.failures,
    })
}

fn failures<'a>(rows: impl Iterator<Item = (&'a String, &'a Option<String>)>) -> Vec<String> {
    let failed = rows.filter_map(|(name, failure)| Some((name, failure.as_ref()?)));
    failed
        .map(|(name, failure)| format!("{name}: given up: {failure}"))
        .collect()
}

fn spread(of: Spread) -> String {
    format!("{:.2} [{:.2}–{:.2}]", of.median, of.low, of.high)
}

fn median(values: &[f64]) -> Option<f64> {
    Spread::of(values.to_vec()).map(|spread| spread.median)
}

fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1024.0
}

fn bytes(count: u64) -> String {
    match count {
        count if count >= 1 << 20 => format!("{} MiB", count >> 20),
        count if count >= 1 << 10 && count % 1024 == 0 => format!("{} KiB", count >> 10),
        count => format!("{count} B"),
    }
}
