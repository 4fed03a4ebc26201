//! Reading in a thread of its own, for programs whose main loop is busy with something else.
//!
//! The thread moves bytes from the terminal to the ring and stamps them; it decodes nothing.
//! Signals and wake-ups go past the ring, in [`News`].

use std::os::fd::BorrowedFd;
use std::time::Duration;

use ttyring_platform::{Backend, Os, Result, Size, Time};

use super::bytes::Origin;
use super::session::Session;
use super::{Bytes, Input, Polled, Unread};
use crate::event::Event;
use crate::terminal::{Modes, Terminal};

mod link;
mod news;
mod thread;

pub(crate) use link::Link;
pub use news::CaptureWaker;

/// How the program waits for a capture thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CaptureWait {
    /// It looks a few times, then sleeps until the thread wakes it: for a loop that waits in
    /// [`Capture::poll`].
    #[default]
    Park,
    /// It looks without end. A wait keeps a processor busy, and the thread never has to wake
    /// anybody: for a loop that only ever polls with zero.
    Spin,
    /// As [`Park`](CaptureWait::Park), and [`Capture::descriptor`] polls readable when there is
    /// something: for an event loop.
    Descriptor,
}

/// Input that a thread of its own reads: see [`Input::spawn_capture`].
///
/// Dropping it ends the thread and puts the terminal back.
#[derive(Debug)]
pub struct Capture<B: Backend = Os> {
    // First: nobody reads the terminal any more when it is put back.
    link: Link<B>,
    session: Session<B>,
}

impl<B> Input<B>
where
    B: Backend + Clone + Send + 'static,
    B::Poller: Send + 'static,
{
    /// Has a thread read the terminal from now on, as soon as anything comes, whatever the
    /// program is doing. Each read is stamped with its time.
    ///
    /// This is for programs whose loop is busy and wants to know *when* a key came: games,
    /// simulations, audio. It is not faster: a key goes through one thread more, which costs 16 to
    /// 22 % of the time from the terminal to a handler that waits, and twice the context
    /// switches. A program that waits for keys is better off with [`next_event`](Input::next_event).
    ///
    /// The ring is as large as [`Builder::capacity`](super::Builder::capacity) says; while it is
    /// full, the thread leaves further bytes to the kernel.
    ///
    /// # Errors
    ///
    /// When the system has no thread or descriptor left.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use ttyring::{CaptureWait, Input};
    ///
    /// let mut capture = Input::open()?.spawn_capture(CaptureWait::Spin)?;
    /// for frame in 0..600 {
    ///     while let Some(event) = capture.poll(Duration::ZERO)?.event() {
    ///         print!("{frame}: {event:?}\r\n");
    ///     }
    ///     // draw, and wait for the next frame
    /// }
    /// let input = capture.stop()?; // everything that was read and not used is still there
    /// # Ok::<(), ttyring::Error>(())
    /// ```
    pub fn spawn_capture(self, waiting: CaptureWait) -> Result<Capture<B>> {
        let Input {
            mut session,
            mut source,
        } = self;
        source.set_alone(false)?;
        session.forget_last();
        let link = Link::new(source, &mut session.reader, waiting)?;
        Ok(Capture { link, session })
    }
}

impl<B> Capture<B>
where
    B: Backend + Clone + Send + 'static,
    B::Poller: Send + 'static,
{
    /// Ends the thread and goes on reading in the caller's. Nothing is lost.
    ///
    /// # Errors
    ///
    /// What ended the thread before, if that was an error.
    ///
    /// # Panics
    ///
    /// When the thread did.
    pub fn stop(self) -> Result<Input<B>> {
        let Capture { mut link, session } = self;
        let source = link.stop()?;
        match link.failed() {
            Some(error) => Err(error),
            None => Ok(Input { session, source }),
        }
    }

    /// Gives the terminal back to the shell and stops the process: as [`Input::suspend`].
    ///
    /// # Errors
    ///
    /// As [`Input::suspend`].
    pub fn suspend(&mut self) -> Result<()> {
        self.session.suspend(&mut self.link)
    }

    /// Gives the terminal back while `f` runs, and nobody reads meanwhile: as
    /// [`Input::suspend_with`].
    ///
    /// # Errors
    ///
    /// As [`Input::suspend_with`], and when the thread cannot be started again.
    ///
    /// # Panics
    ///
    /// When `f` does; the terminal is then left as it was found.
    pub fn suspend_with<R: 'static>(
        &mut self,
        unread: Unread,
        f: impl FnOnce(&[u8]) -> R,
    ) -> Result<R> {
        let source = self.link.stop()?;
        let result = self.session.hand_over(unread, f);
        self.link.start(source)?;
        result
    }

    /// Waits for the next event; `None` when the terminal is gone, and from then on.
    ///
    /// # Errors
    ///
    /// What the system answered to the thread, once.
    pub fn next_event(&mut self) -> Result<Option<Event<'_>>> {
        self.session.next(&mut self.link, None, Polled::event)
    }

    /// Waits for the next event for at most `timeout`; zero makes no system call.
    ///
    /// # Errors
    ///
    /// As [`next_event`](Capture::next_event).
    pub fn poll(&mut self, timeout: Duration) -> Result<Polled<'_>> {
        let limit = self.now() + timeout;
        self.session
            .next(&mut self.link, Some(limit), |polled| polled)
    }

    /// Returns the bytes instead of the events: as [`Input::bytes`].
    pub fn bytes(&mut self) -> Bytes<'_, B> {
        Bytes::new(&mut self.session, Origin::Link(&mut self.link))
    }

    /// Returns how long to wait at most before calling [`poll`](Capture::poll) again: as
    /// [`Input::patience`].
    pub fn patience(&self) -> Option<Duration> {
        self.session.patience(&self.link)
    }

    /// Returns when the thread read the last event, on the clock of [`now`](Capture::now).
    ///
    /// Of an event that came in several reads this is the last one. Where one event begins in the
    /// middle of what a read returned, it has the time of that read.
    pub fn read_at(&self) -> Time {
        match self.session.reader.stamp() {
            Some(nanos) => Time::from_nanos(nanos),
            None => self.link.read_at(&self.session.reader),
        }
    }
}

impl<B: Backend> Capture<B> {
    /// Returns a descriptor that polls readable when [`poll`](Capture::poll) has something to do,
    /// from when it last said [`Elapsed`](Polled::Elapsed) to a wait of zero; `None` unless the
    /// thread was started with [`CaptureWait::Descriptor`].
    ///
    /// The protocol is that of [`Input`](Input#in-an-event-loop).
    pub fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.link.descriptor()
    }

    /// Returns a handle that ends a wait from any thread, as [`Event::Woken`].
    pub fn waker(&self) -> CaptureWaker {
        self.link.waker()
    }

    /// Returns the bytes of the last event as the terminal sent them: as [`Input::raw`].
    pub fn raw(&self) -> &[u8] {
        self.session.raw()
    }

    /// Reads the clock of the backend.
    pub fn now(&self) -> Time {
        self.link.now()
    }

    /// Returns the terminal, to change its modes.
    pub fn terminal(&mut self) -> &mut Terminal<B> {
        &mut self.session.terminal
    }

    /// Switches modes of the terminal on: as [`Input::enable`].
    ///
    /// # Errors
    ///
    /// When the terminal cannot be written to.
    pub fn enable(&mut self, modes: Modes) -> Result<()> {
        self.session.terminal.enable(modes)
    }

    /// Switches modes off again: as [`Input::disable`].
    ///
    /// # Errors
    ///
    /// When the terminal cannot be written to.
    pub fn disable(&mut self, modes: Modes) -> Result<()> {
        self.session.terminal.disable(modes)
    }

    /// Asks for the size of the terminal.
    ///
    /// # Errors
    ///
    /// `EIO` when the terminal is gone.
    pub fn size(&self) -> Result<Size> {
        self.session.size()
    }
}
