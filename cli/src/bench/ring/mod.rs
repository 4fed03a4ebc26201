//! `ttyring bench ring`: the ring beside other ways for bytes between two threads.
//!
//! All of them run in one interleaved measurement: every round has each contender once, so that
//! all meet the same machine. What is compared is in `lane` and `peers`, how in `measure`.

use std::io::{self, Write};

use super::table::{Table, figure};

mod claims;
pub(crate) mod lane;
mod measure;

use claims::{Apart, Release, SeqCst, Small, Together};
use lane::Lane;
use lane::{Ours, Std};

/// Bytes in one call to send.
const CHUNKS: [&str; 5] = ["1", "16", "64", "256", "1024"];

/// How much to measure.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Times that every contender runs
    #[arg(long, default_value_t = 15, value_name = "N")]
    pub(crate) rounds: usize,
    /// Bytes sent in each run, in MiB
    #[arg(long, default_value_t = 4, value_name = "N")]
    pub(crate) mebibytes: usize,
    /// Print Markdown
    #[arg(long)]
    pub(crate) markdown: bool,
}

/// One row of the tables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contender {
    name: &'static str,
    throughput: [fn(usize) -> f64; 5],
    round_trip: fn(usize) -> f64,
}

impl Contender {
    /// Makes a row of a lane.
    pub(crate) fn of<L>(name: &'static str) -> Self
    where
        L: Lane<1> + Lane<16> + Lane<64> + Lane<256> + Lane<1024>,
    {
        Contender {
            name,
            throughput: [
                measure::throughput::<L, 1>,
                measure::throughput::<L, 16>,
                measure::throughput::<L, 64>,
                measure::throughput::<L, 256>,
                measure::throughput::<L, 1024>,
            ],
            round_trip: measure::round_trip::<L>,
        }
    }
}

/// The least and the median of what was measured in the rounds.
#[derive(Debug, Default)]
struct Runs(Vec<f64>);

impl Runs {
    fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    }

    fn least(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn cell(&self) -> String {
        format!("{} ({})", figure(self.median()), figure(self.least()))
    }
}

/// Measures this ring, the standard library's channel and `peers`, and prints the tables.
pub(crate) fn run(args: &Args, peers: &[Contender]) -> io::Result<()> {
    let mut contenders = vec![
        Contender::of::<Ours<true>>("ttyring, spinning"),
        Contender::of::<Ours<false>>("ttyring"),
        Contender::of::<Std>("std sync_channel"),
    ];
    contenders.extend(peers);
    let tables = [
        (
            "Nanoseconds a byte, by bytes a call",
            throughput(args, &contenders),
        ),
        (
            "One byte there and back, both sides spinning, ns",
            round_trips(args, &contenders),
        ),
        (
            "One byte there and back, both sides sleeping, µs",
            sleeping(args),
        ),
        ("Words through a small ring, ns a word", small_rings(args)),
    ];
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "Median of {} interleaved rounds (least in brackets).",
        args.rounds
    )?;
    for (title, table) in tables {
        let table = if args.markdown {
            table.markdown()
        } else {
            table.text()
        };
        write!(out, "\n{title}\n\n{table}")?;
    }
    Ok(())
}

/// Runs every measurement once in each round.
fn interleave(rounds: usize, measurements: &[&dyn Fn() -> f64]) -> Vec<Runs> {
    let mut runs: Vec<Runs> = measurements.iter().map(|_| Runs::default()).collect();
    for _ in 0..rounds.max(1) {
        for (measurement, runs) in measurements.iter().zip(&mut runs) {
            runs.0.push(measurement());
        }
    }
    runs
}

fn throughput(args: &Args, contenders: &[Contender]) -> Table {
    let bytes = args.mebibytes << 20;
    let mut columns = Vec::new();
    for (place, chunk) in CHUNKS.iter().enumerate() {
        // One byte at a time takes a hundred times as long a byte.
        let bytes = if *chunk == "1" { bytes / 8 } else { bytes };
        let measurements: Vec<_> = contenders
            .iter()
            .map(|contender| move || contender.throughput[place](bytes))
            .collect();
        let measurements: Vec<&dyn Fn() -> f64> = measurements
            .iter()
            .map(|run| run as &dyn Fn() -> f64)
            .collect();
        columns.push(interleave(args.rounds, &measurements));
    }
    let mut table = Table::new(&["", CHUNKS[0], CHUNKS[1], CHUNKS[2], CHUNKS[3], CHUNKS[4]]);
    for (row, contender) in contenders.iter().enumerate() {
        let mut cells = vec![contender.name.to_owned()];
        cells.extend(columns.iter().map(|column| column[row].cell()));
        table.row(cells);
    }
    table
}

fn round_trips(args: &Args, contenders: &[Contender]) -> Table {
    let times = 20_000;
    let bare = || measure::bare_round_trip(times);
    let lanes: Vec<_> = contenders
        .iter()
        .map(|contender| move || (contender.round_trip)(times))
        .collect();
    let mut measurements: Vec<&dyn Fn() -> f64> = vec![&bare];
    measurements.extend(lanes.iter().map(|run| run as &dyn Fn() -> f64));
    let runs = interleave(args.rounds, &measurements);
    let names = contenders.iter().map(|contender| contender.name);
    ratio_table(
        "ns",
        &mut std::iter::once("two cache lines").chain(names),
        &runs,
        1.0,
    )
}

fn sleeping(args: &Args) -> Table {
    let times = 2_000;
    let runs = interleave(
        args.rounds,
        &[
            &|| measure::unpark_round_trip(times),
            &|| measure::sleeping_round_trip(times),
            &|| measure::channel_round_trip(times),
        ],
    );
    let names = ["std park and unpark alone", "ttyring", "std sync_channel"];
    ratio_table("µs", &mut names.into_iter(), &runs, 1e3)
}

fn small_rings(args: &Args) -> Table {
    let bytes = args.mebibytes << 18;
    let runs = interleave(
        args.rounds,
        &[
            &|| 8.0 * measure::throughput::<Small<Apart, Release>, 8>(bytes),
            &|| 8.0 * measure::throughput::<Small<Apart, SeqCst>, 8>(bytes),
            &|| 8.0 * measure::throughput::<Small<Together, Release>, 8>(bytes),
            &|| 8.0 * measure::throughput::<Small<Together, SeqCst>, 8>(bytes),
        ],
    );
    let names = [
        "padded, release",
        "padded, seq_cst",
        "unpadded, release",
        "unpadded, seq_cst",
    ];
    ratio_table("ns", &mut names.into_iter(), &runs, 1.0)
}

/// Tells each row also as a multiple of the first.
fn ratio_table(
    unit: &str,
    names: &mut dyn Iterator<Item = &str>,
    runs: &[Runs],
    scale: f64,
) -> Table {
    let mut table = Table::new(&["", unit, "least", "to the first"]);
    for (name, run) in names.zip(runs) {
        table.row(vec![
            name.to_owned(),
            figure(run.median() / scale),
            figure(run.least() / scale),
            format!("{:.2}×", run.median() / runs[0].median()),
        ]);
    }
    table
}
