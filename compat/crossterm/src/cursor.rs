//! The cursor: where it is, where it goes, whether and how it is shown.
//!
//! Columns and rows count from zero, at the upper left.
//!
//! # Examples
//!
//! ```no_run
//! use std::io::stdout;
//! use ttyring_crossterm::{cursor, execute};
//!
//! execute!(stdout(), cursor::MoveTo(5, 5), cursor::Hide)?;
//! # std::io::Result::Ok(())
//! ```

use std::fmt;

use crate::Command;
use crate::macros::{constant_commands, counted_commands, display};
use crate::restore::{self, Mode};

#[cfg(feature = "events")]
pub use crate::event::ask::position;

/// Moves the cursor to a column and a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoveTo(
    /// The column, from zero.
    pub u16,
    /// The row, from zero.
    pub u16,
);

impl Command for MoveTo {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        write!(f, "\x1b[{};{}H", from_one(self.1), from_one(self.0))
    }
}

counted_commands! {
    /// Moves the cursor down by so many lines, to the first column.
    MoveToNextLine(lines) => "\x1b[{}E", lines;
    /// Moves the cursor up by so many lines, to the first column.
    MoveToPreviousLine(lines) => "\x1b[{}F", lines;
    /// Moves the cursor to a column of its row.
    MoveToColumn(column) => "\x1b[{}G", from_one(column);
    /// Moves the cursor to a row, in its column.
    MoveToRow(row) => "\x1b[{}d", from_one(row);
    /// Moves the cursor up by so many rows.
    MoveUp(rows) => "\x1b[{}A", rows;
    /// Moves the cursor right by so many columns.
    MoveRight(columns) => "\x1b[{}C", columns;
    /// Moves the cursor down by so many rows.
    MoveDown(rows) => "\x1b[{}B", rows;
    /// Moves the cursor left by so many columns.
    MoveLeft(columns) => "\x1b[{}D", columns;
}

constant_commands! {
    /// Has the terminal note the position of the cursor, for [`RestorePosition`]. There is one
    /// such note.
    SavePosition => "\x1b7";
    /// Moves the cursor to where [`SavePosition`] found it.
    RestorePosition => "\x1b8";
    /// Has the cursor blink.
    EnableBlinking => "\x1b[?12h";
    /// Has the cursor stay.
    DisableBlinking => "\x1b[?12l";
}

/// Hides the cursor. It is shown again when the program ends, however it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hide;

impl Command for Hide {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        restore::note(Mode::HiddenCursor, true);
        f.write_str("\x1b[?25l")
    }
}

/// Shows the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Show;

impl Command for Show {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        restore::note(Mode::HiddenCursor, false);
        f.write_str("\x1b[?25h")
    }
}

/// Gives the cursor a shape (DECSCUSR).
///
/// The shape goes back to the user's own when the program ends, however it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetCursorStyle {
    /// The shape that the user has chosen.
    DefaultUserShape,
    /// A block that blinks.
    BlinkingBlock,
    /// A block.
    SteadyBlock,
    /// A line under the character, which blinks.
    BlinkingUnderScore,
    /// A line under the character.
    SteadyUnderScore,
    /// A bar before the character, which blinks.
    BlinkingBar,
    /// A bar before the character.
    SteadyBar,
}

impl Command for SetCursorStyle {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        // In the order of DECSCUSR's numbers.
        let shape = *self as u8;
        restore::note_shape(shape);
        write!(f, "\x1b[{shape} q")
    }
}

display! {
    MoveTo, MoveToNextLine, MoveToPreviousLine, MoveToColumn, MoveToRow, MoveUp, MoveRight,
    MoveDown, MoveLeft, SavePosition, RestorePosition, Hide, Show, EnableBlinking,
    DisableBlinking, SetCursorStyle,
}

/// The terminal's number of a column or row; its numbers begin at one.
fn from_one(number: u16) -> u32 {
    u32::from(number) + 1
}
