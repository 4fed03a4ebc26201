//! The doctor under limits that are really in force: a quota set through cgroupfs.
//!
//! Needs the right to make a control group (root, or a delegated subtree); says SKIPPED without.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use ttyring_test_support::output;

/// A control group of this test, removed with it.
struct Group(PathBuf);

impl Group {
    /// Makes one with three quarters of a processor, on either version.
    fn with_quota() -> Result<Self, String> {
        let name = format!("ttyring-doctor-{}", std::process::id());
        let (parent, settings): (_, &[(&str, &str)]) =
            if Path::new("/sys/fs/cgroup/cpu/cpu.shares").exists() {
                let settings = &[
                    ("cpu.cfs_period_us", "100000"),
                    ("cpu.cfs_quota_us", "75000"),
                ];
                ("/sys/fs/cgroup/cpu", settings)
            } else {
                ("/sys/fs/cgroup", &[("cpu.max", "75000 100000")])
            };
        let group = Group(Path::new(parent).join(name));
        std::fs::create_dir(&group.0).map_err(|error| format!("{}: {error}", group.0.display()))?;
        for (file, value) in settings {
            let path = group.0.join(file);
            std::fs::write(&path, value).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(group)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir(&self.0);
    }
}

/// The verdict and the reason of the quota check, in `group` or where the test runs.
fn quota(group: Option<&Group>) -> (String, String) {
    // The shell enters the group and becomes the doctor, so that nothing else is limited.
    let script = r#"[ -z "$1" ] || echo $$ > "$1/cgroup.procs"; exec "$0" doctor --json"#;
    let mut command = Command::new("sh");
    command
        .args(["-c", script, env!("CARGO_BIN_EXE_ttyring")])
        .arg(group.map_or_else(PathBuf::new, |group| group.0.clone()))
        .stdin(Stdio::null());
    let output = output(&mut command);
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let checks = report["checks"].as_array().expect("checks");
    let check = checks
        .iter()
        .find(|check| check["id"] == "cpu-quota")
        .expect("the check");
    let text = |field: &str| check[field].as_str().unwrap_or_default().to_owned();
    (text("verdict"), text("why"))
}

#[test]
fn a_quota_in_force_brings_the_advice_with_its_stall() {
    let group = match Group::with_quota() {
        Ok(group) => group,
        Err(reason) => return println!("SKIPPED: no control group can be made here: {reason}"),
    };
    let (verdict, why) = quota(Some(&group));
    assert_eq!(verdict, "advice", "{why}");
    assert!(why.contains("for 25 ms of every 100 ms"), "{why}");
    let (_, outside) = quota(None);
    assert_ne!(outside, why, "the advice stays when the quota is gone");
}
