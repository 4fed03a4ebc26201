//! The rows under the events: what ratatui draws, on a terminal whose cursor is only ever moved
//! relative to where it is.
//!
//! Nobody knows in which row the inspector started, and the answer to a question would come too
//! late after a change of the size. So [`Relative`] tells ratatui that the rows are the last ones
//! of the screen, and moves the cursor up and down from where it left it: the rows themselves are
//! right wherever they are. Between two frames the cursor is at the beginning of the first of them,
//! so that `ESC [ J` erases them, however the terminal has broken them after becoming narrower.

use std::io::{self, Stdout, Write};

use ratatui_core::backend::{Backend, ClearType, WindowSize};
use ratatui_core::buffer::Cell;
use ratatui_core::layout::{Position, Size};
use ratatui_core::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// A terminal for ratatui. What is drawn is gathered, and written once a frame.
#[derive(Debug)]
pub(super) struct Relative {
    out: Stdout,
    frame: Vec<u8>,
    size: Size,
    styled: bool,
    at: Position,
    /// Blanks that were not written yet: at the end of a row they are an erasure.
    blanks: u16,
    style: (Color, Modifier),
}

/// Erases what is drawn, from where the cursor is between two frames. After a death within a frame
/// rows break again.
pub(super) const ERASE: &[u8] = b"\x1b[?7h\r\x1b[J";

/// While a frame is drawn, the terminal clips rows and breaks none: it may have become narrower a
/// moment ago, and a row that it broke would be one more to go up than is known here.
const CLIP: &[u8] = b"\x1b[?7l";
const BREAK: &[u8] = b"\x1b[?7h";

impl Relative {
    /// Starts at the row in which the cursor is.
    pub(super) fn new(size: Size, styled: bool) -> Self {
        Relative {
            out: io::stdout(),
            frame: Vec::new(),
            size,
            styled,
            at: Position::new(0, size.height.saturating_sub(1)),
            blanks: 0,
            style: (Color::Reset, Modifier::empty()),
        }
    }

    /// Writes what was drawn since the last time, in one piece.
    pub(super) fn show(&mut self) -> io::Result<()> {
        self.frame.extend_from_slice(BREAK);
        let written = self.out.write_all(&self.frame);
        self.frame.clear();
        written?;
        self.out.flush()
    }

    /// Erases what was drawn in the last frame.
    pub(super) fn erase(&mut self) -> io::Result<()> {
        self.put("\r\x1b[J");
        self.show()
    }

    fn put(&mut self, text: &str) {
        if self.frame.is_empty() {
            self.frame.extend_from_slice(CLIP);
        }
        self.frame.extend_from_slice(text.as_bytes());
    }

    fn go(&mut self, to: Position) {
        if to == self.at {
            return;
        }
        self.put("\r");
        match (to.y, self.at.y) {
            (new, old) if new < old => self.put(&format!("\x1b[{}A", old - new)),
            (new, old) if new > old => self.put(&format!("\x1b[{}B", new - old)),
            _ => {}
        }
        if to.x > 0 {
            self.put(&format!("\x1b[{}C", to.x));
        }
        self.at = to;
    }

    /// Writes the blanks that are due, or erases the rest of the row if they reach its end.
    fn settle(&mut self) {
        let blanks = std::mem::take(&mut self.blanks);
        if blanks == 0 {
            return;
        }
        self.wear((Color::Reset, Modifier::empty()));
        if self.at.x + blanks >= self.size.width {
            self.put("\x1b[K");
        } else {
            self.put(&" ".repeat(blanks.into()));
            self.at.x += blanks;
        }
    }

    fn wear(&mut self, style: (Color, Modifier)) {
        if !self.styled || style == self.style {
            return;
        }
        let mut codes = String::from("\x1b[");
        for (modifier, code) in [
            (Modifier::BOLD, ";1"),
            (Modifier::DIM, ";2"),
            (Modifier::REVERSED, ";7"),
        ] {
            if style.1.contains(modifier) {
                codes.push_str(code);
            }
        }
        if style.0 == Color::Green {
            codes.push_str(";32");
        }
        codes.push('m');
        self.put(&codes);
        self.style = style;
    }

    fn cell(&mut self, place: Position, cell: &Cell) {
        // The second half of a wide character, which is drawn already.
        if place.y == self.at.y && place.x < self.at.x + self.blanks {
            return;
        }
        let style = (cell.fg, cell.modifier);
        let blank = cell.symbol() == " " && style == (Color::Reset, Modifier::empty());
        let next = Position::new(self.at.x + self.blanks, self.at.y);
        if place != next {
            self.settle();
            self.go(place);
        }
        if blank {
            self.blanks += 1;
            return;
        }
        self.settle();
        self.wear(style);
        self.put(cell.symbol());
        self.at.x += cell.symbol().width().max(1) as u16;
    }
}

impl Backend for Relative {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in content {
            self.cell(Position::new(x, y), cell);
        }
        self.settle();
        self.wear((Color::Reset, Modifier::empty()));
        Ok(())
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.put(&"\r\n".repeat(lines.into()));
        let last = self.size.height.saturating_sub(1);
        self.at = Position::new(0, self.at.y.saturating_add(lines).min(last));
        Ok(())
    }

    // The cursor is one of the modes that the input switches, and restores.
    fn hide_cursor(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.at)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.go(position.into());
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    /// Erases below the cursor at most: what is above the rows is not ours.
    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.put("\x1b[J");
        Ok(())
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize {
            columns_rows: self.size,
            pixels: Size::ZERO,
        })
    }

    // Several times within a frame: see `show`.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
