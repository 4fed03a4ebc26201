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
    verify("unit", &unit);
}

/// Has systemd look at a unit.
#[track_caller]
fn verify(name: &str, unit: &str) {
    let scratch = Scratch::new(name);
    let path = format!("{}/reader.service", scratch.path());
    std::fs::write(&path, unit).expect("a scratch file");
    let mut verify = Command::new("systemd-analyze");
    verify.args(["verify", &path]);
    match within("the end of systemd-analyze", || verify.output()) {
        Err(error) => println!("SKIPPED systemd-analyze verify: {error}"),
        Ok(output) => {
            let complaints = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success() && !complaints.contains("reader.service"),
                "{complaints}: {unit}"
            );
        }
    }
}

#[test]
fn names_that_mean_something_else_are_quoted() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new("names");
    for name in [
        "a b",
        "50%n",
        "it's",
        "say \"hello\"",
        "back\\slash",
        "semi;colon",
    ] {
        let program = format!("{}/{name}", scratch.path());
        std::fs::write(&program, "#!/bin/sh\nprintf %s \"$0\"\n").expect("a program");
        let everybody = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&program, everybody).expect("chmod");
        // systemd says so when there is no such program. It takes no quotes in a name.
        if !name.contains(['\'', '"', '\\']) {
            let arguments = ["--emit", "systemd", "--program", &program, "--tty", "tty9"];
            verify("named-unit", &emitted(&arguments));
        }
        let text = emitted(&["--emit", "docker", "--program", &program]);
        let (_, command) = text.split_once("\"$IMAGE\" ").expect("the image");
        let mut shell = Command::new("sh");
        shell.args(["-c", command.trim()]);
        let said = within("the end of a shell", || shell.output()).expect("sh");
        assert_eq!(String::from_utf8_lossy(&said.stdout), program, "{command}");
    }
}

#[test]
fn names_that_cannot_be_written_are_refused() {
    let refused = |arguments: &[&str]| {
        let output = doctor(&[&["--emit"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        String::from_utf8(output.stderr).expect("text")
    };
    for program in ["relative", "/bin/new\nline", "/bin/$HOME", "/bin/it's"] {
        let said = refused(&["systemd", "--program", program]);
        assert!(said.starts_with("ttyring doctor: --program "), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    for tty in [
        "/dev/tty1\nExecStartPre=/bin/true",
        "/dev/tty 1",
        "/dev/%n",
        "/dev/../etc/passwd",
        "/etc/passwd",
        "/dev/",
    ] {
        let said = refused(&["systemd", "--tty", tty]);
        assert!(said.starts_with("ttyring doctor: --tty "), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    refused(&["docker", "--tty", "/dev/tty1"]);
    refused(&["sysctl", "--program", "/bin/cat"]);
}

#[test]
fn a_serial_line_has_its_own_login_prompt() {
    let unit = emitted(&[
        "--emit",
        "systemd",
        "--program",
        "/bin/cat",
        "--tty",
        "ttyS0",
    ]);
    let lines = settings(&unit);
    assert!(lines.contains(&"TTYPath=/dev/ttyS0"), "{unit}");
    assert!(
        lines.contains(&"Conflicts=serial-getty@ttyS0.service"),
        "{unit}"
    );
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
