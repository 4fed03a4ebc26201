//! A tool that was built without eBPF.

use super::Collect;
use crate::trace::missing;
use crate::trace::terminal::Terminal;

/// Says how to get it, and what else is missing for it.
pub(super) fn open(_: &Terminal, _: Option<&str>) -> Result<Box<dyn Collect>, String> {
    let build = "this tool was built without it; with clang, libelf-dev and zlib1g-dev installed: \
                 cargo build --release --features trace";
    Err(match missing::for_bpf() {
        Some(reason) => format!("{build}; and {reason}"),
        None => build.to_owned(),
    })
}
