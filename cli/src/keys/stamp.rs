//! Time stamps on a descriptor that the caller of the tool handed down, for measuring from outside.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::RawFd;

use ttyring::Time;

/// Where the stamps go.
#[derive(Debug)]
pub(crate) struct Stamps {
    to: File,
}

impl Stamps {
    /// Opens the descriptor `number` that this process inherited.
    pub(crate) fn open(number: RawFd) -> io::Result<Self> {
        // A path of the process's own descriptors makes a new one without assuming ownership of
        // the number; closed ones and sockets are refused here, with the number in the message.
        let path = format!("/dev/fd/{number}");
        let to = File::options().write(true).open(&path);
        to.map(|to| Stamps { to })
            .map_err(|error| io::Error::new(error.kind(), format!("--stamp-fd {number}: {error}")))
    }

    /// Writes one stamp.
    pub(crate) fn write(&mut self, at: Time) -> io::Result<()> {
        self.to.write_all(&at.as_nanos().to_ne_bytes())
    }
}
