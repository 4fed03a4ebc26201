//! A guard that undoes a change of the system's settings when it is dropped.
//!
//! The settings themselves are in the `realtime` module of each system.

use std::fmt;
use std::io;

use crate::{Error, Result};

/// Undoes a change when it is dropped.
#[must_use = "dropping this undoes the change"]
pub struct Undo(Option<Box<dyn FnOnce()>>);

impl Undo {
    /// Makes a guard that calls `back` when it is dropped, on the thread that drops it.
    pub fn new(back: impl FnOnce() + 'static) -> Self {
        Undo(Some(Box::new(back)))
    }
}

impl Drop for Undo {
    fn drop(&mut self) {
        if let Some(back) = self.0.take() {
            back();
        }
    }
}

impl fmt::Debug for Undo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Undo").finish_non_exhaustive()
    }
}

/// Returns the error for a setting that the system does not have.
pub fn unsupported(operation: &'static str) -> Result<Undo> {
    let source = io::Error::new(
        io::ErrorKind::Unsupported,
        "this system has no such setting",
    );
    Err(Error::os(operation, source))
}
