//! Waits with mio for the terminal and a pipe that wakers and signals share.
//!
//! mio reports edges. What this poller promises is a level, so it registers the terminal anew
//! after each report: epoll and kqueue then look again, and report it for as long as there is
//! something to read.

use std::fmt;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use mio::unix::{SourceFd, pipe};
use mio::{Events, Interest, Poll, Token};
use rustix::io::fcntl_dupfd_cloexec;

use crate::unix::{Tty, Waker, Wakeups, now};
use crate::{Error, Ready, Result, Signals, Tty as _};

const TTY: Token = Token(0);
const WAKEUP: Token = Token(1);

/// Waits for a terminal, wake-ups and signals.
pub struct Poller {
    poll: Poll,
    events: Events,
    /// The terminal's description once more: it stays registered whatever its owner does.
    tty: Option<OwnedFd>,
    pipe: pipe::Receiver,
    wakeups: Wakeups,
}

impl Poller {
    pub(super) fn new(tty: &Tty, signals: Signals) -> Result<Self> {
        let poll = Poll::new().map_err(|error| Error::os("poll", error))?;
        let (sender, mut pipe) = pipe::new().map_err(|error| Error::os("pipe", error))?;
        let tty = tty
            .descriptor()
            .map(|terminal| fcntl_dupfd_cloexec(terminal, 3))
            .transpose()
            .map_err(|error| Error::os("fcntl", error))?;
        poll.registry()
            .register(&mut pipe, WAKEUP, Interest::READABLE)
            .map_err(|error| Error::os("register", error))?;
        if let Some(tty) = &tty {
            poll.registry()
                .register(&mut SourceFd(&tty.as_raw_fd()), TTY, Interest::READABLE)
                .map_err(|error| Error::os("register", error))?;
        }
        Ok(Poller {
            poll,
            events: Events::with_capacity(2),
            tty,
            pipe,
            wakeups: Wakeups::new(Arc::new(sender.into()), signals)?,
        })
    }

    /// Registers the terminal anew, so that it is reported again while there is something to read.
    fn arm(&self) -> Result<()> {
        let Some(tty) = &self.tty else {
            return Ok(());
        };
        self.poll
            .registry()
            .reregister(&mut SourceFd(&tty.as_raw_fd()), TTY, Interest::READABLE)
            .map_err(|error| Error::os("reregister", error))
    }

    /// Drains the pipe, and takes what was written to it for.
    fn take_wakeups(&mut self, ready: &mut Ready) -> Result<()> {
        let mut written = [0; 512];
        loop {
            match self.pipe.read(&mut written) {
                Ok(count) if count == written.len() => {}
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::os("read", error)),
            }
        }
        // After the read: what is set from now on makes the pipe fire again.
        self.wakeups.take(ready);
        Ok(())
    }
}

impl crate::Poller for Poller {
    type Waker = Waker;

    fn wait(&mut self, timeout: Option<Duration>) -> Result<Ready> {
        let deadline = timeout.map(|timeout| now() + timeout);
        let mut rest = timeout;
        loop {
            match self.poll.poll(&mut self.events, rest) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => self.events.clear(),
                Err(error) => return Err(Error::os("poll", error)),
            }
            let reported = |which| self.events.iter().any(|event| event.token() == which);
            let (tty, wakeup) = (reported(TTY), reported(WAKEUP));
            let mut ready = Ready {
                tty,
                ..Ready::default()
            };
            if tty {
                self.arm()?;
            }
            if wakeup {
                self.take_wakeups(&mut ready)?;
            }
            if !ready.is_empty() {
                return Ok(ready);
            }
            rest = deadline.map(|deadline| deadline.since(now()));
            if rest == Some(Duration::ZERO) {
                return Ok(ready);
            }
        }
    }

    fn waker(&self) -> Waker {
        self.wakeups.waker()
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        // SAFETY: the descriptor lives as long as the poll, which the answer borrows.
        Some(unsafe { BorrowedFd::borrow_raw(self.poll.as_raw_fd()) })
    }
}

impl fmt::Debug for Poller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Poller")
            .field("poll", &self.poll)
            .field("wakeups", &self.wakeups)
            .finish_non_exhaustive()
    }
}
