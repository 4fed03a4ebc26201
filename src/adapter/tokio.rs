//! Events as a stream for tokio (feature `tokio`).

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use ::tokio::io::Interest;
use ::tokio::io::unix::AsyncFd;
use ::tokio::time::{Instant, Sleep, sleep_until};
use futures_core::Stream;
use ttyring_platform::{Backend, Os, Result};

use super::stream::{Readiness, borrowed, descriptor, owned, poll_step};
use crate::event::Event;
use crate::input::Input;

/// The events of an [`Input`] as a [`Stream`], without a thread: the runtime waits for the
/// descriptor of the input.
///
/// Dropping a future or the stream itself in the middle of anything loses nothing:
/// [`into_input`](EventStream::into_input) returns the input with all that was read. The stream
/// ends with `None` when the terminal is gone; failures of the system are items.
///
/// # Examples
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use ttyring::adapter::tokio::EventStream;
/// use ttyring::{Input, key};
///
/// let mut events = EventStream::new(Input::open()?)?;
/// while let Some(event) = events.next_event().await? {
///     if event == key!(ctrl - c) {
///         break;
///     }
/// }
/// # Ok(()) }
/// ```
pub struct EventStream<B: Backend = Os> {
    // First: it stands for the descriptor inside the input.
    readiness: Runtime,
    input: Input<B>,
    streak: u32,
}

impl<B: Backend> EventStream<B> {
    /// Registers the input with the runtime that this is called in, whose drivers for I/O and for
    /// time must be enabled.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](io::ErrorKind::Unsupported) where the input has no
    /// [descriptor](Input::descriptor); whatever the system answers.
    ///
    /// # Panics
    ///
    /// Outside a runtime, or without its driver for I/O.
    pub fn new(input: Input<B>) -> io::Result<Self> {
        Ok(EventStream {
            readiness: Runtime::new(descriptor(&input)?)?,
            input,
            streak: 0,
        })
    }

    /// Waits for the next event, which may borrow from the ring; `None` when the terminal is gone.
    ///
    /// # Errors
    ///
    /// As [`Input::next_event`].
    pub async fn next_event(&mut self) -> Result<Option<Event<'_>>> {
        let EventStream {
            readiness,
            input,
            streak,
        } = self;
        let step = poll_fn(|cx| poll_step(input, readiness, streak, cx)).await?;
        Ok(borrowed(input, step))
    }

    /// Returns the input, to change modes or to hand the terminal over. Nobody else reads it
    /// meanwhile.
    pub fn input(&mut self) -> &mut Input<B> {
        &mut self.input
    }

    /// Ends the stream and returns the input, with everything that was read and not used.
    pub fn into_input(self) -> Input<B> {
        self.input
    }
}

impl<B: Backend> Stream for EventStream<B> {
    type Item = Result<Event<'static>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let EventStream {
            readiness,
            input,
            streak,
        } = self.get_mut();
        poll_step(input, readiness, streak, cx)
            .map(|step| step.map(|step| owned(input, step)).transpose())
    }
}

/// Nothing in it is pinned.
impl<B: Backend> Unpin for EventStream<B> {}

impl<B: Backend> fmt::Debug for EventStream<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("input", &self.input)
            .finish_non_exhaustive()
    }
}

/// What the runtime keeps for a stream.
struct Runtime {
    descriptor: AsyncFd<OwnedFd>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Runtime {
    #[allow(
        deprecated,
        reason = "the successor is unsafe for types whose descriptor may change; that of an `OwnedFd` \
                  does not, and earlier versions have only this"
    )]
    fn new(descriptor: OwnedFd) -> io::Result<Self> {
        Ok(Runtime {
            descriptor: AsyncFd::with_interest(descriptor, Interest::READABLE)?,
            timer: None,
        })
    }
}

impl Readiness for Runtime {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.descriptor
            .poll_read_ready(cx)
            .map_ok(|mut ready| ready.clear_ready())
    }

    fn poll_timer(&mut self, cx: &mut Context<'_>, rest: Duration) -> Poll<()> {
        let end = Instant::now() + rest;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(end)));
        timer.as_mut().reset(end);
        timer.as_mut().poll(cx)
    }
}
