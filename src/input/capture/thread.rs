//! The thread itself: from the terminal to the ring, and signals past it.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};

use ttyring_platform::{Backend, Error, Poller, Result, Wake};

use super::news::News;
use crate::input::source::{Arrival, Source};
use crate::ring::{self, Waited};

/// A running thread, and what ends it.
#[derive(Debug)]
pub(super) struct Thread<B: Backend> {
    news: Arc<News>,
    poller: <B::Poller as Poller>::Waker,
    producer: ring::Waker,
    handle: Option<JoinHandle<Source<B>>>,
}

impl<B> Thread<B>
where
    B: Backend + Send + 'static,
    B::Poller: Send + 'static,
{
    pub(super) fn start(mut source: Source<B>, news: &Arc<News>) -> Result<Self> {
        let theirs = Arc::clone(news);
        let poller = source.waker();
        let producer = source.producer().waker();
        let handle = thread::Builder::new()
            .name("ttyring-capture".to_owned())
            .spawn(move || run(source, &theirs))
            .map_err(|error| Error::os("pthread_create", error))?;
        Ok(Thread {
            news: Arc::clone(news),
            poller,
            producer,
            handle: Some(handle),
        })
    }
}

impl<B: Backend> Thread<B> {
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
        // Release: pairs with the Acquire in `forward`.
        self.news.stop.store(true, Ordering::Release);
        // The terminal's wake-up first: whoever the other one finds waiting for room finds it.
        self.poller.wake();
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

/// Reads until it is told to stop, or nobody reads the ring, or the terminal is gone.
fn run<B: Backend>(mut source: Source<B>, news: &News) -> Source<B> {
    match forward(&mut source, news) {
        Ok(Ended::Stopped) => return source,
        Ok(Ended::Terminal) => {}
        Err(error) => news.fail(error),
    }
    source.producer().close();
    source
}

enum Ended {
    Stopped,
    Terminal,
}

fn forward<B: Backend>(source: &mut Source<B>, news: &News) -> Result<Ended> {
    loop {
        // Acquire: pairs with the Release in `end`.
        match source.wait_for_room() {
            None => return Ok(Ended::Terminal),
            Some(Waited::Woken) if !news.stop.load(Ordering::Acquire) => continue,
            Some(_) => {}
        }
        match source.wait(None)? {
            Arrival::Bytes | Arrival::Elapsed => {}
            Arrival::Signals(signals) => news.signals(signals),
            // The wake-up that belongs to `stop` is taken with it, so that it does not end a wait
            // of whoever reads next. Acquire: pairs with the Release in `end`.
            Arrival::Woken if news.stop.load(Ordering::Acquire) => return Ok(Ended::Stopped),
            Arrival::Woken => news.woken(),
            Arrival::End => return Ok(Ended::Terminal),
        }
    }
}
