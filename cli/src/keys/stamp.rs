//! Time stamps on a descriptor that the caller of the tool handed down, for measuring from outside.

use std::fs::File;
use std::io::{self, Write};

use ttyring::platform::Time;

use crate::system;

/// Where the stamps go.
#[derive(Debug)]
pub(crate) struct Stamps {
    to: File,
}

impl Stamps {
    /// Opens the descriptor `number` that this process inherited.
    pub(crate) fn open(number: i32) -> io::Result<Self> {
        // Refused here, with the number in the message.
        let to = system::open_inherited(number);
        to.map(|to| Stamps { to })
            .map_err(|error| io::Error::new(error.kind(), format!("--stamp-fd {number}: {error}")))
    }

    /// Writes one stamp.
    pub(crate) fn write(&mut self, at: Time) -> io::Result<()> {
        self.to.write_all(&at.as_nanos().to_ne_bytes())
    }
}
