//! The raw bytes of an input, out of the same ring as its events.

use std::io::{self, BufRead, Read};

use ttyring_platform::Backend;

use super::Input;
use super::source::Arrival;
use crate::probe;

/// What [`Input::bytes`] returns.
#[derive(Debug)]
pub(super) struct Bytes<'i, B: Backend> {
    input: &'i mut Input<B>,
}

impl<'i, B: Backend> Bytes<'i, B> {
    pub(super) fn new(input: &'i mut Input<B>) -> Self {
        let earlier = input.take_kept();
        input.reader.undecode(earlier);
        Bytes { input }
    }

    /// Waits for something to arrive; returns whether the terminal is still there.
    fn wait(&mut self) -> io::Result<bool> {
        let Input { origin, reader, .. } = &mut *self.input;
        match origin.wait(reader.consumer(), None)? {
            Arrival::Bytes => reader.note_arrival(),
            Arrival::Elapsed => {}
            Arrival::End => return Ok(false),
            other => {
                if self.input.heed(other, None)? {
                    return Err(io::ErrorKind::Interrupted.into());
                }
            }
        }
        Ok(true)
    }
}

impl<B: Backend> BufRead for Bytes<'_, B> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        probe::handled();
        while self.input.reader.bytes().is_empty() && self.wait()? {}
        probe::decoded();
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
