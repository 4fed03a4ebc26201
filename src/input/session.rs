//! What comes next: buffered events first, then what arrives, each in its order and in its time.
//!
//! It is the same whoever reads the terminal: the caller's thread or a capture thread. Those are
//! behind [`Arrivals`].

use std::mem::take;
use std::sync::Arc;
use std::time::Duration;

use ttyring_platform::{Backend, Result, Signals, Size, Time, Tty};

use super::Polled;
use super::kept::Kept;
use super::reader::Reader;
use super::replies::Replies;
use super::source::Arrival;
use crate::decode::Token;
use crate::event::{Event, Key};
use crate::key;
use crate::probe;
use crate::terminal::Terminal;

/// Where bytes and signals arrive from.
pub(crate) trait Arrivals<B: Backend> {
    /// Reads the clock.
    fn now(&self) -> Time;

    /// When the newest bytes that `reader` has taken were read, or were first asked after.
    fn read_at(&self, reader: &Reader) -> Time;

    /// Waits without a limit if that needs no more than sleeping and reading; returns whether there
    /// are new bytes. When there are none, `wait` says what there is instead.
    fn refill(&mut self) -> Result<bool> {
        Ok(false)
    }

    /// Waits until `reader` has new bytes, or there is something else to tell, or `deadline` has
    /// passed.
    fn wait(&mut self, reader: &mut Reader, deadline: Option<Time>) -> Result<Arrival>;

    /// Stops the process as the shell would, with nobody reading meanwhile. Gives `reader` what
    /// the terminal has read for it.
    fn suspend(&mut self, terminal: &mut Terminal<B>, reader: &mut Reader) -> Result<()>;
}

/// What was found, before it is put in terms that borrow.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Token(Token),
    /// The first of the events that were kept.
    Kept,
    Resize(Size),
    Signal(Signals),
    Resumed,
    Woken,
    /// Nothing for the program yet: bytes have arrived, or a reply went to whoever has asked for
    /// it.
    Again,
    Elapsed,
    End,
}

/// What the last event was made of.
#[derive(Clone, Copy, Debug)]
enum Last {
    Nothing,
    /// A character of plain text.
    Plain,
    Token(Token),
    /// The first of the events that were kept, which goes when the next one is asked for.
    Kept,
}

/// The terminal and the reading end of its bytes.
#[derive(Debug)]
pub(crate) struct Session<B: Backend> {
    pub(crate) terminal: Terminal<B>,
    pub(crate) reader: Reader,
    /// What the last event was made of, for its raw bytes.
    last: Last,
    /// Events that arrived while an answer of the terminal was waited for.
    pub(super) kept: Kept,
    pub(super) replies: Arc<Replies>,
    /// The signals that the program wants as events; others that arrive are acted upon.
    wanted: Signals,
    suspend_on_ctrl_z: bool,
    /// The program was stopped and goes on.
    resumed_due: bool,
    /// The size is another, or may be.
    size_due: bool,
}

/// What was read and not used is for whoever reads next in this process.
impl<B: Backend> Drop for Session<B> {
    fn drop(&mut self) {
        let unread = self.take_unread();
        self.terminal.leave_unread(unread);
    }
}

impl<B: Backend> Session<B> {
    pub(crate) fn new(
        terminal: Terminal<B>,
        reader: Reader,
        wanted: Signals,
        suspend_on_ctrl_z: bool,
    ) -> Self {
        Session {
            terminal,
            kept: Kept::new(reader.options()),
            reader,
            last: Last::Nothing,
            replies: Arc::default(),
            wanted,
            suspend_on_ctrl_z,
            resumed_due: false,
            size_due: false,
        }
    }

    /// Turns to the bytes themselves.
    pub(crate) fn undecode(&mut self) {
        let earlier = self.unkeep();
        self.reader.undecode(earlier);
    }

    /// Takes everything that no event was made of yet.
    pub(crate) fn take_unread(&mut self) -> Vec<u8> {
        let earlier = self.unkeep();
        self.reader.take_all(earlier)
    }

    /// Gives up the events that were kept, for their bytes.
    fn unkeep(&mut self) -> Vec<u8> {
        self.forget_last();
        self.kept.take_bytes()
    }

    /// Lets go of what the last event was made of.
    pub(crate) fn forget_last(&mut self) {
        if let Last::Kept = self.last {
            self.kept.let_go();
        }
        self.last = Last::Nothing;
    }

    /// Makes the next event one of the size.
    pub(crate) fn expect_size(&mut self) {
        self.size_due = true;
    }

    /// Returns the bytes of the last event.
    pub(crate) fn raw(&self) -> &[u8] {
        match self.last {
            Last::Plain => self.reader.raw_plain(),
            Last::Token(token) => self.reader.raw(token),
            Last::Kept => self.kept.raw(),
            Last::Nothing => &[],
        }
    }

    pub(crate) fn size(&self) -> Result<Size> {
        self.terminal.tty().size()
    }

    /// Returns how long to wait at most before looking again although nothing came.
    pub(crate) fn patience(&self, source: &impl Arrivals<B>) -> Option<Duration> {
        if self.resumed_due || self.size_due || self.kept.has_more() {
            return Some(Duration::ZERO);
        }
        Some(self.deadline(source)?.since(source.now()))
    }

    /// When an unfinished sequence is to be resolved.
    fn deadline(&self, source: &impl Arrivals<B>) -> Option<Time> {
        Some(source.read_at(&self.reader) + self.reader.patience()?)
    }

    /// Waits for the next event until `limit` and puts it in the caller's terms; `wrap` comes in,
    /// so that a key of one byte is built where it is returned.
    #[inline(always)]
    pub(crate) fn next<'s, T>(
        &'s mut self,
        source: &mut impl Arrivals<B>,
        limit: Option<Time>,
        wrap: impl FnOnce(Polled<'s>) -> T,
    ) -> Result<T> {
        probe::handled();
        match self.plain() {
            Some(plain) => Ok(wrap(self.typed(plain))),
            None => self.await_next(source, limit, wrap),
        }
    }

    /// What [`next`](Session::next) does where no plain text is buffered.
    #[inline(never)]
    fn await_next<'s, T>(
        &'s mut self,
        source: &mut impl Arrivals<B>,
        limit: Option<Time>,
        wrap: impl FnOnce(Polled<'s>) -> T,
    ) -> Result<T> {
        if limit.is_none() && !self.is_busy() && self.reader.is_drained() {
            // Nothing is between the read and the event but the decoder.
            self.last = Last::Nothing;
            if source.refill()? {
                if let Some(plain) = self.reader.newly_plain() {
                    return Ok(wrap(self.typed(plain)));
                }
            }
        }
        self.find_next(source, limit, wrap)
    }

    /// What [`next`](Session::next) does where what comes is not plain text.
    #[inline(never)]
    fn find_next<'s, T>(
        &'s mut self,
        source: &mut impl Arrivals<B>,
        limit: Option<Time>,
        wrap: impl FnOnce(Polled<'s>) -> T,
    ) -> Result<T> {
        loop {
            if let Some(plain) = self.plain() {
                return Ok(wrap(self.typed(plain)));
            }
            match self.look(source, limit)? {
                Step::Again => {}
                step => return Ok(wrap(self.resolve(step))),
            }
        }
    }

    /// Finds what is next until `limit`, for a caller that [resolves](Session::resolve) it later.
    #[cfg(any(feature = "tokio", feature = "async-io"))]
    pub(crate) fn step(
        &mut self,
        source: &mut impl Arrivals<B>,
        limit: Option<Time>,
    ) -> Result<Step> {
        probe::handled();
        loop {
            match self.look(source, limit)? {
                Step::Again => {}
                step => return Ok(step),
            }
        }
    }

    /// Takes a character of plain text if that is what comes next and nothing else has to be seen
    /// to: what [`look`](Session::look) would find, without the way there.
    #[inline(always)]
    fn plain(&mut self) -> Option<char> {
        if self.is_busy() {
            return None;
        }
        self.reader.plain()
    }

    /// Returns the event of a character of plain text.
    #[inline(always)]
    fn typed(&mut self, character: char) -> Polled<'static> {
        probe::decoded();
        self.last = Last::Plain;
        Polled::Event(Event::Key(Key::char(character)))
    }

    /// Returns whether anything is to be seen to besides the next bytes.
    #[inline(always)]
    fn is_busy(&self) -> bool {
        let due = self.resumed_due | self.size_due | !self.kept.is_empty();
        due || self.replies.is_expecting() || self.terminal.has_unread()
    }

    /// Finds what was kept, what is buffered, or waits until `limit` for something to arrive.
    #[inline(never)]
    fn look(&mut self, source: &mut impl Arrivals<B>, limit: Option<Time>) -> Result<Step> {
        self.forget_last();
        if self.kept.show() {
            self.last = Last::Kept;
            probe::decoded();
            return Ok(Step::Kept);
        }
        self.advance(source, limit)
    }

    /// Finds what is next apart from what was kept, replies included.
    pub(super) fn advance(
        &mut self,
        source: &mut impl Arrivals<B>,
        limit: Option<Time>,
    ) -> Result<Step> {
        self.forget_last();
        if let Some(step) = self.due() {
            return Ok(step);
        }
        let Some(token) = self.reader.next() else {
            if self.terminal.has_unread() {
                self.take_unread_of_terminal();
                return Ok(Step::Again);
            }
            return self.arrive(source, limit);
        };
        if self.replies.is_expecting() && self.reply(source, token) {
            return Ok(Step::Again);
        }
        if self.suspends(token) {
            self.suspend(source)?;
            return Ok(Step::Again);
        }
        Ok(self.found(token))
    }

    /// Waits until `limit` for something to arrive.
    fn arrive(&mut self, source: &mut impl Arrivals<B>, limit: Option<Time>) -> Result<Step> {
        let pending = self.deadline(source);
        let deadline = match (limit, pending) {
            (Some(limit), Some(pending)) => Some(limit.min(pending)),
            (limit, pending) => limit.or(pending),
        };
        let found = match source.wait(&mut self.reader, deadline)? {
            Arrival::Bytes => {
                self.expect_positions();
                None
            }
            Arrival::Woken => Some(Step::Woken),
            Arrival::Signals(signals) => self.signalled(signals)?,
            Arrival::Elapsed if pending.is_some() && pending == deadline => {
                self.reader.expire().map(|token| self.found(token))
            }
            Arrival::Elapsed => Some(Step::Elapsed),
            Arrival::End => Some(match self.reader.finish() {
                Some(token) => self.found(token),
                None => Step::End,
            }),
        };
        Ok(found.unwrap_or(Step::Again))
    }

    /// Stops the process as the shell would; afterwards nothing is the last event.
    pub(crate) fn suspend(&mut self, source: &mut impl Arrivals<B>) -> Result<()> {
        self.forget_last();
        source.suspend(&mut self.terminal, &mut self.reader)
    }

    /// Takes over what the terminal has read while it was handed to somebody else.
    pub(super) fn take_unread_of_terminal(&mut self) {
        self.forget_last();
        self.reader.append(self.terminal.take_unread());
    }

    fn suspends(&self, token: Token) -> bool {
        self.suspend_on_ctrl_z && self.reader.event(token) == key!(ctrl - z)
    }

    fn found(&mut self, token: Token) -> Step {
        probe::decoded();
        self.last = Last::Token(token);
        Step::Token(token)
    }

    /// Acts on signals: a new size, a stop, a continuation; the rest are for the program.
    pub(crate) fn signalled(&mut self, signals: Signals) -> Result<Option<Step>> {
        let wanted = signals & self.wanted;
        if signals.contains(Signals::CONT) {
            self.terminal.resumed()?;
            self.resumed_due = !wanted.contains(Signals::CONT);
            self.size_due = true;
        }
        self.size_due |= signals.contains(Signals::WINCH);
        if !wanted.is_empty() {
            return Ok(Some(Step::Signal(wanted)));
        }
        Ok(self.due())
    }

    /// Returns what is to be said before anything that comes. A terminal that does not tell its
    /// size has hung up, which the next read tells.
    fn due(&mut self) -> Option<Step> {
        if take(&mut self.resumed_due) {
            return Some(Step::Resumed);
        }
        let size = take(&mut self.size_due).then(|| self.size())?;
        size.ok().map(Step::Resize)
    }

    /// Puts the last step in terms that borrow.
    #[inline(never)]
    pub(crate) fn resolve(&self, step: Step) -> Polled<'_> {
        Polled::Event(match step {
            Step::Token(token) => self.reader.event(token),
            Step::Kept => match self.kept.event() {
                Some(event) => event,
                None => return Polled::Elapsed,
            },
            Step::Resize(size) => Event::Resize(size),
            Step::Signal(signals) => Event::Signal(signals),
            Step::Resumed => Event::Resumed,
            Step::Woken => Event::Woken,
            Step::Again | Step::Elapsed => return Polled::Elapsed,
            Step::End => return Polled::End,
        })
    }
}
