//! `ttyring-lab bench ring`: the ring beside other ways for bytes between two threads.
//!
//! All of them run in one interleaved measurement: every round has each contender once, so that
//! all meet the same machine. What is compared is in `lane` and `peers`, how in `measure`.

mod claims;
pub(crate) mod lane;
mod measure;
mod results;

use clap::builder::RangedU64ValueParser;

use claims::{Apart, Release, SeqCst, Small, Together};
use lane::Lane;
use lane::{Ours, Std};
pub(crate) use results::Results;
use results::Runs;

/// Bytes in one call to send.
const CHUNKS: [&str; 5] = ["1", "16", "64", "256", "1024"];

/// Says whether nothing more is to be measured.
pub(crate) type Stopped<'a> = &'a dyn Fn() -> bool;

fn upto(most: u64) -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=most)
}

/// How much to measure.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Times that every contender runs
    #[arg(long, default_value_t = 15, value_name = "N", value_parser = upto(1000))]
    pub(crate) rounds: usize,
    /// Bytes sent in each run, in MiB
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = upto(1024))]
    pub(crate) mebibytes: usize,
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

/// Says what the figures of a table are.
pub(crate) fn note(args: &Args) -> String {
    format!("Medians of {} interleaved rounds.", args.rounds)
}

/// Measures this ring, the standard library's channel and `peers`.
///
/// After Ctrl-C, what is missing has no runs.
pub(crate) fn measure(args: &Args, peers: &[Contender], stopped: Stopped<'_>) -> Vec<Results> {
    let mut contenders = vec![
        Contender::of::<Ours<true>>("ttyring, spinning"),
        Contender::of::<Ours<false>>("ttyring"),
        Contender::of::<Std>("std sync_channel"),
    ];
    contenders.extend(peers);
    vec![
        throughput(args, &contenders, stopped),
        round_trips(args, &contenders, stopped),
        sleeping(args, stopped),
        small_rings(args, stopped),
    ]
}

/// Runs every measurement once in each round.
fn interleave(rounds: usize, measurements: &[&dyn Fn() -> f64], stopped: Stopped<'_>) -> Vec<Runs> {
    let mut runs: Vec<Runs> = measurements.iter().map(|_| Runs::default()).collect();
    for _ in 0..rounds {
        for (measurement, runs) in measurements.iter().zip(&mut runs) {
            if !stopped() {
                runs.0.push(measurement());
            }
        }
    }
    runs
}

fn throughput(args: &Args, contenders: &[Contender], stopped: Stopped<'_>) -> Results {
    let bytes = args.mebibytes << 20;
    let mut rows: Vec<_> = contenders
        .iter()
        .map(|contender| (contender.name, Vec::new()))
        .collect();
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
        let columns = interleave(args.rounds, &measurements, stopped);
        for (row, runs) in rows.iter_mut().zip(columns) {
            row.1.push(runs);
        }
    }
    Results {
        name: "ring",
        title: "Nanoseconds a byte, by bytes a call",
        unit: "ns/byte",
        columns: CHUNKS.to_vec(),
        rows,
    }
}

fn round_trips(args: &Args, contenders: &[Contender], stopped: Stopped<'_>) -> Results {
    let times = 20_000;
    let bare = || measure::bare_round_trip(times);
    let lanes: Vec<_> = contenders
        .iter()
        .map(|contender| move || (contender.round_trip)(times))
        .collect();
    let mut measurements: Vec<&dyn Fn() -> f64> = vec![&bare];
    measurements.extend(lanes.iter().map(|run| run as &dyn Fn() -> f64));
    let runs = interleave(args.rounds, &measurements, stopped);
    let names = contenders.iter().map(|contender| contender.name);
    Results {
        name: "ring_round_trip",
        title: "One byte there and back, both sides spinning",
        unit: "ns",
        columns: vec!["ns"],
        rows: one_column(std::iter::once("two cache lines").chain(names), runs),
    }
}

fn sleeping(args: &Args, stopped: Stopped<'_>) -> Results {
    let times = 2_000;
    let runs = interleave(
        args.rounds,
        &[
            &|| measure::unpark_round_trip(times) / 1e3,
            &|| measure::sleeping_round_trip(times) / 1e3,
            &|| measure::channel_round_trip(times) / 1e3,
        ],
        stopped,
    );
    let names = ["std park and unpark alone", "ttyring", "std sync_channel"];
    Results {
        name: "ring_sleeping_round_trip",
        title: "One byte there and back, both sides sleeping",
        unit: "µs",
        columns: vec!["µs"],
        rows: one_column(names.into_iter(), runs),
    }
}

fn small_rings(args: &Args, stopped: Stopped<'_>) -> Results {
    let bytes = args.mebibytes << 18;
    let runs = interleave(
        args.rounds,
        &[
            &|| 8.0 * measure::throughput::<Small<Apart, Release>, 8>(bytes),
            &|| 8.0 * measure::throughput::<Small<Apart, SeqCst>, 8>(bytes),
            &|| 8.0 * measure::throughput::<Small<Together, Release>, 8>(bytes),
            &|| 8.0 * measure::throughput::<Small<Together, SeqCst>, 8>(bytes),
        ],
        stopped,
    );
    let names = [
        "padded, release",
        "padded, seq_cst",
        "unpadded, release",
        "unpadded, seq_cst",
    ];
    Results {
        name: "ring_small",
        title: "Words through a small ring, a word",
        unit: "ns",
        columns: vec!["ns"],
        rows: one_column(names.into_iter(), runs),
    }
}

fn one_column(
    names: impl Iterator<Item = &'static str>,
    runs: Vec<Runs>,
) -> Vec<(&'static str, Vec<Runs>)> {
    names.zip(runs.into_iter().map(|runs| vec![runs])).collect()
}
