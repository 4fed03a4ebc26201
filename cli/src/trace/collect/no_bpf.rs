//! A tool that was built without eBPF.

use super::Collect;
use crate::trace::missing;
use crate::trace::terminal::Terminal;

/// Says how to get it.
pub(super) fn open(_: &Terminal, _: Option<&str>) -> Result<Box<dyn Collect>, String> {
    Err(missing::in_this_build())
}
