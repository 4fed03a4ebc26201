//! What machine the figures are from.
//!
//! Without this no figure can be compared with another.

use std::fs;

use serde_json::{Value, json};

/// How many processors the machine has, wherever this process may run.
fn processors() -> usize {
    let all = || std::thread::available_parallelism().map_or(0, usize::from);
    let names = std::fs::read_dir("/sys/devices/system/cpu").map(|entries| {
        let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
        entries
            .flatten()
            .filter_map(|entry| Some(entry.file_name().to_str()?.strip_prefix("cpu")?.to_owned()))
            .filter(|name| !name.is_empty() && is_number(name))
            .count()
    });
    names.ok().filter(|&count| count > 0).unwrap_or_else(all)
}

/// One line: processors, kernel.
pub(crate) fn line() -> String {
    let count = processors();
    let name = rustix::system::uname();
    format!(
        "{}, {count} CPUs{}, {} {}",
        processor().unwrap_or_else(|| name.machine().to_string_lossy().into_owned()),
        if is_virtual() {
            ", virtual machine"
        } else {
            ""
        },
        name.sysname().to_string_lossy(),
        name.release().to_string_lossy(),
    )
}

/// The same for programs, with what was run.
pub(crate) fn json() -> Value {
    let command: Vec<_> = std::env::args().skip(1).collect();
    json!({
        "machine": line(),
        "load": load(),
        "command": format!("ttyring-lab {}", command.join(" ")),
        "version": env!("CARGO_PKG_VERSION"),
        "build": if cfg!(debug_assertions) { "debug" } else { "release" },
    })
}

/// What should keep one from quoting the figures of this run, if anything.
pub(crate) fn warnings() -> Vec<String> {
    let mut warnings = Vec::new();
    if cfg!(debug_assertions) {
        warnings.push("debug build: run it with `cargo run --release`".to_owned());
    }
    if let Some(load) = load().filter(|&load| load > 0.5) {
        warnings.push(format!(
            "the machine is busy (load {load:.1}): figures of a quiet one differ"
        ));
    }
    warnings
}

fn load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

fn cpuinfo(name: &str) -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    let (_, value) = line.split_once(':')?;
    Some(value.trim().to_owned())
}

fn processor() -> Option<String> {
    cpuinfo("model name")
}

fn is_virtual() -> bool {
    cpuinfo("flags").is_some_and(|flags| flags.split(' ').any(|flag| flag == "hypervisor"))
}
