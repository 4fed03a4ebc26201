//! Where a program under test says when it handled what.
//!
//! The time is taken first and written afterwards, so the writing is not part of it.

use std::fs::File;
use std::io::{self, Write};

use ttyring::platform::Time;

use crate::contender::protocol::{Mode, STAMP_FD, now};

/// The stamps of one program.
#[derive(Debug)]
pub(super) struct Stamps {
    to: File,
    mode: Mode,
    /// Bytes of payload so far.
    seen: u64,
    /// How many there are at the next stamp; at once, if every event is told.
    next: u64,
}

impl Stamps {
    /// Takes what the driver handed down.
    pub(super) fn open() -> io::Result<Self> {
        let mode = Mode::handed_down();
        let next = match mode {
            Mode::Every(count) => count,
            _ => 0,
        };
        let path = match mode {
            Mode::Answers => "/dev/fd/1".to_owned(),
            _ => format!("/dev/fd/{STAMP_FD}"),
        };
        let to = File::options().write(true).open(path)?;
        Ok(Stamps {
            to,
            mode,
            seen: 0,
            next,
        })
    }

    /// Says that the program is about to wait for its first byte.
    pub(super) fn ready(&mut self) -> io::Result<()> {
        match self.mode {
            Mode::Answers => Ok(()),
            _ => self.write(now()),
        }
    }

    /// Says that `count` bytes of payload are in the handler's hands now.
    #[inline]
    pub(super) fn payload(&mut self, count: usize) -> io::Result<()> {
        self.seen += count as u64;
        if self.seen < self.next {
            return Ok(());
        }
        self.tell()
    }

    /// Says what there is to say of the payload seen so far.
    #[inline(never)]
    fn tell(&mut self) -> io::Result<()> {
        match self.mode {
            Mode::Events | Mode::Quiet => self.write(now()),
            Mode::Answers => self.to.write_all(b"."),
            Mode::Every(every) => {
                while self.seen >= self.next {
                    self.next += every;
                    self.write(now())?;
                }
                Ok(())
            }
        }
    }

    fn write(&mut self, at: Time) -> io::Result<()> {
        self.to.write_all(&at.as_nanos().to_ne_bytes())
    }
}
