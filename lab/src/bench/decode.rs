//! `ttyring-lab bench decode`: what the decoder alone costs, on the kinds of input that there are.
//!
//! One thread, no terminal; each kind is decoded again and again, and the median counts.

use std::hint::black_box;

use serde_json::json;
use ttyring::decode::Decoder;

use crate::contender::protocol::now;
use crate::progress::{Progress, Stop};
use crate::report::Section;
use crate::stats::Spread;
use crate::table::{Table, figure};

/// Bytes that one read of a terminal returns at most.
const CHUNK: usize = 4096;

/// What is decoded.
fn kinds() -> [(&'static str, Vec<u8>); 6] {
    let repeat = |text: &[u8]| text.repeat((1 << 20) / text.len());
    let paste = [
        b"\x1b[200~".to_vec(),
        repeat(b"pasted text\r"),
        b"\x1b[201~".to_vec(),
    ]
    .concat();
    [
        ("typed text", repeat(b"the quick brown fox ")),
        ("typed text, not ASCII", repeat("żółw 漢字 ".as_bytes())),
        ("arrow keys", repeat(b"\x1b[A\x1b[1;5C\x1bOD")),
        ("kitty keys", repeat(b"\x1b[97;5u\x1b[97;1:3u")),
        ("mouse movements", repeat(b"\x1b[<35;120;40M")),
        ("pasted text", paste),
    ]
}

/// Measures every kind.
pub(crate) fn section(rounds: usize, stop: &Stop) -> Section {
    let mut section = Section::new("decode", "The decoder alone");
    let mut table = Table::new(&["", "MB/s", "ns/event", "bytes/event"]);
    let mut rows = Vec::new();
    let kinds = kinds();
    let mut progress = Progress::new(kinds.len());
    for (name, bytes) in &kinds {
        if stop.asked() {
            break;
        }
        progress.step(name);
        let mut events = 0;
        let runs = (0..rounds).take_while(|_| !stop.asked()).map(|_| {
            let start = now();
            events = decode(bytes);
            now().since(start).as_secs_f64()
        });
        let Some(seconds) = Spread::of(runs.collect()) else {
            continue;
        };
        let (rate, each) = (
            bytes.len() as f64 / seconds.median / 1e6,
            seconds.median * 1e9 / events as f64,
        );
        let length = bytes.len() as f64 / events as f64;
        table.row(vec![
            (*name).to_owned(),
            figure(rate),
            figure(each),
            figure(length),
        ]);
        rows.push(json!({
            "name": name, "mb_per_s": rate, "ns_per_event": each, "bytes_per_event": length,
        }));
    }
    section.tables.push(table);
    section.json = rows.into();
    section
}

/// Decodes in chunks of what a read returns; gives the number of events.
fn decode(bytes: &[u8]) -> usize {
    let mut decoder = Decoder::new();
    let mut events = 0;
    for mut chunk in bytes.chunks(CHUNK) {
        while !chunk.is_empty() {
            let (used, event) = decoder.decode(chunk);
            if let Some(event) = event {
                black_box(event);
                events += 1;
            }
            chunk = &chunk[used..];
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use super::{decode, kinds};

    #[test]
    fn every_kind_gives_the_events_that_it_is_named_for() {
        for (name, bytes) in kinds() {
            let events = decode(&bytes);
            assert!(events > 0 && events <= bytes.len(), "{name}: {events}");
        }
        assert_eq!(decode(b"\x1b[A\x1b[1;5C"), 2);
    }
}
