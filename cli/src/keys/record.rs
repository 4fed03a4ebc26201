//! `ttyring keys --record FILE`: what each read gave and when, as an asciicast v2 recording.
//!
//! [`Recorder`] is a backend in front of another one, so that the recording has every byte as it was
//! read, the terminal's answers included, and not only what became of it.

use std::fs::{File, OpenOptions};
use std::io::{self, IoSliceMut, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use ttyring::platform::{Backend, BorrowedDescriptor, Result, Time, Transfer, Tty, When};
use ttyring::{Signals, Size};
use ttyring_platform::sim::{Step, cast};

use crate::system;

/// A backend whose reads are recorded.
#[derive(Clone, Debug)]
pub(super) struct Recorder<B> {
    inner: B,
    tape: Arc<Tape>,
}

/// Where the recording goes.
#[derive(Debug)]
struct Tape {
    start: Time,
    /// What could not be written ends the recording, not the program.
    file: Mutex<io::Result<File>>,
}

impl Tape {
    fn write(&self, text: &str) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(open) = &mut *file
            && let Err(error) = open.write_all(text.as_bytes())
        {
            *file = Err(error);
        }
    }

    fn note(&self, after: Duration, step: &Step) {
        self.write(&cast::line(after, step));
    }
}

impl<B: Backend> Recorder<B> {
    /// Starts a recording in a new file that only its owner can read.
    pub(super) fn create(inner: B, path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        let file = system::for_owner_alone(&mut options).open(path)?;
        let tape = Tape {
            start: inner.now(),
            file: Mutex::new(Ok(file)),
        };
        Ok(Recorder {
            inner,
            tape: Arc::new(tape),
        })
    }

    /// Returns what has kept the recording from being whole.
    pub(super) fn failure(&self) -> Option<io::Error> {
        let file = self
            .tape
            .file
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let error = file.as_ref().err()?;
        Some(io::Error::new(error.kind(), error.to_string()))
    }
}

impl<B: Backend + Clone + Send + Sync + 'static> Backend for Recorder<B> {
    type Tty = Recorded<B>;
    type Poller = B::Poller;

    fn open(&self) -> Result<Recorded<B>> {
        let tty = self.inner.open()?;
        let size = tty.size().unwrap_or_default();
        let term = std::env::var("TERM").unwrap_or_default();
        let today = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let seconds = today.map_or(0, |passed| passed.as_secs());
        self.tape.write(&cast::header(size, &term, seconds));
        Ok(Recorded {
            tty,
            size: Mutex::new(size),
            recorder: self.clone(),
        })
    }

    fn poller(&self, tty: &Recorded<B>, signals: Signals) -> Result<B::Poller> {
        self.inner.poller(&tty.tty, signals)
    }

    fn now(&self) -> Time {
        self.inner.now()
    }
}

/// A terminal whose reads are recorded.
#[derive(Debug)]
pub(super) struct Recorded<B: Backend> {
    tty: B::Tty,
    size: Mutex<Size>,
    recorder: Recorder<B>,
}

impl<B: Backend> Recorded<B> {
    fn after(&self) -> Duration {
        self.recorder.inner.now().since(self.recorder.tape.start)
    }
}

impl<B: Backend + Clone + Send + Sync + 'static> Tty for Recorded<B> {
    type Termios = <B::Tty as Tty>::Termios;

    fn read(&self, buffer: &mut [u8]) -> Result<Transfer> {
        self.read_vectored(&mut [IoSliceMut::new(buffer)])
    }

    fn read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> Result<Transfer> {
        let read = self.tty.read_vectored(buffers);
        if let Ok(Transfer::Bytes(count)) = read {
            let bytes = buffers.iter().flat_map(|buffer| buffer.iter().copied());
            let step = Step::Bytes(bytes.take(count).collect());
            self.recorder.tape.note(self.after(), &step);
        }
        read
    }

    fn size(&self) -> Result<Size> {
        let size = self.tty.size()?;
        let mut known = self.size.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut *known, size) != size {
            self.recorder.tape.note(self.after(), &Step::Resize(size));
        }
        Ok(size)
    }

    fn termios(&self) -> Result<Self::Termios> {
        self.tty.termios()
    }

    fn set_termios(&self, when: When, termios: &Self::Termios) -> Result<()> {
        self.tty.set_termios(when, termios)
    }

    fn write(&self, bytes: &[u8]) -> Result<Transfer> {
        self.tty.write(bytes)
    }

    fn pending(&self) -> Result<usize> {
        self.tty.pending()
    }

    fn discard_input(&self) -> Result<()> {
        self.tty.discard_input()
    }

    fn device(&self) -> Option<u64> {
        self.tty.device()
    }

    fn is_private(&self) -> bool {
        self.tty.is_private()
    }

    fn set_blocking(&self, blocking: bool) -> Result<()> {
        self.tty.set_blocking(blocking)
    }

    fn descriptor(&self) -> Option<BorrowedDescriptor<'_>> {
        self.tty.descriptor()
    }
}
