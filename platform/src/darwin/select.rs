//! Waits with one `select(2)` for a terminal that kqueue refuses, and a pipe.
//!
//! `/dev/tty` is the terminal in question. `poll(2)` refuses it as well. The pipe is shared by
//! wakers and signal handlers, as the eventfd is on Linux. This module does not keep the time.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use super::abi::{Errno, FdSet, Timeval};
use super::sys::{Sys, refused};
use super::tty::DarwinTty;
use crate::unix::{Waker, Wakeups};
use crate::{Error, Ready, Result, Signals};

#[derive(Debug)]
pub(super) struct Select<S> {
    sys: S,
    tty: Arc<OwnedFd>,
    reader: OwnedFd,
    wakeups: Wakeups,
}

impl<S: Sys> Select<S> {
    /// Makes the pipe and subscribes to the signals.
    ///
    /// `select(2)` takes descriptors below 1024 only; a higher one is refused here with `EINVAL`,
    /// as the system would, and not at the first wait.
    pub(super) fn new(sys: &S, tty: &DarwinTty<S>, signals: Signals) -> Result<Self> {
        let (reader, writer) = sys.pipe().map_err(refused("pipe"))?;
        let new = Select {
            sys: sys.clone(),
            tty: Arc::clone(tty.shared_fd()),
            reader,
            wakeups: Wakeups::new(Arc::new(writer), signals)?,
        };
        new.set()?;
        Ok(new)
    }

    /// Asks the kernel once, for at most `rest`; an empty answer may come early.
    pub(super) fn look(&mut self, rest: Option<Duration>) -> Result<Ready> {
        let mut reading = self.set()?;
        let highest = self.tty.as_raw_fd().max(self.reader.as_raw_fd());
        let (limit, mut writing) = (highest + 1, FdSet::default());
        let found = self
            .sys
            .select(limit, &mut reading, &mut writing, rest.map(timeval));
        match found {
            Ok(0) | Err(Errno::INTR) => return Ok(Ready::default()),
            Ok(_) => {}
            Err(errno) => return Err(Error::os("select", errno)),
        }
        let mut ready = Ready {
            tty: reading.contains(self.tty.as_raw_fd()),
            ..Ready::default()
        };
        if reading.contains(self.reader.as_raw_fd()) {
            // Read before the flags are taken, so that what arrives in between makes the pipe
            // readable again. What is left in it is reported again.
            let _ = self.sys.read(self.reader.as_fd(), &mut [0; 512]);
            self.wakeups.take(&mut ready);
        }
        Ok(ready)
    }

    fn set(&self) -> Result<FdSet> {
        let mut set = FdSet::default();
        let fits = set.insert(self.tty.as_raw_fd()) && set.insert(self.reader.as_raw_fd());
        fits.then_some(set)
            .ok_or_else(|| Error::os("select", Errno::INVAL))
    }

    pub(super) fn waker(&self) -> Waker {
        self.wakeups.waker()
    }
}

/// Rounds up: a wait that ends before its time would only be made again.
fn timeval(duration: Duration) -> Timeval {
    let micros = duration.as_nanos().div_ceil(1000);
    Timeval {
        // Bounded by the longest wait.
        seconds: (micros / 1_000_000) as i64,
        microseconds: (micros % 1_000_000) as i32,
    }
}
