//! What comes next: what is due, what was kept, what is buffered, then what arrives, each in its
//! order and in its time.

use std::time::Duration;

use ttyring_platform::{Backend, Result, Signals, Size, Time, Tty};

use super::source::Arrival;
use super::turn::Begun;
use super::{Due, Input, Polled};
use crate::decode::Token;
use crate::event::{Event, Key, KeyCode};
use crate::probe;

/// What was found last, before it becomes an event that borrows from the input.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found {
    /// Nothing: the time ran out.
    Nothing,
    /// A byte of text. Those that were found behind it and are taken at once change nothing here.
    Text(u8),
    /// The Enter behind a line of text.
    Enter,
    Token(Token),
    /// The first of the events that were kept, which goes when the next one is asked for.
    Kept,
    Resize(Size),
    Signal(Signals),
    Resumed,
    Woken,
    End,
}

impl<B: Backend> Input<B> {
    /// Waits for the next event for at most `timeout`, and puts it in the caller's terms with `wrap`.
    ///
    /// Text takes a short cut where it was found ahead, and its event is built where it is returned:
    /// all of `next` is inlined for that.
    #[inline(always)]
    pub(super) fn next<'s, T>(
        &'s mut self,
        timeout: Option<Duration>,
        wrap: impl FnOnce(Polled<'s>) -> T,
    ) -> Result<T> {
        probe::handled();
        // `found` stays: it is text, too.
        let byte = match self.reader.text() {
            Some(byte) => byte,
            None => {
                let found = self.find(timeout);
                match (&found, self.found) {
                    (Ok(()), Found::Text(byte)) => byte,
                    _ => return self.found_other(found, wrap),
                }
            }
        };
        probe::decoded();
        Ok(wrap(Polled::Event(Event::Key(Key::ascii(byte)))))
    }

    #[inline(never)]
    fn found_other<'s, T>(
        &'s mut self,
        found: Result<()>,
        wrap: impl FnOnce(Polled<'s>) -> T,
    ) -> Result<T> {
        found?;
        probe::decoded();
        Ok(wrap(self.found()))
    }

    /// Finds a byte of text that is buffered, if nothing comes before it. Nobody but the program
    /// wants it: it is no reply, and it suspends nothing.
    #[inline(always)]
    fn find_text(&mut self) -> bool {
        if !self.due.is_empty() {
            return false;
        }
        let text = self.reader.find_text();
        self.note(text.map(Found::Text))
    }

    /// Finds what is next, for at most `timeout`.
    #[inline(never)]
    pub(crate) fn find(&mut self, timeout: Option<Duration>) -> Result<()> {
        if let Some(byte) = self.reader.ahead() {
            self.found = match byte {
                b'\r' => Found::Enter,
                _ => Found::Text(byte),
            };
            return Ok(());
        }
        self.forget_found();
        if self.show_kept() {
            return Ok(());
        }
        if self.find_text() {
            // Of what was there before a read, there may be more.
            self.reader.look_ahead();
            return Ok(());
        }
        let deadline = timeout.map(|timeout| self.now() + timeout);
        while !self.step(deadline)? && !self.find_text() {}
        Ok(())
    }

    /// Goes one step towards what is next, apart from what was kept: takes what is due or buffered,
    /// or waits until `deadline` for something to arrive. Returns whether anything was
    /// [found](Input::found) for the program. If not, bytes have arrived, or a reply went to
    /// whoever had asked for it.
    #[inline(always)]
    pub(crate) fn step(&mut self, deadline: Option<Time>) -> Result<bool> {
        self.forget_found();
        self.heed_modes();
        if self.due.intersects(Due::RESUMED | Due::SIZE) && self.take_due() {
            return Ok(true);
        }
        if let Some(token) = self.reader.next() {
            return self.pass_on(token);
        }
        if self.terminal.custody().has_unread() {
            self.take_unread_of_terminal();
            return Ok(false);
        }
        let limit = earlier(deadline, self.pending());
        let arrival = if self.replies.turn.is_shared() {
            match self.wait_in_turn(limit)? {
                Some(arrival) => arrival,
                None => return Ok(false),
            }
        } else {
            self.origin.wait(self.reader.consumer(), limit)?
        };
        if arrival != Arrival::Bytes {
            return self.heed(arrival, limit);
        }
        self.reader.note_arrival();
        if self.replies.is_expecting() {
            self.expect_positions();
        }
        Ok(false)
    }

    /// Waits until another thread that reads the terminal has ended, then for something to arrive;
    /// nothing if there was such a thread: what it has left comes first.
    #[cold]
    fn wait_in_turn(&mut self, limit: Option<Time>) -> Result<Option<Arrival>> {
        let timeout = limit.map(|limit| limit.since(self.now()));
        let begun = self.replies.turn.begin(timeout);
        if begun == Begun::Elapsed {
            return Ok(Some(Arrival::Elapsed));
        }
        if begun == Begun::After {
            self.replies.turn.end();
            return Ok(None);
        }
        let arrival = self.origin.wait(self.reader.consumer(), limit);
        self.replies.turn.end();
        arrival.map(Some)
    }

    /// Passes a token on to whoever it is for; returns whether that is the program.
    #[inline(always)]
    fn pass_on(&mut self, token: Token) -> Result<bool> {
        if self.replies.is_expecting() && self.takes_reply(token) {
            return Ok(false);
        }
        if let Some(suspend_for) = self.suspend_for {
            if suspend_for(self, token)? {
                return Ok(false);
            }
        }
        Ok(self.note(Some(Found::Token(token))))
    }

    /// Acts on anything but bytes that arrived in a wait until `limit`; returns whether anything was
    /// found for the program.
    #[cold]
    pub(super) fn heed(&mut self, arrival: Arrival, limit: Option<Time>) -> Result<bool> {
        let found = match arrival {
            Arrival::Bytes => None,
            Arrival::Woken => Some(Found::Woken),
            Arrival::Signals(signals) => return self.heed_signals(signals),
            // The time of an unfinished sequence is over, not that of the program.
            Arrival::Elapsed if limit.is_some() && self.pending() == limit => {
                self.reader.expire().map(Found::Token)
            }
            Arrival::Elapsed => Some(Found::Nothing),
            Arrival::End => Some(self.reader.finish().map_or(Found::End, Found::Token)),
        };
        Ok(self.note(found))
    }

    /// Notes what was found, if anything was.
    #[inline(always)]
    fn note(&mut self, found: Option<Found>) -> bool {
        let Some(found) = found else {
            return false;
        };
        self.found = found;
        true
    }

    /// When an unfinished sequence is to be resolved.
    pub(super) fn pending(&self) -> Option<Time> {
        let timeout = self.reader.timeout()?;
        Some(self.read_at_or_now() + timeout)
    }

    #[inline(never)]
    pub(super) fn read_at_or_now(&self) -> Time {
        self.reader.read_at(|| self.now())
    }

    /// Lets go of what the last event was made of. Whatever comes to be [due](Due) does so after
    /// this.
    #[inline(always)]
    pub(super) fn forget_found(&mut self) {
        self.reader.look_again();
        if let Found::Kept = self.found {
            self.forget_kept();
        }
        self.found = Found::Nothing;
    }

    #[cold]
    fn forget_kept(&mut self) {
        self.kept.let_go();
        self.due.set(Due::KEPT, !self.kept.is_empty());
    }

    /// Finds the first of the events that were kept, if there is one.
    #[inline(always)]
    fn show_kept(&mut self) -> bool {
        let shown = self.due.contains(Due::KEPT) && self.kept.show();
        self.note(shown.then_some(Found::Kept))
    }

    /// Finds what comes before anything that arrives, if there is such a thing. A size that nobody
    /// knows is no event. A terminal that cannot be asked has hung up, which the next read tells.
    #[cold]
    fn take_due(&mut self) -> bool {
        if self.due.contains(Due::RESUMED) {
            self.due.remove(Due::RESUMED);
            return self.note(Some(Found::Resumed));
        }
        let size = self
            .due
            .contains(Due::SIZE)
            .then(|| self.size().ok().flatten());
        self.due.remove(Due::SIZE);
        self.note(size.flatten().map(Found::Resize))
    }

    /// Acts on signals: a new size, a stop, a continuation; the rest are for the program.
    fn heed_signals(&mut self, signals: Signals) -> Result<bool> {
        let wanted = signals & self.signals;
        if signals.contains(Signals::CONT) && self.resume()? {
            self.due |= Due::SIZE;
            self.due.set(Due::RESUMED, !wanted.contains(Signals::CONT));
        }
        if signals.contains(Signals::WINCH) {
            self.due |= Due::SIZE;
        }
        match wanted.is_empty() {
            true => Ok(self.take_due()),
            false => Ok(self.note(Some(Found::Signal(wanted)))),
        }
    }

    /// Switches everything on again; returns whether there is still a terminal. The kernel sends
    /// SIGCONT with a hangup, too, and the next read tells the end.
    fn resume(&mut self) -> Result<bool> {
        match self.terminal.resumed() {
            Ok(()) => Ok(true),
            Err(_) if self.terminal.tty().termios().is_err() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Returns the event that was found last.
    pub(crate) fn found(&self) -> Polled<'_> {
        let event = match self.found {
            Found::Enter => Some(Event::Key(Key::new(KeyCode::Enter))),
            Found::Text(byte) => Some(Event::Key(Key::ascii(byte))),
            Found::Token(token) => Some(self.reader.event(token)),
            Found::Kept => self.kept.event(),
            Found::End => return Polled::End,
            found => found.of_system(),
        };
        event.map_or(Polled::Elapsed, Polled::Event)
    }
}

impl Found {
    /// Returns the event if it is none of the terminal's, so that no bytes belong to it.
    pub(super) fn of_system(self) -> Option<Event<'static>> {
        match self {
            Found::Resize(size) => Some(Event::Resize(size)),
            Found::Signal(signals) => Some(Event::Signal(signals)),
            Found::Resumed => Some(Event::Resumed),
            Found::Woken => Some(Event::Woken),
            Found::Nothing
            | Found::Text(_)
            | Found::Enter
            | Found::Token(_)
            | Found::Kept
            | Found::End => None,
        }
    }
}

/// Returns the earlier of two times, of which each may be never.
fn earlier(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
