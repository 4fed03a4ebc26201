//! Events as a stream, under any runtime.
//!
//! A thread watches the descriptor of the input while a task waits for events, and wakes the task.
//! It reads nothing: what comes while no task asks, because the program runs an editor for
//! example, stays in the terminal.

use std::io::{self, Read, Write};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use futures_core::Stream;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::reader::Found;
use super::{Event, shared};

/// How soon a task looks again that has found another thread reading.
const SOON: Duration = Duration::from_millis(10);

/// The events of the terminal, as a stream.
///
/// A stream gives an error, and then ends, when the terminal is gone. Dropping it, or a future of
/// it, loses no event: the next stream, or [`read`](super::read), gets it.
///
/// # Examples
///
/// ```no_run
/// use ttyring_crossterm::event::EventStream;
///
/// let events = EventStream::new();
/// // `events.next().await` of the crate `futures`, in a `select!` for example.
/// ```
#[derive(Debug, Default)]
pub struct EventStream {
    ended: bool,
}

impl EventStream {
    /// Makes a stream.
    pub fn new() -> EventStream {
        EventStream::default()
    }
}

impl Stream for EventStream {
    type Item = io::Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let next = next(cx);
        self.ended = matches!(next, Poll::Ready(Some(Err(_))));
        next
    }
}

fn next(cx: &mut Context<'_>) -> Poll<Option<io::Result<Event>>> {
    let now = Some(Instant::now());
    let mut turn = match shared::take(now) {
        Ok(Some(turn)) => turn,
        Ok(None) => {
            WATCH.wake_later(cx.waker(), Instant::now().checked_add(SOON), None);
            return Poll::Pending;
        }
        Err(error) => return Poll::Ready(Some(Err(error))),
    };
    match turn.wait(now) {
        Ok(Found::Something) => Poll::Ready(turn.next()),
        Ok(_) => {
            let patience = turn.patience();
            WATCH.wake_later(cx.waker(), patience, turn.input().descriptor());
            Poll::Pending
        }
        Err(error) => Poll::Ready(Some(Err(error))),
    }
}

/// Wakes every task that waits: something may have come while another thread had the reader.
pub(super) fn wake_tasks() {
    WATCH.wake_all();
}

static WATCH: Watch = Watch {
    waiting: Mutex::new(Waiting {
        tasks: Vec::new(),
        deadline: None,
    }),
    descriptor: OnceLock::new(),
    bell: OnceLock::new(),
};

/// What the thread watches, and for whom.
struct Watch {
    waiting: Mutex<Waiting>,
    /// The descriptor of the input, which is never closed.
    descriptor: OnceLock<OwnedFd>,
    /// Has the thread look at what it is to watch.
    bell: OnceLock<Option<UnixStream>>,
}

struct Waiting {
    tasks: Vec<Waker>,
    deadline: Option<Instant>,
}

impl Watch {
    /// Wakes a task when the descriptor is readable, at `deadline` at the latest.
    fn wake_later(
        &'static self,
        task: &Waker,
        deadline: Option<Instant>,
        descriptor: Option<BorrowedFd<'_>>,
    ) {
        let new = descriptor.filter(|_| self.descriptor.get().is_none());
        if let Some(Ok(own)) = new.map(|shared| shared.try_clone_to_owned()) {
            // The first one stays.
            let _ = self.descriptor.set(own);
        }
        let mut waiting = self.waiting();
        waiting.deadline = match (waiting.deadline, deadline) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        if !waiting.tasks.iter().any(|other| other.will_wake(task)) {
            waiting.tasks.push(task.clone());
        }
        drop(waiting);
        if !self.ring() {
            // Without a thread the task has to look by itself.
            self.wake_all();
        }
    }

    fn wake_all(&self) {
        let mut waiting = self.waiting();
        waiting.deadline = None;
        let tasks = std::mem::take(&mut waiting.tasks);
        drop(waiting);
        tasks.into_iter().for_each(Waker::wake);
    }

    /// Has the thread look again, and starts it if it is not there; returns whether it is.
    fn ring(&'static self) -> bool {
        let bell = self.bell.get_or_init(|| {
            let (bell, heard) = UnixStream::pair().ok()?;
            bell.set_nonblocking(true).ok()?;
            heard.set_nonblocking(true).ok()?;
            let thread = thread::Builder::new().name("ttyring-events".into());
            thread.spawn(move || self.watch(heard)).ok()?;
            Some(bell)
        });
        let Some(mut bell) = bell.as_ref() else {
            return false;
        };
        // A full pipe rings as well.
        let _ = bell.write(&[0]);
        true
    }

    fn watch(&self, mut heard: UnixStream) {
        loop {
            let (is_wanted, deadline) = {
                let waiting = self.waiting();
                (!waiting.tasks.is_empty(), waiting.deadline)
            };
            let rest = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let rest = rest.and_then(|rest| Timespec::try_from(rest).ok());
            let descriptor = self.descriptor.get().filter(|_| is_wanted);
            let bell = PollFd::new(&heard, PollFlags::IN);
            let mut watched = vec![bell];
            watched.extend(descriptor.map(|input| PollFd::new(input, PollFlags::IN)));
            let found = poll(&mut watched, rest.as_ref());
            let rung = !watched[0].revents().is_empty();
            let ready = watched
                .get(1)
                .is_some_and(|input| !input.revents().is_empty());
            drop(watched);
            if rung {
                let _ = heard.read(&mut [0; 64]);
            }
            let is_over = deadline.is_some_and(|deadline| deadline <= Instant::now());
            if ready || is_over || (found.is_err() && !rung) {
                self.wake_all();
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
