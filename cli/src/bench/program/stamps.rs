//! Where a program under test says when it handled what.
//!
//! The time is taken first and written afterwards, so the writing is not part of it.

use std::fs::File;
use std::io::{self, Write};

use ttyring::Time;

use crate::bench::pty::STAMP_FD;
use crate::bench::session::now;

/// The stamps of one program.
#[derive(Debug)]
pub(super) struct Stamps {
    to: File,
    told: Told,
    /// Bytes of payload so far.
    seen: u64,
    /// How many there are at the next stamp; at once, if every event is told.
    next: u64,
}

/// What the driver wants to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// The time of each event.
    Events,
    /// The time of every so many bytes of payload.
    Every(u64),
    /// Nothing but an answer on the terminal to each event.
    Answer,
}

impl Stamps {
    /// Takes what the driver handed down.
    pub(super) fn open() -> io::Result<Self> {
        let count = std::env::var("TTYRING_COUNT").ok();
        let count = count.and_then(|count| count.parse().ok()).unwrap_or(0);
        let answers = std::env::var_os("TTYRING_ANSWER").is_some();
        let told = match count {
            _ if answers => Told::Answer,
            0 => Told::Events,
            count => Told::Every(count),
        };
        let path = match told {
            Told::Answer => "/dev/fd/1".to_owned(),
            _ => format!("/dev/fd/{STAMP_FD}"),
        };
        let to = File::options().write(true).open(path)?;
        Ok(Stamps {
            to,
            told,
            seen: 0,
            next: count,
        })
    }

    /// Says that the program is about to wait for its first byte.
    pub(super) fn ready(&mut self) -> io::Result<()> {
        match self.told {
            Told::Answer => Ok(()),
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
        match self.told {
            Told::Events => self.write(now()),
            Told::Answer => self.to.write_all(b"."),
            Told::Every(every) => {
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
