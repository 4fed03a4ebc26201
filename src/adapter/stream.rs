//! What the async streams share: when to look, when to sleep, and what wakes them.
//!
//! The runtimes differ only in [`Readiness`].

use std::io;
use std::os::fd::OwnedFd;
use std::task::{Context, Poll};
use std::time::Duration;

use ttyring_platform::{Backend, Error, Result};

use crate::event::Event;
use crate::input::{Input, Polled, Step};

/// How often in a row a stream may be ready before it lets other tasks run: a paste of megabytes
/// would hold them up otherwise.
const STREAK: u32 = 64;

/// What a runtime says of the input's descriptor, and a timer.
pub(super) trait Readiness {
    /// Says whether the descriptor has become readable since the last time this said `Ready`; if
    /// not, has the task woken when it does.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Says whether so much time has passed; if not, has the task woken when it has.
    fn poll_timer(&mut self, cx: &mut Context<'_>, rest: Duration) -> Poll<()>;
}

/// Copies the input's descriptor, for the runtime to register: the two mean the same.
pub(super) fn descriptor<B: Backend>(input: &Input<B>) -> io::Result<OwnedFd> {
    let descriptor = input.descriptor().ok_or(io::ErrorKind::Unsupported)?;
    descriptor.try_clone_to_owned()
}

/// Finds what is next. Nothing is taken out of the input unless the answer is `Ready`, so whoever
/// stops asking loses nothing.
pub(super) fn poll_step<B: Backend>(
    input: &mut Input<B>,
    readiness: &mut impl Readiness,
    streak: &mut u32,
    cx: &mut Context<'_>,
) -> Poll<Result<Step>> {
    if *streak == STREAK {
        *streak = 0;
        cx.waker().wake_by_ref();
        return Poll::Pending;
    }
    loop {
        match input.step(Some(input.now()))? {
            Step::Elapsed => {}
            step => {
                *streak += 1;
                return Poll::Ready(Ok(step));
            }
        }
        match readiness.poll_ready(cx) {
            Poll::Ready(Ok(())) => continue,
            Poll::Ready(Err(error)) => return Poll::Ready(Err(Error::os("poll", error))),
            Poll::Pending => {}
        }
        let over = input
            .patience()
            .is_some_and(|rest| readiness.poll_timer(cx, rest).is_ready());
        if !over {
            *streak = 0;
            return Poll::Pending;
        }
    }
}

/// The event of a step, owned; `None` at the end.
pub(super) fn owned<B: Backend>(input: &Input<B>, step: Step) -> Option<Event<'static>> {
    input.resolve(step).event().map(Event::into_owned)
}

/// The event of a step.
pub(super) fn borrowed<B: Backend>(input: &Input<B>, step: Step) -> Option<Event<'_>> {
    match input.resolve(step) {
        Polled::Event(event) => Some(event),
        Polled::Elapsed | Polled::End => None,
    }
}
