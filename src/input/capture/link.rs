//! The program's end of a capture: the ring's consumer is in the reader, the rest is here.

use std::io::Read;
use std::mem::take;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ttyring_platform::unix::above_standard;
use ttyring_platform::{Backend, Error, Result, Time};

use super::CaptureWait;
use super::news::{CaptureWaker, News};
use super::thread::Thread;
use crate::input::reader::Reader;
use crate::input::session::Arrivals;
use crate::input::source::{Arrival, Source};
use crate::ring::{self, Consumer, Producer, Waited};
use crate::terminal::Terminal;

/// A capture thread as something that bytes arrive from.
#[derive(Debug)]
pub(crate) struct Link<B: Backend> {
    backend: B,
    news: Arc<News>,
    /// Between `stop` and `start` there is none.
    thread: Option<Thread<B>>,
    /// The end that polls readable, for [`CaptureWait::Descriptor`].
    descriptor: Option<UnixStream>,
    /// The descriptor may be readable.
    armed: bool,
    started: Time,
}

impl<B> Link<B>
where
    B: Backend + Clone + Send + 'static,
    B::Poller: Send + 'static,
{
    /// Makes a ring of the kind that the waiting asks for between `source` and `reader`, and
    /// starts the thread.
    pub(super) fn new(
        mut source: Source<B>,
        reader: &mut Reader,
        waiting: CaptureWait,
    ) -> Result<Self> {
        let capacity = source.producer().capacity();
        let (producer, consumer, descriptor) = channel(capacity, waiting)?;
        let news = Arc::new(News::new(consumer.waker()));
        source.set_producer(producer);
        source.set_stamps(true);
        reader.set_consumer(consumer);
        let backend = source.backend().clone();
        Ok(Link {
            started: backend.now(),
            backend,
            thread: Some(Thread::start(source, &news)?),
            news,
            descriptor,
            armed: false,
        })
    }

    /// Ends the thread. What ended it before, if anything did, is kept for the next wait.
    pub(super) fn stop(&mut self) -> Result<Source<B>> {
        // A failed start has left none.
        let thread = self.thread.take().ok_or_else(|| {
            Error::os(
                "pthread_create",
                std::io::Error::from(std::io::ErrorKind::NotFound),
            )
        })?;
        let source = thread.stop();
        // Relaxed: the thread is gone.
        self.news.stop.store(false, Ordering::Relaxed);
        Ok(source)
    }

    /// Takes what ended the thread.
    pub(super) fn failed(&self) -> Option<Error> {
        self.news.failed()
    }

    /// Starts the thread again.
    pub(super) fn start(&mut self, source: Source<B>) -> Result<()> {
        self.thread = Some(Thread::start(source, &self.news)?);
        Ok(())
    }
}

impl<B: Backend> Link<B> {
    pub(super) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.descriptor.as_ref().map(UnixStream::as_fd)
    }

    pub(super) fn waker(&self) -> CaptureWaker {
        CaptureWaker(Arc::clone(&self.news))
    }

    pub(super) fn now(&self) -> Time {
        self.backend.now()
    }

    pub(super) fn read_at(&self, reader: &Reader) -> Time {
        reader.newest_stamp().map_or(self.started, Time::from_nanos)
    }

    /// Waits for the ring or for news: as [`Arrivals::wait`].
    pub(crate) fn wait(&mut self, reader: &mut Reader, deadline: Option<Time>) -> Result<Arrival> {
        loop {
            if let Some(arrival) = self.told() {
                return Ok(arrival);
            }
            let timeout = deadline.map(|deadline| deadline.since(self.backend.now()));
            match self.look(reader.consumer(), timeout) {
                Waited::Ready => return Ok(Arrival::Bytes),
                Waited::Woken => {}
                Waited::TimedOut => return Ok(Arrival::Elapsed),
                Waited::Ended => {
                    return match self.news.failed() {
                        Some(error) => Err(error),
                        None => Ok(Arrival::End),
                    };
                }
            }
        }
    }

    fn look(&mut self, consumer: &mut Consumer, timeout: Option<Duration>) -> Waited {
        let Some(descriptor) = &mut self.descriptor else {
            return consumer.wait(timeout);
        };
        if take(&mut self.armed) {
            consumer.disarm();
            // What it holds is a byte for each time that it was armed; nothing, if nobody fired.
            while matches!(descriptor.read(&mut [0; 64]), Ok(1..)) {}
        }
        if timeout != Some(Duration::ZERO) {
            return consumer.wait(timeout);
        }
        self.armed = true;
        consumer.arm().unwrap_or(Waited::TimedOut)
    }

    /// Returns what was said past the ring. One thing at a time: the rest is said again.
    fn told(&self) -> Option<Arrival> {
        let (signals, woken) = self.news.take();
        if !signals.is_empty() {
            if woken {
                self.news.woken();
            }
            return Some(Arrival::Signals(signals));
        }
        woken.then_some(Arrival::Woken)
    }
}

impl<B> Arrivals<B> for Link<B>
where
    B: Backend + Clone + Send + 'static,
    B::Poller: Send + 'static,
{
    fn now(&self) -> Time {
        Link::now(self)
    }

    fn read_at(&self, reader: &Reader) -> Time {
        Link::read_at(self, reader)
    }

    fn wait(&mut self, reader: &mut Reader, deadline: Option<Time>) -> Result<Arrival> {
        Link::wait(self, reader, deadline)
    }

    fn suspend(&mut self, terminal: &mut Terminal<B>, reader: &mut Reader) -> Result<()> {
        let source = self.stop()?;
        let suspended = terminal.suspend();
        reader.append(terminal.take_unread());
        self.start(source)?;
        suspended
    }
}

/// Makes the ring, and the descriptor that wakes its consumer if there is to be one.
fn channel(
    capacity: usize,
    waiting: CaptureWait,
) -> Result<(Producer, Consumer, Option<UnixStream>)> {
    let options = ring::Options::new(capacity).stamps(true);
    let (options, descriptor) = match waiting {
        CaptureWait::Park => (options, None),
        CaptureWait::Spin => (options.spinning(true), None),
        CaptureWait::Descriptor => {
            let (ours, theirs) = pair().map_err(|error| Error::os("socketpair", error))?;
            // A full socket is readable, which is all that is asked for.
            let wake = move || drop(std::io::Write::write(&mut &theirs, &[0]));
            (options.on_data(wake), Some(ours))
        }
    };
    let (producer, consumer) = options.channel();
    Ok((producer, consumer, descriptor))
}

fn pair() -> std::io::Result<(UnixStream, UnixStream)> {
    let (ours, theirs) = UnixStream::pair()?;
    let above = |end: UnixStream| above_standard(end.into()).map(UnixStream::from);
    let (ours, theirs) = (above(ours)?, above(theirs)?);
    ours.set_nonblocking(true)?;
    theirs.set_nonblocking(true)?;
    Ok((ours, theirs))
}
