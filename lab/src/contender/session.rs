//! One life of a program under test: started, fed with keys, watched, ended.
//!
//! The program takes its stamps in its own handler; a pipe that nobody sleeps on carries them, so
//! that carrying them wakes nobody while a key is on its way.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, tcgetattr};
use ttyring::platform::Time;

use super::Contender;
use super::protocol::{END, Mode, STAMP_FD, now};
use super::pty::{Pty, nonblocking};
use super::usage::{self, Usage};
use crate::progress::go_on;

/// How long a program may take to get ready, and then to handle what it was sent.
const PATIENCE: Duration = Duration::from_secs(10);

/// Ctrl-C.
const INTERRUPT: u8 = 0x03;

/// A program on a pseudo-terminal, ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Session {
    pty: Pty,
    child: Child,
    stamps: OwnedFd,
    /// Bytes of a stamp that has not come wholly.
    partial: Vec<u8>,
    started: Time,
    ready: Time,
    output: u64,
}

impl Session {
    /// Starts `contender` and waits until it is ready for input. `mode` is what it is to stamp.
    pub(crate) fn start(contender: &Contender, mode: Mode) -> io::Result<Self> {
        let pty = Pty::open()?;
        let (stamps, end) = rustix::pipe::pipe()?;
        rustix::io::fcntl_setfd(&stamps, rustix::io::FdFlags::CLOEXEC)?;
        rustix::io::fcntl_setfd(&end, rustix::io::FdFlags::CLOEXEC)?;
        nonblocking(&stamps)?;
        let mut command = Command::new(&contender.program);
        command
            .args(
                contender
                    .arguments
                    .iter()
                    .map(|word| word.replace("{fd}", "3")),
            )
            .env("TERM", "xterm-256color");
        mode.hand_down(&mut command);
        let started = now();
        let child = pty.spawn(&mut command, end.as_fd());
        let child = child.map_err(|error| contender.failed(format!("did not start: {error}")))?;
        let mut session = Session {
            pty,
            child,
            stamps,
            partial: Vec::new(),
            started,
            ready: started,
            output: 0,
        };
        drop(end);
        let ready = match mode {
            Mode::Answers => session.quiet(PATIENCE)?,
            Mode::Quiet => session.quiet(PATIENCE / 10)?.or(Some(now())),
            Mode::Events | Mode::Every(_) => session.stamp(PATIENCE)?,
        };
        match ready {
            Some(ready) => session.ready = ready,
            None => return Err(contender.failed(session.silence())),
        }
        Ok(session)
    }

    /// Waits until the terminal is in raw mode and the program has written what it writes at its
    /// start.
    fn quiet(&mut self, patience: Duration) -> io::Result<Option<Time>> {
        let end = now() + patience;
        while now() < end && self.child.try_wait()?.is_none() {
            go_on()?;
            let cooked = tcgetattr(&self.pty.slave)?
                .local_modes
                .contains(LocalModes::ICANON);
            let seen = self.output;
            self.wait_for(PollFlags::IN, Duration::from_millis(50))?;
            if !cooked && seen == self.output {
                return Ok(Some(now()));
            }
        }
        Ok(None)
    }

    /// Waits until the program has written something on the terminal; returns when it was seen.
    pub(crate) fn answer(&mut self, timeout: Duration) -> io::Result<Option<Time>> {
        let end = now() + timeout;
        let before = self.output;
        while self.output == before && now() < end && self.child.try_wait()?.is_none() {
            go_on()?;
            self.wait_for(PollFlags::IN, Duration::from_millis(50))?;
        }
        Ok((self.output > before).then(now))
    }

    /// Types `bytes`; returns the time just before they were written.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<Time> {
        let sent = now();
        match rustix::io::write(&self.pty.master, bytes) {
            Ok(count) if count == bytes.len() => Ok(sent),
            Ok(_) => Err(io::ErrorKind::WriteZero.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Types as much of `bytes` as there is room for now; returns how much that was.
    pub(crate) fn send_some(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match rustix::io::write(&self.pty.master, bytes) {
            Ok(count) => Ok(count),
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until there is room for more, or a stamp, or something that the program wrote.
    pub(crate) fn await_room(&mut self) -> io::Result<()> {
        self.wait_for(PollFlags::IN | PollFlags::OUT, Duration::from_millis(50))
    }

    /// Returns the next stamp, waiting for it for at most `timeout` if it has not come.
    pub(crate) fn stamp(&mut self, timeout: Duration) -> io::Result<Option<Time>> {
        let end = now() + timeout;
        loop {
            if let Some(stamp) = self.take_stamp()? {
                return Ok(Some(stamp));
            }
            let left = end.since(now());
            if left.is_zero() {
                return Ok(None);
            }
            go_on()?;
            self.wait_for(PollFlags::IN, left)?;
            if self.child.try_wait()?.is_some() {
                return self.take_stamp();
            }
        }
    }

    /// Waits for a stamp or for `master` on the terminal's side, and takes what was written.
    fn wait_for(&mut self, master: PollFlags, timeout: Duration) -> io::Result<()> {
        // Not longer, so that the end of the program is noticed.
        let timeout = Timespec::try_from(timeout.min(Duration::from_millis(50))).ok();
        let mut fds = [
            PollFd::new(&self.stamps, PollFlags::IN),
            PollFd::new(&self.pty.master, master),
        ];
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let hung_up = fds[0].revents() == PollFlags::HUP;
        self.drain();
        if hung_up {
            // Nothing will come; without this the poll would not wait for the program's end.
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Takes a whole stamp out of the pipe, if one is there.
    fn take_stamp(&mut self) -> io::Result<Option<Time>> {
        let mut bytes = [0; 8];
        let wanted = 8 - self.partial.len();
        match rustix::io::read(&self.stamps, &mut bytes[..wanted]) {
            Ok(count) => self.partial.extend_from_slice(&bytes[..count]),
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        match <[u8; 8]>::try_from(&self.partial[..]) {
            Ok(stamp) => {
                self.partial.clear();
                Ok(Some(Time::from_nanos(u64::from_ne_bytes(stamp))))
            }
            Err(_) => Ok(None),
        }
    }

    /// Throws away what the program has written on the terminal, so that it never waits for room.
    pub(crate) fn drain(&mut self) {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = rustix::io::read(&self.pty.master, &mut buffer) {
            self.output += count as u64;
        }
    }

    /// Types Ctrl-D, and Ctrl-C if that is not enough, and waits for the program's end; returns
    /// whether it came.
    pub(crate) fn end(mut self) -> io::Result<bool> {
        for key in [END, INTERRUPT] {
            self.send(&[key])?;
            let end = now() + PATIENCE / 5;
            while now() < end {
                if self.child.try_wait()?.is_some() {
                    return Ok(true);
                }
                go_on()?;
                self.wait_for(PollFlags::IN, Duration::from_millis(5))?;
            }
        }
        Ok(false)
    }

    /// How long the program took from its start to being ready.
    pub(crate) fn start_up(&self) -> Duration {
        self.ready.since(self.started)
    }

    /// What the system counts of the program so far.
    pub(crate) fn usage(&self) -> Usage {
        usage::of(self.child.id())
    }

    /// The process of the program.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The terminal that the program reads.
    pub(crate) fn terminal(&self) -> &OwnedFd {
        &self.pty.slave
    }

    /// Whether the program has ended.
    pub(crate) fn is_over(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Says why there is no stamp.
    pub(crate) fn silence(&mut self) -> String {
        match self.child.try_wait() {
            Ok(Some(status)) => match status.signal() {
                Some(signal) => format!("ended by signal {signal}"),
                None => format!("ended with {status}"),
            },
            _ => format!("no stamp on descriptor {STAMP_FD} within {PATIENCE:?}"),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
