//! Readiness by a thread that waits, where the system has no descriptor for a runtime.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use ttyring_platform::Backend;

use super::Readiness;
use crate::adapter::watch::WatchThread;
use crate::input::Input;

/// Whether the thread has seen input, and which task waits for it.
#[derive(Debug, Default)]
struct Readable {
    arrived: bool,
    task: Option<Waker>,
}

/// A thread that waits, and what it has found.
struct Watched {
    readable: Arc<Mutex<Readable>>,
    _thread: WatchThread,
}

pub(super) fn start<B: Backend>(input: &mut Input<B>) -> io::Result<Box<dyn Readiness>> {
    let readable = Arc::new(Mutex::new(Readable::default()));
    let told = Arc::clone(&readable);
    let thread = WatchThread::start(input, move || {
        let task = {
            let mut readable = lock(&told);
            readable.arrived = true;
            readable.task.take()
        };
        if let Some(task) = task {
            task.wake();
        }
    })?;
    Ok(Box::new(Watched {
        readable,
        _thread: thread,
    }))
}

fn lock(readable: &Mutex<Readable>) -> MutexGuard<'_, Readable> {
    readable.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Readiness for Watched {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut readable = lock(&self.readable);
        if std::mem::take(&mut readable.arrived) {
            return Poll::Ready(Ok(()));
        }
        readable.task = Some(cx.waker().clone());
        Poll::Pending
    }
}
