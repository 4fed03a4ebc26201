//! The loop: what comes is counted, described and shown, and the keys that mean something to the
//! inspector itself are obeyed.

use std::error::Error;
use std::time::Duration;

use ttyring::decode::Decoder;
use ttyring::platform::{Backend, Time};
use ttyring::query::Capabilities;
use ttyring::{Event, Input, KeyKind, Paste, Polled, key};

use super::controls::{Controls, abilities};
use super::fit::fitting;
use super::row::{Row, hex};
use super::screen::{Rows, Screen};
use super::stamp::Stamps;
use super::tally::{Tally, brief};
use super::words;

/// A whole sequence of which the decoder could be waiting for more is not longer.
const LONGEST_PREFIX: usize = 64;

/// What is known between two events.
#[derive(Debug)]
pub(super) struct Inspector {
    screen: Screen,
    tally: Tally,
    controls: Controls,
    capabilities: Option<Capabilities>,
    /// What a paste has brought so far.
    paste: Pasted,
    /// When the bytes of the last event were read.
    last: Option<Time>,
    /// The last key was `q`.
    quitting: bool,
}

#[derive(Debug, Default)]
struct Pasted {
    /// The first bytes as they came, and of the text.
    raw: Vec<u8>,
    text: Vec<u8>,
    raw_len: usize,
    text_len: usize,
}

impl Inspector {
    pub(super) fn new(
        screen: Screen,
        controls: Controls,
        capabilities: Option<Capabilities>,
    ) -> Self {
        Inspector {
            screen,
            tally: Tally::new(),
            controls,
            capabilities,
            paste: Pasted::default(),
            last: None,
            quitting: false,
        }
    }

    /// Shows the head of the table, and sentences under it.
    pub(super) fn begin(&mut self, sentences: &[String], now: Time) -> std::io::Result<()> {
        self.screen.add(Row::head(), now)?;
        for sentence in sentences {
            self.screen.add(Row::Note(sentence.clone()), now)?;
        }
        self.draw(now)
    }

    /// Handles events until the user leaves or the terminal is gone.
    pub(super) fn watch<B: Backend>(
        &mut self,
        input: &mut Input<B>,
        mut stamps: Option<&mut Stamps>,
        panic_after: Option<u64>,
    ) -> Result<(), Box<dyn Error>> {
        while let Some(moment) = self.wait(input)? {
            if let Some(stamps) = &mut stamps {
                stamps.write(moment.handled)?;
            }
            if panic_after == Some(self.tally.events()) {
                panic!("--panic-after {}", self.tally.events());
            }
            if let Some(letter) = moment.letter {
                self.switch(input, letter)?;
            }
            if moment.resumed {
                self.screen.restart(moment.handled);
            }
            if moment.leave {
                break;
            }
        }
        Ok(())
    }

    /// Draws what is due once more and closes the screen; returns what to print when the terminal is
    /// restored.
    pub(super) fn end(mut self, now: Time) -> std::io::Result<(Screen, String)> {
        self.draw(now)?;
        Ok((self.screen.close(), self.tally.summary()))
    }

    /// Waits for the next event, drawing what is due meanwhile; `None` when the terminal is gone.
    fn wait<B: Backend>(&mut self, input: &mut Input<B>) -> Result<Option<Moment>, Box<dyn Error>> {
        loop {
            let now = input.now();
            if self.screen.is_overdue(now) {
                self.draw(now)?;
            }
            let event = match self.screen.due_in(now) {
                None => input.next_event()?.map_or(Polled::End, Polled::Event),
                Some(limit) => input.poll(limit)?,
            };
            match event {
                Polled::End => return Ok(None),
                Polled::Elapsed => {
                    let now = input.now();
                    self.draw(now)?;
                }
                Polled::Event(event) => {
                    let event = event.into_owned();
                    let handled = input.now();
                    let read = input.read_at().unwrap_or(handled);
                    return Ok(Some(self.take(&event, input.raw(), read, handled)?));
                }
            }
        }
    }

    /// Counts and shows an event; returns what else it means.
    fn take(
        &mut self,
        event: &Event<'_>,
        raw: &[u8],
        read: Time,
        handled: Time,
    ) -> std::io::Result<Moment> {
        let moment = self.meaning(event, handled);
        self.tally.add_bytes(raw.len());
        let (raw, len) = match event {
            Event::Paste(piece) => {
                self.paste.add(piece, raw);
                if !piece.last {
                    return Ok(moment);
                }
                (&[][..], self.paste.raw_len)
            }
            _ => (raw, raw.len()),
        };
        let gap = self.last.replace(read).map(|last| read.since(last));
        let latency = Latency::of(raw, len, handled.since(read));
        self.tally.add_event(latency.measured());
        if !self.screen.wants_row() {
            self.screen.skip(len, handled);
            if matches!(event, Event::Paste(_)) {
                self.paste = Pasted::default();
            }
            return Ok(moment);
        }
        let (bytes, text) = match event {
            Event::Paste(last) => {
                let paste = std::mem::take(&mut self.paste);
                let text = words::paste(paste.text_len, &paste.text, last);
                (hex(&paste.raw, paste.raw_len), text)
            }
            _ => (hex(raw, len), words::describe(event)),
        };
        let row = Row::Event {
            bytes,
            event: text,
            gap: gap.map(apart).unwrap_or_default(),
            latency: latency.text(),
        };
        self.screen.add(row, handled)?;
        Ok(moment)
    }

    fn meaning(&mut self, event: &Event<'_>, handled: Time) -> Moment {
        let pressed = matches!(event, Event::Key(key) if key.kind != KeyKind::Release);
        let again = self.quitting && *event == key!(q);
        if pressed {
            self.quitting = *event == key!(q);
        }
        Moment {
            handled,
            leave: again || *event == key!(ctrl - c),
            letter: self.controls.letter(event),
            resumed: *event == Event::Resumed,
        }
    }

    fn switch<B: Backend>(
        &mut self,
        input: &mut Input<B>,
        letter: char,
    ) -> Result<(), Box<dyn Error>> {
        let said = self.controls.switch(input.terminal(), letter)?;
        let said = said.unwrap_or_else(|| format!("{letter} switches nothing"));
        let row = Row::Note(format!("Ctrl-T {letter}: {said}"));
        self.screen.add(row, input.now())?;
        Ok(())
    }

    fn draw(&mut self, now: Time) -> std::io::Result<()> {
        let (tally, controls) = (&self.tally, &self.controls);
        let capabilities = self.capabilities.as_ref();
        let rows = |width| Rows {
            legend: [abilities(capabilities, width), controls.legend(width)],
            bar: bar(tally, width),
        };
        self.screen.draw(rows, now)
    }
}

/// What an event means besides its line.
#[derive(Debug)]
struct Moment {
    handled: Time,
    leave: bool,
    resumed: bool,
    letter: Option<char>,
}

impl Pasted {
    fn add(&mut self, piece: &Paste<'_>, raw: &[u8]) {
        const KEPT: usize = 256;
        let keep = |kept: &mut Vec<u8>, bytes: &[u8]| {
            let room = KEPT - kept.len();
            kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
        };
        keep(&mut self.raw, raw);
        keep(&mut self.text, &piece.bytes);
        self.raw_len += raw.len();
        self.text_len += piece.bytes.len();
    }
}

/// The time from the return of a read to the event in the program's hands.
#[derive(Debug)]
enum Latency {
    /// What did not come from the terminal was not read.
    None,
    /// The program's own.
    Measured(Duration),
    /// The decoder waited whether more would follow, as after a lone Escape.
    Waited(Duration),
}

impl Latency {
    fn of(raw: &[u8], len: usize, passed: Duration) -> Self {
        let waited = || {
            let mut decoder = Decoder::new();
            let (_, event) = decoder.decode(raw);
            !raw.is_empty() && raw.len() <= LONGEST_PREFIX && event.is_none()
        };
        match len {
            0 => Latency::None,
            _ if waited() => Latency::Waited(passed),
            _ => Latency::Measured(passed),
        }
    }

    fn measured(&self) -> Option<Duration> {
        match self {
            Latency::Measured(time) => Some(*time),
            _ => None,
        }
    }

    fn text(&self) -> String {
        match self {
            Latency::None => String::new(),
            Latency::Measured(time) => brief(*time),
            // Not the program's doing, and not counted.
            Latency::Waited(time) => format!("({})", brief(*time)),
        }
    }
}

/// Says how long after the bytes of the last event these were read.
fn apart(gap: Duration) -> String {
    match gap {
        Duration::ZERO => "same read".to_owned(),
        gap => brief(gap),
    }
}

/// Returns the longest form of the bar that fits into `width` cells.
fn bar(tally: &Tally, width: usize) -> String {
    let (summary, totals) = (tally.summary(), tally.totals());
    let forms = [
        format!(" {summary}  ·  Ctrl-C or q q leaves "),
        format!(" {summary}  ·  Ctrl-C leaves "),
        format!(" {totals}  ·  Ctrl-C leaves "),
        " Ctrl-C leaves ".to_owned(),
    ];
    fitting(forms, width)
}
