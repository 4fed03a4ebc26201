//! `ttyring-lab jitter`: how evenly this machine wakes a program, setting by setting.
//!
//! Each cell of the matrix makes one change to the machine, measures a timer and a key on a
//! pseudo-terminal under it, and takes the change back. What a machine does not have is said, not
//! left out. What the settings are is in `settings`.

use std::io;
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;

use crate::bench::latency::{self, Plan};
use crate::contender::Contender;
use crate::contender::protocol::now;
use crate::machine;
use crate::progress::{Progress, Stop};
use crate::report::{Section, upto};
use crate::stats::Samples;
use crate::svg;
use crate::table::{Table, figure};

mod settings;

use settings::{Cell, Held};

/// Measure how late timers and keys are under each setting that this machine offers.
///
/// Every setting is changed alone and restored afterwards, also after Ctrl-C and SIGTERM. Most of
/// them need root; what cannot be changed is reported with the reason.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Wake-ups measured in each cell, of the timer and of the key
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = upto(1_000_000))]
    samples: usize,
}

/// How far apart the timer's wake-ups are.
const PERIOD: Duration = Duration::from_millis(1);

/// What one cell came to.
#[derive(Debug)]
struct Measured {
    name: String,
    timer: Samples,
    key: Samples,
    /// Why there is nothing, if so.
    missing: Option<String>,
}

/// Runs the experiment.
pub(crate) fn run(args: &Args) -> io::Result<Vec<Section>> {
    let stop = Stop::on_interrupt()?;
    let cells = measure(settings::matrix(), args.samples, &stop);
    Ok(vec![section(&cells)])
}

fn measure(cells: Vec<Cell>, samples: usize, stop: &Stop) -> Vec<Measured> {
    let mut progress = Progress::new(cells.len());
    let mut measured = Vec::new();
    for cell in cells {
        if stop.asked() {
            break;
        }
        progress.step(&cell.name);
        let mut row = Measured {
            name: cell.name.clone(),
            timer: Samples::default(),
            key: Samples::default(),
            missing: None,
        };
        row.missing = under(&cell, samples, &mut row, stop).err();
        measured.push(row);
    }
    measured
}

/// Holds the cell's setting while timer and key are measured.
fn under(cell: &Cell, samples: usize, row: &mut Measured, stop: &Stop) -> Result<(), String> {
    {
        let _held: Vec<Held> = cell.enter_thread()?;
        timer(&mut row.timer, samples, stop);
    }
    let _held: Vec<Held> = cell.enter_machine()?;
    let floor = Contender::own(cell.program).map_err(|error| error.to_string())?;
    let plan = Plan {
        keys: samples,
        rounds: 1,
        pinned: false,
        round_trip: false,
    };
    let mut rows = latency::measure_quietly(vec![floor], plan, stop);
    let only = rows.pop().ok_or("nothing was measured")?;
    row.key = only.samples;
    only.failure.map_or(Ok(()), Err)
}

/// Sleeps again and again and records how late each sleep ended.
fn timer(samples: &mut Samples, count: usize, stop: &Stop) {
    for _ in 0..count {
        if stop.asked() {
            break;
        }
        let due = now() + PERIOD;
        sleep(PERIOD);
        samples.record(now().since(due));
    }
}

fn section(cells: &[Measured]) -> Section {
    let title = "Late by µs: a timer of 1 ms, and a key to a read(2) loop";
    let mut section = Section::new("jitter", title);
    section.tables = vec![
        table("timer", cells, |cell| &cell.timer),
        table("key", cells, |cell| &cell.key),
    ];
    section.notes = cells
        .iter()
        .filter_map(|cell| {
            Some(format!(
                "{}: not available: {}",
                cell.name,
                cell.missing.as_ref()?
            ))
        })
        .collect();
    section.json = cells.iter().map(cell_json).collect();
    let lines: Vec<_> = cells
        .iter()
        .filter(|cell| cell.key.len() > 0)
        .map(|cell| svg::Line {
            name: &cell.name,
            samples: &cell.key,
        })
        .collect();
    if !lines.is_empty() {
        let note = machine::line();
        section.svg = Some(svg::percentiles("key to read(2)", &note, &lines));
    }
    section
}

fn table(what: &str, cells: &[Measured], samples: impl Fn(&Measured) -> &Samples) -> Table {
    let mut table = Table::new(&[what, "P50", "P99", "P99.9", "max", "samples"]);
    for cell in cells.iter().filter(|cell| samples(cell).len() > 0) {
        let samples = samples(cell);
        table.row(vec![
            cell.name.clone(),
            figure(samples.at(0.5)),
            figure(samples.at(0.99)),
            figure(samples.at(0.999)),
            figure(samples.max()),
            samples.len().to_string(),
        ]);
    }
    table
}

fn cell_json(cell: &Measured) -> serde_json::Value {
    let times = |samples: &Samples| {
        (samples.len() > 0).then(|| {
            json!({
                "samples": samples.len(), "p50": samples.at(0.5), "p99": samples.at(0.99),
                "p99.9": samples.at(0.999), "max": samples.max(),
            })
        })
    };
    json!({
        "name": cell.name,
        "timer_us": times(&cell.timer),
        "key_us": times(&cell.key),
        "not_available": cell.missing,
    })
}
