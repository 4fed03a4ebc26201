//! A terminal on Darwin: settings, bytes and size, each with one system call.
//!
//! It reads when it is told to and does not wait: that is the poller's part.

use std::io::IoSliceMut;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, OnceLock};

use super::abi::{Attributes, Errno, FdSet, MAJOR_DEV_TTY, Request, Timeval, Winsize, request};
use super::open;
use super::sys::{Answer, Sys, retry};
use super::termios::DarwinTermios;
use crate::unix::{BlockedSignals, Blocking, Opened, piece};
use crate::{Error, Result, Size, Termios as _, Transfer, Tty, When};

/// What `TIOCFLUSH` throws away: input (`FREAD`).
const INPUT: i32 = 1;

/// One open terminal.
///
/// # Platform notes
///
/// A hangup throws unread input away, and reads return nothing from then on. The kernel goes on
/// answering for the settings of a terminal that has hung up; the `EIO` that the contract promises is
/// made here, by a look before each of these calls.
#[derive(Debug)]
pub struct DarwinTty<S> {
    sys: S,
    // Shared with the poller, for which the number has to stay this terminal's.
    fd: Arc<OwnedFd>,
    private: bool,
    blocking: Blocking,
    /// A private description for writes, where `fd` may block.
    writer: OnceLock<OwnedFd>,
}

impl<S: Sys> DarwinTty<S> {
    pub(super) fn new(sys: S, opened: Opened) -> Self {
        let (fd, private) = opened.into_parts();
        DarwinTty {
            sys,
            fd: Arc::new(fd),
            private,
            blocking: Blocking::of(private),
            writer: OnceLock::new(),
        }
    }

    /// Opens a description for writes, unless there is one. Where none can be opened, writes look
    /// before they leap.
    pub(super) fn open_writer(&self) {
        if self.writer.get().is_none() {
            if let Ok(own) = open::again(&self.sys, self.fd.as_fd()) {
                // Another thread was faster: its description is as good.
                let _ = self.writer.set(own);
            }
        }
    }

    /// Writes what the terminal takes at once, to a description that may block. `poll(2)` refuses
    /// `/dev/tty`, so it is `select(2)` that says whether there is room.
    fn write_piece(&self, bytes: &[u8]) -> Answer<usize> {
        let (mut reading, mut writing) = (FdSet::default(), FdSet::default());
        let number = self.fd.as_raw_fd();
        if !writing.insert(number) {
            return Err(Errno::INVAL);
        }
        let at_once = Some(Timeval::default());
        let select = || {
            self.sys
                .select(number + 1, &mut reading, &mut writing, at_once)
        };
        match retry(select)? {
            0 => Err(Errno::AGAIN),
            _ => retry(|| self.sys.write(self.fd.as_fd(), piece(bytes))),
        }
    }

    pub(super) fn shared_fd(&self) -> &Arc<OwnedFd> {
        &self.fd
    }

    fn ioctl<T>(&self, request: Request<T>, argument: &mut T) -> Answer<()> {
        if self.is_hung_up() {
            return Err(Errno::IO);
        }
        self.raw_ioctl(request, argument)
    }

    fn raw_ioctl<T>(&self, request: Request<T>, argument: &mut T) -> Answer<()> {
        retry(|| self.sys.ioctl(self.fd.as_fd(), request, argument))
    }

    fn outcome(&self, operation: &'static str, answer: Answer<usize>) -> Result<Transfer> {
        match answer {
            Ok(0) => Ok(self.nothing()),
            Ok(count) => Ok(Transfer::Bytes(count)),
            Err(Errno::AGAIN | Errno::INTR) => Ok(Transfer::NotReady),
            // A write after the hangup, or `/dev/tty` without its terminal.
            Err(Errno::IO) if self.is_hung_up() => Ok(Transfer::End),
            Err(errno) => Err(Error::os(operation, errno)),
        }
    }

    /// Says what a read of no bytes means: the end, an end-of-file character, or VMIN = 0 with
    /// nothing typed. Somebody else may have changed VMIN since.
    #[cold]
    fn nothing(&self) -> Transfer {
        // The settings of a terminal that has hung up are refused.
        match self.termios().map(|termios| termios.line_mode()) {
            Ok(mode) if !mode.canonical => Transfer::NotReady,
            _ => Transfer::End,
        }
    }

    /// Asks whether the terminal has hung up or was revoked: reads find the end from then on.
    ///
    /// `ttyselect` calls such a terminal readable, and it has no bytes. That alone proves nothing:
    /// another reader may have taken the bytes between the two questions. The proof is in
    /// [`refuses_output`](Self::refuses_output); these questions only save it in most cases.
    fn is_hung_up(&self) -> bool {
        let mut reading = FdSet::default();
        let number = self.fd.as_raw_fd();
        if !reading.insert(number) {
            return false;
        }
        let at_once = Some(Timeval::default());
        let select = || {
            self.sys
                .select(number + 1, &mut reading, &mut FdSet::default(), at_once)
        };
        let found = retry(select);
        if found != Ok(1) {
            return false;
        }
        let mut count = 0;
        match self.raw_ioctl(request::FIONREAD, &mut count) {
            Ok(()) => count == 0 && self.refuses_output(),
            Err(errno) => errno != Errno::NOTTY,
        }
    }

    fn replace_termios(&self, when: When, termios: &DarwinTermios) -> Result<()> {
        let request = match when {
            When::Now => request::TIOCSETA,
            When::Drain => request::TIOCSETAW,
            When::Flush => request::TIOCSETAF,
        };
        self.ioctl(request, &mut termios.attributes())
            .map_err(|errno| Error::os("tcsetattr", errno))
    }

    /// Asks whether the terminal takes no output for good, by writing no bytes: the first thing
    /// that `ttwrite` looks at is TS_ZOMBIE, and `spec_write` hands an empty write on.
    fn refuses_output(&self) -> bool {
        // A process in the background would be stopped where TOSTOP is set.
        let _blocked = BlockedSignals::one(libc::SIGTTOU);
        let fd = self.writer.get().unwrap_or(&self.fd).as_fd();
        match retry(|| self.sys.write(fd, &[])) {
            Ok(_) | Err(Errno::AGAIN) => false,
            // Also a descriptor that is not open for writing: there the other two have to do.
            Err(_) => true,
        }
    }
}

impl<S: Sys> Tty for DarwinTty<S> {
    type Termios = DarwinTermios;

    fn termios(&self) -> Result<DarwinTermios> {
        let mut attributes = Attributes::default();
        self.ioctl(request::TIOCGETA, &mut attributes)
            .map_err(|errno| Error::os("tcgetattr", errno))?;
        Ok(DarwinTermios::new(attributes))
    }

    fn set_termios(&self, when: When, termios: &DarwinTermios) -> Result<()> {
        // Without it a background process would be stopped and then told EINTR.
        let _blocked = BlockedSignals::one(libc::SIGTTOU);
        self.replace_termios(when, termios)
    }

    fn set_termios_unguarded(&self, termios: &DarwinTermios) -> Result<()> {
        self.replace_termios(When::Now, termios)
    }

    fn read(&self, buffer: &mut [u8]) -> Result<Transfer> {
        if buffer.is_empty() {
            return Ok(Transfer::NotReady);
        }
        let answer = self
            .blocking
            .retry(Errno::INTR, || self.sys.read(self.fd.as_fd(), buffer));
        self.outcome("read", answer)
    }

    fn read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> Result<Transfer> {
        if buffers.iter().all(|buffer| buffer.is_empty()) {
            return Ok(Transfer::NotReady);
        }
        let answer = self
            .blocking
            .retry(Errno::INTR, || self.sys.readv(self.fd.as_fd(), buffers));
        self.outcome("readv", answer)
    }

    fn write(&self, bytes: &[u8]) -> Result<Transfer> {
        if bytes.is_empty() {
            return Ok(Transfer::NotReady);
        }
        let answer = match self.writer.get() {
            None if self.blocking.waits() => self.write_piece(bytes),
            own => {
                let fd = own.unwrap_or(&self.fd).as_fd();
                retry(|| self.sys.write(fd, bytes))
            }
        };
        self.outcome("write", answer)
    }

    fn size(&self) -> Result<Size> {
        let mut size = Winsize::default();
        self.ioctl(request::TIOCGWINSZ, &mut size)
            .map_err(|errno| Error::os("tcgetwinsize", errno))?;
        Ok(Size {
            columns: size.columns,
            rows: size.rows,
            width: size.width,
            height: size.height,
        })
    }

    fn pending(&self) -> Result<usize> {
        let mut count = 0;
        self.ioctl(request::FIONREAD, &mut count)
            .map_err(|errno| Error::os("ioctl(FIONREAD)", errno))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    fn discard_input(&self) -> Result<()> {
        let _blocked = BlockedSignals::one(libc::SIGTTOU);
        let mut which = INPUT;
        self.ioctl(request::TIOCFLUSH, &mut which)
            .map_err(|errno| Error::os("tcflush", errno))
    }

    fn device(&self) -> Option<u64> {
        let device = self.sys.device(self.fd.as_fd()).ok()??;
        // `/dev/tty` has a number of its own; what is behind it is the controlling terminal.
        let device = match device.major() {
            MAJOR_DEV_TTY => self.sys.controlling_device().ok()??,
            _ => device,
        };
        Some(u64::from(device.0 as u32))
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
        let changed = self.sys.set_nonblocking(self.fd.as_fd(), !blocking);
        if blocking == changed.is_err() {
            self.blocking.set(false);
        }
        changed.map_err(|errno| Error::os("fcntl", errno))
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        Some(self.fd.as_fd())
    }
}
