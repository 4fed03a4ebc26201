//! `ttyring-lab bench latency`: from a byte written to a terminal to the handler that has it.
//!
//! Every round starts each program anew, in another order, so that what the machine does meanwhile
//! meets all of them alike.

use std::io;
use std::thread::sleep;
use std::time::Duration;

use ttyring::platform::Time;
use ttyring_platform::realtime;

use crate::contender::Contender;
use crate::contender::protocol::{Mode, now};
use crate::contender::session::Session;
use crate::contender::usage::Usage;
use crate::progress::{Progress, Stop, failure};
use crate::stats::Samples;

/// Keys of each turn that are sent first and not counted.
const WARM_UP: usize = 10;

/// How long a key may take.
const LOST: Duration = Duration::from_secs(5);

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Keys for each contender, over all rounds.
    pub(crate) keys: usize,
    /// Times that the order is drawn.
    pub(crate) rounds: usize,
    /// Whether the driver and the program have a processor each that they do not leave.
    pub(crate) pinned: bool,
    /// Whether to wait for what the program writes instead of for its stamps.
    pub(crate) round_trip: bool,
}

/// What one contender came to.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) contender: Contender,
    pub(crate) samples: Samples,
    /// Milliseconds from start to ready, one a round.
    pub(crate) start_up: Vec<f64>,
    /// The most memory that was resident, in kibibytes.
    pub(crate) resident: Option<u64>,
    /// Context switches over all counted keys.
    switches: Option<u64>,
    /// Nanoseconds on a processor over all counted keys, and nanoseconds that these took.
    processor: Option<u64>,
    elapsed: u64,
    /// Why it was given up, if it was.
    pub(crate) failure: Option<String>,
}

impl Measured {
    fn new(contender: Contender) -> Self {
        Measured {
            contender,
            samples: Samples::default(),
            start_up: Vec::new(),
            resident: None,
            switches: Some(0),
            processor: Some(0),
            elapsed: 0,
            failure: None,
        }
    }

    /// Times that it went to sleep for each key.
    pub(crate) fn switches_per_key(&self) -> Option<f64> {
        let keys = Some(self.samples.len()).filter(|&keys| keys > 0)?;
        Some(self.switches? as f64 / keys as f64)
    }

    /// The share of a processor that it used.
    pub(crate) fn processor_share(&self) -> Option<f64> {
        let elapsed = Some(self.elapsed).filter(|&elapsed| elapsed > 0)?;
        Some(self.processor? as f64 / elapsed as f64)
    }

    /// Adds what the system counted between two looks.
    fn count(&mut self, before: (Time, Usage), after: (Time, Usage)) {
        let add = |sum: Option<u64>, after: Option<u64>, before: Option<u64>| {
            Some(sum? + after?.saturating_sub(before?))
        };
        self.switches = add(self.switches, after.1.switches, before.1.switches);
        self.processor = add(self.processor, after.1.processor, before.1.processor);
        self.elapsed += after.0.since(before.0).as_nanos() as u64;
        self.resident = self.resident.max(after.1.resident);
    }
}

/// As [`measure`], without a bar: a part of something that has one.
pub(crate) fn measure_quietly(
    contenders: Vec<Contender>,
    plan: Plan,
    stop: &Stop,
) -> Vec<Measured> {
    run(contenders, plan, stop, Progress::hidden())
}

/// Measures `contenders`, the first of which is the floor, until the plan is done or Ctrl-C comes.
pub(crate) fn measure(contenders: Vec<Contender>, plan: Plan, stop: &Stop) -> Vec<Measured> {
    let progress = Progress::new(plan.rounds * contenders.len());
    run(contenders, plan, stop, progress)
}

fn run(
    contenders: Vec<Contender>,
    plan: Plan,
    stop: &Stop,
    mut progress: Progress,
) -> Vec<Measured> {
    let keys = plan.keys.div_ceil(plan.rounds.max(1));
    let mut rows: Vec<_> = contenders.into_iter().map(Measured::new).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let _driver = plan.pinned.then(|| realtime::pin(0));
    for _ in 0..plan.rounds {
        fastrand::shuffle(&mut order);
        for &turn in &order {
            let row = &mut rows[turn];
            progress.step(&row.contender.name);
            if row.failure.is_none() {
                let turn = take_turn(row, keys, plan, stop);
                row.failure = turn.err().and_then(|error| failure(&error));
            }
            if stop.asked() {
                return rows;
            }
        }
        rows.iter_mut().for_each(|row| row.samples.end_round());
    }
    rows
}

/// Starts the program, sends it its keys and ends it.
fn take_turn(row: &mut Measured, keys: usize, plan: Plan, stop: &Stop) -> io::Result<()> {
    let mut session = start(row, plan)?;
    let key = if plan.round_trip { round_trip } else { one_way };
    row.start_up.push(session.start_up().as_secs_f64() * 1e3);
    for _ in 0..WARM_UP {
        key(&mut session)?;
    }
    let before = (now(), session.usage());
    for _ in 0..keys {
        row.samples.record(key(&mut session)?);
        if stop.asked() {
            break;
        }
    }
    row.count(before, (now(), session.usage()));
    Ok(())
}

/// Starts the program, on the second processor if they are pinned: it inherits where its parent
/// may run.
fn start(row: &Measured, plan: Plan) -> io::Result<Session> {
    let _program = plan.pinned.then(|| realtime::pin(1)).transpose()?;
    let mode = if plan.round_trip {
        Mode::Answers
    } else {
        Mode::Events
    };
    Session::start(&row.contender, mode)
}

/// Types a key and returns how long it took until an answer was seen.
fn round_trip(session: &mut Session) -> io::Result<Duration> {
    let sent = session.send(&[fastrand::u8(b'a'..=b'z')])?;
    let answer = session.answer(LOST)?;
    sleep(pause());
    session.drain();
    match answer {
        Some(seen) => Ok(seen.since(sent)),
        None => Err(io::Error::other("no answer on the terminal")),
    }
}

fn pause() -> Duration {
    Duration::from_micros(fastrand::u64(1000..3000))
}

/// Types a key and returns how long it took to the handler. The pause is there before anybody
/// looks for the stamp: a driver that waited for it would be woken by it, on a processor that the
/// program under test may need.
fn one_way(session: &mut Session) -> io::Result<Duration> {
    let sent = session.send(&[fastrand::u8(b'a'..=b'z')])?;
    sleep(pause());
    session.drain();
    match session.stamp(LOST)? {
        Some(handled) => Ok(handled.since(sent)),
        None => Err(io::Error::other(session.silence())),
    }
}
