//! The report over six machines as files (`tests/trees`): one was recorded, five are laid out by hand
//! in the kernel's formats. What these tests show of the five is that the rules follow the formats,
//! not that such a machine was looked at.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{doctor, report, tree};

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
            ("cpu-dma-latency", "not_applicable"),
            ("idle-states", "not_applicable"),
            ("frequency", "not_applicable"),
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
            assert!(is_sentences(why), "{name} {id}: {why:?}");
            let read = check["read"].as_array().map_or(0, Vec::len);
            let group_missing = why.starts_with("No ") || why.starts_with("Version 1 of");
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

/// Whether a text is made of sentences: each begins with a capital letter, or the name of something,
/// and the last has a full stop. None counts what is not there.
fn is_sentences(text: &str) -> bool {
    let starts = text.split(". ").all(|sentence| {
        let first = sentence.split(' ').next().unwrap_or_default();
        first.starts_with(char::is_uppercase)
            || first == "mlockall"
            || first.contains(['.', '/', '_'])
            || first == "ttyring"
            || first.starts_with(|c: char| c.is_ascii_digit())
    });
    let counts_nothing = text
        .replace("0 %", "")
        .replace("held at 0", "")
        .replace("user 0", "")
        .replace("takes 0 us", "")
        .split(' ')
        .any(|word| word == "0");
    starts && text.ends_with('.') && !counts_nothing
}

#[test]
fn checks_of_the_same_thing_agree() {
    for name in [
        "metal-unified",
        "guest-hybrid",
        "hardened",
        "container-quota",
    ] {
        let checks = report(&["--root", &tree(name)]);
        let verdict = |id: &str| {
            checks[id]["verdict"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        // Holding a processor awake is no advice where it has nothing to wake from.
        if verdict("idle-states") != "advice" {
            assert_ne!(verdict("cpu-dma-latency"), "advice", "{name}");
        }
    }
}
