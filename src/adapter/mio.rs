//! The input as a source of a `mio::Poll` (feature `mio`).

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use ::mio::event::Source;
use ::mio::unix::SourceFd;
use ::mio::{Interest, Registry, Token};
use ttyring_platform::Backend;

use crate::input::Input;

/// Registers the [descriptor](Input::descriptor). `mio` reports edges, so after each report call
/// [`poll`](Input::poll) with zero until it says [`Elapsed`](crate::Polled::Elapsed), and wait for
/// at most [`poll_timeout`](Input::poll_timeout).
///
/// # Errors
///
/// [`Unsupported`](io::ErrorKind::Unsupported) where there is no such descriptor.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use mio::{Events, Interest, Poll, Token};
/// use ttyring::{Input, Polled};
///
/// let mut input = Input::open()?;
/// let mut poll = Poll::new()?;
/// poll.registry().register(&mut input, Token(0), Interest::READABLE)?;
/// let mut events = Events::with_capacity(16);
/// loop {
///     poll.poll(&mut events, input.poll_timeout())?;
///     loop {
///         match input.poll(Duration::ZERO)? {
///             Polled::Event(event) => println!("{event:?}\r"),
///             Polled::Elapsed => break,
///             Polled::End => return Ok(()),
///         }
///     }
/// }
/// # #[allow(unreachable_code)]
/// # Ok::<(), std::io::Error>(())
/// ```
impl<B: Backend> Source for Input<B> {
    fn register(
        &mut self,
        registry: &Registry,
        token: Token,
        interests: Interest,
    ) -> io::Result<()> {
        with(self.descriptor(), |fd| {
            fd.register(registry, token, interests)
        })
    }

    fn reregister(
        &mut self,
        registry: &Registry,
        token: Token,
        interests: Interest,
    ) -> io::Result<()> {
        with(self.descriptor(), |fd| {
            fd.reregister(registry, token, interests)
        })
    }

    fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        with(self.descriptor(), |fd| fd.deregister(registry))
    }
}

fn with(
    descriptor: Option<BorrowedFd<'_>>,
    act: impl FnOnce(&mut SourceFd<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let descriptor = descriptor.ok_or(io::ErrorKind::Unsupported)?;
    act(&mut SourceFd(&descriptor.as_raw_fd()))
}
