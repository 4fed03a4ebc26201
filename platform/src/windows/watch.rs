//! Waits in the place of a poller, on a thread that wakes an event loop: a console has no handle for
//! one.

use std::sync::Arc;

use super::console::Console;
use super::notify::Notify;
use super::sys::{Answer, Sys};
use crate::Watch;

/// A wait beside a poller, with events of its own: one that a thread takes is lost for others.
#[derive(Debug)]
pub(super) struct WindowsWatch<S: Sys> {
    console: Arc<Console<S>>,
    notify: Arc<Notify<S>>,
    /// Set when the poller has found nothing.
    armed: S::Handle,
    cancelled: S::Handle,
}

impl<S: Sys> WindowsWatch<S> {
    pub(super) fn new(console: &Arc<Console<S>>, notify: &Arc<Notify<S>>) -> Answer<Arc<Self>> {
        notify.tell_beside(console.sys.event()?);
        Ok(Arc::new(WindowsWatch {
            console: Arc::clone(console),
            notify: Arc::clone(notify),
            armed: console.sys.event()?,
            cancelled: console.sys.event()?,
        }))
    }

    /// The poller has found nothing: what comes from now on is news.
    pub(super) fn arm(&self) {
        // An event that is open can be set.
        let _ = self.console.sys.set_event(&self.armed);
    }

    /// Waits for any of these; false once the wait is cancelled.
    fn wait_for(&self, handles: &[&S::Handle]) -> bool {
        let handles = [&[&self.cancelled], handles].concat();
        loop {
            match self.console.sys.wait(&handles, None) {
                Ok(Some(0)) => return false,
                Ok(Some(_)) => return true,
                Ok(None) => {}
                // The poller says what it is.
                Err(code) => return code.is_gone(),
            }
        }
    }
}

impl<S: Sys> Watch for WindowsWatch<S> {
    fn wait(&self) -> bool {
        let news = self.notify.beside().into_iter();
        let news: Vec<_> = news.chain([&self.console.input]).collect();
        self.wait_for(&[&self.armed]) && self.wait_for(&news)
    }

    fn cancel(&self) {
        // As above.
        let _ = self.console.sys.set_event(&self.cancelled);
    }
}
