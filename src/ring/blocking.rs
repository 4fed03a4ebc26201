//! Reading and writing that wait for the other side, for code that takes `Read` or `Write`.
//!
//! The waiting itself is `Consumer::wait` and `Producer::wait`.

use std::io::{self, BufRead, Read, Write};
use std::time::Duration;

use super::{Consumer, Producer, Waited};

/// One side of a ring whose reads or writes wait for the other side.
///
/// A [`Waker`](super::Waker) ends a wait with [`Interrupted`](io::ErrorKind::Interrupted), after
/// which `read_exact`, `read_until` and the like of the standard library go on; the time of one
/// wait runs out with [`TimedOut`](io::ErrorKind::TimedOut).
///
/// # Examples
///
/// ```
/// use std::io::{BufRead, Write};
///
/// let (mut producer, mut consumer) = ttyring::ring::channel(8);
/// std::thread::spawn(move || producer.blocking(None).write_all(b"longer than the ring\n"));
/// let mut line = String::new();
/// consumer.blocking(None).read_line(&mut line)?;
/// assert_eq!(line, "longer than the ring\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Blocking<'a, T> {
    side: &'a mut T,
    timeout: Option<Duration>,
}

impl<'a, T> Blocking<'a, T> {
    pub(super) fn new(side: &'a mut T, timeout: Option<Duration>) -> Self {
        Blocking { side, timeout }
    }
}

/// Says whether a wait ended in a way that a read or write can go on with.
fn check(waited: Waited) -> io::Result<()> {
    match waited {
        Waited::Ready | Waited::Ended => Ok(()),
        Waited::Woken => Err(io::ErrorKind::Interrupted.into()),
        Waited::TimedOut => Err(io::ErrorKind::TimedOut.into()),
    }
}

impl Read for Blocking<'_, Consumer> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !buffer.is_empty() {
            check(self.side.wait(self.timeout))?;
        }
        self.side.read(buffer)
    }
}

impl BufRead for Blocking<'_, Consumer> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        check(self.side.wait(self.timeout))?;
        self.side.fill_buf()
    }

    fn consume(&mut self, len: usize) {
        self.side.consume(len);
    }
}

impl Write for Blocking<'_, Producer> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !bytes.is_empty() {
            check(self.side.wait(self.timeout))?;
        }
        self.side.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
