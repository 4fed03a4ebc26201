//! Waking a `mio::Poll` where the input is no event source (feature `mio`).

use std::io;

use ::mio::{Registry, Token, Waker};
use ttyring_platform::Backend;

use super::watch::WatchThread;
use crate::input::Input;

/// Wakes a `mio::Poll` whenever an [`Input`] has to be polled, on a system without a descriptor for
/// it: a Windows console.
///
/// After each event with the token, and once at the start, call [`poll`](Input::poll) with zero until
/// it says [`Elapsed`](crate::Polled::Elapsed): only then does the thread wait again. It ends when
/// this is dropped.
///
/// # Platform notes
///
/// On Unix an input is an event source itself, and `new` fails with `Unsupported`.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use mio::{Events, Poll, Token};
/// use ttyring::adapter::MioWaker;
/// use ttyring::{Input, Polled};
///
/// let mut input = Input::open()?;
/// let mut poll = Poll::new()?;
/// let _waker = MioWaker::new(&mut input, poll.registry(), Token(0))?;
/// let mut events = Events::with_capacity(16);
/// loop {
///     loop {
///         match input.poll(Duration::ZERO)? {
///             Polled::Event(event) => println!("{event:?}\r"),
///             Polled::Elapsed => break,
///             Polled::End => return Ok(()),
///         }
///     }
///     poll.poll(&mut events, input.poll_timeout())?;
/// }
/// # #[allow(unreachable_code)]
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "it wakes nobody once it is dropped"]
pub struct MioWaker(#[allow(dead_code, reason = "it ends when it is dropped")] WatchThread);

impl MioWaker {
    /// Starts the thread. A `mio::Poll` has room for one waker.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](io::ErrorKind::Unsupported) where the input has a
    /// [descriptor](Input::descriptor) or a [capture thread](crate::Builder::capture); whatever the
    /// system answers.
    pub fn new<B: Backend>(
        input: &mut Input<B>,
        registry: &Registry,
        token: Token,
    ) -> io::Result<Self> {
        let waker = Waker::new(registry, token)?;
        let thread = WatchThread::start(input, move || {
            // The poll is gone, and nobody waits.
            let _ = waker.wake();
        })?;
        Ok(MioWaker(thread))
    }
}
