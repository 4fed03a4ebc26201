//! The raw bytes of an input, out of the same ring as its events.

use std::io::{self, BufRead, Read};

use ttyring_platform::{Backend, Os};

use super::Input;
use super::source::Arrival;

/// The bytes that the terminal sends, undecoded: see [`Input::bytes`].
///
/// Reads block until there is a byte; zero bytes mean that the terminal is gone. A call of the
/// waker, or a signal that the program wants to see, is
/// [`ErrorKind::Interrupted`](io::ErrorKind::Interrupted), which those methods of [`Read`] that
/// read to a goal retry.
#[derive(Debug)]
pub struct Bytes<'i, B: Backend = Os> {
    input: &'i mut Input<B>,
}

impl<'i, B: Backend> Bytes<'i, B> {
    pub(super) fn new(input: &'i mut Input<B>) -> Self {
        let earlier = input.unkeep();
        input.reader.undecode(earlier);
        Bytes { input }
    }
}

impl<B: Backend> BufRead for Bytes<'_, B> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.input.reader.bytes().is_empty() {
            match self.input.source.wait(None)? {
                Arrival::Bytes | Arrival::Elapsed => {}
                Arrival::End => break,
                Arrival::Woken => return Err(io::ErrorKind::Interrupted.into()),
                Arrival::Signals(signals) => {
                    if self.input.signalled(signals)?.is_some() {
                        return Err(io::ErrorKind::Interrupted.into());
                    }
                }
            }
        }
        Ok(self.input.reader.bytes())
    }

    fn consume(&mut self, count: usize) {
        self.input.reader.release(count);
    }
}

impl<B: Backend> Read for Bytes<'_, B> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut bytes = self.fill_buf()?;
        let count = bytes.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}
