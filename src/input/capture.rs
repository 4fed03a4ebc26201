//! Reading in a thread of its own, for programs whose main loop is busy with something else.
//!
//! The thread moves bytes from the terminal to the ring and stamps them; it decodes nothing. What
//! it has to tell besides bytes goes past the ring, in [`Notices`]. This file is the program's end.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use ttyring_platform::{Backend, BorrowedDescriptor, Error, Result, Time};

use super::origin::{Captured, Origin};
use super::source::{Arrival, Source, Unfilled};
use super::wait::Wait;
use super::waker::Waker;
use crate::ring::{self, Consumer, Producer, Waited};

#[cfg(unix)]
mod bell;
#[cfg(windows)]
#[path = "capture/no_bell.rs"]
mod bell;
mod notices;
mod thread;

use bell::Bell;
use notices::Notices;
use thread::Thread;

/// A capture thread, and how the program waits for it.
#[derive(Debug)]
pub(super) struct Capture<B: Backend> {
    backend: B,
    wait: Wait,
    notices: Arc<Notices>,
    /// There is none while it is paused.
    thread: Option<Thread<B>>,
    paused: Option<Source<B>>,
    waker: Waker<B>,
    /// There is none under [`Wait::Busy`], which wakes nobody.
    bell: Option<Bell>,
    /// The program polls the bell.
    watched: Cell<bool>,
    /// The bell may be readable.
    armed: Cell<bool>,
}

impl<B: Backend> Capture<B> {
    /// Makes the ring and starts a thread that fills it.
    pub(super) fn open(
        unfilled: Unfilled<B>,
        capacity: usize,
        wait: Wait,
    ) -> Result<(Origin<B>, Consumer)> {
        let (producer, consumer, bell) = channel(capacity, wait)?;
        let mut source = unfilled.source(producer);
        source.set_stamps(true);
        let capture = Capture::start(source, &consumer, bell, wait)?;
        Ok((Origin::Capture(Box::new(capture)), consumer))
    }

    /// Starts a thread that reads from `source`. The ring and the bell are those of [`channel`].
    fn start(
        source: Source<B>,
        consumer: &Consumer,
        bell: Option<Bell>,
        wait: Wait,
    ) -> Result<Self> {
        let notices = Arc::new(Notices::new(consumer.waker()));
        let waker = Waker::new(source.waker());
        Ok(Capture {
            backend: source.backend().clone(),
            wait,
            thread: Some(Thread::start(source, &notices, &waker)?),
            notices,
            paused: None,
            waker,
            bell,
            watched: Cell::new(false),
            armed: Cell::new(false),
        })
    }
}

impl<B: Backend> Captured<B> for Capture<B> {
    fn pause(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.paused = Some(thread.stop());
        }
    }

    fn resume(&mut self) -> Result<()> {
        if let Some(source) = self.paused.take() {
            self.thread = Some(Thread::start(source, &self.notices, &self.waker)?);
        }
        Ok(())
    }

    fn descriptor(&self) -> Option<BorrowedDescriptor<'_>> {
        let bell = self.bell.as_ref()?;
        if !self.watched.replace(true) {
            // It was not armed until now, so something may be there: the program has to look once.
            bell.ring();
            self.armed.set(true);
        }
        bell.descriptor()
    }

    fn waker(&self) -> Waker<B> {
        self.waker.clone()
    }

    fn backend(&self) -> &B {
        &self.backend
    }

    fn wait(&mut self, consumer: &mut Consumer, deadline: Option<Time>) -> Result<Arrival> {
        // After a borrower that panicked.
        self.resume()?;
        loop {
            if let Some(arrival) = self.notices.take() {
                return Ok(arrival);
            }
            match self.wait_for_ring(consumer, deadline) {
                Waited::Ready => return Ok(Arrival::Bytes),
                Waited::Woken => {}
                Waited::TimedOut => return Ok(Arrival::Elapsed),
                Waited::Ended => {
                    return match self.notices.take_failure() {
                        Some(error) => Err(error),
                        None => Ok(Arrival::End),
                    };
                }
            }
        }
    }
}

impl<B: Backend> Capture<B> {
    fn wait_for_ring(&mut self, consumer: &mut Consumer, deadline: Option<Time>) -> Waited {
        self.disarm(consumer);
        if let Wait::Spin(budget) = self.wait {
            let end = self.backend.now() + budget;
            while self.backend.now() < deadline.map_or(end, |deadline| deadline.min(end)) {
                match consumer.wait(Some(Duration::ZERO)) {
                    Waited::TimedOut => std::hint::spin_loop(),
                    waited => return waited,
                }
            }
        }
        let timeout = deadline.map(|deadline| deadline.since(self.backend.now()));
        if timeout == Some(Duration::ZERO) && self.watched.get() {
            self.armed.set(true);
            return consumer.arm().unwrap_or(Waited::TimedOut);
        }
        consumer.wait(timeout)
    }

    /// Takes back what the last wait of zero announced.
    fn disarm(&mut self, consumer: &mut Consumer) {
        if let Some(bell) = self.bell.as_mut().filter(|_| self.armed.take()) {
            consumer.disarm();
            bell.silence();
        }
    }
}

/// Makes the ring between a capture thread and a program that waits in this way, and the bell that
/// wakes the program.
fn channel(capacity: usize, wait: Wait) -> Result<(Producer, Consumer, Option<Bell>)> {
    let options = ring::Options::new(capacity).stamps(true);
    if wait == Wait::Busy {
        let (producer, consumer) = options.spinning(true).channel();
        return Ok((producer, consumer, None));
    }
    let bell = Bell::new().map_err(|error| Error::os("socketpair", error))?;
    let (producer, consumer) = options.on_data(bell.ringer()).channel();
    Ok((producer, consumer, Some(bell)))
}
