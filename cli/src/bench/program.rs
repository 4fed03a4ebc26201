//! The programs under test that the tool carries in itself, each run in a process of its own.
//!
//! They read, stamp, and do nothing else. Ctrl-D ends them.

use std::fs::File;
use std::io::{self, Write};

use clap::ValueEnum;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::stdio::stdin;
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use ttyring_platform::Time;

use super::pty::STAMP_FD;
use super::session::now;

/// The key that ends a program under test: Ctrl-D.
pub(crate) const END: u8 = 0x04;

/// Which program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Program {
    /// read(2) in a loop and nothing else: what the kernel alone costs
    Read,
    /// poll(2), then read(2)
    PollRead,
}

impl Program {
    /// The name on the command line.
    pub(crate) fn name(self) -> String {
        let value = self.to_possible_value();
        value
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    /// What the tables call it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Program::Read => "read(2), the floor",
            Program::PollRead => "poll(2) + read(2)",
        }
    }

    /// Is the program until its terminal is gone or Ctrl-D comes.
    pub(crate) fn run(self) -> io::Result<()> {
        let stamps = Stamps::open()?;
        match self {
            Program::Read => read(stamps, || Ok(())),
            Program::PollRead => read(stamps, || {
                let mut fds = [PollFd::from_borrowed_fd(stdin(), PollFlags::IN)];
                poll(&mut fds, None).map(drop).map_err(io::Error::from)
            }),
        }
    }
}

fn read(mut stamps: Stamps, mut wait: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    let mut settings = tcgetattr(stdin())?;
    settings.make_raw();
    tcsetattr(stdin(), OptionalActions::Now, &settings)?;
    let mut buffer = [0; 4096];
    stamps.ready()?;
    loop {
        wait()?;
        let count = rustix::io::read(stdin(), &mut buffer)?;
        let at = now();
        let bytes = &buffer[..count];
        stamps.payload(count, at)?;
        if bytes.is_empty() || bytes.ends_with(&[END]) {
            return Ok(());
        }
    }
}

/// Where a program under test says when it handled what.
#[derive(Debug)]
pub(crate) struct Stamps {
    to: File,
    /// Payload bytes a stamp; 0 stamps every event.
    every: u64,
    seen: u64,
}

impl Stamps {
    fn open() -> io::Result<Self> {
        let to = File::options()
            .write(true)
            .open(format!("/dev/fd/{STAMP_FD}"))?;
        let every = std::env::var("TTYRING_COUNT").ok();
        let every = every.and_then(|count| count.parse().ok()).unwrap_or(0);
        Ok(Stamps { to, every, seen: 0 })
    }

    /// Says that the program is about to wait for its first byte.
    pub(crate) fn ready(&mut self) -> io::Result<()> {
        self.write(now())
    }

    /// Says that `count` bytes of payload were in the handler's hands at `at`.
    pub(crate) fn payload(&mut self, count: usize, at: Time) -> io::Result<()> {
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
