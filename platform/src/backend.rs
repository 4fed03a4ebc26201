//! The traits of a backend: a terminal, a way to wait for it, and a way to be woken.
//!
//! Every backend has the same parts under the same names. A backend is a value, so that a script or
//! an emulated kernel can take the place of the operating system. The real ones are unit structs
//! chosen at build time. A backend can be copied to another thread, and a poller can move there, so
//! that a program may read its terminal in any thread.

use std::fmt::Debug;
use std::io::IoSliceMut;
use std::sync::Arc;
use std::time::Duration;

use crate::{
    BorrowedDescriptor, LineMode, Ready, Reports, Result, Signals, Size, Time, Transfer, When,
};

/// A source of terminals: an operating system, an emulation of one, or a script.
pub trait Backend: Clone + Debug + Send + 'static {
    /// The terminals that it opens.
    type Tty: Tty;
    /// What waits for them.
    type Poller: Poller;

    /// Opens the terminal of this process, whatever its standard streams are connected to.
    ///
    /// The first of these that succeeds: a new description of the terminal that standard input,
    /// output or error names; the controlling terminal; the stream's own descriptor. Only the
    /// first two are [private](Tty::is_private).
    ///
    /// # Errors
    ///
    /// [`Error::NoTerminal`](crate::Error::NoTerminal) when there is none; what the system answers
    /// when there may be one and it refuses, for example `EMFILE`.
    fn open(&self) -> Result<Self::Tty>;

    /// Makes what waits for `tty`, for wake-ups from other threads and for `signals`.
    ///
    /// # Errors
    ///
    /// When the system is out of descriptors or memory.
    fn poller(&self, tty: &Self::Tty, signals: Signals) -> Result<Self::Poller>;

    /// Reads the monotonic clock.
    fn now(&self) -> Time;
}

/// One open terminal.
///
/// Reads never block while the terminal [is private](Tty::is_private) and not
/// [set blocking](Tty::set_blocking). Otherwise read only after a wait has reported the terminal as
/// ready. `EINTR` is retried everywhere except in a blocking read, whose caller wants to see its
/// signals: there it becomes [`Transfer::NotReady`].
///
/// Threads share a terminal: a fatal signal can hit any of them, and that thread restores it.
pub trait Tty: Debug + Send + Sync + 'static {
    /// The settings of the terminal, in the layout of the system.
    type Termios: Termios;

    /// Reads the settings (`tcgetattr(3)`).
    ///
    /// # Errors
    ///
    /// `EIO` after a hangup.
    fn termios(&self) -> Result<Self::Termios>;

    /// Replaces the settings as a whole (`tcsetattr(3)`), also from the background: `SIGTTOU` is
    /// blocked on the calling thread meanwhile. Async-signal-safe with [`When::Now`].
    ///
    /// # Errors
    ///
    /// `EIO` after a hangup.
    fn set_termios(&self, when: When, termios: &Self::Termios) -> Result<()>;

    /// As [`set_termios`](Tty::set_termios) with [`When::Now`], for a caller that has `SIGTTOU`
    /// blocked: one system call, where blocking it takes two more. Async-signal-safe.
    ///
    /// # Errors
    ///
    /// As [`set_termios`](Tty::set_termios).
    fn set_termios_unguarded(&self, termios: &Self::Termios) -> Result<()> {
        self.set_termios(When::Now, termios)
    }

    /// Reads at most `buffer.len()` bytes with one `read(2)`.
    ///
    /// # Errors
    ///
    /// Whatever the system answers besides `EAGAIN`; `EIO` in an orphaned background group.
    fn read(&self, buffer: &mut [u8]) -> Result<Transfer>;

    /// Reads into several buffers, in order, with one `readv(2)`.
    ///
    /// # Errors
    ///
    /// As [`read`](Tty::read).
    fn read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> Result<Transfer>;

    /// Writes some of `bytes` with one `write(2)`. Async-signal-safe.
    ///
    /// Never blocks, whatever kind of description the terminal has: a terminal that takes nothing
    /// now, because output is stopped or nobody reads its other side, is
    /// [`Transfer::NotReady`]. The bytes go through a description that does not block. Where none
    /// can be opened, a few bytes at a time are written after a look whether there is room; only
    /// somebody else who fills the terminal in between could then make the call wait.
    ///
    /// A process in the background is stopped by a write where the terminal has `TOSTOP` set,
    /// unless `SIGTTOU` is blocked.
    ///
    /// # Errors
    ///
    /// Whatever the system answers besides `EAGAIN`.
    fn write(&self, bytes: &[u8]) -> Result<Transfer>;

    /// Asks for the size of the window (`TIOCGWINSZ`).
    ///
    /// # Errors
    ///
    /// `EIO` after a hangup.
    fn size(&self) -> Result<Size>;

    /// Asks how many bytes a read would find now (`FIONREAD`).
    ///
    /// # Errors
    ///
    /// `EIO` after a hangup.
    fn pending(&self) -> Result<usize>;

    /// Discards what was typed and not read (`tcflush(3)` with `TCIFLUSH`).
    ///
    /// # Errors
    ///
    /// `EIO` after a hangup.
    fn discard_input(&self) -> Result<()>;

    /// Identifies the terminal device: two descriptors of one terminal give the same number, two
    /// terminals different ones; `None` where the system cannot say. Async-signal-safe.
    ///
    /// # Platform notes
    ///
    /// Linux and macOS see through `/dev/tty`. On other systems a terminal that was opened as
    /// `/dev/tty` has another number than the same one by its name.
    fn device(&self) -> Option<u64>;

    /// Returns whether no other process shares the open file description, so that its flags can be
    /// changed without an effect on others.
    fn is_private(&self) -> bool;

    /// Sets whether reads of a private description block (`O_NONBLOCK`); does nothing where the
    /// description is shared. Writes do not block in either case.
    ///
    /// A signal ends a blocking read only if it is delivered to the reading thread during the call:
    /// one that arrives just before is reported by the wait after the next key. Wait with a
    /// [`Poller`] where that is too late.
    ///
    /// # Errors
    ///
    /// Whatever `fcntl(2)` answers.
    fn set_blocking(&self, blocking: bool) -> Result<()>;

    /// Says which reports of the terminal the program has asked for, where the system has to know: a
    /// Windows console delivers the mouse and the focus as records, and has a mode for the mouse.
    /// Async-signal-safe.
    /// Elsewhere the sequences that are written to the terminal say it, and this does nothing.
    ///
    /// # Errors
    ///
    /// Whatever the system answers.
    fn set_reports(&self, reports: Reports) -> Result<()> {
        let _ = reports;
        Ok(())
    }

    /// Returns whether the terminal reports keys in full only in win32-input-mode (9001), which a
    /// program that wants them then has to ask for: so does a Windows console that takes sequences.
    fn has_key_records(&self) -> bool {
        false
    }

    /// Returns the descriptor, where there is one; a simulated terminal has none. On Windows it is
    /// the handle of the console's input.
    fn descriptor(&self) -> Option<BorrowedDescriptor<'_>>;
}

/// The settings of a terminal in the layout of its system (`termios(3)`).
pub trait Termios: Clone + PartialEq + Debug + Send + Sync + 'static {
    /// Returns a copy with everything that `mode` names set as it says, and everything else
    /// unchanged. The mask is the same on every system.
    ///
    /// Without `canonical` this is `cfmakeraw(3)` with exceptions: also IGNBRK, BRKINT, PARMRK,
    /// ISTRIP, INLCR, IGNCR, ECHONL, CSIZE and PARENB are cleared, CS8 is set.
    #[must_use]
    fn with(&self, mode: &LineMode) -> Self;

    /// Returns the settings as a [`LineMode`].
    fn line_mode(&self) -> LineMode;

    /// Returns the byte that the Backspace key sends (`VERASE`), where the settings say it.
    fn erase(&self) -> Option<u8> {
        None
    }
}

/// Waits for a terminal, wake-ups and signals at once, level-triggered: input that is not read is
/// reported again.
pub trait Poller: Debug + Send + 'static {
    /// What ends a wait from another thread.
    type Waker: Wake;

    /// Waits until something is ready or `timeout` has passed; `None` waits without a limit, zero
    /// does not wait. An empty answer never comes before the timeout, to the nanosecond. Wake-ups
    /// and signals are reported once.
    ///
    /// # Errors
    ///
    /// Whatever the system answers besides `EINTR`; an interrupted wait goes on for the rest of
    /// its time.
    fn wait(&mut self, timeout: Option<Duration>) -> Result<Ready>;

    /// Returns a handle that ends waits from any thread.
    fn waker(&self) -> Self::Waker;

    /// Returns a descriptor that polls readable whenever [`wait`](Poller::wait) would not block,
    /// for a caller with an event loop of its own; `None` where there is no such descriptor.
    fn descriptor(&self) -> Option<BorrowedDescriptor<'_>>;

    /// Returns what waits in the place of this poller, for a thread that wakes an event loop: where
    /// there is no [`descriptor`](Poller::descriptor), and the system can do without; otherwise
    /// `None`. There is one for a poller.
    ///
    /// # Errors
    ///
    /// Whatever the system answers.
    fn watch(&mut self) -> Result<Option<Arc<dyn Watch>>> {
        Ok(None)
    }
}

/// Waits in the place of a [`Poller`], on another thread.
pub trait Watch: Debug + Send + Sync + 'static {
    /// Waits until the poller's [`wait`](Poller::wait) would not block, and first until that has
    /// returned with nothing since the last time: an event loop takes everything that is there
    /// before it sleeps. It may return early. Returns false once it is cancelled.
    fn wait(&self) -> bool;

    /// Ends the wait that is going on, or the next one, for good.
    fn cancel(&self);
}

/// Ends a wait from another thread. A wake-up before the wait is not lost; several count as one.
pub trait Wake: Clone + Debug + Send + Sync + 'static {
    /// Ends the wait that is going on, or the next one. Async-signal-safe.
    fn wake(&self);
}
