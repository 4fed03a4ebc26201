//! The ways in which an input can wait.

use std::time::Duration;

/// How an input waits for the terminal: see [`Builder::wait`](super::Builder::wait).
///
/// `ttyring-lab bench latency` measures what each of them costs and gains.
///
/// With a [capture thread](super::Builder::capture), this is how *your* thread waits for that one.
/// The capture thread always sleeps until the terminal has something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wait {
    /// Sleeps until the terminal, a signal or a waker has something: two system calls per key.
    #[default]
    Poll,
    /// Sleeps in `read(2)` itself wherever a wait has no timeout: one system call per key.
    ///
    /// A waker does not end such a wait, and a signal that arrives just before it shows at the next
    /// key. Waits with a timeout, and those for a terminal whose description other processes share,
    /// are as with [`Poll`](Wait::Poll); so are all waits for a capture thread.
    Read,
    /// Polls in a loop (`FIONREAD`) for at most this long, then sleeps. Signals and wakers are
    /// noticed only during the sleep, so they can be late by as much.
    Spin(Duration),
    /// Polls in a loop and never sleeps. This keeps one processor busy for as long as the program
    /// waits, and needs a second one for the kernel's part of the work: on a machine with two
    /// processors, under [`Realtime`](crate::profile::Realtime) scheduling, the reader can hold up
    /// its own key.
    Busy,
}
