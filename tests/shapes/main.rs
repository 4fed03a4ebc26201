//! An input in the shapes of other loops, each on a real pseudo-terminal.
#![allow(clippy::unwrap_used)]

mod async_io;
mod blocking;
mod crossterm;
mod mio;
mod tokio;

use std::time::Duration;

use ttyring::platform::Os;
use ttyring::{Builder, Event, Input, Polled};
use ttyring_test_support::Pty;

/// Opens the terminal as an input with a description of its own.
fn open(pty: &Pty) -> Input {
    open_with(pty, Builder::new())
}

fn open_with(pty: &Pty, builder: Builder) -> Input {
    let slave = pty.slave().try_clone_to_owned().unwrap();
    builder.adopt(Os, Os.adopt(slave).unwrap()).unwrap()
}

/// An event as text, a key by its name.
fn name(event: &Event<'_>) -> String {
    match event {
        Event::Key(key) => key.to_string(),
        other => format!("{other:?}"),
    }
}

/// What is there now, until there is nothing.
fn drain(input: &mut Input) -> Vec<String> {
    let mut seen = Vec::new();
    while let Polled::Event(event) = input.poll(Duration::ZERO).unwrap() {
        seen.push(name(&event));
    }
    seen
}
