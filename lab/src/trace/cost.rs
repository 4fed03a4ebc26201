//! What tracing itself costs: the same program on the same terminal, with and without, in turns.

use std::io;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use super::source::{self, Source};
use super::terminal::Terminal;
use crate::contender::Contender;
use crate::contender::program::Program;
use crate::contender::protocol::Mode;
use crate::contender::session::Session;
use crate::progress::Stop;
use crate::stats::Samples;
use crate::table::figure;

/// Turns of each kind, and keys in each.
const TURNS: usize = 6;
const KEYS: usize = 25;

/// Measures, puts the figures into `json`, and says them.
pub(super) fn line(json: &mut Value, first: Source, stop: &Stop) -> String {
    match measure(first, stop) {
        Ok((without, with)) => {
            let (without_at, with_at) = (without.at(0.5), with.at(0.5));
            json["observer"] = json!({
                "p50_without_us": without_at, "p50_with_us": with_at, "keys": with.len(),
            });
            format!(
                "the observer's own cost: {:+.1} µs at P50 ({} without, {} with, {} keys each in turns, \
                 by the stamps of a program of this tool)",
                with_at - without_at,
                figure(without_at),
                figure(with_at),
                with.len(),
            )
        }
        Err(error) => format!("the observer's own cost could not be measured: {error}"),
    }
}

/// The times of keys without and with tracing, by the program's own stamps.
fn measure(first: Source, stop: &Stop) -> io::Result<(Samples, Samples)> {
    let contender = Contender::own(Program::Alone)?;
    let mut session = Session::start(&contender, Mode::Events)?;
    let terminal = Terminal::of(session.terminal())?;
    let (collector, _) = source::choose(&terminal, first, None);
    let mut collector = collector.ok_or_else(|| io::Error::other("nothing can be traced"))?;
    collector.watch(session.id());
    let (mut without, mut with) = (Samples::default(), Samples::default());
    for _ in 0..TURNS {
        collector.detach();
        turn(&mut session, &mut without)?;
        collector.attach().map_err(io::Error::other)?;
        turn(&mut session, &mut with)?;
        collector.events()?;
        if stop.asked() {
            break;
        }
    }
    Ok((without, with))
}

/// Types the keys of one turn, the first few of which are not counted.
fn turn(session: &mut Session, samples: &mut Samples) -> io::Result<()> {
    const WARM_UP: usize = 3;
    for number in 0..WARM_UP + KEYS {
        let sent = session.send(b"x")?;
        sleep(Duration::from_micros(fastrand::u64(2000..4000)));
        session.drain();
        match session.stamp(Duration::from_secs(5))? {
            Some(handled) if number >= WARM_UP => samples.record(handled.since(sent)),
            Some(_) => {}
            None => return Err(io::Error::other(session.silence())),
        }
    }
    Ok(())
}
