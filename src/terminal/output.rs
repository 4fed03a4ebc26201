//! Output of the program as [`std::io::Write`] has it.

use std::io;

use ttyring_platform::Backend;

use super::Terminal;

/// [`Terminal::write`] for programs that go on after a terminal took no output for a while.
///
/// An error means that nothing of the buffer was written and nothing will be, so that a program
/// that gets [`TimedOut`](io::ErrorKind::TimedOut) after two seconds can try the same bytes again.
/// What `write` has accepted is written before anything else; [`flush`](io::Write::flush) waits
/// until the terminal has taken it.
impl<B: Backend> io::Write for Terminal<B> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(self.custody.write_some(bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(self.custody.write(&[])?)
    }
}
