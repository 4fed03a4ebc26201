//! System calls and nothing else: what the kernel costs, and what every reader is measured against.

use std::hint::spin_loop;
use std::io;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::stdio::stdin;
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use super::stamps::Stamps;
use crate::contender::protocol::END;

/// What is done before each read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// The read itself waits.
    Nothing,
    /// poll(2) waits.
    Poll,
    /// Nobody waits.
    Spin,
}

/// Reads until the terminal is gone or Ctrl-D comes.
pub(super) fn run(mut stamps: Stamps, before: Before) -> io::Result<()> {
    let mut settings = tcgetattr(stdin())?;
    settings.make_raw();
    tcsetattr(stdin(), OptionalActions::Now, &settings)?;
    let mut buffer = [0; 4096];
    stamps.ready()?;
    loop {
        match before {
            Before::Nothing => {}
            Before::Poll => {
                let mut fds = [PollFd::from_borrowed_fd(stdin(), PollFlags::IN)];
                poll(&mut fds, None)?;
            }
            Before::Spin => {
                while rustix::io::ioctl_fionread(stdin())? == 0 {
                    spin_loop();
                }
            }
        }
        let count = rustix::io::read(stdin(), &mut buffer)?;
        stamps.payload(count)?;
        if count == 0 || buffer[count - 1] == END {
            return Ok(());
        }
    }
}
