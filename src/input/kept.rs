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
use std::mem::take;

use ttyring_platform::{Signals, Size};

use super::record::{Form, Record};
use crate::decode::{Decoder, Expected, Options, Token};
use crate::event::{Event, Paste, Reply, Unknown};

/// The most bytes that are kept.
const MOST: usize = 1 << 20;

/// Records are kept in chunks of so many bytes; a longer record has one of its own.
const CHUNK: usize = 4096;

/// The flags of a piece of a paste, in its record.
const FIRST: u8 = 1 << 0;
const LAST: u8 = 1 << 1;
const TRUNCATED: u8 = 1 << 2;
const UNTERMINATED: u8 = 1 << 3;

/// Events in their order, each of them a record.
#[derive(Debug)]
pub(super) struct Kept {
    chunks: VecDeque<Vec<u8>>,
    /// Where the first record is in the first chunk.
    start: usize,
    /// How many records there are.
    count: usize,
    /// How many bytes the events came from; at least one each.
    bytes: usize,
    /// The first event, once it is asked for.
    shown: Option<Shown>,
    /// Decodes single events; there is none while nothing is kept.
    decoder: Option<Decoder>,
    options: Options,
}

/// An event that is shown.
#[derive(Clone, Copy, Debug)]
struct Shown {
    record: Record,
    /// What its bytes were decoded to.
    token: Option<Token>,
}

impl Kept {
    /// Keeps nothing yet. `options` are those of the decoder that the events come from.
    pub(super) fn new(options: Options) -> Self {
        Kept {
            chunks: VecDeque::new(),
            start: 0,
            count: 0,
            bytes: 0,
            shown: None,
            decoder: None,
            options,
        }
    }

    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Returns whether there is an event besides the one that is shown.
    pub(super) fn has_more(&self) -> bool {
        self.count > usize::from(self.shown.is_some())
    }

    /// Returns whether more is kept than should be.
    pub(super) fn is_full(&self) -> bool {
        self.bytes > MOST
    }

    /// Keeps an event that came from the bytes `raw`, or from none.
    pub(super) fn keep(&mut self, event: &Event<'_>, raw: &[u8]) {
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
            Event::Reply(Reply::CursorPosition { private: false, .. }) => {
                self.push(Form::Position, 0, raw);
            }
            _ => self.push(Form::Whole, 0, raw),
        }
    }

    fn push(&mut self, form: Form, flags: u8, payload: &[u8]) {
        let needed = Record::len(form, payload);
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

    /// Shows the first event; returns whether there is one.
    pub(super) fn show(&mut self) -> bool {
        let Some(chunk) = self.chunks.front() else {
            return false;
        };
        let record = Record::read(chunk, self.start);
        let options = self.options;
        let token = if matches!(record.form, Form::Whole | Form::Position) {
            let decoder = self
                .decoder
                .get_or_insert_with(|| Decoder::with_options(options));
            decode(decoder, record.form, &chunk[record.payload()])
        } else {
            None
        };
        self.shown = Some(Shown { record, token });
        true
    }

    /// Gives up the event that is shown.
    pub(super) fn let_go(&mut self) {
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
        if self.chunks.is_empty() {
            self.decoder = None;
        }
    }

    /// Returns the bytes of the event that is shown.
    pub(super) fn raw(&self) -> &[u8] {
        match self.shown {
            Some(shown) if shown.record.form.is_input() => self.payload(shown.record),
            _ => &[],
        }
    }

    fn payload(&self, record: Record) -> &[u8] {
        let chunk = self.chunks.front().map_or(&[][..], Vec::as_slice);
        &chunk[record.payload()]
    }

    /// Returns the event that is shown.
    pub(super) fn event(&self) -> Option<Event<'_>> {
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

    /// Takes the bytes that the events came from. Events that came from none stay.
    pub(super) fn take_bytes(&mut self) -> Vec<u8> {
        self.let_go();
        let mut bytes = Vec::new();
        let mut start = take(&mut self.start);
        let chunks = take(&mut self.chunks);
        *self = Kept::new(self.options);
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

/// Decodes an event from its bytes alone.
fn decode(decoder: &mut Decoder, form: Form, bytes: &[u8]) -> Option<Token> {
    if form == Form::Position {
        decoder.expect(Expected::CursorPosition);
    }
    let (used, token) = decoder.decode(bytes);
    debug_assert_eq!(used, bytes.len(), "an event is all of its bytes");
    token.or_else(|| decoder.finish())
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
