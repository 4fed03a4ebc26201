//! The thread itself: from the terminal to the ring, and signals past it.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use ttyring_platform::{Backend, Error, Result};

use super::notices::Notices;
use crate::input::source::{Arrival, Source};
use crate::input::waker::Waker;
use crate::ring::{self, Waited};

/// A running thread, and what ends it.
#[derive(Debug)]
pub(super) struct Thread<B: Backend> {
    stop: Arc<AtomicBool>,
    waker: Waker<B>,
    producer: ring::Waker,
    handle: Option<JoinHandle<Source<B>>>,
}

impl<B: Backend> Thread<B> {
    pub(super) fn start(
        mut source: Source<B>,
        notices: &Arc<Notices>,
        waker: &Waker<B>,
    ) -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let producer = source.producer().waker();
        let reading = Reading {
            stop: Arc::clone(&stop),
            notices: Arc::clone(notices),
            waker: waker.clone(),
        };
        let handle = thread::Builder::new()
            .name("ttyring-capture".to_owned())
            .spawn(move || reading.run(source))
            .map_err(|error| Error::os("pthread_create", error))?;
        Ok(Thread {
            stop,
            waker: waker.clone(),
            producer,
            handle: Some(handle),
        })
    }

    /// Ends the thread and returns what it read from.
    pub(super) fn stop(mut self) -> Source<B> {
        let handle = self.end().expect("only `stop` and `drop` end the thread");
        match handle.join() {
            Ok(source) => source,
            Err(panic) => resume_unwind(panic),
        }
    }

    fn end(&mut self) -> Option<JoinHandle<Source<B>>> {
        let handle = self.handle.take()?;
        // Release: pairs with the Acquire in `is_stopped`.
        self.stop.store(true, Ordering::Release);
        // The terminal's wake-up first: a thread that the other one finds waiting for room finds
        // it.
        self.waker.wake_reader();
        self.producer.wake();
        Some(handle)
    }
}

impl<B: Backend> Drop for Thread<B> {
    fn drop(&mut self) {
        if let Some(handle) = self.end() {
            // A panic has been printed already.
            let _ = handle.join();
        }
    }
}

/// What the thread has besides its source.
struct Reading<B: Backend> {
    stop: Arc<AtomicBool>,
    notices: Arc<Notices>,
    waker: Waker<B>,
}

impl<B: Backend> Reading<B> {
    /// Reads until it is told to stop, or nobody reads the ring, or the terminal is gone.
    fn run(self, mut source: Source<B>) -> Source<B> {
        match self.forward(&mut source) {
            Ok(()) if self.is_stopped() => return source,
            Ok(()) => {}
            Err(error) => self.notices.fail(error),
        }
        source.producer().close();
        source
    }

    fn forward(&self, source: &mut Source<B>) -> Result<()> {
        loop {
            match source.producer().wait(None) {
                Waited::Ended => return Ok(()),
                Waited::Woken if !self.is_stopped() => continue,
                _ => {}
            }
            match source.wait(None)? {
                Arrival::Bytes | Arrival::Elapsed => {}
                Arrival::Signals(signals) => self.notices.signals(signals),
                Arrival::Woken => {
                    let stopped = self.is_stopped();
                    // The wake-up of a stop ends no wait of the program; a call beside it does.
                    if self.waker.take_call() || !stopped {
                        self.notices.woken();
                    }
                    if stopped {
                        return Ok(());
                    }
                }
                Arrival::End => return Ok(()),
            }
        }
    }

    fn is_stopped(&self) -> bool {
        // Acquire: pairs with the Release in `end`.
        self.stop.load(Ordering::Acquire)
    }
}
