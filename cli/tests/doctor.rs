//! The doctor's report over recorded machines, its exit status, and the settings that it prints.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn doctor(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ttyring"))
        .arg("doctor")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the tool starts")
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

/// Compares the verdicts that are named with those of a recorded machine.
fn expect(name: &str, verdicts: &[(&str, &str)]) -> BTreeMap<String, Value> {
    let checks = report(&["--root", &tree(name)]);
    for (id, verdict) in verdicts {
        let check = checks
            .get(*id)
            .unwrap_or_else(|| panic!("{name} has no check {id}"));
        assert_eq!(check["verdict"], *verdict, "{name}: {check:#}");
    }
    checks
}

fn why(checks: &BTreeMap<String, Value>, id: &str) -> String {
    checks[id]["why"].as_str().expect("a reason").to_owned()
}

#[test]
fn bare_metal_with_the_unified_layout() {
    let checks = expect(
        "metal-unified",
        &[
            ("tiocsti", "ok"),
            ("cgroup", "ok"),
            ("cpu-quota", "ok"),
            ("memory-limit", "ok"),
            ("memory-oom-group", "ok"),
            ("frequency", "advice"),
            ("idle-states", "advice"),
            ("memory-nodes", "advice"),
            ("smt", "advice"),
            ("preemption", "advice"),
            ("core-dumps", "advice"),
            ("cpu-dma-latency", "unknown"),
            ("container", "ok"),
        ],
    );
    // The deepest state, C10 with 890 us, is disabled.
    assert!(why(&checks, "idle-states").contains("C6) takes 133 us"));
    assert!(why(&checks, "memory-nodes").contains("2.1 times"));
}

#[test]
fn virtual_machine_with_the_hybrid_layout() {
    let checks = expect(
        "guest-hybrid",
        &[
            ("tiocsti", "problem"),
            ("capabilities", "advice"),
            ("cgroup", "advice"),
            ("cpu-quota", "ok"),
            ("cpu-throttled", "ok"),
            ("memory-limit", "ok"),
            ("memory-oom-group", "not_applicable"),
            ("timer-slack", "ok"),
            ("cpu-dma-latency", "advice"),
            ("idle-states", "not_applicable"),
            ("frequency", "unknown"),
            ("preemption", "unknown"),
            ("memory-nodes", "not_applicable"),
            ("container", "advice"),
        ],
    );
    let groups = checks["cgroup"]["read"].to_string();
    assert!(
        groups.contains("version 1, /sys/fs/cgroup/memory/jobs/9ff2b20f"),
        "{groups}"
    );
    assert_eq!(
        checks["tiocsti"]["fix"],
        "sysctl -w dev.tty.legacy_tiocsti=0"
    );
}

#[test]
fn version_1_with_a_quota_and_a_kernel_without_the_switch() {
    let checks = expect(
        "legacy-v1",
        &[
            ("tiocsti", "unknown"),
            ("cgroup", "advice"),
            ("cpu-quota", "advice"),
            ("cpu-throttled", "problem"),
            ("cpu-weight", "advice"),
            ("cpu-pressure", "unknown"),
            ("memory-limit", "advice"),
            ("memory-killed", "problem"),
            ("realtime-priority", "advice"),
            ("timer-slack", "advice"),
            ("tty-access", "problem"),
            ("tty-state", "problem"),
            ("tty-nonblock", "problem"),
            ("cpu-affinity", "advice"),
            ("clocksource", "advice"),
            ("huge-pages", "advice"),
            ("core-dumps", "advice"),
        ],
    );
    // 100 ms - 75 ms / 1 and 100 ms - 75 ms / 4; 20.5 s in 820 periods.
    let quota = why(&checks, "cpu-quota");
    assert!(
        quota.contains("for 25 ms of every 100 ms (81 ms with 4"),
        "{quota}"
    );
    assert!(why(&checks, "cpu-throttled").contains("25.0 ms each"));
}

#[test]
fn container_with_a_quota() {
    let checks = expect(
        "container-quota",
        &[
            ("container", "advice"),
            ("capabilities", "ok"),
            ("seccomp", "ok"),
            ("no-new-privileges", "advice"),
            ("cgroup", "ok"),
            ("cpu-quota", "advice"),
            ("cpu-throttled", "problem"),
            ("memory-limit", "advice"),
            ("memory-oom-group", "problem"),
            ("memory-killed", "problem"),
            ("tty-access", "advice"),
        ],
    );
    assert!(why(&checks, "memory-limit").contains("512 MiB"));
    assert!(
        checks["memory-limit"]["fix"]
            .to_string()
            .contains("MemoryHigh=460M")
    );
}

#[test]
fn hardened_host() {
    let checks = expect(
        "hardened",
        &[
            ("cpu-isolation", "advice"),
            ("memory-nodes", "not_applicable"),
        ],
    );
    for (id, check) in checks {
        let verdict = check["verdict"].as_str();
        assert!(
            verdict == Some("ok") || ["cpu-isolation", "memory-nodes"].contains(&id.as_str()),
            "{check:#}"
        );
    }
}

#[test]
fn macos_has_its_own_checks() {
    let checks = expect(
        "macos",
        &[
            ("tiocsti", "advice"),
            ("system", "ok"),
            ("tty-access", "ok"),
            ("timer-coalescing", "ok"),
            ("core-dumps", "ok"),
        ],
    );
    assert!(!checks.contains_key("cgroup"));
    let output = doctor(&["--root", &tree("macos"), "--emit", "systemd"]);
    assert_eq!(output.status.code(), Some(2));
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
fn every_check_says_what_was_read_and_why_in_one_line() {
    for name in [
        "metal-unified",
        "guest-hybrid",
        "legacy-v1",
        "container-quota",
        "hardened",
        "macos",
    ] {
        for (id, check) in report(&["--root", &tree(name)]) {
            let why = check["why"].as_str().unwrap_or_default();
            assert!(
                !why.is_empty() && !why.contains('\n'),
                "{name} {id}: {why:?}"
            );
            let read = check["read"].as_array().map_or(0, Vec::len);
            let group_missing = why.starts_with("no ") || why.starts_with("version 1 kills");
            assert!(
                read > 0 || group_missing || id == "container",
                "{name} {id}: {check:#}"
            );
            if check["verdict"] == "problem" {
                assert!(check["fix"].is_string(), "{name} {id} has no fix");
            }
        }
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

fn emitted(arguments: &[&str]) -> String {
    let output = doctor(arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// The lines of a unit or file that are not comments.
fn settings(text: &str) -> Vec<&str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

#[test]
fn the_unit_shares_by_weight_and_systemd_accepts_it() {
    let unit = emitted(&[
        "--emit",
        "systemd",
        "--program",
        "/bin/cat",
        "--tty",
        "/dev/tty9",
        "--root",
        &tree("hardened"),
    ]);
    let lines = settings(&unit);
    for line in [
        "CPUWeight=200",
        "MemoryHigh=460M",
        "MemoryMax=512M",
        "OOMPolicy=continue",
        "LimitCORE=0",
        "PrivateDevices=yes",
        "DeviceAllow=/dev/tty9 rw",
        "TTYPath=/dev/tty9",
        "Conflicts=getty@tty9.service",
        "SystemCallErrorNumber=EPERM",
        "ExecStart=/bin/cat",
    ] {
        assert!(lines.contains(&line), "no {line} in {unit}");
    }
    assert!(
        !lines.iter().any(|line| line.starts_with("CPUQuota")),
        "{unit}"
    );
    let scratch = Scratch::new("unit");
    let path = format!("{}/reader.service", scratch.path());
    std::fs::write(&path, &unit).expect("a scratch file");
    match Command::new("systemd-analyze")
        .args(["verify", &path])
        .output()
    {
        Err(error) => println!("SKIPPED systemd-analyze verify: {error}"),
        Ok(output) => {
            let complaints = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success() && !complaints.contains("reader.service"),
                "{complaints}"
            );
        }
    }
}

#[test]
fn memory_follows_the_machine() {
    let small = Scratch::new("small");
    std::fs::create_dir(format!("{}/proc", small.path())).expect("a directory");
    std::fs::write(
        format!("{}/proc/meminfo", small.path()),
        "MemTotal: 262144 kB\n",
    )
    .expect("a file");
    let unit = emitted(&["--emit", "systemd", "--root", &small.path()]);
    assert!(settings(&unit).contains(&"MemoryMax=128M"), "{unit}");
}

#[test]
fn container_options_have_no_quota_and_no_device() {
    let text = emitted(&["--emit", "docker", "--root", &tree("hardened")]);
    let command = settings(&text).join(" ");
    for option in [
        "-it",
        "--cpu-shares",
        "--memory-reservation",
        "--cap-drop ALL",
        "no-new-privileges",
    ] {
        assert!(command.contains(option), "no {option} in {command}");
    }
    assert!(
        !command.contains("--cpus") && !command.contains("--device"),
        "{command}"
    );
}

#[test]
fn kernel_settings_name_only_what_the_kernel_has() {
    let text = emitted(&["--emit", "sysctl", "--root", &tree("guest-hybrid")]);
    let lines = settings(&text);
    assert!(lines.contains(&"dev.tty.legacy_tiocsti = 0"), "{text}");
    let old = emitted(&["--emit", "sysctl", "--root", &tree("legacy-v1")]);
    assert!(
        !settings(&old).iter().any(|line| line.contains("tiocsti")),
        "{old}"
    );
    let limits = emitted(&["--emit", "limits", "--root", &tree("hardened")]);
    assert_eq!(settings(&limits).len(), 3, "{limits}");
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
