//! What a script is made of.

use crate::{Signals, Size};

/// One thing that happens to the terminal or to the program on it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// These bytes arrive.
    Bytes(Vec<u8>),
    /// The next wait says that the terminal is ready although there may be nothing to read.
    Spurious,
    /// Another thread wakes the poller.
    Wake,
    /// These signals arrive.
    Signal(Signals),
    /// The window has another size, and `SIGWINCH` arrives.
    Resize(Size),
    /// The next call of this kind is answered with this error number, once.
    ///
    /// Several for the same operation queue up. `EINTR` and `EAGAIN` are treated as the traits
    /// say: the program sees them only where a backend would let them through.
    Fault(Operation, i32),
    /// From now on a read gives at most this many bytes; `None` lifts the limit.
    ShortReads(Option<usize>),
    /// From now on a write takes at most this many bytes; `None` lifts the limit, zero is
    /// "not ready".
    ShortWrites(Option<usize>),
    /// The terminal goes away: unread bytes are lost, reads give the end, settings are refused
    /// with `EIO`.
    Hangup,
}

/// The operations that a fault can hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the trait method of the same name")]
#[non_exhaustive]
pub enum Operation {
    Open,
    Poller,
    Wait,
    Read,
    Write,
    Termios,
    SetTermios,
    Size,
    Pending,
    DiscardInput,
    SetBlocking,
}

impl Operation {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Operation::Open => "open",
            Operation::Poller => "poller",
            Operation::Wait => "wait",
            Operation::Read => "read",
            Operation::Write => "write",
            Operation::Termios => "tcgetattr",
            Operation::SetTermios => "tcsetattr",
            Operation::Size => "tcgetwinsize",
            Operation::Pending => "ioctl(FIONREAD)",
            Operation::DiscardInput => "tcflush",
            Operation::SetBlocking => "fcntl",
        }
    }
}
