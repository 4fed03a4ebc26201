//! What stays out of a core dump on Linux.

use std::ffi::c_void;

use rustix::mm::{Advice, madvise};

/// Leaves whole pages out of core dumps (`MADV_DONTDUMP`), where the kernel can.
pub(crate) fn leave_out(pages: *mut c_void, size: usize) {
    // SAFETY: this advice changes no contents; a range that is not mapped is refused.
    let _ = unsafe { madvise(pages, size, Advice::LinuxDontDump) };
}
