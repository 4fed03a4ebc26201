//! tokio's reactor (feature `tokio`).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use ::tokio::time::{Instant, Sleep, sleep_until};
use ttyring_platform::Backend;

use super::{EventStream, Timer, registered};
use crate::input::Input;

impl<B: Backend> EventStream<B> {
    /// Registers the input with the tokio runtime that this is called in, whose drivers for I/O and
    /// for time must be enabled (feature `tokio`).
    ///
    /// # Errors
    ///
    /// [`Unsupported`](io::ErrorKind::Unsupported) where neither a [descriptor](Input::descriptor) nor
    /// a thread can wait for the input; whatever the system answers.
    ///
    /// # Panics
    ///
    /// Outside a runtime, or without its driver for I/O.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// use ttyring::adapter::EventStream;
    /// use ttyring::{Input, key};
    ///
    /// let mut events = EventStream::tokio(Input::open()?)?;
    /// while let Some(event) = events.next_event().await? {
    ///     if event == key!(ctrl - c) {
    ///         break;
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub fn tokio(input: Input<B>) -> io::Result<Self> {
        EventStream::new(input, registered::tokio::register, Tokio(None))
    }
}

/// A timer of the runtime, once there was a need for it.
struct Tokio(Option<Pin<Box<Sleep>>>);

impl Timer for Tokio {
    fn poll_timer(&mut self, cx: &mut Context<'_>, rest: Duration) -> Poll<()> {
        let end = Instant::now() + rest;
        let timer = self.0.get_or_insert_with(|| Box::pin(sleep_until(end)));
        timer.as_mut().reset(end);
        timer.as_mut().poll(cx)
    }
}
