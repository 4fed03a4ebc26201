//! `ttyring-lab bench` and `ttyring-lab jitter` work: they measure, they count, they say what they could
//! not do. No figure is judged here.

use std::process::{Command, Output};

use serde_json::Value;
use ttyring_test_support::{output, within_long};

fn lab(arguments: &[&str]) -> Output {
    output(Command::new(env!("CARGO_BIN_EXE_ttyring-lab")).args(arguments))
}

/// Runs a benchmark and returns its tables and its JSON.
fn bench(arguments: &[&str]) -> (String, Value) {
    let name = format!(
        "ttyring-lab-{}-{}",
        std::process::id(),
        arguments.join("-").len()
    );
    let path = std::env::temp_dir().join(name);
    let file = path.to_string_lossy().into_owned();
    let output = lab(&[arguments, &["--json", &file]].concat());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    let json = std::fs::read_to_string(&path).expect("the JSON was written");
    let _ = std::fs::remove_file(&path);
    (text, serde_json::from_str(&json).expect("it is JSON"))
}

#[test]
fn latency_has_the_floor_the_null_row_and_ttyring() {
    let (text, json) = bench(&["bench", "latency", "--keys", "12", "--rounds", "3"]);
    let rows = json["latency"].as_array().expect("rows");
    assert_eq!(rows.len(), 4, "{text}");
    for row in rows {
        assert_eq!(row["keys"], 12, "{row:#}");
        assert!(row["microseconds"]["p50"].as_f64() > Some(0.0), "{row:#}");
        assert!(row["failure"].is_null(), "{row:#}");
        assert_eq!(
            row["round_medians"].as_array().map(Vec::len),
            Some(3),
            "{row:#}"
        );
    }
    assert!(text.contains("the floor again (null row)"), "{text}");
    assert!(json["about"]["machine"].is_string());
}

#[test]
fn contender_that_ends_at_once_is_named_and_the_others_are_measured() {
    let (text, json) = bench(&[
        "bench",
        "latency",
        "--keys",
        "4",
        "--rounds",
        "2",
        "--contender",
        "short=true",
    ]);
    assert!(text.contains("short: given up: "), "{text}");
    assert_eq!(json["latency"][0]["keys"], 4, "{text}");
}

#[test]
fn program_without_stamps_is_measured_by_its_answers() {
    let command = "cat=sh -c 'stty raw -echo; exec cat'";
    let (text, json) = bench(&[
        "bench",
        "latency",
        "--keys",
        "4",
        "--rounds",
        "2",
        "--round-trip",
        "--contender",
        command,
    ]);
    assert_eq!(json["latency"][4]["keys"], 4, "{text}");
}

#[test]
fn every_program_of_the_lab_can_take_part() {
    let own = [
        "poll-read",
        "spin-read",
        "awake-read",
        "first-read",
        "bytes",
        "spin",
        "busy-poll",
        "realtime",
        "realtime-poll",
    ];
    let with: Vec<_> = own.iter().flat_map(|name| ["--with", *name]).collect();
    let mut arguments = vec!["bench", "latency", "--keys", "2", "--rounds", "1"];
    arguments.extend(with);
    let (text, json) = bench(&arguments);
    let rows = json["latency"].as_array().expect("rows");
    assert_eq!(rows.len(), 4 + own.len(), "{text}");
    for row in rows {
        assert_eq!(row["keys"], 2, "{row:#}");
    }
}

#[test]
fn paste_of_a_mebibyte_arrives_and_every_burst_is_sent() {
    let (text, json) = bench(&["bench", "paste", "--size", "1", "--rounds", "1"]);
    for row in json["paste"].as_array().expect("rows") {
        assert!(row["failure"].is_null(), "{row:#}");
        let bursts = row["bursts"].as_array().expect("bursts");
        assert_eq!(bursts.len(), 17, "{text}");
    }
}

#[test]
fn instructions_from_the_read_to_the_handler_are_counted_where_programs_can_be_stepped() {
    let (text, json) = bench(&["bench", "syscalls", "--shallow", "--keys", "3"]);
    let rows = json["syscalls"].as_array().expect("rows");
    let count = |index: usize| rows[index]["instructions_from_read"].as_f64();
    let (floor, alone) = (count(0), count(2));
    if floor.is_none() {
        // Another processor, or a sandbox without ptrace(2): then it says so.
        assert!(text.contains("read(2), the floor: steps: "), "{text}");
        return;
    }
    // The floor has its stamp to make, and ttyring an event besides.
    assert!(floor > Some(10.0) && alone > floor, "{text}");
}

#[test]
fn reader_that_has_seen_enough_is_no_error() {
    ttyring_test_support::default_signals();
    let mut lab = Command::new(env!("CARGO_BIN_EXE_ttyring-lab"))
        .args(["bench", "decode", "--rounds", "1"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the lab starts");
    drop(lab.stdout.take());
    let output = within_long("the end of the lab", || lab.wait_with_output());
    let output = output.expect("the lab ends");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert!(!errors.contains("Broken pipe"), "{errors}");
}

#[test]
fn decoder_is_measured_on_every_kind_of_input() {
    let (text, json) = bench(&["bench", "decode", "--rounds", "1"]);
    assert_eq!(json["decode"].as_array().map(Vec::len), Some(6), "{text}");
}

#[test]
fn markdown_is_a_table_with_machine_and_command() {
    let output = lab(&["bench", "decode", "--rounds", "1", "--markdown"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("| --- | ---: |"), "{text}");
    assert!(
        text.contains("ttyring-lab bench decode --rounds 1 --markdown"),
        "{text}"
    );
}

#[test]
fn jitter_measures_what_there_is_and_names_what_is_missing() {
    let (text, json) = bench(&["jitter", "--samples", "3"]);
    let cells = json["jitter"].as_array().expect("cells");
    let first = &cells[0];
    assert_eq!(first["name"], "as it is");
    assert_eq!(first["timer_us"]["samples"], 3, "{first:#}");
    assert_eq!(first["key_us"]["samples"], 3, "{first:#}");
    for cell in cells {
        let measured = !cell["key_us"].is_null();
        assert_ne!(
            measured,
            cell["not_available"].is_string(),
            "{cell:#}\n{text}"
        );
    }
}

#[test]
fn ring_has_the_figure_of_every_round() {
    let (text, json) = bench(&["bench", "ring", "--rounds", "2", "--mebibytes", "1"]);
    assert!(text.contains("two cache lines"), "{text}");
    for (name, column) in [
        ("ring", "64"),
        ("ring_round_trip", "ns"),
        ("ring_sleeping_round_trip", "µs"),
        ("ring_small", "ns"),
    ] {
        let rows = json[name]["rows"].as_array().expect("rows");
        assert!(rows.len() >= 3, "{name}: {rows:#?}");
        for row in rows {
            let runs = row["runs"][column].as_array().expect("runs");
            assert_eq!(runs.len(), 2, "{row:#}");
            assert!(runs.iter().all(|run| run.as_f64() > Some(0.0)), "{row:#}");
        }
    }
}
