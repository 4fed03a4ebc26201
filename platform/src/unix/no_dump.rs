//! Systems on which no memory can be left out of a core dump.

use std::ffi::c_void;

/// Does nothing.
pub fn leave_out(_pages: *mut c_void, _size: usize) {}
