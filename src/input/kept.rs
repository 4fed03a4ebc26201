//! Events that came while an answer of the terminal was waited for, kept as the bytes that they
//! came from.
//!
//! A decoded event needs a hundred bytes and more, so one is decoded again when it is asked for:
//! by itself, from its own bytes. What was resolved by time is unfinished when it stands alone, and
//! is resolved in the same way. What the bytes do not tell is noted beside them.
//!
//! Who has asked for which reply is in `replies`; those that were taken do not come here.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt::{self, Debug};
use std::mem::take;

use ttyring_platform::{Signals, Size};

use super::record::{Form, Record};
use crate::decode::{Decoder, Settings, Token};
use crate::event::{Event, Paste, Reply, Unknown};

/// The most bytes that are kept.
const MOST: usize = 1 << 20;

/// Records are kept in chunks of this many bytes; a longer record has one of its own.
const CHUNK: usize = 4096;

/// The flags of a piece of a paste, in its record.
const FIRST: u8 = 1 << 0;
const LAST: u8 = 1 << 1;
const TRUNCATED: u8 = 1 << 2;
const UNTERMINATED: u8 = 1 << 3;

/// The flag of an event of the mouse whose position is in pixels, which its bytes do not tell.
const PIXELS: u8 = 1 << 0;

/// Events in their order, from the first one that was kept on.
pub(super) struct Kept {
    /// It is behind a trait, so that a program that keeps no event does not link it.
    events: Option<Box<dyn Keeps>>,
    settings: Settings,
}

impl Kept {
    /// Keeps nothing yet. `settings` are those of the decoder that the events come from.
    pub(super) fn new(settings: Settings) -> Self {
        Kept {
            events: None,
            settings,
        }
    }

    /// Keeps an event that came from the bytes `raw`, or from none.
    pub(super) fn keep(&mut self, event: &Event<'_>, raw: &[u8]) {
        self.open().keep(event, raw);
    }

    /// Keeps a piece of a paste before everything else.
    #[cfg(any(feature = "tokio", feature = "async-io"))]
    pub(super) fn keep_first(&mut self, paste: &Paste<'_>) {
        self.open().keep_first(paste);
    }

    fn open(&mut self) -> &mut dyn Keeps {
        let new = || Box::new(Events::new(self.settings));
        &mut **self.events.get_or_insert_with(|| new())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.events.as_ref().is_none_or(|events| events.is_empty())
    }

    /// Returns whether there is an event besides the one that is shown.
    pub(super) fn has_more(&self) -> bool {
        self.events.as_ref().is_some_and(|events| events.has_more())
    }

    /// Returns whether more is kept than should be.
    pub(super) fn is_full(&self) -> bool {
        self.events.as_ref().is_some_and(|events| events.is_full())
    }

    /// Shows the first event; returns whether there is one.
    pub(super) fn show(&mut self) -> bool {
        self.events.as_mut().is_some_and(|events| events.show())
    }

    /// Gives up the event that is shown.
    pub(super) fn let_go(&mut self) {
        if let Some(events) = &mut self.events {
            events.let_go();
            self.events.take_if(|events| events.is_empty());
        }
    }

    /// Returns the bytes of the event that is shown.
    pub(super) fn raw(&self) -> &[u8] {
        self.events.as_ref().map_or(&[], |events| events.raw())
    }

    /// Returns the event that is shown.
    pub(super) fn event(&self) -> Option<Event<'_>> {
        self.events.as_ref()?.event()
    }

    /// Takes the bytes that the events came from. Events that came from none stay.
    pub(super) fn take_bytes(&mut self) -> Vec<u8> {
        let Some(events) = &mut self.events else {
            return Vec::new();
        };
        let bytes = events.take_bytes();
        self.events.take_if(|events| events.is_empty());
        bytes
    }
}

/// What [`Kept`] does once there is something.
trait Keeps: Send {
    fn keep(&mut self, event: &Event<'_>, raw: &[u8]);
    #[cfg(any(feature = "tokio", feature = "async-io"))]
    fn keep_first(&mut self, paste: &Paste<'_>);
    fn is_empty(&self) -> bool;
    fn has_more(&self) -> bool;
    fn is_full(&self) -> bool;
    fn show(&mut self) -> bool;
    fn let_go(&mut self);
    fn raw(&self) -> &[u8];
    fn event(&self) -> Option<Event<'_>>;
    fn take_bytes(&mut self) -> Vec<u8>;
}

/// Written without the events: a program that never prints them does not link what would.
impl Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept")
            .field("is_empty", &self.is_empty())
            .finish_non_exhaustive()
    }
}

/// The events, each of them a record.
struct Events {
    chunks: VecDeque<Vec<u8>>,
    /// Where the first record is in the first chunk.
    start: usize,
    /// How many records there are.
    count: usize,
    /// How many bytes the events came from; at least one each.
    bytes: usize,
    /// The first event, once it is asked for.
    shown: Option<Shown>,
    /// Decodes single events.
    decoder: Option<Decoder>,
    settings: Settings,
}

/// An event that is shown.
#[derive(Clone, Copy)]
struct Shown {
    record: Record,
    /// What its bytes were decoded to.
    token: Option<Token>,
}

impl Keeps for Events {
    fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    fn has_more(&self) -> bool {
        self.count > usize::from(self.shown.is_some())
    }

    fn is_full(&self) -> bool {
        self.bytes > MOST
    }

    fn keep(&mut self, event: &Event<'_>, raw: &[u8]) {
        match *event {
            Event::Resize(size) if raw.is_empty() => {
                let fields = [size.columns, size.rows, size.width, size.height];
                let [columns, rows, width, height] = fields.map(u16::to_le_bytes);
                self.push(Form::Resize, 0, &[columns, rows, width, height].concat());
            }
            Event::Signal(signals) => self.push(Form::Signal, 0, &signals.bits().to_le_bytes()),
            Event::Resumed => self.push(Form::Resumed, 0, &[]),
            Event::Woken => self.push(Form::Woken, 0, &[]),
            Event::Paste(ref paste) => self.push(Form::Paste, flags(paste), raw),
            Event::Unknown(ref unknown) if unknown.truncated => {
                self.push(Form::Truncated, 0, raw);
            }
            Event::Mouse(mouse) if mouse.pixels => self.push(Form::Whole, PIXELS, raw),
            Event::Reply(Reply::CursorPosition { private: false, .. }) => {
                self.push(Form::Position, 0, raw);
            }
            _ => self.push(Form::Whole, 0, raw),
        }
    }

    #[cfg(any(feature = "tokio", feature = "async-io"))]
    fn keep_first(&mut self, paste: &Paste<'_>) {
        let start = take(&mut self.start);
        let mut later = take(&mut self.chunks);
        if let Some(chunk) = later.front_mut() {
            chunk.drain(..start);
        }
        self.push(Form::Paste, flags(paste), &paste.bytes);
        self.chunks.append(&mut later);
    }

    fn show(&mut self) -> bool {
        let Some(chunk) = self.chunks.front() else {
            return false;
        };
        let record = Record::read(chunk, self.start);
        let settings = self.settings;
        let token = if matches!(record.form, Form::Whole | Form::Position) {
            let decoder = self
                .decoder
                .get_or_insert_with(|| Decoder::with_settings(settings));
            decode(decoder, record, &chunk[record.payload()])
        } else {
            None
        };
        self.shown = Some(Shown { record, token });
        true
    }

    fn let_go(&mut self) {
        let Some(Shown { record, .. }) = self.shown.take() else {
            return;
        };
        self.start = record.to;
        self.count -= 1;
        self.bytes -= record.payload().len().max(1);
        if self
            .chunks
            .front()
            .is_none_or(|chunk| chunk.len() == self.start)
        {
            self.chunks.pop_front();
            self.start = 0;
        }
    }

    fn raw(&self) -> &[u8] {
        match self.shown {
            Some(shown) if shown.record.form.is_input() => self.payload(shown.record),
            _ => &[],
        }
    }

    fn event(&self) -> Option<Event<'_>> {
        let Shown { record, token } = self.shown?;
        let payload = self.payload(record);
        Some(match (record.form, token, &self.decoder) {
            (_, Some(token), Some(decoder)) => decoder.event(token, payload),
            (Form::Paste, ..) => Event::Paste(piece(payload, record.flags)),
            (Form::Resize, ..) => Event::Resize(size(payload)),
            (Form::Signal, ..) => Event::Signal(Signals::from_bits_retain(number(payload, 0))),
            (Form::Resumed, ..) => Event::Resumed,
            (Form::Woken, ..) => Event::Woken,
            (form, ..) => Event::Unknown(Unknown {
                bytes: Cow::Borrowed(payload),
                truncated: form == Form::Truncated,
            }),
        })
    }

    fn take_bytes(&mut self) -> Vec<u8> {
        self.let_go();
        let mut bytes = Vec::new();
        let mut start = take(&mut self.start);
        let chunks = take(&mut self.chunks);
        *self = Events::new(self.settings);
        for chunk in chunks {
            while start < chunk.len() {
                let record = Record::read(&chunk, start);
                let payload = &chunk[record.payload()];
                match record.form {
                    Form::Paste => restore_paste(payload, record.flags, &mut bytes),
                    form if form.is_input() => bytes.extend_from_slice(payload),
                    form => self.push(form, record.flags, payload),
                }
                start = record.to;
            }
            start = 0;
        }
        bytes
    }
}

impl Events {
    fn new(settings: Settings) -> Self {
        Events {
            chunks: VecDeque::new(),
            start: 0,
            count: 0,
            bytes: 0,
            shown: None,
            decoder: None,
            settings,
        }
    }

    fn push(&mut self, form: Form, flags: u8, payload: &[u8]) {
        let needed = Record::len(form, flags, payload);
        let fits = |chunk: &&mut Vec<u8>| chunk.len() + needed <= CHUNK;
        let chunk = match self.chunks.back_mut().filter(fits) {
            Some(chunk) => chunk,
            None => {
                let chunk = Vec::with_capacity(needed.max(CHUNK));
                self.chunks.push_back(chunk);
                self.chunks.back_mut().expect("just pushed")
            }
        };
        Record::write(form, flags, payload, chunk);
        self.count += 1;
        self.bytes += payload.len().max(1);
    }

    fn payload(&self, record: Record) -> &[u8] {
        let chunk = self.chunks.front().map_or(&[][..], Vec::as_slice);
        &chunk[record.payload()]
    }
}

/// Decodes an event from its bytes alone.
fn decode(decoder: &mut Decoder, record: Record, bytes: &[u8]) -> Option<Token> {
    if record.form == Form::Position {
        decoder.expect_cursor_position();
    }
    decoder.settings.pixels = record.flags & PIXELS != 0;
    let (used, token) = decoder.next_token(bytes);
    debug_assert_eq!(used, bytes.len(), "an event is all of its bytes");
    token.or_else(|| decoder.finish_token())
}

fn flags(paste: &Paste<'_>) -> u8 {
    let pairs = [
        (paste.first, FIRST),
        (paste.last, LAST),
        (paste.truncated, TRUNCATED),
        (paste.unterminated, UNTERMINATED),
    ];
    let set = pairs.into_iter().filter(|&(set, _)| set);
    set.fold(0, |flags, (_, flag)| flags | flag)
}

fn piece(bytes: &[u8], flags: u8) -> Paste<'_> {
    Paste {
        bytes: Cow::Borrowed(bytes),
        first: flags & FIRST != 0,
        last: flags & LAST != 0,
        truncated: flags & TRUNCATED != 0,
        unterminated: flags & UNTERMINATED != 0,
    }
}

/// Writes a piece of a paste as the terminal sent it, with the marks around it.
fn restore_paste(piece: &[u8], flags: u8, bytes: &mut Vec<u8>) {
    if flags & FIRST != 0 {
        bytes.extend_from_slice(b"\x1b[200~");
    }
    bytes.extend_from_slice(piece);
    if flags & (LAST | UNTERMINATED) == LAST {
        bytes.extend_from_slice(b"\x1b[201~");
    }
}

fn size(payload: &[u8]) -> Size {
    Size {
        columns: number(payload, 0),
        rows: number(payload, 1),
        width: number(payload, 2),
        height: number(payload, 3),
    }
}

fn number(payload: &[u8], index: usize) -> u16 {
    u16::from_le_bytes([payload[2 * index], payload[2 * index + 1]])
}

#[cfg(test)]
mod tests;
