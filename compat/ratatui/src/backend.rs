//! What ratatui draws, gathered and written once per frame.

mod calls;

use std::io::{self, Write};
use std::time::Duration;

use ratatui_core::backend::Backend;
use ratatui_core::buffer::{Buffer, Cell};
use ratatui_core::layout::{Position, Rect, Size};
use ttyring::Input;
use ttyring::platform::Tty;
use ttyring::query::{CURSOR_POSITION, QueryHandle};
use ttyring::terminal::{Modes, Terminal};

use crate::frame::{END, ERASE, Frame};
use crate::rows::Rows;

/// How long the terminal may take to say where the cursor is.
const TIMEOUT: Duration = Duration::from_secs(1);

/// The size of a terminal that does not tell its own.
const USUAL: Size = Size::new(80, 24);

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
/// let mut backend = TtyBackend::new(&mut input)?;
/// backend.owns_screen(true);
/// let mut terminal = Terminal::new(backend)?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct TtyBackend {
    terminal: Terminal,
    pub(crate) frame: Frame,
    place: Place,
    is_cursor_hidden: bool,
    /// It is to be shown at the end of the program.
    is_cursor_noted: bool,
    /// What is on the screen, to be drawn again; of a screen that others write to, nothing is kept.
    drawn: Buffer,
    /// How often the terminal had come back when it was drawn.
    returns: u64,
    /// Nothing of what was drawn is on the screen any more.
    is_gone: bool,
}

/// What is drawn on.
#[derive(Debug)]
enum Place {
    /// The main screen: others write to it, and the terminal has to say where the cursor is.
    Shared(QueryHandle),
    /// Nobody else writes to this screen: what was drawn is still there.
    Owned(QueryHandle),
    /// Rows that begin where the cursor is.
    Relative(Rows),
}

impl TtyBackend {
    /// Opens the terminal for output, whatever standard output is connected to. It changes nothing
    /// yet.
    ///
    /// When the terminal is asked where the cursor is, a thread that waits for events of `input`
    /// reads the answer; if there is no such thread, the one that asks does.
    ///
    /// # Errors
    ///
    /// What the system answers when there is no terminal.
    pub fn new(input: &mut Input) -> io::Result<Self> {
        Self::open(Place::Shared(input.query_handle()), Frame::new(false))
    }

    /// As [`new`](TtyBackend::new), for a viewport of `rows` rows that begins where the cursor is.
    /// The cursor is only ever moved relative to where it is, so that the terminal is asked nothing:
    /// a terminal that does not answer delays nothing, and a new size moves nothing to a wrong
    /// place.
    ///
    /// ratatui takes these rows for the whole screen, apart from the last column, which stays free.
    /// Make its terminal with [`Viewport::Inline`]: `insert_before` then adds lines above the rows,
    /// which are shown with the next frame.
    ///
    /// Whatever ends the program, the rows are erased, and the shell goes on in their place. After a
    /// stop, or after a child had the terminal, the next frame draws all of them below what others
    /// have written. Both start at the cursor: if a frame shows it, the rows above it stay where they
    /// were.
    ///
    /// # Errors
    ///
    /// What the system answers when there is no terminal.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use ratatui_core::terminal::{Terminal, TerminalOptions, Viewport};
    /// use ttyring_ratatui::TtyBackend;
    ///
    /// let viewport = Viewport::Inline(2);
    /// let backend = TtyBackend::relative(2)?;
    /// let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport })?;
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// [`Viewport::Inline`]: ratatui_core::terminal::Viewport::Inline
    pub fn relative(rows: u16) -> io::Result<Self> {
        let mut backend = Self::open(Place::Relative(Rows::new(rows)), Frame::new(true))?;
        backend.terminal.note(b"\r", ERASE)?;
        Ok(backend)
    }

    fn open(place: Place, frame: Frame) -> io::Result<Self> {
        let mut terminal = Terminal::open()?;
        // A death in the middle of a frame is not to leave the screen as it is for ever.
        terminal.note(END, END)?;
        Ok(TtyBackend {
            returns: terminal.returns(),
            terminal,
            frame,
            place,
            is_cursor_hidden: false,
            is_cursor_noted: false,
            drawn: Buffer::default(),
            is_gone: false,
        })
    }

    /// Says whether the screen is the program's alone, as the alternate screen is. The next frame
    /// after a stop, or after a child had the terminal, is then drawn from scratch, and nobody has to
    /// ask where the cursor is. [Relative](TtyBackend::relative) rows have no screen.
    pub fn owns_screen(&mut self, owns: bool) {
        if let Place::Shared(handle) | Place::Owned(handle) = &self.place {
            let handle = handle.clone();
            self.place = match owns {
                true => Place::Owned(handle),
                false => Place::Shared(handle),
            };
        }
    }

    /// Changes how many rows a [relative](TtyBackend::relative) backend has, from the next frame on:
    /// at most as many as the viewport was made with.
    pub fn set_rows(&mut self, rows: u16) {
        if let Place::Relative(relative) = &mut self.place {
            relative.set(rows);
        }
    }

    /// Moves the cursor down so far that a viewport which began at `top` and had the cursor in it
    /// begins where the cursor is now.
    pub(crate) fn leave_room(&mut self, top: u16) -> io::Result<()> {
        let rows = self.frame.at.y.saturating_sub(top);
        self.frame.put(b"\r");
        self.append_lines(rows)
    }

    /// Moves the cursor to the beginning of the next line.
    pub(crate) fn line_feed(&mut self) -> io::Result<()> {
        self.frame.put(b"\r");
        self.append_lines(1)
    }

    fn write_out(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let written = write_patiently(&mut self.terminal, self.frame.bytes());
        self.frame.clear();
        written?;
        if self.is_cursor_noted && !self.is_cursor_hidden {
            self.note_cursor(false)?;
        }
        Ok(())
    }

    /// Writes at once what does not belong to a frame.
    fn settle(&mut self) -> io::Result<()> {
        match self.frame.is_synchronized() {
            true => Ok(()),
            false => self.write_out(),
        }
    }

    /// Returns the size of the whole terminal.
    fn whole(&self) -> io::Result<ttyring::Size> {
        let mut size = self.terminal.tty().size()?;
        if size.columns == 0 || size.rows == 0 {
            (size.columns, size.rows) = (USUAL.width, USUAL.height);
        }
        Ok(size)
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

    /// Notices that others have had the terminal. Relative rows then begin where it is now.
    fn look_for_return(&mut self) {
        let returns = self.terminal.returns();
        if returns == self.returns {
            return;
        }
        self.returns = returns;
        self.is_gone = true;
        if let Place::Relative(rows) = &mut self.place {
            rows.begin_anew(&mut self.frame);
        }
    }

    /// Writes everything that is known to be on the screen.
    fn draw_from_scratch(&mut self, width: u16) {
        let drawn = std::mem::take(&mut self.drawn);
        if let Place::Owned(_) = self.place {
            self.frame.put(b"\x1b[0m\x1b[2J");
        }
        let nothing = Buffer::empty(drawn.area);
        self.frame.cells(nothing.diff(&drawn).into_iter(), width);
        self.drawn = drawn;
    }

    /// Asks the terminal where the cursor is.
    fn ask(handle: &QueryHandle) -> io::Result<Position> {
        // What is typed meanwhile goes to the program's own input.
        let here = handle.hold_off(|| Input::open()?.query(CURSOR_POSITION, TIMEOUT));
        let (x, y) = here.unwrap_or_else(|| handle.query(CURSOR_POSITION, TIMEOUT))?;
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

    /// The frame that is being drawn ends with what follows.
    fn end_frame(&mut self) {
        if let Place::Relative(rows) = &mut self.place {
            rows.is_whole = true;
        }
    }
}

/// Writes all of `bytes`, however long the terminal takes no output: a link that stalls does not end
/// the program.
fn write_patiently(out: &mut impl io::Write, bytes: &[u8]) -> io::Result<()> {
    let mut rest = bytes;
    loop {
        let taken = match rest.is_empty() {
            true => out.flush().map(|()| 0),
            false => out.write(rest),
        };
        match taken {
            Ok(_) if rest.is_empty() => return Ok(()),
            Ok(count) => rest = &rest[count..],
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {}
            Err(error) => return Err(error),
        }
    }
}

impl Drop for TtyBackend {
    fn drop(&mut self) {
        // Nobody is held up by a terminal that takes no output, or that is gone.
        if self.terminal.flush().is_err() {
            return;
        }
        if let Place::Relative(_) = self.place {
            // Nothing of it stays; lines that were inserted above it do.
            let _ = self.clear();
        }
        // What is left is shown.
        let _ = self.show_cursor();
        let _ = self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes three bytes at a time, and nothing every other time.
    #[derive(Default)]
    struct Stalling {
        taken: Vec<u8>,
        is_flushed: bool,
        stalls: bool,
    }

    impl Stalling {
        fn stall(&mut self) -> io::Result<()> {
            self.stalls = !self.stalls;
            match self.stalls {
                true => Err(io::ErrorKind::TimedOut.into()),
                false => Ok(()),
            }
        }
    }

    impl Write for Stalling {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.stall()?;
            let count = bytes.len().min(3);
            self.taken.extend_from_slice(&bytes[..count]);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.stall()?;
            self.is_flushed = true;
            Ok(())
        }
    }

    #[test]
    fn stalling_terminal_gets_everything_once() {
        let mut out = Stalling::default();
        write_patiently(&mut out, b"a whole frame").expect("it goes on");
        assert_eq!(out.taken, b"a whole frame");
        assert!(out.is_flushed);
    }
}
