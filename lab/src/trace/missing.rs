//! What a machine lacks for tracing, and how to get it.

use std::fs;
use std::path::Path;

/// Capabilities as `/proc/self/status` numbers them.
const SYS_ADMIN: u32 = 21;
const PERFMON: u32 = 38;
const BPF: u32 = 39;

/// Says how to get eBPF into a tool that was built without it, and what else is missing for it.
#[cfg(not(feature = "trace"))]
pub(super) fn in_this_build() -> String {
    let build = "this tool was built without it; with clang, libelf-dev and zlib1g-dev installed: \
                 cargo build --release -p ttyring-lab --features trace";
    match for_bpf() {
        Some(reason) => format!("{build}; and {reason}"),
        None => build.to_owned(),
    }
}

/// Says what is missing for eBPF, if something is.
pub(super) fn for_bpf() -> Option<String> {
    let may = has(SYS_ADMIN) || (has(BPF) && has(PERFMON));
    if !may {
        return Some(
            "this user may not: run it as root, or give the tool CAP_BPF and CAP_PERFMON \
             (sudo setcap cap_bpf,cap_perfmon,cap_sys_ptrace+ep PATH)"
                .to_owned(),
        );
    }
    if !Path::new("/sys/kernel/btf/vmlinux").exists() {
        return Some(
            "the kernel does not describe its types (/sys/kernel/btf/vmlinux): \
             it has to be built with CONFIG_DEBUG_INFO_BTF=y, as distributions' kernels are"
                .to_owned(),
        );
    }
    let lockdown = fs::read_to_string("/sys/kernel/security/lockdown").unwrap_or_default();
    lockdown.contains("[confidentiality]").then(|| {
        "the kernel is locked down (confidentiality): boot without lockdown=confidentiality"
            .to_owned()
    })
}

/// Whether this process has a capability.
fn has(capability: u32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    let set = line.and_then(|set| u64::from_str_radix(set.trim(), 16).ok());
    set.is_some_and(|set| set >> capability & 1 == 1)
}
