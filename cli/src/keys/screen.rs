//! What the inspector shows: a line per event, rows under them that say how things stand, and a
//! summary at the end.
//!
//! On a terminal the rows are drawn again at most 60 times a second, and every line is clipped to
//! the terminal's width. A pipe, a file and a terminal that is `dumb` get whole lines and no more.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use ratatui_core::backend::Backend;
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::{Rect, Size};
use ratatui_core::style::{Modifier, Style};
use ratatui_core::terminal::{Terminal, TerminalOptions, Viewport};
use ratatui_core::text::Line;
use ratatui_core::widgets::Widget;
use ttyring::platform::Time;
use ttyring_ratatui::{DefaultTerminal, TtyBackend};

use super::fit::rows;
use super::row::Row;
use super::tally::count;
use crate::system;

/// The least time between two frames.
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 60);
/// The size of a terminal that does not tell its own.
const USUAL: Size = Size::new(80, 24);
/// The legend's two, and the bar.
const ROWS: u16 = 3;
/// A terminal with fewer rows shows the bar alone.
const ROWS_FOR_LEGEND: u16 = 6;
/// A frame shows so many events even where there are fewer rows: keys that are typed fast are not a
/// flood, and in a single row the last one counts.
const LEAST_EVENTS: u16 = 16;

/// What stands in the rows under the events: in each the longest text that fits.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// What the terminal can do, and which modes are on.
    pub(super) legend: [String; 2],
    /// The counts.
    pub(super) bar: String,
}

impl Rows {
    /// Draws the bar into the last row, and the legend above it where there is room.
    fn render(&self, area: Rect, buffer: &mut Buffer) {
        let width = usize::from(area.width);
        let legend = self.legend.iter().map(|text| Line::raw(text.as_str()));
        let bar = Line::raw(format!("{:width$}", self.bar)).style(BAR);
        let skipped = ROWS.saturating_sub(area.height);
        let lines = legend.chain([bar]).skip(skipped.into());
        for (line, row) in lines.zip(area.rows()) {
            line.render(row, buffer);
        }
    }
}

/// Takes the attributes away, for those who have asked for none (`NO_COLOR`).
fn strip(buffer: &mut Buffer, styled: bool) {
    if !styled {
        buffer.set_style(buffer.area, Style::reset());
    }
}

/// Where events are shown.
#[derive(Debug)]
pub(super) enum Screen {
    /// Nowhere.
    Quiet,
    /// As whole lines, on a stream that is no terminal.
    Lines,
    /// As lines, on a terminal that can do nothing but print.
    Printed,
    /// On a terminal.
    Drawn(Box<Drawn>),
}

/// A terminal with lines and the rows under them.
#[derive(Debug)]
pub(super) struct Drawn {
    terminal: DefaultTerminal,
    styled: bool,
    /// How many rows the terminal has.
    height: u16,
    /// What came since the last frame.
    pending: Vec<Row>,
    /// What a terminal of a single row shows: the last event.
    last: Line<'static>,
    /// How many events came that one frame has no place for, and their bytes.
    skipped: (u64, u64),
    last_frame: Option<Time>,
    /// Since when there is something to draw.
    due: Option<Time>,
}

impl Screen {
    /// Chooses how to show events on standard output.
    pub(super) fn open(quiet: bool) -> io::Result<Self> {
        let out = io::stdout();
        let terminal = out.is_terminal();
        Ok(match (quiet, terminal) {
            (true, _) => Screen::Quiet,
            (false, true) if !is_dumb() => Screen::Drawn(Box::new(Drawn::new()?)),
            (false, true) => Screen::Printed,
            (false, false) => Screen::Lines,
        })
    }

    /// Returns whether it is a terminal with rows under the events.
    pub(super) fn is_drawn(&self) -> bool {
        matches!(self, Screen::Drawn(_))
    }

    /// Returns whether it wants a row for the next event, or only that there was one.
    pub(super) fn wants_row(&self) -> bool {
        match self {
            Screen::Quiet => false,
            Screen::Lines | Screen::Printed => true,
            Screen::Drawn(drawn) => drawn.has_room(),
        }
    }

    /// Takes a line to show.
    pub(super) fn add(&mut self, row: Row, now: Time) -> io::Result<()> {
        match self {
            Screen::Quiet => Ok(()),
            Screen::Lines => print([row.whole()]),
            Screen::Printed => print(on_rows(&row, size().width.into())),
            Screen::Drawn(drawn) => {
                drawn.add(row, now);
                Ok(())
            }
        }
    }

    /// Takes an event that no row was made for.
    pub(super) fn skip(&mut self, bytes: usize, now: Time) {
        if let Screen::Drawn(drawn) = self {
            drawn.skipped.0 += 1;
            drawn.skipped.1 += bytes as u64;
            drawn.due.get_or_insert(now);
        }
    }

    /// Returns how long to wait for more before drawing; `None` if there is nothing to draw.
    pub(super) fn due_in(&self, now: Time) -> Option<Duration> {
        let Screen::Drawn(drawn) = self else {
            return None;
        };
        // What is there to read comes first, for the length of a frame.
        let due = drawn.due?;
        let earliest = drawn.last_frame.map_or(due, |last| last + FRAME);
        Some(earliest.since(now))
    }

    /// Returns whether to draw before reading more.
    pub(super) fn is_overdue(&self, now: Time) -> bool {
        match self {
            Screen::Drawn(drawn) => drawn.due.is_some_and(|due| now.since(due) >= FRAME),
            _ => false,
        }
    }

    /// Draws the next frame.
    pub(super) fn draw(&mut self, rows: impl Fn(usize) -> Rows, now: Time) -> io::Result<()> {
        match self {
            Screen::Drawn(drawn) => drawn.draw(rows, now),
            _ => Ok(()),
        }
    }

    /// Draws again, after others have used the terminal.
    pub(super) fn restart(&mut self, now: Time) {
        if let Screen::Drawn(drawn) = self {
            drawn.due.get_or_insert(now);
        }
    }

    /// Erases the rows under the events. What comes after them is printed.
    pub(super) fn close(self) -> Screen {
        match self {
            Screen::Drawn(_) => Screen::Printed,
            other => other,
        }
    }

    /// Prints the summary in the place of the rows under the events.
    pub(super) fn end(self, summary: &str) -> io::Result<()> {
        match self.close() {
            Screen::Quiet => Ok(()),
            Screen::Lines => print([summary]),
            _ => print(rows(summary, size().width.into())),
        }
    }
}

fn print<T: Display>(lines: impl IntoIterator<Item = T>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    out.flush()
}

/// Returns the lines of a row: a sentence is shown whole, on as many as it needs.
fn on_rows(row: &Row, width: usize) -> Vec<Line<'static>> {
    match row {
        Row::Note(text) => {
            let rows = rows(text, width).into_iter();
            rows.map(|row| Row::Note(row.to_owned()).line(width))
                .collect()
        }
        Row::Event { .. } => vec![row.line(width)],
    }
}

impl Drawn {
    fn new() -> io::Result<Self> {
        let styled = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let options = TerminalOptions {
            viewport: Viewport::Inline(ROWS),
        };
        Ok(Drawn {
            terminal: Terminal::with_options(TtyBackend::relative(ROWS)?, options)?,
            styled,
            height: USUAL.height,
            pending: Vec::new(),
            last: Line::default(),
            skipped: (0, 0),
            last_frame: None,
            due: None,
        })
    }

    /// A frame shows as many lines as the screen has rows: more would be gone before they are seen.
    fn has_room(&self) -> bool {
        self.skipped.0 == 0 && self.pending.len() < usize::from(self.height.max(LEAST_EVENTS))
    }

    fn add(&mut self, row: Row, now: Time) {
        self.tell_skipped();
        self.pending.push(row);
        self.due.get_or_insert(now);
    }

    fn tell_skipped(&mut self) {
        let (events, bytes) = std::mem::take(&mut self.skipped);
        if events > 0 {
            let (events, bytes) = (count(events, "more event"), count(bytes, "byte"));
            let text = format!("… {events}, {bytes}: they came faster than they can be shown");
            self.pending.push(Row::Note(text));
        }
    }

    fn draw(&mut self, rows: impl Fn(usize) -> Rows, now: Time) -> io::Result<()> {
        self.tell_skipped();
        self.heed_size()?;
        let width = usize::from(self.terminal.size()?.width);
        self.insert(width)?;
        let (rows, last) = (rows(width), &self.last);
        let (height, styled) = (self.height, self.styled);
        self.terminal.draw(|frame| {
            let (area, buffer) = (frame.area(), frame.buffer_mut());
            // In a single row there is none above the bar: it shows the last event.
            match height {
                1 => last.render(area, buffer),
                _ => rows.render(area, buffer),
            }
            strip(buffer, styled);
        })?;
        self.last_frame = Some(now);
        self.due = None;
        Ok(())
    }

    /// Has as many rows as the terminal has room for.
    fn heed_size(&mut self) -> io::Result<()> {
        let backend = self.terminal.backend_mut();
        self.height = backend.window_size()?.columns_rows.height;
        let legend = self.height >= ROWS_FOR_LEGEND;
        backend.set_rows(if legend { ROWS } else { 1 });
        // Before lines are inserted, which are of the new width.
        self.terminal.autoresize()
    }

    /// Inserts the lines that are due above the rows.
    fn insert(&mut self, width: usize) -> io::Result<()> {
        let mut lines = Vec::new();
        for row in self.pending.drain(..) {
            lines.extend(on_rows(&row, width));
            if let (Row::Event { .. }, Some(line)) = (&row, lines.last()) {
                self.last = line.clone();
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        let styled = self.styled;
        self.terminal.insert_before(lines.len() as u16, |buffer| {
            for (line, y) in lines.iter().zip(0..) {
                line.render(Rect::new(0, y, buffer.area.width, 1), buffer);
            }
            strip(buffer, styled);
        })
    }
}

/// Returns whether the terminal says of itself that it knows no control sequences.
pub(super) fn is_dumb() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb")
}

const BAR: Style = Style::new().add_modifier(Modifier::REVERSED);

/// Returns the part of the terminal that is drawn on: not its last column, because some terminals
/// begin a new row as soon as that is written.
fn size() -> Size {
    let (columns, rows) = match system::window_size() {
        Some((columns, rows)) if columns > 0 && rows > 0 => (columns, rows),
        _ => (USUAL.width, USUAL.height),
    };
    Size::new(columns.saturating_sub(1).max(1), rows)
}
