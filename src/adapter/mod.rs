//! Adapters between an input and other libraries, each behind the feature of its name.
//!
//! On Unix, an adapter has no thread of its own and holds no lock while it waits. It registers the
//! descriptor of the input with the event loop and follows [the
//! protocol](crate::Input#in-an-event-loop). A Windows console has no such descriptor. There a
//! thread waits and wakes the loop, which costs two thread switches per wake-up.
//!
//! | feature | what there is |
//! |---|---|
//! | `mio` | [`Input`](crate::Input) is an event source that a `mio::Registry` takes (Unix); `MioWaker` wakes a `mio::Poll` (Windows) |
//! | `tokio`, `async-io` | `EventStream`: events as a `Stream` |
//! | `crossterm` | `crossterm::Events`: `poll` and `read` with crossterm's events, and conversions |

#[cfg(feature = "crossterm")]
pub mod crossterm;
#[cfg(all(unix, feature = "mio"))]
mod mio;
#[cfg(feature = "mio")]
mod mio_waker;
#[cfg(any(feature = "tokio", feature = "async-io"))]
mod stream;
#[cfg(any(feature = "mio", feature = "tokio", feature = "async-io"))]
mod watch;

#[cfg(feature = "mio")]
pub use mio_waker::MioWaker;
#[cfg(any(feature = "tokio", feature = "async-io"))]
pub use stream::EventStream;
