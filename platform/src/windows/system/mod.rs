//! What programs need of Windows besides the console, under the names that `unix` has for it:
//! control events as signals, faults, the end of the process, memory for a secret.
//!
//! What Windows does not have is there and does nothing, where that is right (no process is ever
//! stopped in the background), or says [`Unsupported`](std::io::ErrorKind::Unsupported).

pub mod child;
pub(crate) mod pages;
pub mod process;
pub mod signal;

pub use crate::undo::{Undo, unsupported};

/// Memory for a secret.
pub mod secret {
    pub use super::pages::NoCore;
    pub use crate::secret::Secret;
}
