//! The doctor's report over files that describe machines and over this machine, its exit status, and
//! the settings that it prints.

mod emit;
mod machines;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use ttyring_test_support::output;

fn doctor(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ttyring"));
    command.arg("doctor").args(arguments).stdin(Stdio::null());
    output(&mut command)
}

fn tree(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trees");
    path.join(format!("{name}.tree")).display().to_string()
}

/// The checks of a report by name.
fn report(arguments: &[&str]) -> BTreeMap<String, Value> {
    let output = doctor(&[&["--json"], arguments].concat());
    assert!(output.status.success(), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    let checks = report["checks"].as_array().expect("there are checks");
    checks
        .iter()
        .map(|check| {
            (
                check["id"].as_str().expect("an id").to_owned(),
                check.clone(),
            )
        })
        .collect()
}

#[test]
fn a_machine_without_files_is_unknown_and_never_ok() {
    let empty = Scratch::new("empty");
    for (id, check) in report(&["--root", &empty.path()]) {
        let verdict = check["verdict"].as_str();
        assert!(
            matches!(verdict, Some("unknown" | "not_applicable")),
            "{id}: {check:#}"
        );
    }
}

#[test]
fn strict_fails_on_problems_only() {
    let code = |arguments: &[&str]| doctor(arguments).status.code();
    assert_eq!(code(&["--root", &tree("guest-hybrid")]), Some(0));
    assert_eq!(
        code(&["--strict", "--root", &tree("guest-hybrid")]),
        Some(1)
    );
    assert_eq!(
        code(&["--strict", "--json", "--root", &tree("legacy-v1")]),
        Some(1)
    );
    assert_eq!(
        code(&["--strict", "--root", &tree("metal-unified")]),
        Some(0)
    );
    assert_eq!(code(&["--root", "/nowhere/at-all"]), Some(2));
}

#[test]
fn the_report_on_this_machine_says_what_its_files_say() {
    let checks = report(&[]);
    let files = [
        ("tiocsti", "/proc/sys/dev/tty/legacy_tiocsti"),
        ("core-dumps", "/proc/sys/kernel/core_pattern"),
        ("huge-pages", "/sys/kernel/mm/transparent_hugepage/enabled"),
    ];
    for (id, path) in files {
        let Ok(content) = std::fs::read_to_string(path) else {
            println!("SKIPPED {id}: {path} cannot be read here");
            continue;
        };
        let read = checks[id]["read"].as_array().expect("a list");
        let entry = read
            .iter()
            .find(|entry| entry["from"] == path)
            .expect("the path");
        assert_eq!(entry["value"], content.trim(), "{id}");
    }
}

#[test]
fn a_recording_gives_the_report_of_the_machine() {
    let scratch = Scratch::new("record");
    let file = format!("{}/machine.tree", scratch.path());
    let live = report(&["--record", &file]);
    let verdicts = |checks: &BTreeMap<String, Value>| -> Vec<(String, Value)> {
        let stable = checks.iter().filter(|(id, _)| *id != "cpu-pressure");
        stable
            .map(|(id, check)| (id.clone(), check["verdict"].clone()))
            .collect()
    };
    assert_eq!(verdicts(&live), verdicts(&report(&["--root", &file])));
}

/// A directory that goes away with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("ttyring-doctor-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a scratch directory");
        Scratch(path)
    }

    fn path(&self) -> String {
        self.0.display().to_string()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
