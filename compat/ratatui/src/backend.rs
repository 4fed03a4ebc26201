//! What ratatui draws, gathered and written once per frame.

use std::io;
use std::time::Duration;

use ratatui_core::backend::{Backend, ClearType, WindowSize};
use ratatui_core::buffer::{Buffer, Cell};
use ratatui_core::layout::{Position, Rect, Size};
use ttyring::Input;
use ttyring::platform::Tty;
use ttyring::query::CURSOR_POSITION;
use ttyring::terminal::{Modes, Terminal};
use unicode_width::UnicodeWidthStr;

use crate::style::Look;

/// How long the terminal may take to say where the cursor is.
const TIMEOUT: Duration = Duration::from_secs(1);

/// Synchronized output: what follows is shown when all of it is there.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// The terminal of this process as a backend of ratatui.
///
/// [`run`](crate::run) makes one. On its own it is for a program that opens the terminal in its own
/// way; whatever it changes is undone when it is dropped, and when the program ends in any other
/// way.
///
/// # Examples
///
/// ```no_run
/// use ratatui_core::terminal::Terminal;
/// use ttyring::{Input, Modes};
/// use ttyring_ratatui::TtyBackend;
///
/// let mut input = Input::open()?;
/// input.enable(Modes::ALTERNATE_SCREEN)?;
/// let mut terminal = Terminal::new(TtyBackend::new()?)?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct TtyBackend {
    terminal: Terminal,
    /// What was not written yet.
    frame: Vec<u8>,
    is_in_frame: bool,
    has_colors: bool,
    is_cursor_hidden: bool,
    /// It is to be shown at the end of the program.
    is_cursor_noted: bool,
    /// Where the cursor is, if nobody else has moved it.
    at: Position,
    /// Nobody else writes to this screen: what was drawn is still there, and is kept here to be
    /// drawn again.
    owns_screen: bool,
    drawn: Buffer,
    /// How often the terminal had come back when it was drawn.
    returns: u64,
}

impl TtyBackend {
    /// Opens the terminal for output, whatever standard output is connected to. It changes nothing
    /// yet.
    ///
    /// # Errors
    ///
    /// What the system answers when there is no terminal.
    pub fn new() -> io::Result<Self> {
        let mut terminal = Terminal::open()?;
        // A death in the middle of a frame is not to leave the screen as it is for ever.
        terminal.note(END, END)?;
        Ok(TtyBackend {
            returns: terminal.returns(),
            terminal,
            frame: Vec::new(),
            is_in_frame: false,
            has_colors: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            is_cursor_hidden: false,
            is_cursor_noted: false,
            at: Position::ORIGIN,
            owns_screen: false,
            drawn: Buffer::default(),
        })
    }

    /// Says whether the screen is the program's alone, as the alternate screen is. The next frame
    /// after a stop, or after a child had the terminal, is then drawn from scratch, and nobody has to
    /// ask where the cursor is.
    pub fn owns_screen(&mut self, owns: bool) {
        self.owns_screen = owns;
    }

    /// Moves the cursor down so far that a viewport which began at `top` and had the cursor in it
    /// begins where the cursor is now.
    pub(crate) fn leave_room(&mut self, top: u16) -> io::Result<()> {
        let rows = self.at.y.saturating_sub(top);
        self.put(b"\r");
        self.append_lines(rows)
    }

    /// Moves the cursor to the beginning of the next line.
    pub(crate) fn line_feed(&mut self) -> io::Result<()> {
        self.put(b"\r");
        self.append_lines(1)
    }

    fn put(&mut self, bytes: &[u8]) {
        if self.is_in_frame && self.frame.is_empty() {
            self.frame.extend_from_slice(BEGIN);
        }
        self.frame.extend_from_slice(bytes);
    }

    fn write_out(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let written = self.terminal.write(&self.frame);
        self.frame.clear();
        written?;
        if self.is_cursor_noted && !self.is_cursor_hidden {
            self.note_cursor(false)?;
        }
        Ok(())
    }

    /// Writes at once what does not belong to a frame.
    fn settle(&mut self) -> io::Result<()> {
        match self.is_in_frame {
            true => Ok(()),
            false => self.write_out(),
        }
    }

    fn go(&mut self, to: Position) {
        // A vector takes everything.
        let text = format!("\x1b[{};{}H", u32::from(to.y) + 1, u32::from(to.x) + 1);
        self.put(text.as_bytes());
        self.at = to;
    }

    fn cells<'a>(&mut self, cells: impl Iterator<Item = (u16, u16, &'a Cell)>) {
        let mut look = Look::PLAIN;
        let mut before: Option<Position> = None;
        for (x, y, cell) in cells {
            // Terminals differ in how wide some characters are: after a wide one nothing is taken for
            // granted.
            if !before.is_some_and(|before| before.y == y && before.x + 1 == x) {
                self.go(Position::new(x, y));
            }
            before = Some(Position::new(x, y));
            let wanted = match self.has_colors {
                true => Look::of(cell),
                false => Look::of(cell).without_colors(),
            };
            if wanted != look {
                self.put(wanted.sequence().as_bytes());
                look = wanted;
            }
            self.put(cell.symbol().as_bytes());
            let width = u16::try_from(cell.symbol().width()).unwrap_or(1);
            self.at = Position::new(x.saturating_add(width), y);
        }
        if look != Look::PLAIN {
            self.put(Look::PLAIN.sequence().as_bytes());
        }
    }

    /// Notes what is on the screen.
    fn remember(&mut self, x: u16, y: u16, cell: &Cell) -> io::Result<()> {
        let place = Position::new(x, y);
        if !self.drawn.area.contains(place) {
            let size = self.size()?;
            self.drawn.resize(Rect::from(size));
        }
        if let Some(kept) = self.drawn.cell_mut(place) {
            *kept = cell.clone();
        }
        Ok(())
    }

    /// Writes everything that is known to be on the screen.
    fn draw_from_scratch(&mut self) {
        let drawn = std::mem::take(&mut self.drawn);
        self.put(b"\x1b[0m\x1b[2J");
        let nothing = Buffer::empty(drawn.area);
        self.cells(nothing.diff(&drawn).into_iter());
        self.drawn = drawn;
    }

    /// Asks the terminal where the cursor is.
    fn ask(&mut self) -> io::Result<Position> {
        // What is typed meanwhile goes to the program's own input.
        let mut input = Input::open()?;
        let (x, y) = input.query(CURSOR_POSITION, TIMEOUT)?;
        Ok(Position::new(x, y))
    }

    /// Has the end of the program show the cursor. It is noted before it is hidden, and until it is
    /// shown.
    fn note_cursor(&mut self, hidden: bool) -> io::Result<()> {
        self.is_cursor_noted = hidden;
        let modes = match hidden {
            true => Modes::HIDDEN_CURSOR,
            false => Modes::empty(),
        };
        Ok(self.terminal.note_modes(modes)?)
    }
}

impl Backend for TtyBackend {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.is_in_frame = true;
        if !self.owns_screen {
            self.cells(content);
            return Ok(());
        }
        let content: Vec<_> = content.collect();
        for (x, y, cell) in &content {
            self.remember(*x, *y, cell)?;
        }
        let returns = self.terminal.returns();
        if returns == self.returns {
            self.cells(content.into_iter());
        } else {
            self.returns = returns;
            self.draw_from_scratch();
        }
        Ok(())
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.put("\n".repeat(lines.into()).as_bytes());
        let last = self.size()?.height.saturating_sub(1);
        self.at.y = self.at.y.saturating_add(lines).min(last);
        self.settle()
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.is_cursor_hidden {
            return Ok(());
        }
        self.note_cursor(true)?;
        self.is_cursor_hidden = true;
        self.put(b"\x1b[?25l");
        self.settle()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if !self.is_cursor_hidden {
            return Ok(());
        }
        self.is_cursor_hidden = false;
        self.put(b"\x1b[?25h");
        self.settle()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.write_out()?;
        if !self.owns_screen {
            self.at = self.ask()?;
        }
        Ok(self.at)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.owns_screen && self.frame.is_empty() && position == self.at {
            return Ok(());
        }
        self.go(position);
        self.settle()
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        let bytes: &[u8] = match region {
            ClearType::All => b"\x1b[2J",
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        };
        // ratatui draws again whatever was there.
        self.drawn = Buffer::default();
        self.put(bytes);
        self.settle()
    }

    fn size(&self) -> io::Result<Size> {
        let size = self.terminal.tty().size()?;
        Ok(Size::new(size.columns, size.rows))
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        let size = self.terminal.tty().size()?;
        Ok(WindowSize {
            columns_rows: Size::new(size.columns, size.rows),
            pixels: Size::new(size.width, size.height),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_in_frame && !self.frame.is_empty() {
            self.frame.extend_from_slice(END);
        }
        self.is_in_frame = false;
        self.write_out()
    }

    #[cfg(feature = "scrolling-regions")]
    fn scroll_region_up(&mut self, region: std::ops::Range<u16>, lines: u16) -> io::Result<()> {
        self.scroll(region, lines, 'S')
    }

    #[cfg(feature = "scrolling-regions")]
    fn scroll_region_down(&mut self, region: std::ops::Range<u16>, lines: u16) -> io::Result<()> {
        self.scroll(region, lines, 'T')
    }
}

#[cfg(feature = "scrolling-regions")]
impl TtyBackend {
    fn scroll(&mut self, rows: std::ops::Range<u16>, lines: u16, way: char) -> io::Result<()> {
        if rows.is_empty() || lines == 0 {
            return Ok(());
        }
        let (first, last) = (u32::from(rows.start) + 1, rows.end);
        let text = format!("\x1b[{first};{last}r\x1b[{lines}{way}\x1b[r");
        self.drawn = Buffer::default();
        self.put(text.as_bytes());
        self.settle()
    }
}

impl Drop for TtyBackend {
    fn drop(&mut self) {
        // What is left is shown; an error means that the terminal is gone.
        let _ = self.flush();
        let _ = self.show_cursor();
    }
}
