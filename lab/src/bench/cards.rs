//! What single system calls on a terminal cost: alone, and watched by strace and by perf trace.
//!
//! A tracer stops the program at every call, so what it shows is mostly itself; beside the plain
//! figure one sees how much.

use std::io;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use serde_json::json;

use crate::contender::protocol::now;
use crate::contender::pty::{Pty, nonblocking};
use crate::contender::usage;
use crate::progress::{failure, go_on};
use crate::report::Section;
use crate::stats::Spread;
use crate::table::{Table, figure};

/// Calls in one batch, and batches.
const CALLS: u32 = 200;
const BATCHES: usize = 25;

/// Nanoseconds and context switches a call.
type Card = (String, f64, f64);

/// Measures every call; this is what runs under the tracers.
pub(crate) fn print() -> io::Result<()> {
    for (name, nanos, switches) in measure()? {
        println!("{name}\t{nanos}\t{switches}");
    }
    Ok(())
}

fn measure() -> io::Result<Vec<Card>> {
    let pty = Pty::open()?;
    nonblocking(&pty.slave)?;
    let settings = tcgetattr(&pty.slave)?;
    let mut byte = [0];
    let get = || tcgetattr(&pty.slave).map(drop);
    let set = || tcsetattr(&pty.slave, OptionalActions::Now, &settings);
    let pending = || rustix::io::ioctl_fionread(&pty.slave).map(drop);
    let read = || match rustix::io::read(&pty.slave, &mut byte) {
        Err(rustix::io::Errno::AGAIN) => Ok(()),
        other => other.map(drop),
    };
    Ok(vec![
        card("ioctl TCGETS", get)?,
        card("ioctl TCSETS", set)?,
        card("ioctl FIONREAD", pending)?,
        card("read, nothing there", read)?,
    ])
}

fn card(name: &str, mut call: impl FnMut() -> rustix::io::Result<()>) -> io::Result<Card> {
    let switches = || usage::of(std::process::id()).switches;
    let before = switches();
    let mut batches = Vec::new();
    for _ in 0..BATCHES {
        let start = now();
        for _ in 0..CALLS {
            call()?;
        }
        batches.push(now().since(start).as_nanos() as f64 / f64::from(CALLS));
    }
    let slept = switches()
        .zip(before)
        .map_or(f64::NAN, |(after, before)| (after - before) as f64);
    let median = Spread::of(batches).map_or(f64::NAN, |spread| spread.median);
    Ok((
        name.to_owned(),
        median,
        slept / (f64::from(CALLS) * BATCHES as f64),
    ))
}

/// Runs the measurement alone and under each tracer.
pub(crate) fn section() -> io::Result<Section> {
    let mut section = Section::new("cards", "One system call on a terminal, ns");
    let mut columns = Vec::new();
    let tracers: [&[&str]; 3] = [
        &[],
        &["strace", "-f", "-o", "/dev/null"],
        &["perf", "trace", "-o", "/dev/null"],
    ];
    for tracer in tracers {
        columns.push(traced(tracer).unwrap_or_else(|error| {
            let name = tracer.join(" ");
            let failure = failure(&error);
            let notes = failure.map(|why| format!("not available: {name}: {why}"));
            section.notes.extend(notes);
            Vec::new()
        }));
    }
    let head = [
        "",
        "alone",
        "under strace",
        "under perf trace",
        "switches a call",
    ];
    let mut table = Table::new(&head);
    for (index, (name, nanos, switches)) in columns[0].iter().enumerate() {
        let under = |column: &Vec<Card>| figure(column.get(index).map(|card| card.1));
        table.row(vec![
            name.clone(),
            figure(*nanos),
            under(&columns[1]),
            under(&columns[2]),
            figure(*switches),
        ]);
    }
    section.tables.push(table);
    section.json = json!({
        "alone": columns[0], "strace": columns[1], "perf_trace": columns[2],
        "columns": ["call", "nanoseconds", "context switches"],
    });
    Ok(section)
}

fn traced(tracer: &[&str]) -> io::Result<Vec<Card>> {
    let tool = std::env::current_exe()?;
    let mut command = match tracer {
        [] => Command::new(&tool),
        [tracer, words @ ..] => {
            let mut command = Command::new(tracer);
            command.args(words).arg(&tool);
            command
        }
    };
    command.args(["bench", "card"]).stdin(Stdio::null());
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // What it says fits into the pipes.
    while child.try_wait()?.is_none() {
        if let Err(error) = go_on() {
            child.kill()?;
            child.wait()?;
            return Err(error);
        }
        sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let cards: Vec<_> = text.lines().filter_map(parse).collect();
    match cards.is_empty() {
        true => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(io::Error::other(
                said.lines().next().unwrap_or("said nothing").to_owned(),
            ))
        }
        false => Ok(cards),
    }
}

fn parse(line: &str) -> Option<Card> {
    let mut words = line.split('\t');
    let name = words.next()?.to_owned();
    Some((
        name,
        words.next()?.parse().ok()?,
        words.next()?.parse().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::{measure, parse};

    #[test]
    fn cards_are_read_as_they_are_printed() {
        assert_eq!(parse("read\t1.5\t0"), Some(("read".to_owned(), 1.5, 0.0)));
        assert_eq!(parse("strace: something"), None);
    }

    #[test]
    fn every_call_succeeds_on_a_terminal() {
        let cards = measure().expect("a pseudo-terminal");
        assert_eq!(cards.len(), 4);
        assert!(cards.iter().all(|card| card.1 > 0.0), "{cards:?}");
    }
}
