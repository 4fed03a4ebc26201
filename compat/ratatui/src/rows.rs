//! Rows that begin where the cursor is, as the screen of ratatui.
//!
//! ratatui places an inline viewport on a screen whose rows it counts. Nobody knows in which row of
//! the terminal a program starts, and the answer to a question comes too late after a change of the
//! size. So the viewport is the whole screen that ratatui is told of: its first row is row zero
//! wherever it is, and lines that are inserted above it scroll it.
//!
//! Between two frames the cursor is at the beginning of the first row. There the erasure of
//! everything behind it takes all rows, however the terminal has broken them after becoming
//! narrower, and what is above moves the cursor along when it is broken or joined again.

use ratatui_core::layout::{Position, Size};

use crate::frame::Frame;

#[derive(Debug)]
pub(crate) struct Rows {
    /// How many there are to be.
    wanted: u16,
    /// The size for which there is room; of no rows before the first frame.
    placed: Size,
    /// ratatui has asked where the cursor is, which it does before it makes room.
    is_asked: bool,
    /// The frame that is gathered has all that belongs to it.
    pub(crate) is_whole: bool,
}

impl Rows {
    pub(crate) fn new(wanted: u16) -> Self {
        Rows {
            wanted: wanted.max(1),
            placed: Size::ZERO,
            is_asked: false,
            is_whole: false,
        }
    }

    pub(crate) fn set(&mut self, wanted: u16) {
        self.wanted = wanted.max(1);
    }

    /// Returns the part of a terminal that is drawn on: not its last column, because some terminals
    /// begin a new row as soon as that is written.
    pub(crate) fn part_of(&self, terminal: Size) -> Size {
        let width = terminal.width.saturating_sub(1).max(1);
        Size::new(width, self.wanted.min(terminal.height))
    }

    /// Tells where the cursor is, in rows that fit into `size`.
    pub(crate) fn place(&mut self, frame: &mut Frame, size: Size) {
        if size != self.placed {
            frame.go(Position::ORIGIN);
            self.placed = size;
            self.begin(frame);
        }
        self.is_asked = true;
    }

    /// Begins in the row of the cursor: erases what is behind it, and makes room.
    pub(crate) fn begin(&self, frame: &mut Frame) {
        let below = self.placed.height.saturating_sub(1);
        frame.put(b"\r\x1b[J");
        frame.put("\n".repeat(below.into()).as_bytes());
        frame.at = Position::new(0, below);
    }

    /// Begins in the row where others have left the cursor.
    pub(crate) fn begin_anew(&self, frame: &mut Frame) {
        if frame.is_empty() {
            frame.at = Position::ORIGIN;
        }
        frame.go(Position::ORIGIN);
        self.begin(frame);
    }

    /// Scrolls the rows down over lines that were drawn at their beginning.
    pub(crate) fn append(&mut self, frame: &mut Frame, lines: u16) {
        // There is room already: `place` has made it.
        if std::mem::take(&mut self.is_asked) {
            return;
        }
        frame.put(b"\r");
        frame.put("\n".repeat(lines.into()).as_bytes());
        let last = self.placed.height.saturating_sub(1);
        frame.at = Position::new(0, frame.at.y.saturating_add(lines).min(last));
    }

    /// Returns the nearest row that there is.
    pub(crate) fn nearest(&mut self, row: u16) -> u16 {
        self.is_asked = false;
        row.min(self.placed.height.saturating_sub(1))
    }

    /// Moves the first row out above the others, as ratatui does it to insert lines above a viewport
    /// that fills the screen.
    #[cfg(feature = "scrolling-regions")]
    pub(crate) fn scroll(
        &mut self,
        frame: &mut Frame,
        rows: std::ops::Range<u16>,
        lines: u16,
        way: char,
    ) -> std::io::Result<()> {
        if (rows.start, rows.end, way) != (0, 1, 'S') {
            return Err(std::io::ErrorKind::Unsupported.into());
        }
        let last = self.placed.height.saturating_sub(1);
        for _ in 0..lines {
            frame.go(Position::new(0, last));
            frame.put(b"\n");
            // The first row is one further down now.
            frame.go(Position::ORIGIN);
            frame.put(b"\x1b[L");
        }
        Ok(())
    }
}
