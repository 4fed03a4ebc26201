//! crossterm's events out of an [`Input`] (feature `crossterm`).
//!
//! [`Events`] has `poll` and `read` as crossterm has them. The conversions of single values are in
//! `crossterm/convert.rs`; nothing here reads with crossterm.

mod codes;
mod convert;

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use ::crossterm::event as ct;
use ttyring_platform::{Backend, Os};

use crate::event::{Event, Paste};
use crate::input::{Input, Polled};

/// `crossterm::event::poll` and `read` over an [`Input`]. A program changes where its events come
/// from, and nothing else.
///
/// A paste is joined to one event, up to the decoder's
/// [limit](crate::decode::Settings::paste_limit). Text that an input method sends as one key becomes
/// a key for each character. What crossterm has no event for, such as replies
/// of the terminal, is passed over; [`input`](Events::input) is the way to them.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use ttyring::{Input, adapter::crossterm::Events};
///
/// let mut events = Events::new(Input::open()?);
/// loop {
///     // draw
///     if events.poll(Duration::from_millis(250))? {
///         if let crossterm::event::Event::Key(key) = events.read()? {
///             println!("{key:?}\r");
///         }
///     }
/// }
/// # #[allow(unreachable_code)]
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Events<B: Backend = Os> {
    input: Input<B>,
    /// What was pasted, of a paste that goes on.
    paste: Vec<u8>,
    /// What was found and `read` has not taken.
    ready: VecDeque<ct::Event>,
}

impl<B: Backend> Events<B> {
    /// Takes the events of an input.
    pub fn new(input: Input<B>) -> Self {
        Events {
            input,
            paste: Vec::new(),
            ready: VecDeque::new(),
        }
    }

    /// Waits for at most `timeout`, and returns whether [`read`](Events::read) would return at
    /// once. It would also do so at the end of the input.
    ///
    /// # Errors
    ///
    /// As [`Input::poll`].
    pub fn poll(&mut self, timeout: Duration) -> io::Result<bool> {
        let end = self.input.now() + timeout;
        while self.ready.is_empty() {
            let rest = end.since(self.input.now());
            match self.input.poll(rest)? {
                Polled::Event(event) => convert(event, &mut self.paste, &mut self.ready),
                Polled::Elapsed => return Ok(false),
                Polled::End => return Ok(true),
            }
        }
        Ok(true)
    }

    /// Waits for the next event.
    ///
    /// # Errors
    ///
    /// As [`Input::next_event`]; [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) when the terminal
    /// is gone.
    pub fn read(&mut self) -> io::Result<ct::Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(event);
            }
            let event = self.input.next_event()?;
            let event = event.ok_or(io::ErrorKind::UnexpectedEof)?;
            convert(event, &mut self.paste, &mut self.ready);
        }
    }

    /// Returns the input, to change modes, to ask the terminal or to lend it.
    pub fn input(&mut self) -> &mut Input<B> {
        &mut self.input
    }

    /// Returns the input.
    pub fn into_input(self) -> Input<B> {
        self.input
    }
}

/// Converts an event, joining the pieces of a paste.
fn convert(event: Event<'_>, pasted: &mut Vec<u8>, ready: &mut VecDeque<ct::Event>) {
    match &event {
        Event::Paste(Paste { bytes, last, .. }) => {
            pasted.extend_from_slice(bytes);
            if *last {
                let text = String::from_utf8_lossy(pasted).into_owned();
                pasted.clear();
                ready.push_back(ct::Event::Paste(text));
            }
        }
        Event::Key(key) if convert::text(key).next().is_some() => {
            ready.extend(convert::text(key));
        }
        _ => ready.extend(ct::Event::try_from(event)),
    }
}
