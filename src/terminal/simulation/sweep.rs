//! Which runs are executed: every pair of operations with every incident at every step, and random
//! ones beyond that.

use std::collections::BTreeMap;

use super::run::{OPERATIONS, Operation, Run};
use super::schedule::{Incident, Schedule};

const INCIDENTS: [Incident; 7] = [
    Incident::Ending,
    Incident::Fault,
    Incident::Stop,
    Incident::Freeze,
    Incident::Continue,
    Incident::Resize,
    Incident::Fork,
];

/// One or two inputs, one or two threads; the last has a thread for each input and a third one for
/// handlers.
const SHAPES: [(bool, bool, bool); 4] = [
    (false, false, false),
    (false, false, true),
    (true, false, false),
    (true, true, true),
];

/// The runs so far, and what was wrong with them.
#[derive(Debug)]
struct Tally {
    what: &'static str,
    /// Whether the first violation is enough to know.
    first: bool,
    runs: usize,
    violations: usize,
    /// The first of each kind, and how many there are.
    kinds: BTreeMap<String, (String, usize)>,
}

impl Tally {
    fn of(what: &'static str) -> Self {
        Tally {
            what,
            first: std::env::var_os("TTYRING_FIRST").is_some(),
            runs: 0,
            violations: 0,
            kinds: BTreeMap::new(),
        }
    }

    fn execute(&mut self, run: &Run) -> usize {
        let report = run.execute();
        self.runs += 1;
        if let Some(first) = report.violations.first() {
            self.violations += 1;
            let incidents: Vec<_> = run
                .schedule
                .incidents
                .iter()
                .map(|(_, what)| what)
                .collect();
            let kind = format!("{:?} {incidents:?}: {first}", run.operations);
            let example = format!("{run:?}\n      {:?}", report.trace);
            self.kinds.entry(kind).or_insert((example, 0)).1 += 1;
            if self.first {
                self.finish();
            }
        }
        report.steps
    }

    fn finish(&self) {
        println!(
            "{}: {} runs, {} violations",
            self.what, self.runs, self.violations
        );
        for (kind, (example, count)) in &self.kinds {
            println!("  {count} × {kind}\n    {example}");
        }
        assert_eq!(self.violations, 0, "see the list above");
    }
}

fn pairs() -> impl Iterator<Item = [Operation; 2]> {
    OPERATIONS
        .into_iter()
        .flat_map(|one| OPERATIONS.into_iter().map(move |two| [one, two]))
}

fn run(
    operations: [Operation; 2],
    shape: (bool, bool, bool),
    incidents: Vec<(usize, Incident)>,
) -> Run {
    let (two_inputs, two_threads, threads) = shape;
    Run {
        operations,
        two_inputs,
        two_threads,
        schedule: Schedule {
            incidents,
            threads,
            room: 1000,
            ..Schedule::default()
        },
    }
}

/// Every `stride`th step of every pair.
fn sweep(stride: usize) -> Tally {
    let mut tally = Tally::of("pairs × incidents × steps");
    for (number, operations) in pairs().enumerate() {
        for shape in SHAPES {
            let steps = tally.execute(&run(operations, shape, Vec::new()));
            for incident in INCIDENTS {
                for at in (1 + number % stride..=steps).step_by(stride) {
                    let mut incidents = vec![(at, incident)];
                    if shape.1 {
                        incidents.insert(0, (1 + at / 2, Incident::Switch));
                    }
                    tally.execute(&run(operations, shape, incidents));
                }
            }
        }
    }
    tally
}

#[test]
fn every_pair_of_operations_survives_every_incident_at_every_step() {
    sweep(number("TTYRING_STRIDE", 3)).finish();
}

/// One more run, made of a seed: two or three incidents anywhere, short writes, threads that do not
/// get a turn, a user who changes the settings.
fn random(seed: u64) -> Run {
    let mut state = seed;
    let mut below = |limit: usize| {
        // SplitMix64: a seed is a run, on every system.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    };
    let operations = [
        OPERATIONS[below(OPERATIONS.len())],
        OPERATIONS[below(OPERATIONS.len())],
    ];
    let shape = SHAPES[below(SHAPES.len())];
    let mut incidents: Vec<_> = (0..2 + below(2))
        .map(|_| (1 + below(40), INCIDENTS[below(INCIDENTS.len())]))
        .collect();
    if shape.1 {
        incidents.push((1 + below(20), Incident::Switch));
    }
    let mut run = run(operations, shape, incidents);
    run.schedule.room = [1000, 1000, 7, 1][below(4)];
    run.schedule.slow = below(2) == 0;
    run.schedule.starve = below(4) == 0;
    run.schedule.stty = below(3) == 0;
    run
}

#[test]
fn random_schedules_leave_the_terminal_as_it_should_be() {
    let mut tally = Tally::of("random schedules");
    let first = number("TTYRING_SEED", 0);
    for seed in first..first + number("TTYRING_RUNS", 20_000) {
        tally.execute(&random(seed as u64));
    }
    tally.finish();
}

fn number(variable: &str, default: usize) -> usize {
    let text = std::env::var(variable).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(default)
}
