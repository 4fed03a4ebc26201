//! A thread that waits for an input whose system has no descriptor for an event loop.

use std::io;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use ttyring_platform::{Backend, Watch};

use crate::input::Input;

/// The thread; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct WatchThread {
    watch: Arc<dyn Watch>,
    thread: Option<JoinHandle<()>>,
}

impl WatchThread {
    /// Calls `wake` on a thread of its own whenever there is something to poll the input for, once
    /// it was polled and had nothing.
    ///
    /// # Errors
    ///
    /// `Unsupported` where the system cannot wait so, or the input has a capture thread, which waits
    /// itself; whatever the system answers.
    pub(super) fn start<B: Backend>(
        input: &mut Input<B>,
        wake: impl Fn() + Send + 'static,
    ) -> io::Result<Self> {
        let watch = input.watch()?.ok_or(io::ErrorKind::Unsupported)?;
        let waits = Arc::clone(&watch);
        let thread = Builder::new()
            .name("ttyring watch".to_owned())
            .spawn(move || {
                while waits.wait() {
                    wake();
                }
            })?;
        Ok(WatchThread {
            watch,
            thread: Some(thread),
        })
    }
}

impl Drop for WatchThread {
    fn drop(&mut self) {
        self.watch.cancel();
        if let Some(thread) = self.thread.take() {
            // A panic in it is the event loop's own, and was shown.
            let _ = thread.join();
        }
    }
}
