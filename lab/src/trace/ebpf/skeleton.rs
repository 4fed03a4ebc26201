//! What the build makes of `*.bpf.c`: the programs for the kernel, and the code that loads them.

#![allow(
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    dead_code,
    clippy::all,
    clippy::undocumented_unsafe_blocks,
    clippy::unwrap_used
)]

pub(super) mod keys {
    include!(concat!(env!("OUT_DIR"), "/keys.skel.rs"));
}

pub(super) mod ioctl {
    include!(concat!(env!("OUT_DIR"), "/ioctl.skel.rs"));
}
