//! The input in the terms of other libraries, each behind the feature of its name.
//!
//! None of them has a thread of its own or holds a lock while it waits: each hands the descriptor
//! of [`Input`](crate::Input#in-an-event-loop) to the loop that is there, and keeps to the
//! protocol that is described there.

#[cfg(feature = "async-io")]
pub mod async_io;
#[cfg(feature = "crossterm")]
pub mod crossterm;
#[cfg(feature = "mio")]
mod mio;
#[cfg(any(feature = "tokio", feature = "async-io"))]
mod stream;
#[cfg(feature = "tokio")]
pub mod tokio;
