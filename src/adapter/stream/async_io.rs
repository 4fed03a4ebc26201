//! async-io, the reactor of smol and its relatives (feature `async-io`).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use ttyring_platform::Backend;

use super::{EventStream, Timer, registered};
use crate::input::Input;

impl<B: Backend> EventStream<B> {
    /// Registers the input with the reactor of async-io, which smol and its relatives use (feature
    /// `async-io`).
    ///
    /// # Errors
    ///
    /// [`Unsupported`](io::ErrorKind::Unsupported) where neither a [descriptor](Input::descriptor) nor
    /// a thread can wait for the input; whatever the system answers.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// use ttyring::adapter::EventStream;
    /// use ttyring::{Input, key};
    ///
    /// let mut events = EventStream::async_io(Input::open()?)?;
    /// while let Some(event) = events.next_event().await? {
    ///     if event == key!(ctrl - c) {
    ///         break;
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub fn async_io(input: Input<B>) -> io::Result<Self> {
        let timer = AsyncIo(::async_io::Timer::never());
        EventStream::new(input, registered::async_io::register, timer)
    }
}

/// A timer of the reactor.
struct AsyncIo(::async_io::Timer);

impl Timer for AsyncIo {
    fn poll_timer(&mut self, cx: &mut Context<'_>, rest: Duration) -> Poll<()> {
        self.0.set_after(rest);
        Pin::new(&mut self.0).poll(cx).map(drop)
    }
}
