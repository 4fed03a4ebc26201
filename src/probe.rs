//! Where tracers look in: the probes `ttyring:read`, `ttyring:decoded` and `ttyring:handled` (feature
//! `usdt`).
//!
//! Each is a single `nop` and a note in the program's file, in the format of SystemTap, which bpftrace,
//! perf, gdb and `ttyring-lab trace` know. Without the feature there is nothing at all. Nothing here
//! keeps a time or counts: who attaches does.

pub(crate) use imp::{decoded, handled, read};

#[cfg(feature = "usdt")]
mod imp {
    /// A read has returned this many bytes, in whichever thread reads.
    #[inline(always)]
    pub(crate) fn read(bytes: usize) {
        probe::probe!(ttyring, read, bytes);
    }

    /// An event, or bytes, are on their way to the program.
    #[inline(always)]
    pub(crate) fn decoded() {
        probe::probe!(ttyring, decoded);
    }

    /// The program asks for what is next: the last event is dealt with.
    #[inline(always)]
    pub(crate) fn handled() {
        probe::probe!(ttyring, handled);
    }
}

#[cfg(not(feature = "usdt"))]
mod imp {
    #[inline(always)]
    pub(crate) fn read(_bytes: usize) {}

    #[inline(always)]
    pub(crate) fn decoded() {}

    #[inline(always)]
    pub(crate) fn handled() {}
}
