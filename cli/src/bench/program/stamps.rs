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
    /// Payload bytes a stamp; 0 stamps every event.
    every: u64,
    seen: u64,
}

impl Stamps {
    /// Takes what the driver handed down.
    pub(super) fn open() -> io::Result<Self> {
        let to = File::options()
            .write(true)
            .open(format!("/dev/fd/{STAMP_FD}"))?;
        let every = std::env::var("TTYRING_COUNT").ok();
        let every = every.and_then(|count| count.parse().ok()).unwrap_or(0);
        Ok(Stamps { to, every, seen: 0 })
    }

    /// Says that the program is about to wait for its first byte.
    pub(super) fn ready(&mut self) -> io::Result<()> {
        self.write(now())
    }

    /// Says that `count` bytes of payload were in the handler's hands at `at`.
    pub(super) fn payload(&mut self, count: usize, at: Time) -> io::Result<()> {
        if self.every == 0 {
            return self.write(at);
        }
        self.seen += count as u64;
        while self.seen >= self.every {
            self.seen -= self.every;
            self.write(at)?;
        }
        Ok(())
    }

    fn write(&mut self, at: Time) -> io::Result<()> {
        self.to.write_all(&at.as_nanos().to_ne_bytes())
    }
}
