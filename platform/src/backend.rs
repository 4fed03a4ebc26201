//! What a backend must do, in words and types: a terminal, a way to wait for it, a way to be woken.
//!
//! Every backend has the same three parts under the same names. A backend is a value, so that a
//! script or an emulated kernel can stand where the operating system stands; for the real ones it
//! is a unit struct, and the choice is made at build time.

use std::fmt::Debug;
use std::io::IoSliceMut;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use crate::{LineMode, Outcome, Ready, Result, Signals, Size, Time, When};

/// A source of terminals: an operating system, an emulation of one, or a script.
pub trait Backend: Debug {
    /// The terminals that it opens.
    type Tty: Tty;
    /// What waits for them.
    type Poller: Poller;

    /// Opens the terminal of this process, whatever its standard streams are connected to.
    ///
    /// The steps, first success wins: a new description of the terminal that standard input,
    /// output or error names; the controlling terminal; the descriptor itself as it is. Only the
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
/// [set blocking](Tty::set_blocking); otherwise they are to be made only when a wait said that it
/// is ready. `EINTR` is retried everywhere except in a blocking read, whose caller wants to see
/// its signals: there it is [`Outcome::NotReady`].
///
/// A terminal is shared between threads: whichever one a fatal signal hits puts it back.
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

    /// Reads at most `buffer.len()` bytes with one `read(2)`.
    ///
    /// # Errors
    ///
    /// Whatever the system answers besides `EAGAIN`; `EIO` in an orphaned background group.
    fn read(&self, buffer: &mut [u8]) -> Result<Outcome>;

    /// Reads into several buffers, in order, with one `readv(2)`.
    ///
    /// # Errors
    ///
    /// As [`read`](Tty::read).
    fn read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> Result<Outcome>;

    /// Writes some of `bytes` with one `write(2)`. Async-signal-safe.
    ///
    /// Never blocks, whatever kind of description the terminal has: a terminal that takes nothing
    /// now, because output is stopped or nobody reads its other side, is
    /// [`Outcome::NotReady`]. The bytes go through a description that does not block. Where none
    /// can be opened, a few bytes at a time are written after a look whether there is room; only
    /// somebody else who fills the terminal in between could then make the call wait.
    ///
    /// A process in the background is stopped by a write where the terminal has `TOSTOP` set,
    /// unless `SIGTTOU` is blocked.
    ///
    /// # Errors
    ///
    /// Whatever the system answers besides `EAGAIN`.
    fn write(&self, bytes: &[u8]) -> Result<Outcome>;

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

    /// Throws away what was typed and not read (`tcflush(3)` with `TCIFLUSH`).
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

    /// Returns whether the open file description is this process's own, so that its flags may be
    /// changed without reaching anybody else.
    fn is_private(&self) -> bool;

    /// Makes reads of a private description block, or not (`O_NONBLOCK`); does nothing where the
    /// description is shared, since its flags are not ours to change. Writes do not block in either
    /// case.
    ///
    /// A signal ends a blocking read only if it is delivered to the thread that reads, and while
    /// it reads: one that comes just before the call is reported by the wait after the next key.
    /// Whoever must not be late waits with a [`Poller`].
    ///
    /// # Errors
    ///
    /// Whatever `fcntl(2)` answers.
    fn set_blocking(&self, blocking: bool) -> Result<()>;

    /// Returns the descriptor, where there is one; a simulated terminal has none.
    fn descriptor(&self) -> Option<BorrowedFd<'_>>;
}

/// The settings of a terminal in the layout of its system (`termios(3)`).
pub trait Termios: Clone + PartialEq + Debug + Send + Sync + 'static {
    /// Returns a copy in which everything that `mode` names is as it says, computed with one mask
    /// that is the same on every system; everything else is untouched.
    ///
    /// Without `canonical` this is `cfmakeraw(3)` with exceptions: also IGNBRK, BRKINT, PARMRK,
    /// ISTRIP, INLCR, IGNCR, ECHONL, CSIZE and PARENB are cleared, CS8 is set.
    #[must_use]
    fn with(&self, mode: &LineMode) -> Self;

    /// Reads the settings back into the vocabulary of [`LineMode`].
    fn line_mode(&self) -> LineMode;
}

/// Waits for a terminal, for wake-ups and for signals at once, level-triggered: what is not
/// consumed is reported again.
pub trait Poller: Debug {
    /// What ends a wait from another thread.
    type Waker: Wake;

    /// Waits until something is ready or `timeout` has passed; `None` waits without a limit, zero
    /// does not wait. Never earlier than the time-out, to the nanosecond, and never later than the
    /// system's timer allows. Wake-ups and signals that it reports are consumed by that.
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
    fn descriptor(&self) -> Option<BorrowedFd<'_>>;
}

/// Ends a wait from another thread; wake-ups before the wait are not lost, several count as one.
pub trait Wake: Clone + Debug + Send + Sync + 'static {
    /// Ends the wait that is going on, or the next one. Async-signal-safe.
    fn wake(&self);
}
