//! What is shown of a recording: the stages, the slowest keys in full, the verdict.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::cause::{self, Cause, Split, Verdict};
use super::key::{Key, Point};
use super::meanwhile;
use super::picture;
use super::record::Recording;
use super::source::Reasons;
use crate::machine;
use crate::report::Section;
use crate::stats::Samples;
use crate::table::{Table, brief, figure};

/// Makes a section of the keys that took at least `over`, `slowest` of them in full.
pub(super) fn section(recording: &Recording, over: Option<Duration>, slowest: usize) -> Section {
    let least = over.map_or(0, |over| over.as_nanos() as u64);
    let mut keys: Vec<&Key> = recording
        .keys
        .iter()
        .filter(|key| key.total() >= least)
        .collect();
    keys.sort_by_key(|key| key.total());
    let mut section = Section::new("trace", title(recording, over, keys.len()));
    let whole: Vec<&Key> = keys
        .iter()
        .copied()
        .filter(|key| key.is_whole(&recording.wanted))
        .collect();
    if !keys.is_empty() {
        section.tables = vec![stages(&whole), causes(&keys)];
    }
    let shown = if over.is_some() {
        keys.len().min(50)
    } else {
        slowest
    };
    for key in keys.iter().rev().take(shown) {
        section.drawing += &in_full(key, recording);
    }
    section.notes = notes(recording, &keys, whole.len());
    section.json = to_json(recording, &keys, whole.len());
    section.svg = picture_of(recording, &keys);
    section
}

/// Makes a section of whole ways, and says what is missing for more.
pub(super) fn whole_way(samples: &Samples, reasons: Reasons) -> Section {
    let title =
        "The whole way of a key and of the program's answer, µs (user space only: no stages)";
    let mut section = Section::new("trace", title);
    let mut table = Table::new(&["", "P50", "P90", "P99", "max", "keys"]);
    let at = |quantile| figure(samples.at(quantile));
    let count = samples.len().to_string();
    table.row(vec![
        "there and back".to_owned(),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0),
        count,
    ]);
    section.tables = vec![table];
    section.json = json!({
        "source": "user space only", "keys": samples.len(), "p50_us": samples.at(0.5),
        "p90_us": samples.at(0.9), "p99_us": samples.at(0.99), "notes": reasons,
    });
    section.notes = reasons;
    section
}

fn title(recording: &Recording, over: Option<Duration>, count: usize) -> String {
    let all = recording.keys.len();
    match over {
        None => format!("The way of {all} keys, µs ({})", recording.source),
        Some(over) => format!(
            "{count} of {all} keys took {} or longer, µs ({})",
            brief(over.as_nanos() as u64),
            recording.source
        ),
    }
}

/// The table of stages, over keys that have them all.
fn stages(keys: &[&Key]) -> Table {
    let mut table = Table::new(&["stage", "P50", "P90", "P99", "max", "share"]);
    let all: u64 = keys.iter().map(|key| key.total()).sum();
    for point in Point::ALL {
        let times = || {
            keys.iter()
                .flat_map(|key| key.stages())
                .filter(|&(end, _)| end == point)
        };
        let sum: u64 = times().map(|(_, nanos)| nanos).sum();
        if times().next().is_some() {
            let share = format!("{:.0} %", 100.0 * sum as f64 / all.max(1) as f64);
            table.row(line(point.stage(), times().map(|(_, nanos)| nanos), share));
        }
    }
    table.row(line(
        "all together",
        keys.iter().map(|key| key.total()),
        "100 %".to_owned(),
    ));
    table
}

/// The table of causes, over all keys.
fn causes(keys: &[&Key]) -> Table {
    let mut table = Table::new(&["what the time went to", "P50", "P90", "P99", "max", "share"]);
    let splits: Vec<Split> = keys.iter().map(|key| cause::split(key)).collect();
    let all: u64 = splits.iter().flatten().sum();
    for cause in Cause::ALL {
        let times = || splits.iter().map(|split| split[cause as usize]);
        let sum: u64 = times().sum();
        if sum > 0 {
            let share = format!("{:.0} %", 100.0 * sum as f64 / all as f64);
            table.row(line(cause.name(), times(), share));
        }
    }
    table
}

fn line(name: &str, times: impl Iterator<Item = u64>, share: String) -> Vec<String> {
    let mut samples = Samples::default();
    for nanos in times {
        samples.record(Duration::from_nanos(nanos));
    }
    let at = |quantile| figure((samples.len() > 0).then(|| samples.at(quantile)));
    vec![name.to_owned(), at(0.5), at(0.9), at(0.99), at(1.0), share]
}

/// One key, stage by stage, with what ran on the processors that it waited for.
fn in_full(key: &Key, recording: &Recording) -> String {
    let split = cause::split(key);
    let (most, nanos) = cause::most(&split);
    let number = recording
        .keys
        .iter()
        .position(|other| std::ptr::eq(other, key));
    let mut text = format!(
        "key {}: {}, of which {}: {}\n",
        number.map_or(0, |number| number + 1),
        brief(key.total()),
        most.name(),
        brief(nanos)
    );
    let begin = key.ends().map_or(0, |(begin, _)| begin);
    let mut before = begin;
    for (point, took) in key.stages() {
        let at = before + took;
        let cpu = match point {
            Point::Runs => key.worker().map(|(_, cpu)| cpu),
            Point::On | Point::Read | Point::Decoded | Point::Handled => key.cpu(),
            _ => None,
        };
        let ran = cpu.map_or_else(String::new, |cpu| ran(key, cpu, before, at));
        let _ = writeln!(
            text,
            "  {:>9}  +{:<9} {:<30} {ran}",
            brief(at - begin),
            brief(took),
            point.stage()
        );
        before = at;
    }
    text.push('\n');
    text
}

/// What ran on `cpu`, and how it left its idle state.
fn ran(key: &Key, cpu: u32, from: u64, to: u64) -> String {
    let spans = meanwhile::spans(&key.events, cpu, from, to);
    let threads = meanwhile::by_thread(&spans);
    let name = |span: &meanwhile::Span| match (span.is_idle(), span.thread == key.reader) {
        (true, _) => "idle".to_owned(),
        (false, true) => "the reader".to_owned(),
        (false, false) => format!("{} ({})", span.name, span.thread),
    };
    let threads: Vec<_> = threads
        .iter()
        .take(4)
        .map(|(span, nanos)| format!("{} {}", name(span), brief(*nanos)))
        .collect();
    match threads.is_empty() {
        true => String::new(),
        false => format!("cpu{cpu}: {}", threads.join(", ")),
    }
}

fn notes(recording: &Recording, keys: &[&Key], whole: usize) -> Vec<String> {
    let mut notes = Vec::new();
    let total = keys.len();
    if total > 0 {
        notes.push(format!(
            "{whole} of {total} keys have every stage{}",
            missing(recording, keys)
        ));
        let (usual, spikes) = verdicts(keys);
        notes.extend(usual.map(|verdict| said("verdict", &verdict)));
        notes.extend(spikes.map(|verdict| said("the slowest 1 %", &verdict)));
    }
    notes.extend(recording.notes.iter().cloned());
    notes
}

/// What keys that are not whole lack most often.
fn missing(recording: &Recording, keys: &[&Key]) -> String {
    let lacks = |point: Point| keys.iter().filter(|key| key.at(point).is_none()).count();
    let lacking = recording.wanted.iter().map(|&point| (point, lacks(point)));
    match lacking.rev().max_by_key(|&(_, count)| count) {
        Some((Point::Woken, count)) if count > 0 => {
            format!("; {count} found the reader awake, so nobody had to wake it")
        }
        Some((Point::On, count)) if count > 0 => {
            format!("; {count} found the reader on its processor still, about to sleep")
        }
        Some((point, count)) if count > 0 => format!("; {count} lack \"{}\"", point.stage()),
        _ => String::new(),
    }
}

/// The verdict over the keys up to the 99th percentile, and over the rest. `keys` are in the
/// order of their times.
fn verdicts(keys: &[&Key]) -> (Option<Verdict>, Option<Verdict>) {
    let splits: Vec<Split> = keys.iter().map(|key| cause::split(key)).collect();
    let slow = keys.len().div_ceil(100);
    let (usual, spikes) = splits.split_at(keys.len() - slow);
    match usual.is_empty() {
        true => (cause::verdict(spikes.iter()), None),
        false => (cause::verdict(usual.iter()), cause::verdict(spikes.iter())),
    }
}

fn said(what: &str, verdict: &Verdict) -> String {
    format!(
        "{what}: {} ({:.0} % of the time): {}",
        verdict.cause.name(),
        100.0 * verdict.share,
        verdict.cause.advice()
    )
}

fn to_json(recording: &Recording, keys: &[&Key], whole: usize) -> Value {
    let (usual, spikes) = verdicts_of(keys);
    let told = |verdict: Option<Verdict>| {
        verdict.map(|verdict| json!({"cause": verdict.cause.name(), "share": verdict.share}))
    };
    json!({
        "source": recording.source,
        "keys": keys.len(),
        "whole": whole,
        "verdict": told(usual),
        "slowest": told(spikes),
        "notes": recording.notes,
        "each": keys.iter().map(|key| key_json(key, &recording.wanted)).collect::<Vec<_>>(),
    })
}

fn verdicts_of(keys: &[&Key]) -> (Option<Verdict>, Option<Verdict>) {
    if keys.is_empty() {
        (None, None)
    } else {
        verdicts(keys)
    }
}

fn key_json(key: &Key, wanted: &[Point]) -> Value {
    let micros = |nanos: u64| json!(nanos as f64 / 1e3);
    let stages: Map<_, _> = key
        .stages()
        .map(|(point, nanos)| (point.name().to_owned(), micros(nanos)))
        .collect();
    let split = cause::split(key);
    let causes: Map<_, _> = Cause::ALL
        .into_iter()
        .filter(|&cause| split[cause as usize] > 0)
        .map(|cause| (cause.name().to_owned(), micros(split[cause as usize])))
        .collect();
    json!({
        "total_us": micros(key.total()),
        "whole": key.is_whole(wanted),
        "shared": key.shared,
        "cpu": key.cpu(),
        "stages_us": stages,
        "causes_us": causes,
    })
}

/// The usual key and the slowest one.
fn picture_of(recording: &Recording, keys: &[&Key]) -> Option<String> {
    let (slowest, usual) = (*keys.last()?, keys[keys.len() / 2]);
    let mut rows = Vec::new();
    if !std::ptr::eq(slowest, usual) {
        rows.push((format!("usual (P50 of {})", keys.len()), usual));
    }
    rows.push(("slowest".to_owned(), slowest));
    let title = format!(
        "Keys, stage by stage, and the reader's processor ({})",
        recording.source
    );
    Some(picture::draw(&title, &machine::line(), &rows))
}
