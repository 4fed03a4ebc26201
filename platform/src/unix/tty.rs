//! A terminal on a descriptor, for the systems whose calls rustix makes the same.
//!
//! It reads when it is told to and does not wait: that is the poller's part.

use std::io::IoSliceMut;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::OnceLock;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::{Errno, retry_on_intr};
use rustix::termios::{OptionalActions, QueueSelector};

use super::open::{is_character_device, reopen};
use super::{BlockedSignals, Blocking, Opened, Termios, piece, terminal_device};
use crate::{Error, Result, Size, Termios as _, Transfer, When, device};

/// One open terminal.
#[derive(Debug)]
pub struct Tty {
    descriptor: OwnedFd,
    private: bool,
    blocking: Blocking,
    /// A private description for writes, where `descriptor` may block.
    writer: OnceLock<OwnedFd>,
}

impl Tty {
    /// Takes what [`open_terminal`](super::open_terminal) found.
    pub fn new(opened: Opened) -> Self {
        let (descriptor, private) = opened.into_parts();
        Tty {
            descriptor,
            private,
            blocking: Blocking::of(private),
            writer: OnceLock::new(),
        }
    }

    /// Takes a terminal that the program has opened itself: by a description of our own where its
    /// name can be opened, otherwise as it is.
    ///
    /// # Errors
    ///
    /// `ENOTTY` when it is not a terminal, `EIO` when it has hung up.
    pub fn adopt(descriptor: OwnedFd) -> Result<Self> {
        match reopen(descriptor.as_fd()) {
            Ok(own) => Ok(Tty::new(Opened::Private(own))),
            Err(_) => Tty::share(descriptor),
        }
    }

    /// Takes a terminal as it is, without changing the flags of its description.
    ///
    /// # Errors
    ///
    /// As [`adopt`](Tty::adopt).
    pub fn share(descriptor: OwnedFd) -> Result<Self> {
        let character = is_character_device(descriptor.as_fd());
        if !character.map_err(|error| Error::os("fstat", error))? {
            return Err(Error::os("tcgetattr", Errno::NOTTY));
        }
        let tty = Tty::new(Opened::Shared(descriptor));
        crate::Tty::termios(&tty)?;
        tty.open_writer();
        Ok(tty)
    }

    /// Opens a description for writes, unless there is one. Where none can be opened, writes look
    /// before they leap.
    fn open_writer(&self) {
        if self.writer.get().is_none() {
            if let Ok(own) = reopen(self.descriptor.as_fd()) {
                // Another thread was faster: its description is as good.
                let _ = self.writer.set(own);
            }
        }
    }

    fn replace_termios(&self, when: When, termios: &Termios) -> Result<()> {
        let when = match when {
            When::Now => OptionalActions::Now,
            When::Drain => OptionalActions::Drain,
            When::Flush => OptionalActions::Flush,
        };
        retry_on_intr(|| rustix::termios::tcsetattr(&self.descriptor, when, &termios.0))
            .map_err(|error| Error::os("tcsetattr", error))
    }

    /// Writes what the terminal takes at once, to a description that may block.
    fn write_piece(&self, bytes: &[u8]) -> Result<usize, Errno> {
        let mut interest = [PollFd::new(&self.descriptor, PollFlags::OUT)];
        retry_on_intr(|| poll(&mut interest, Some(&Timespec::default())))?;
        // A terminal that is gone answers at once.
        let at_once = PollFlags::OUT | PollFlags::HUP | PollFlags::ERR;
        if !interest[0].revents().intersects(at_once) {
            return Err(Errno::AGAIN);
        }
        retry_on_intr(|| rustix::io::write(&self.descriptor, piece(bytes)))
    }

    #[inline(always)]
    fn outcome(&self, operation: &'static str, moved: Result<usize, Errno>) -> Result<Transfer> {
        match moved {
            Ok(count @ 1..) => Ok(Transfer::Bytes(count)),
            Ok(0) => Ok(self.nothing()),
            Err(Errno::AGAIN | Errno::INTR) => Ok(Transfer::NotReady),
            // Between the close of the other side and the hangup that follows, Linux says EIO.
            Err(Errno::IO) if self.is_hung_up() => Ok(Transfer::End),
            Err(error) => Err(Error::os(operation, error)),
        }
    }

    /// Says what a read of no bytes means: a timer of VMIN = 0 that ran out, or the end. Somebody
    /// else may have changed VMIN since.
    #[cold]
    fn nothing(&self) -> Transfer {
        if self.is_hung_up() {
            return Transfer::End;
        }
        match crate::Tty::termios(self).map(|termios| termios.line_mode()) {
            Ok(mode) if mode.canonical => Transfer::End,
            Ok(_) if self.is_empty_and_ready() => Transfer::End,
            Ok(_) => Transfer::NotReady,
            Err(_) => Transfer::End,
        }
    }

    /// Whether the terminal is ready and has no bytes: gone, on a system that does not say so with
    /// `POLLHUP`. Asked several times, since another reader may take bytes between two questions.
    fn is_empty_and_ready(&self) -> bool {
        (0..8).all(|_| {
            let mut interest = [PollFd::new(&self.descriptor, PollFlags::IN)];
            let found = retry_on_intr(|| poll(&mut interest, Some(&Timespec::default())));
            found == Ok(1) && crate::Tty::pending(self).is_ok_and(|count| count == 0)
        })
    }

    #[cold]
    fn is_hung_up(&self) -> bool {
        let mut interest = [PollFd::new(&self.descriptor, PollFlags::IN)];
        match retry_on_intr(|| poll(&mut interest, Some(&Timespec::default()))) {
            Ok(_) => interest[0]
                .revents()
                .intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL),
            Err(_) => false,
        }
    }
}

impl crate::Tty for Tty {
    type Termios = Termios;

    fn termios(&self) -> Result<Termios> {
        retry_on_intr(|| rustix::termios::tcgetattr(&self.descriptor))
            .map(Termios)
            .map_err(|error| Error::os("tcgetattr", error))
    }

    fn set_termios(&self, when: When, termios: &Termios) -> Result<()> {
        let _blocked = BlockedSignals::one(libc::SIGTTOU);
        self.replace_termios(when, termios)
    }

    fn set_termios_unguarded(&self, termios: &Termios) -> Result<()> {
        self.replace_termios(When::Now, termios)
    }

    #[inline(always)]
    fn read(&self, buffer: &mut [u8]) -> Result<Transfer> {
        if buffer.is_empty() {
            return Ok(Transfer::NotReady);
        }
        let moved = self.blocking.retry(Errno::INTR, || {
            rustix::io::read(&self.descriptor, &mut *buffer)
        });
        self.outcome("read", moved)
    }

    fn read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> Result<Transfer> {
        if buffers.iter().all(|buffer| buffer.is_empty()) {
            return Ok(Transfer::NotReady);
        }
        let moved = self
            .blocking
            .retry(Errno::INTR, || rustix::io::readv(&self.descriptor, buffers));
        self.outcome("readv", moved)
    }

    fn write(&self, bytes: &[u8]) -> Result<Transfer> {
        if bytes.is_empty() {
            return Ok(Transfer::NotReady);
        }
        let moved = match self.writer.get() {
            None if self.blocking.waits() => self.write_piece(bytes),
            own => {
                let descriptor = own.unwrap_or(&self.descriptor);
                retry_on_intr(|| rustix::io::write(descriptor, bytes))
            }
        };
        self.outcome("write", moved)
    }

    fn size(&self) -> Result<Size> {
        let size = rustix::termios::tcgetwinsize(&self.descriptor)
            .map_err(|error| Error::os("tcgetwinsize", error))?;
        Ok(Size {
            columns: size.ws_col,
            rows: size.ws_row,
            width: size.ws_xpixel,
            height: size.ws_ypixel,
        })
    }

    fn pending(&self) -> Result<usize> {
        rustix::io::ioctl_fionread(&self.descriptor)
            .map(|count| usize::try_from(count).unwrap_or(usize::MAX))
            .map_err(|error| Error::os("ioctl(FIONREAD)", error))
    }

    fn discard_input(&self) -> Result<()> {
        let _blocked = BlockedSignals::one(libc::SIGTTOU);
        retry_on_intr(|| rustix::termios::tcflush(&self.descriptor, QueueSelector::IFlush))
            .map_err(|error| Error::os("tcflush", error))
    }

    fn device(&self) -> Option<u64> {
        let tty = self.descriptor.as_fd();
        // A private description was opened as a terminal's: what it is need not be asked again.
        let known = self.private.then(|| device::behind(tty)).flatten();
        known.or_else(|| terminal_device(tty))
    }

    fn is_private(&self) -> bool {
        self.private
    }

    fn set_blocking(&self, blocking: bool) -> Result<()> {
        if !self.private || blocking == self.blocking.waits() {
            return Ok(());
        }
        if blocking {
            self.open_writer();
            self.blocking.set(true);
        }
        let changed = fcntl_getfl(&self.descriptor).and_then(|mut flags| {
            flags.set(OFlags::NONBLOCK, !blocking);
            fcntl_setfl(&self.descriptor, flags)
        });
        if blocking == changed.is_err() {
            self.blocking.set(false);
        }
        changed.map_err(|error| Error::os("fcntl", error))
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        Some(self.descriptor.as_fd())
    }
}
