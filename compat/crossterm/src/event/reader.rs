//! Reading: events of the input become events of this crate, one after the other.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use ttyring::{Event as Theirs, Input, Key, KeyCode, Polled, Reply, Size, Unread};

use super::redraw::{self, Redraw};
use super::{Event, convert, urgent};
use crate::restore;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a wait has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// There is an event, or the end.
    Something,
    /// The time ran out.
    Nothing,
    /// Another thread needs the reader now.
    Interrupted,
}

/// The input, and what was read and not asked for yet.
pub(super) struct Reader {
    input: Input,
    ready: VecDeque<Event>,
    /// What was pasted, of a paste that goes on.
    #[cfg(feature = "bracketed-paste")]
    paste: Vec<u8>,
    redraw: Redraw,
    /// Where the cursor is was asked, and not everything that answers it has come.
    asked: bool,
    /// The answer.
    position: Option<(u16, u16)>,
    ended: bool,
}

impl Reader {
    pub(super) fn new(input: Input) -> Self {
        Reader {
            input,
            ready: VecDeque::new(),
            #[cfg(feature = "bracketed-paste")]
            paste: Vec::new(),
            redraw: Redraw::default(),
            asked: false,
            position: None,
            ended: false,
        }
    }

    pub(super) fn input(&mut self) -> &mut Input {
        &mut self.input
    }

    /// Gives the terminal back while `f` runs; what was read stays here.
    pub(super) fn lend<R: 'static>(&mut self, f: impl FnOnce() -> R) -> io::Result<R> {
        let result = self.input.lend(Unread::Keep, |_| f())?;
        let resize = self.resumed();
        self.ready.extend(resize);
        Ok(result)
    }

    /// Asks where the cursor is: its column and its row, from zero. Events that come meanwhile are
    /// ready afterwards.
    pub(super) fn position(&mut self, deadline: Instant) -> io::Result<(u16, u16)> {
        // Every terminal answers the second question, and does so last.
        self.input.terminal().ask(b"\x1b[6n\x1b[c")?;
        self.asked = true;
        self.position = None;
        let waited = self.wait_for_answers(deadline);
        let in_time = !std::mem::take(&mut self.asked);
        waited?;
        let none = match in_time {
            true => io::ErrorKind::Unsupported,
            false if self.ended => io::ErrorKind::UnexpectedEof,
            false => io::ErrorKind::TimedOut,
        };
        self.position.ok_or(none.into())
    }

    fn wait_for_answers(&mut self, deadline: Instant) -> io::Result<()> {
        while self.asked && !self.ended {
            if self.step(Some(deadline))? && deadline <= Instant::now() {
                break;
            }
        }
        Ok(())
    }

    /// Waits until there is an event, `deadline` has passed, or another thread interrupts.
    pub(super) fn wait(&mut self, deadline: Option<Instant>) -> io::Result<Found> {
        loop {
            if self.has_some() {
                return Ok(Found::Something);
            }
            if urgent::is_waiting() {
                return Ok(Found::Interrupted);
            }
            let limit = earlier(deadline, self.redraw.due());
            if self.step(limit)? && deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                let found = self.has_some();
                return Ok(if found {
                    Found::Something
                } else {
                    Found::Nothing
                });
            }
        }
    }

    /// Takes the next event that a wait has found.
    pub(super) fn next(&mut self) -> Option<io::Result<Event>> {
        let end = || io::Error::from(io::ErrorKind::UnexpectedEof);
        match self.ready.pop_front() {
            Some(event) => Some(Ok(event)),
            None => self.ended.then(|| Err(end())),
        }
    }

    /// Returns how long nothing has to be done, unless something comes.
    #[cfg(feature = "event-stream")]
    pub(super) fn patience(&self) -> Option<Instant> {
        let timeout = self.input.poll_timeout();
        earlier(
            timeout.and_then(|timeout| Instant::now().checked_add(timeout)),
            self.redraw.due(),
        )
    }

    fn has_some(&mut self) -> bool {
        if self.redraw.is_over() {
            self.announce_size();
        }
        self.ended || !self.ready.is_empty()
    }

    /// Takes one event of the input; returns whether the time ran out instead.
    fn step(&mut self, limit: Option<Instant>) -> io::Result<bool> {
        let ahead = restore::is_typed_ahead();
        let rest = match limit {
            // What was typed ahead is there already.
            _ if ahead => Duration::ZERO,
            Some(limit) => limit.saturating_duration_since(Instant::now()),
            // Begun again when it is over: another call, without a limit, is more code in every program.
            None => DAY,
        };
        let event = match self.input.poll(rest)? {
            // No event here; copying one takes more code than all that are.
            Polled::Event(Theirs::Reply(reply)) => {
                match reply {
                    Reply::PrimaryAttributes(_) => self.asked = false,
                    Reply::CursorPosition { row, column, .. } if self.asked => {
                        self.position = Some((from_zero(column), from_zero(row)));
                    }
                    _ => {}
                }
                return Ok(false);
            }
            Polled::Event(Theirs::Unknown(_)) => return Ok(false),
            Polled::Event(event) => event.into_owned(),
            Polled::Elapsed => {
                restore::typed_ahead_is_read();
                return Ok(!ahead && limit.is_some());
            }
            Polled::End => {
                self.ended = true;
                return Ok(false);
            }
        };
        self.keep(&event, ahead);
        Ok(false)
    }

    fn keep(&mut self, event: &Theirs<'_>, ahead: bool) {
        let event = match event {
            Theirs::Key(key) if self.asked && is_like_position(key, self.input.raw()) => {
                self.position = Some((key.modifiers.bits().into(), 0));
                None
            }
            Theirs::Key(key) => {
                let ready = self.ready.len();
                self.ready.extend(convert::text(key).map(Event::Key));
                if self.ready.len() > ready {
                    return;
                }
                let raw_mode = !ahead && restore::is_raw();
                convert::key(key, self.input.raw(), raw_mode).map(Event::Key)
            }
            Theirs::Mouse(mouse) => convert::mouse(mouse).map(Event::Mouse),
            Theirs::Focus { gained: true } => Some(Event::FocusGained),
            Theirs::Focus { gained: false } => Some(Event::FocusLost),
            #[cfg(feature = "bracketed-paste")]
            Theirs::Paste(paste) => self.join(paste),
            Theirs::Resumed => self.resumed(),
            Theirs::Resize(size) if !self.redraw.is_going_on() => Some(resize(*size)),
            _ => None,
        };
        self.ready.extend(event);
    }

    /// Joins the pieces of a paste.
    #[cfg(feature = "bracketed-paste")]
    fn join(&mut self, paste: &ttyring::Paste<'_>) -> Option<Event> {
        self.paste.extend_from_slice(&paste.bytes);
        paste.last.then(|| {
            let text = std::mem::take(&mut self.paste);
            Event::Paste(match String::from_utf8(text) {
                Ok(text) => text,
                Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
            })
        })
    }

    /// The program was stopped and goes on: what it has drawn may be gone.
    fn resumed(&mut self) -> Option<Event> {
        restore::resumed();
        // Outside of the alternate screen nothing is gone, and the size that follows is enough.
        if !restore::is_on(restore::Mode::AlternateScreen) {
            return None;
        }
        let size = restore::size().ok()?;
        self.redraw.begin();
        Some(resize(redraw::other_than(size)))
    }

    fn announce_size(&mut self) {
        self.redraw.end();
        self.ready.extend(restore::size().ok().map(resize));
    }
}

/// Returns whether a key came as the bytes of a cursor's position in the first row: F3 with modifiers,
/// one less than the column, does.
fn is_like_position(key: &Key, raw: &[u8]) -> bool {
    key.code == KeyCode::F(3) && raw.starts_with(b"\x1b[1;") && raw.ends_with(b"R")
}

fn from_zero(number: u32) -> u16 {
    u16::try_from(number.saturating_sub(1)).unwrap_or(u16::MAX)
}

fn resize(size: Size) -> Event {
    Event::Resize(size.columns, size.rows)
}

fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
