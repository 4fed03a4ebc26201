//! ttyring itself as a program under test: events, or bytes.

use std::io::{self, BufRead};

use ttyring::{Event, Input, KeyCode, Modes, Modifiers, Wait};

use super::stamps::Stamps;
use crate::contender::protocol::END;

/// Opens an input that waits in this way.
fn open(wait: Wait) -> io::Result<Input> {
    let mut input = Input::builder().wait(wait).open()?;
    input.enable(Modes::PASTE)?;
    Ok(input)
}

/// Handles events until the terminal is gone or Ctrl-D comes.
pub(super) fn run(mut stamps: Stamps, wait: Wait) -> io::Result<()> {
    let mut input = open(wait)?;
    stamps.ready()?;
    loop {
        match input.next_event() {
            Ok(Some(Event::Key(key))) => {
                stamps.payload(1)?;
                // As the peers compare: a code and modifiers, without what `key!` adds.
                if key.code == KeyCode::Char('d') && key.modifiers == Modifiers::CTRL {
                    return Ok(());
                }
            }
            Ok(Some(Event::Paste(paste))) => stamps.payload(paste.bytes.len())?,
            Ok(Some(_)) => stamps.payload(1)?,
            Ok(None) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Handles bytes until the terminal is gone or Ctrl-D comes.
pub(super) fn run_bytes(mut stamps: Stamps) -> io::Result<()> {
    let mut input = open(Wait::Read)?;
    stamps.ready()?;
    let mut bytes = input.bytes();
    loop {
        let there = bytes.fill_buf()?;
        let (count, last) = (there.len(), there.last().copied());
        stamps.payload(count)?;
        if last.is_none_or(|last| last == END) {
            return Ok(());
        }
        bytes.consume(count);
    }
}
