//! A change of the system's settings that is taken back when its guard is dropped.
//!
//! It knows no setting; each system has its own in its `realtime` module.

use std::fmt;
use std::io;

use crate::{Error, Result};

/// Takes a change back when it is dropped.
#[must_use = "the change is taken back when this is dropped"]
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

/// The answer where the system has no such setting.
pub fn unsupported(operation: &'static str) -> Result<Undo> {
    let source = io::Error::new(
        io::ErrorKind::Unsupported,
        "this system has no such setting",
    );
    Err(Error::os(operation, source))
}
