//! `ttyring-lab trace --ioctl`: what each ioctl of a program costs, without a tracer in its way.
//!
//! The kernel counts (`ebpf/ioctl.rs`), the names are in `requests`; here are who is watched and the
//! table.

use std::io;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use super::count::Cost;
use super::{Args, KEYS, drive, ebpf, requests};
use crate::contender::protocol::Mode;
use crate::contender::session::Session;
use crate::progress::Stop;
use crate::report::Section;
use crate::table::{Table, figure};

/// Counts the ioctls of the process or the command that the arguments name.
pub(super) fn section(args: &Args, stop: &Stop) -> io::Result<Section> {
    let counter = ebpf::count()
        .map_err(|reason| io::Error::other(format!("--ioctl needs eBPF: {reason}")))?;
    match (args.pid, args.command.split_first()) {
        (Some(process), _) => {
            counter.watch(process)?;
            eprintln!("counting the ioctls of process {process}; Ctrl-C ends");
            let own = format!("/proc/{process}");
            while !stop.asked() && std::fs::exists(&own)? {
                sleep(Duration::from_millis(20));
            }
        }
        (None, Some((program, arguments))) if args.types => {
            counter.watch_children()?;
            let contender = drive::contender(program, arguments);
            let session = Session::start(&contender, Mode::Quiet)?;
            drive::type_blindly(session, args.keys.unwrap_or(KEYS), stop)?;
        }
        (None, Some((program, arguments))) => {
            counter.watch_children()?;
            let failed = |error: io::Error| {
                io::Error::new(
                    error.kind(),
                    format!("{}: {error}", program.to_string_lossy()),
                )
            };
            Command::new(program)
                .args(arguments)
                .status()
                .map_err(failed)?;
        }
        (None, None) => return Err(super::nothing_to_follow()),
    }
    Ok(show(counter.costs()?))
}

fn show(mut costs: Vec<Cost>) -> Section {
    costs.sort_by_key(|cost| std::cmp::Reverse(cost.nanos));
    let mut section = Section::new("ioctl", "The ioctls of the program, ns");
    let head = [
        "request",
        "calls",
        "P50",
        "P99",
        "max",
        "all, µs",
        "slept",
        "preempted",
        "failed",
    ];
    let mut table = Table::new(&head);
    for cost in &costs {
        table.row(vec![
            requests::name(cost.request),
            cost.count.to_string(),
            figure(cost.at(0.5)),
            figure(cost.at(0.99)),
            cost.longest.to_string(),
            figure(cost.nanos as f64 / 1e3),
            cost.slept.to_string(),
            cost.preempted.to_string(),
            cost.failed.to_string(),
        ]);
    }
    section.tables = vec![table];
    let sum = |of: fn(&Cost) -> u64| costs.iter().map(of).sum::<u64>();
    let count = sum(|cost| cost.count);
    let switches = sum(|cost| cost.slept + cost.preempted);
    section.notes = vec![match count {
        0 => "no ioctl was made".to_owned(),
        count => format!(
            "{count} calls, {} ns each, {:.3} context switches each",
            figure(sum(|cost| cost.nanos) as f64 / count as f64),
            switches as f64 / count as f64
        ),
    }];
    section.json = costs.iter().map(to_json).collect();
    section
}

fn to_json(cost: &Cost) -> Value {
    json!({
        "request": cost.request, "name": requests::name(cost.request), "calls": cost.count,
        "p50_ns": cost.at(0.5), "p99_ns": cost.at(0.99), "max_ns": cost.longest,
        "all_ns": cost.nanos, "slept": cost.slept, "preempted": cost.preempted,
        "failed": cost.failed,
    })
}

#[cfg(test)]
mod tests {
    use super::{Cost, requests, show};
    use crate::trace::count::BUCKETS;

    fn cost(request: u32) -> Cost {
        let mut buckets = vec![0; BUCKETS];
        // 512 to 640 ns, and 2048 to 2560 ns.
        (buckets[36], buckets[44]) = (9, 1);
        Cost {
            request,
            count: 10,
            nanos: 8000,
            longest: 2100,
            slept: 0,
            preempted: 1,
            failed: 2,
            buckets,
        }
    }

    #[test]
    fn percentiles_come_from_the_buckets() {
        let cost = cost(0x5401);
        assert!((cost.at(0.5) - 576.0).abs() < 1e-9, "{}", cost.at(0.5));
        assert!(
            (cost.at(0.99) - 2100.0).abs() < 1e-9,
            "not beyond the longest"
        );
    }

    #[test]
    fn table_has_names_and_counts_switches() {
        let section = show(vec![cost(0x5401), cost(0x1234_5678)]);
        let table = section.tables[0].text();
        assert!(
            table.contains("TCGETS ") && table.contains("0x12345678"),
            "{table}"
        );
        assert!(
            section.notes[0].starts_with("20 calls, 800 ns each, 0.100 context switches"),
            "{:?}",
            section.notes
        );
        assert_eq!(requests::name(0x5413), "TIOCGWINSZ");
    }
}
