//! A scripted terminal each of whose calls is a step of a [`Stage`].

use std::io::IoSliceMut;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::Duration;

use ttyring_platform::sim::{self, Sim};
use ttyring_platform::{Backend, Poller, Ready, Result, Signals, Size, Time, Transfer, Tty, When};

use super::stage::Stage;

/// The terminal of a stage, as a backend.
#[derive(Clone, Debug)]
pub(in crate::terminal) struct Staged(pub(super) Arc<Stage>);

/// An opening of that terminal.
#[derive(Debug)]
pub(in crate::terminal) struct StagedTty {
    stage: Arc<Stage>,
    tty: sim::Tty,
}

/// What waits for it.
#[derive(Debug)]
pub(in crate::terminal) struct StagedPoller {
    stage: Arc<Stage>,
    poller: sim::Poller,
}

impl Backend for Staged {
    type Tty = StagedTty;
    type Poller = StagedPoller;

    fn open(&self) -> Result<StagedTty> {
        self.0.step("open");
        Ok(StagedTty {
            stage: Arc::clone(&self.0),
            tty: self.0.sim().open()?,
        })
    }

    fn poller(&self, tty: &StagedTty, signals: Signals) -> Result<StagedPoller> {
        self.0.step("epoll_create");
        Ok(StagedPoller {
            stage: Arc::clone(&self.0),
            poller: self.0.sim().poller(&tty.tty, signals)?,
        })
    }

    fn now(&self) -> Time {
        Sim::now(self.0.sim())
    }
}

impl Tty for StagedTty {
    type Termios = sim::Termios;

    fn termios(&self) -> Result<sim::Termios> {
        self.stage.step("tcgetattr");
        self.tty.termios()
    }

    fn set_termios(&self, when: When, termios: &sim::Termios) -> Result<()> {
        self.stage.step("tcsetattr");
        if self.stage.is_over() {
            return Ok(());
        }
        self.tty.set_termios(when, termios)
    }

    fn read(&self, buffer: &mut [u8]) -> Result<Transfer> {
        self.stage.step("read");
        self.tty.read(buffer)
    }

    fn read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> Result<Transfer> {
        self.stage.step("readv");
        self.tty.read_vectored(buffers)
    }

    fn write(&self, bytes: &[u8]) -> Result<Transfer> {
        self.stage.step("write");
        if self.stage.is_over() {
            return Ok(Transfer::Bytes(bytes.len()));
        }
        if self.stage.is_full() {
            return Ok(Transfer::NotReady);
        }
        // One write may take less than all: a signal can come between the parts.
        let part = &bytes[..bytes.len().min(self.stage.room())];
        let outcome = self.tty.write(part)?;
        self.stage.answer();
        Ok(outcome)
    }

    fn size(&self) -> Result<Size> {
        self.tty.size()
    }

    fn pending(&self) -> Result<usize> {
        self.tty.pending()
    }

    fn discard_input(&self) -> Result<()> {
        self.stage.step("tcflush");
        self.tty.discard_input()
    }

    fn device(&self) -> Option<u64> {
        self.tty.device()
    }

    fn is_private(&self) -> bool {
        true
    }

    fn set_blocking(&self, blocking: bool) -> Result<()> {
        self.tty.set_blocking(blocking)
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

impl Poller for StagedPoller {
    type Waker = sim::Waker;

    fn wait(&mut self, timeout: Option<Duration>) -> Result<Ready> {
        self.stage.step("epoll_wait");
        if self.stage.is_over() {
            return Ok(Ready::default());
        }
        self.poller.wait(timeout)
    }

    fn waker(&self) -> sim::Waker {
        self.poller.waker()
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}
