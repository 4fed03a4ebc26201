//! The units, options and settings that the doctor prints.

use std::process::Command;

use ttyring_test_support::within;

use crate::{Scratch, doctor, tree};

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
    let mut verify = Command::new("systemd-analyze");
    verify.args(["verify", &path]);
    match within("the end of systemd-analyze", || verify.output()) {
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
