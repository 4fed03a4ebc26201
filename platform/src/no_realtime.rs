//! Realtime settings on systems that have none this crate knows of.
//!
//! Every function returns an error, so that a program can report what it did not get.

use std::num::NonZeroU64;

use crate::Result;
use crate::undo::{Undo, unsupported};

/// Refuses to keep processors out of idle states.
///
/// # Errors
///
/// Always.
pub fn stay_awake() -> Result<Undo> {
    unsupported("idle states")
}

/// Refuses to run the calling thread before others.
///
/// # Errors
///
/// Always.
pub fn run_first(_priority: u8) -> Result<Undo> {
    unsupported("scheduling class")
}

/// Refuses to keep memory resident.
///
/// # Errors
///
/// Always.
pub fn lock_memory() -> Result<Undo> {
    unsupported("locked memory")
}

/// Refuses to make timers more exact.
///
/// # Errors
///
/// Always.
pub fn timer_slack(_nanos: NonZeroU64) -> Result<Undo> {
    unsupported("timer slack")
}

/// Refuses to run the calling thread on one processor.
///
/// # Errors
///
/// Always.
pub fn pin(_processor: usize) -> Result<Undo> {
    unsupported("processor affinity")
}

/// Refuses to allocate on one memory node.
///
/// # Errors
///
/// Always.
pub fn bind(_node: usize) -> Result<Undo> {
    unsupported("memory node")
}

/// Refuses to raise the quality of service.
///
/// # Errors
///
/// Always.
pub fn interactive() -> Result<Undo> {
    unsupported("quality of service")
}
