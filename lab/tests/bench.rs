//! `ttyring-lab bench` and `ttyring-lab jitter` work: they measure, they count, they say what they could
//! not do. No figure is judged here.

use std::io::Read;
use std::process::{Command, Output};

use serde_json::Value;
use ttyring_test_support::{Program, output, within_long};

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
fn contender_that_ends_at_once_is_named_and_fails_the_run() {
    for benchmark in [
        &["latency", "--keys", "4", "--rounds", "2"][..],
        &["syscalls", "--keys", "2", "--shallow"],
    ] {
        let output = lab(&[&["bench"], benchmark, &["--contender", "short=true"]].concat());
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("short: "), "{text}");
        // The others are measured.
        assert!(text.contains("ttyring, alone"), "{text}");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            said.contains("not every program could be measured"),
            "{said}"
        );
    }
}

/// The first line on standard error of a run that is refused before it measures.
fn refused(arguments: &[&str]) -> String {
    let output = lab(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    assert!(output.stdout.is_empty(), "{arguments:?}: {output:?}");
    let said = String::from_utf8(output.stderr).expect("text");
    said.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn what_cannot_come_out_is_refused_before_measuring() {
    for command in [
        &["bench", "paste"][..],
        &["bench", "ring"],
        &["bench", "syscalls"],
        &["bench", "decode"],
    ] {
        let said = refused(&[command, &["--svg", "/tmp/ttyring-no-plot.svg"]].concat());
        assert!(said.contains("has no plot"), "{said}");
    }
    assert!(!std::path::Path::new("/tmp/ttyring-no-plot.svg").exists());
    for option in ["--json", "--svg"] {
        let path = "/nowhere/at/all";
        let said = refused(&["bench", "latency", option, path]);
        assert!(
            said.starts_with(&format!("ttyring-lab: {option} {path}: ")),
            "{said}"
        );
    }
}

#[test]
fn numbers_that_make_no_sense_are_refused() {
    for arguments in [
        &["bench", "latency", "--keys", "0"][..],
        &["bench", "latency", "--rounds", "0"],
        &["bench", "latency", "--keys", "18446744073709551615"],
        &["bench", "paste", "--size", "0"],
        &["bench", "paste", "--size", "1000000"],
        &["bench", "paste", "--rounds", "0"],
        &["bench", "ring", "--rounds", "0"],
        &["bench", "ring", "--mebibytes", "0"],
        &["bench", "syscalls", "--keys", "0"],
        &["bench", "decode", "--rounds", "0"],
        &["jitter", "--samples", "0"],
    ] {
        let said = refused(arguments);
        assert!(said.contains("invalid value"), "{arguments:?}: {said}");
    }
}

#[test]
fn results_stay_when_the_next_run_fails() {
    let path = std::env::temp_dir().join(format!("ttyring-lab-kept-{}", std::process::id()));
    std::fs::write(&path, "old results").expect("write");
    let name = path.to_string_lossy().into_owned();
    refused(&["bench", "latency", "--peers", "/nowhere", "--json", &name]);
    let kept = std::fs::read_to_string(&path).expect("it is there");
    let _ = std::fs::remove_file(&path);
    assert_eq!(kept, "old results");
    // A file that takes nothing is told by its name.
    if std::path::Path::new("/dev/full").exists() {
        let full = lab(&["jitter", "--samples", "1", "--json", "/dev/full"]);
        let said = String::from_utf8_lossy(&full.stderr);
        assert!(said.contains("--json /dev/full: "), "{said}");
    }
    // The file is gone now: one that is made for a run that never is goes with it.
    refused(&["bench", "latency", "--peers", "/nowhere", "--json", &name]);
    assert!(!path.exists());
}

/// Whether a process has a handler for SIGINT.
fn catches_interrupts(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let set = line.and_then(|set| u64::from_str_radix(set.trim(), 16).ok());
    set.is_some_and(|set| set & 2 != 0)
}

/// Whether a process has a child that runs this program.
fn has_child(process: u32, program: &str) -> bool {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return false;
    };
    // `PID (NAME) STATE PARENT …`, see proc(5).
    let wanted = format!("({program}) ");
    let mut stats = entries
        .flatten()
        .filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
    stats.any(|stat| {
        let rest = stat.split_once(&wanted).map(|(_, rest)| rest);
        let parent = rest.and_then(|rest| rest.split(' ').nth(1));
        parent.is_some_and(|parent| parent == process.to_string())
    })
}

#[test]
fn ctrl_c_ends_every_benchmark_at_once_and_shows_what_there_is() {
    if cfg!(not(target_os = "linux")) {
        return println!("SKIPPED: only Linux says which signals a process catches");
    }
    ttyring_test_support::default_signals();
    // A program that neither stamps nor ends would be waited for ten seconds.
    let silent = ["--contender", "silent=sleep 1000"];
    for (arguments, shown) in [
        (
            &["bench", "latency", "--keys", "100000"][..],
            "Key to handler",
        ),
        (
            &[
                "bench", "latency", "--keys", "1", "--rounds", "1", silent[0], silent[1],
            ],
            "Key to",
        ),
        (&["bench", "paste", "--size", "256"], "Text of"),
        (&["bench", "syscalls"], "For each key"),
        (&["bench", "decode", "--rounds", "1000"], ""),
        (&["bench", "ring", "--rounds", "1000"], "Nanoseconds a byte"),
        (&["jitter", "--samples", "100000"], "Late by"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ttyring-lab"));
        command.args(arguments).stdout(std::process::Stdio::piped());
        let child = command.stderr(std::process::Stdio::null()).spawn();
        let mut program = Program::from(child.expect("the lab"));
        // It catches the signal once it measures; of the silent program it has to be sure.
        let (id, waits) = (program.id(), arguments.contains(&silent[1]));
        let measures = || catches_interrupts(id) && (!waits || has_child(id, "sleep"));
        assert!(ttyring_test_support::wait_until(measures), "{arguments:?}");
        let asked = std::time::Instant::now();
        let kill = output(Command::new("kill").args(["-INT", &id.to_string()]));
        assert!(kill.status.success());
        let mut out = program.child().stdout.take().expect("a pipe");
        let mut text = String::new();
        within_long("the end of the lab", || out.read_to_string(&mut text)).expect("text");
        let (status, took) = (program.wait(), asked.elapsed());
        assert!(text.contains(shown), "{arguments:?}: {status} {text}");
        // A second on an idle machine; this one runs other tests.
        assert!(took.as_secs() < 5, "{arguments:?}: {took:?}");
    }
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
