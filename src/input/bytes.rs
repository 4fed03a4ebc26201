//! The raw bytes of an input, out of the same ring as its events.

use std::io::{self, BufRead, Read};

use ttyring_platform::{Backend, Os, Result};

use super::capture::Link;
use super::session::{Arrivals, Session};
use super::source::{Arrival, Source};
use crate::probe;

/// The bytes that the terminal sends, undecoded: see [`Input::bytes`](super::Input::bytes).
///
/// Reads block until there is a byte; zero bytes mean that the terminal is gone. A call of the
/// waker, or a signal that the program wants to see, is
/// [`ErrorKind::Interrupted`](io::ErrorKind::Interrupted), which those methods of [`Read`] that
/// read to a goal retry.
///
/// # Examples
///
/// ```no_run
/// use std::io::BufRead;
///
/// let mut input = ttyring::Input::open()?;
/// let mut bytes = input.bytes();
/// let typed = bytes.fill_buf()?;
/// println!("{typed:02x?}\r");
/// let count = typed.len();
/// bytes.consume(count);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Bytes<'i, B: Backend = Os> {
    session: &'i mut Session<B>,
    origin: Origin<'i, B>,
}

/// Who reads the terminal.
#[derive(Debug)]
pub(super) enum Origin<'i, B: Backend> {
    /// The caller.
    Source(&'i mut Source<B>),
    /// A capture thread.
    Link(&'i mut Link<B>),
}

impl<'i, B: Backend> Bytes<'i, B> {
    pub(super) fn new(session: &'i mut Session<B>, origin: Origin<'i, B>) -> Self {
        session.undecode();
        Bytes { session, origin }
    }

    fn wait(&mut self) -> Result<Arrival> {
        let reader = &mut self.session.reader;
        match &mut self.origin {
            Origin::Source(source) => Arrivals::wait(*source, reader, None),
            Origin::Link(link) => link.wait(reader, None),
        }
    }
}

impl<B: Backend> BufRead for Bytes<'_, B> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        probe::handled();
        while self.session.reader.bytes().is_empty() {
            match self.wait()? {
                Arrival::Bytes | Arrival::Elapsed => {}
                Arrival::End => break,
                Arrival::Woken => return Err(io::ErrorKind::Interrupted.into()),
                Arrival::Signals(signals) => {
                    if self.session.signalled(signals)?.is_some() {
                        return Err(io::ErrorKind::Interrupted.into());
                    }
                }
            }
        }
        probe::decoded();
        Ok(self.session.reader.bytes())
    }

    fn consume(&mut self, count: usize) {
        self.session.reader.release(count);
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
