//! Who reads the terminal: the caller's own thread, or a capture thread. To the rest of an input,
//! both are the same.

use std::fmt::Debug;
#[cfg(any(feature = "mio", feature = "tokio", feature = "async-io"))]
use std::sync::Arc;

use ttyring_platform::{Backend, BorrowedDescriptor, Result, Time};

use super::source::{Arrival, Source};
use super::waker::Waker;
use crate::ring::Consumer;

/// Where bytes, signals and wake-ups arrive from.
#[derive(Debug)]
pub(super) enum Origin<B: Backend> {
    /// The caller's thread waits and reads.
    Caller(Source<B>),
    /// A thread of its own does.
    Capture(Box<dyn Captured<B>>),
}

/// The program's end of a capture thread. It is behind a trait so that programs without one do not
/// link it, with all of a ring between two threads: a fifth of the library.
pub(super) trait Captured<B: Backend>: Debug + Send {
    /// Ends the thread until [`resume`](Captured::resume).
    fn pause(&mut self);

    /// Starts the thread again.
    fn resume(&mut self) -> Result<()>;

    /// Waits until there are new bytes, or something else to tell, or `deadline` has passed.
    fn wait(&mut self, consumer: &mut Consumer, deadline: Option<Time>) -> Result<Arrival>;

    /// Returns what polls readable from when a wait of zero last found nothing.
    fn descriptor(&self) -> Option<BorrowedDescriptor<'_>>;

    fn waker(&self) -> Waker<B>;

    fn backend(&self) -> &B;
}

impl<B: Backend> Origin<B> {
    /// Waits until `consumer` has new bytes, or there is something else to tell, or `deadline` has
    /// passed.
    #[inline(always)]
    pub(super) fn wait(
        &mut self,
        consumer: &mut Consumer,
        deadline: Option<Time>,
    ) -> Result<Arrival> {
        match self {
            Origin::Caller(source) => source.wait(deadline),
            Origin::Capture(capture) => capture.wait(consumer, deadline),
        }
    }

    /// Nobody reads from here on, until [`resume`](Origin::resume).
    pub(super) fn pause(&mut self) {
        if let Origin::Capture(capture) = self {
            capture.pause();
        }
    }

    pub(super) fn resume(&mut self) -> Result<()> {
        match self {
            Origin::Caller(_) => Ok(()),
            Origin::Capture(capture) => capture.resume(),
        }
    }

    /// Notices signals that are there already, before any bytes are taken.
    pub(super) fn look(&mut self) -> Result<()> {
        match self {
            Origin::Caller(source) => source.look(),
            Origin::Capture(_) => Ok(()),
        }
    }

    /// Returns whether a capture thread reads, whatever the caller's thread does.
    pub(super) fn is_captured(&self) -> bool {
        matches!(self, Origin::Capture(_))
    }

    pub(super) fn backend(&self) -> &B {
        match self {
            Origin::Caller(source) => source.backend(),
            Origin::Capture(capture) => capture.backend(),
        }
    }

    pub(super) fn waker(&self) -> Waker<B> {
        match self {
            Origin::Caller(source) => Waker::new(source.waker()),
            Origin::Capture(capture) => capture.waker(),
        }
    }

    /// Returns what waits on another thread, where there is no descriptor. A capture thread waits
    /// itself.
    #[cfg(any(feature = "mio", feature = "tokio", feature = "async-io"))]
    pub(super) fn watch(&mut self) -> Result<Option<Arc<dyn ttyring_platform::Watch>>> {
        match self {
            Origin::Caller(source) => source.watch(),
            Origin::Capture(_) => Ok(None),
        }
    }

    pub(super) fn descriptor(&self) -> Option<BorrowedDescriptor<'_>> {
        match self {
            Origin::Caller(source) => source.descriptor(),
            Origin::Capture(capture) => capture.descriptor(),
        }
    }
}
