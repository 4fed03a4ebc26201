//! `ttyring-lab trace`: what it says where it may not look, and, with the feature `trace` and the right to
//! load programs into the kernel, that it follows every key. No figure is judged here.
#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

#[cfg(feature = "trace")]
use rustix::termios::LocalModes;
use serde_json::Value;
#[cfg(feature = "trace")]
use ttyring_test_support::wait_until;
use ttyring_test_support::{Program, Pty, output};

const LAB: &str = env!("CARGO_BIN_EXE_ttyring-lab");

/// The program that is followed: one of the lab's own, which answers each event with a dot.
const PROGRAM: [&str; 5] = ["--", LAB, "bench", "program", "multiplexed"];

/// The lab; what it starts answers on the terminal.
fn lab() -> Command {
    ttyring_test_support::default_signals();
    let mut command = Command::new(LAB);
    command.env("TTYRING_ANSWER", "1");
    command
}

/// Runs the tool and returns what it printed and its JSON.
fn trace(name: &str, arguments: &[&str]) -> (Output, Value) {
    let file = format!("ttyring-trace-{}-{name}.json", std::process::id());
    let path = std::env::temp_dir().join(file);
    let mut command = lab();
    command.args(["trace", "--no-cost", "--json"]).arg(&path);
    let output = output(command.args(arguments));
    let json = std::fs::read_to_string(&path).unwrap_or_else(|_| "null".to_owned());
    let _ = std::fs::remove_file(&path);
    (output, serde_json::from_str(&json).unwrap())
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn user_space_alone_sees_the_whole_way_and_says_so() {
    let arguments = ["--source", "user", "--type", "--keys", "10"];
    let (output, json) = trace("user", &[&arguments[..], &PROGRAM].concat());
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("user space only: no stages"),
        "{}",
        said(&output)
    );
    assert_eq!(json["trace"]["keys"], 10);
}

#[test]
fn nothing_to_follow_and_a_process_without_terminal_are_errors() {
    let (output, _) = trace("nothing", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("--pid P, or -- COMMAND"),
        "{}",
        said(&output)
    );
    let (output, _) = trace("gone", &["--pid", "999999999"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("999999999"), "{}", said(&output));
}

#[test]
fn best_source_works_or_says_what_is_missing() {
    let arguments = ["--type", "--keys", "10"];
    let (output, json) = trace("best", &[&arguments[..], &PROGRAM].concat());
    assert!(output.status.success(), "{}", said(&output));
    match json["trace"]["source"].as_str().unwrap() {
        "eBPF on tracepoints" => {}
        _ => assert!(said(&output).contains("no eBPF: "), "{}", said(&output)),
    }
}

/// Why this machine does not let a program into the kernel, if it does not.
#[cfg(feature = "trace")]
fn refused(text: &str) -> Option<String> {
    const REFUSALS: [&str; 4] = [
        "this user may not",
        "does not describe its types",
        "locked down",
        "Operation not permitted",
    ];
    let reason = text.lines().find(|line| line.contains("eBPF: "))?;
    let refused = REFUSALS.iter().any(|refusal| reason.contains(refusal));
    refused.then(|| reason.to_owned())
}

#[cfg(feature = "trace")]
#[test]
fn keys_have_every_stage_and_the_stages_add_up() {
    const KEYS: usize = 50;
    let arguments = ["--type", "--keys", "50"];
    let (output, json) = trace("stages", &[&arguments[..], &PROGRAM].concat());
    if let Some(reason) = refused(&said(&output)) {
        eprintln!("SKIPPED keys_have_every_stage_and_the_stages_add_up: {reason}");
        return;
    }
    let trace = &json["trace"];
    let text = said(&output);
    assert_eq!(trace["source"], "eBPF on tracepoints", "{text}");
    let keys = trace["each"].as_array().unwrap();
    assert_eq!(keys.len(), KEYS, "{text}");
    let whole: Vec<_> = keys.iter().filter(|key| key["whole"] == true).collect();
    assert!(
        100 * whole.len() >= 95 * KEYS,
        "{} of {KEYS}: {text}",
        whole.len()
    );
    for key in whole {
        let stages = key["stages_us"].as_object().unwrap();
        for stage in [
            "queued",
            "worker",
            "woken",
            "switched_to",
            "read",
            "decoded",
            "handled",
        ] {
            assert!(stages.contains_key(stage), "no {stage}: {key}");
        }
        for parts in ["stages_us", "causes_us"] {
            let parts = key[parts].as_object().unwrap().values();
            let sum: f64 = parts.map(|part| part.as_f64().unwrap()).sum();
            let total = key["total_us"].as_f64().unwrap();
            assert!((sum - total).abs() < 1.0, "{sum} is not {total}: {key}");
        }
    }
}

#[cfg(feature = "trace")]
#[test]
fn user_types_on_the_terminal_that_the_tool_runs_on() {
    let mut pty = Pty::open();
    let mut command = lab();
    command.args(["trace", "--no-cost"]).args(PROGRAM);
    let mut program: Program = pty.spawn(pty.on_terminal(&mut command)).unwrap();
    let is_cooked = |pty: &Pty| pty.termios().local_modes.contains(LocalModes::ICANON);
    let begun = wait_until(|| !is_cooked(&pty) || program.child().try_wait().unwrap().is_some());
    assert!(begun, "the program neither read nor ended");
    if is_cooked(&pty) {
        pty.expect("eBPF: ");
        let text = String::from_utf8_lossy(pty.seen()).into_owned();
        let reason = refused(&text).expect(&text);
        eprintln!("SKIPPED user_types_on_the_terminal_that_the_tool_runs_on: {reason}");
        return;
    }
    for key in [&b"a"[..], b"b", b"\x1b[A"] {
        pty.forget();
        pty.type_bytes(key);
        pty.expect(".");
    }
    pty.type_bytes(b"\x04");
    assert!(program.wait().success());
    // Which stages there are depends on whether a key found the reader asleep.
    pty.expect("The way of 4 keys");
    pty.expect("verdict: ");
}

#[cfg(feature = "trace")]
#[test]
fn ioctls_of_a_program_are_counted_by_request() {
    let arguments = ["--ioctl", "--type", "--keys", "5"];
    let (output, json) = trace("ioctl", &[&arguments[..], &PROGRAM].concat());
    if let Some(reason) = refused(&said(&output)) {
        eprintln!("SKIPPED ioctls_of_a_program_are_counted_by_request: {reason}");
        return;
    }
    assert!(output.status.success(), "{}", said(&output));
    let requests = json["ioctl"].as_array().unwrap();
    let calls = |name: &str| {
        let request = requests.iter().find(|request| request["name"] == name);
        request.map_or(0, |request| request["calls"].as_u64().unwrap())
    };
    // Libraries differ in which of the two forms they use.
    let either = |name: &str| calls(name) + calls(&format!("{name}2"));
    assert!(either("TCGETS") > 0 && either("TCSETS") > 0, "{json:#}");
    assert_eq!(
        calls("TIOCSCTTY"),
        0,
        "that was before the program began: {json:#}"
    );
}

#[cfg(not(feature = "trace"))]
#[test]
fn without_the_feature_it_says_how_to_get_it() {
    let mut pty = Pty::open();
    let mut command = lab();
    command.args(["trace", "--ioctl", "--", "true"]);
    let mut program: Program = pty.spawn(pty.on_terminal(&mut command)).unwrap();
    pty.expect("cargo build --release -p ttyring-lab --features trace");
    assert_eq!(program.wait().code(), Some(2));
}
