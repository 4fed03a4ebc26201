//! crossterm's events out of an [`Input`] (feature `crossterm`).
//!
//! [`Events`] has `poll` and `read` as crossterm has them. The conversions of single values are in
//! `crossterm/convert.rs`; nothing here reads with crossterm.

mod codes;
mod convert;

use std::io;
use std::time::Duration;

use ::crossterm::event as ct;
use ttyring_platform::{Backend, Os};

use crate::event::{Event, Paste};
use crate::input::{Input, Polled};

/// `crossterm::event::poll` and `read` over an [`Input`]: a program changes where its events come
/// from, and nothing else.
///
/// A paste is joined to one event, up to the decoder's
/// [limit](crate::decode::Options::paste_limit). What crossterm has no event for, such as replies
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
    /// What `poll` has found and `read` has not taken.
    next: Option<ct::Event>,
}

impl<B: Backend> Events<B> {
    /// Takes the events of an input.
    pub fn new(input: Input<B>) -> Self {
        Events {
            input,
            paste: Vec::new(),
            next: None,
        }
    }

    /// Returns whether [`read`](Events::read) has something to return at once, after waiting for
    /// at most `timeout`. The end of the input is something.
    ///
    /// # Errors
    ///
    /// As [`Input::poll`].
    pub fn poll(&mut self, timeout: Duration) -> io::Result<bool> {
        let end = self.input.now() + timeout;
        while self.next.is_none() {
            let rest = end.since(self.input.now());
            self.next = match self.input.poll(rest)? {
                Polled::Event(event) => convert(event, &mut self.paste),
                Polled::Elapsed => return Ok(false),
                Polled::End => return Ok(true),
            };
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
            if let Some(event) = self.next.take() {
                return Ok(event);
            }
            let event = self.input.next_event()?;
            let event = event.ok_or(io::ErrorKind::UnexpectedEof)?;
            self.next = convert(event, &mut self.paste);
        }
    }

    /// Returns the input, to change modes, to ask the terminal or to hand it over.
    pub fn input(&mut self) -> &mut Input<B> {
        &mut self.input
    }

    /// Returns the input.
    pub fn into_input(self) -> Input<B> {
        self.input
    }
}

/// Converts an event, joining the pieces of a paste.
fn convert(event: Event<'_>, pasted: &mut Vec<u8>) -> Option<ct::Event> {
    let Event::Paste(Paste { bytes, last, .. }) = &event else {
        return ct::Event::try_from(event).ok();
    };
    pasted.extend_from_slice(bytes);
    last.then(|| {
        let text = String::from_utf8_lossy(pasted).into_owned();
        pasted.clear();
        ct::Event::Paste(text)
    })
}
