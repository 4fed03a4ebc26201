//! Events as a stream for async programs (features `tokio` and `async-io`): when to look, when to
//! sleep, and what wakes the task.
//!
//! The runtimes differ only in [`Readiness`] and [`Timer`].

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use ttyring_platform::{Backend, Error, Os, OwnedDescriptor, Result};

use crate::event::{Event, Paste};
use crate::input::{Input, Polled};

#[cfg(feature = "async-io")]
mod async_io;
#[cfg(unix)]
mod registered;
#[cfg(windows)]
#[path = "stream/unregistered.rs"]
mod registered;
#[cfg(feature = "tokio")]
mod tokio;
mod watched;

/// How often in a row a stream may be ready before it lets other tasks run: a paste of megabytes
/// would hold them up otherwise.
const STREAK: u32 = 64;

/// What a runtime, or a thread, says of the input.
trait Readiness: Send {
    /// Says whether the input has become readable since the last time this said `Ready`; if not, has
    /// the task woken when it does.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;
}

/// How a runtime takes the descriptor of an input.
type Register = fn(OwnedDescriptor) -> io::Result<Box<dyn Readiness>>;

/// A timer of a runtime.
trait Timer: Send {
    /// Says whether so much time has passed; if not, has the task woken when it has.
    fn poll_timer(&mut self, cx: &mut Context<'_>, rest: Duration) -> Poll<()>;
}

/// The events of an [`Input`] as a [`Stream`]: the runtime waits for the descriptor of the input,
/// without a thread.
///
/// The stream joins the pieces of a paste to one event, up to the decoder's
/// [limit](crate::decode::Settings::paste_limit). [`next_event`](EventStream::next_event) gives them
/// one by one, without a copy.
///
/// # Platform notes
///
/// A Windows console has no descriptor for a runtime. There each stream has a thread, which waits
/// and wakes the task. This costs two thread switches per wake-up; the thread ends with the stream.
/// An input with a [capture thread](crate::Builder::capture) cannot be a stream on Windows.
///
/// # Cancellation
///
/// Nothing is lost when a future is dropped before it is ready, and
/// [`into_input`](EventStream::into_input) returns the input with everything that was read. The
/// stream ends with `None` when the terminal is gone; an error of the system is an item.
pub struct EventStream<B: Backend = Os> {
    // First: it stands for the descriptor inside the input.
    readiness: Box<dyn Readiness>,
    timer: Box<dyn Timer>,
    input: Input<B>,
    streak: u32,
    /// What was pasted, of a paste that goes on.
    paste: Vec<u8>,
}

impl<B: Backend> EventStream<B> {
    fn new(
        mut input: Input<B>,
        register: Register,
        timer: impl Timer + 'static,
    ) -> io::Result<Self> {
        let readiness = match input.descriptor() {
            // A copy, which means the same, for the runtime to keep.
            Some(descriptor) => register(descriptor.try_clone_to_owned()?)?,
            None => watched::start(&mut input)?,
        };
        Ok(EventStream {
            readiness,
            timer: Box::new(timer),
            input,
            streak: 0,
            paste: Vec::new(),
        })
    }

    /// Waits for the next event, which may borrow from the ring; `None` when the terminal is gone.
    ///
    /// # Errors
    ///
    /// As [`Input::next_event`].
    pub async fn next_event(&mut self) -> Result<Option<Event<'_>>> {
        self.put_back();
        poll_fn(|cx| self.poll_find(cx)).await?;
        Ok(self.input.found().event())
    }

    /// Returns the input, to change modes or to lend the terminal. Nobody else reads it meanwhile.
    pub fn input(&mut self) -> &mut Input<B> {
        self.put_back();
        &mut self.input
    }

    /// Ends the stream and returns the input, with everything that was read and not used.
    pub fn into_input(mut self) -> Input<B> {
        self.put_back();
        self.input
    }

    /// Gives the pieces of a paste that goes on to whoever reads next.
    fn put_back(&mut self) {
        if self.paste.is_empty() {
            return;
        }
        let pieces = std::mem::take(&mut self.paste);
        self.input.put_back(&Paste {
            last: false,
            ..Paste::whole(pieces)
        });
    }

    /// Finds what is next. Nothing is taken out of the input unless the answer is `Ready`, so a task
    /// that stops asking loses nothing.
    fn poll_find(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if self.streak == STREAK {
            self.streak = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        loop {
            self.input.find(Some(Duration::ZERO))?;
            if !matches!(self.input.found(), Polled::Elapsed) {
                self.streak += 1;
                return Poll::Ready(Ok(()));
            }
            match self.readiness.poll_ready(cx) {
                Poll::Ready(Ok(())) => continue,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(Error::os("poll", error))),
                Poll::Pending => {}
            }
            let over = match self.input.poll_timeout() {
                Some(rest) => self.timer.poll_timer(cx, rest).is_ready(),
                None => false,
            };
            if !over {
                self.streak = 0;
                return Poll::Pending;
            }
        }
    }
}

impl<B: Backend> Stream for EventStream<B> {
    type Item = Result<Event<'static>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let stream = &mut *self;
        loop {
            match stream.poll_find(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Ok(())) => {}
            }
            match stream.input.found().event() {
                None => return Poll::Ready(None),
                Some(Event::Paste(piece)) => {
                    if let Some(paste) = join(&mut stream.paste, &piece) {
                        return Poll::Ready(Some(Ok(Event::Paste(paste))));
                    }
                }
                Some(event) => return Poll::Ready(Some(Ok(event.into_owned()))),
            }
        }
    }
}

/// Adds a piece to a paste; returns the whole paste if the piece was its last.
fn join(joined: &mut Vec<u8>, piece: &Paste<'_>) -> Option<Paste<'static>> {
    joined.extend_from_slice(&piece.bytes);
    piece.last.then(|| Paste {
        truncated: piece.truncated,
        unterminated: piece.unterminated,
        ..Paste::whole(std::mem::take(joined))
    })
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
