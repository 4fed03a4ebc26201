//! The terminal: raw mode, its size, the alternate screen, clearing and scrolling.
//!
//! Raw mode and the alternate screen end when the program ends, however it ends.
//!
//! # Examples
//!
//! ```no_run
//! use std::io::stdout;
//! use ttyring_crossterm::{execute, terminal};
//!
//! terminal::enable_raw_mode()?;
//! execute!(stdout(), terminal::EnterAlternateScreen)?;
//! // …
//! execute!(stdout(), terminal::LeaveAlternateScreen)?;
//! terminal::disable_raw_mode()?;
//! # std::io::Result::Ok(())
//! ```

use std::{fmt, io};

use crate::Command;
use crate::macros::{constant_commands, display};
use crate::restore::{self, Mode};

#[cfg(feature = "events")]
pub use crate::event::ask::supports_keyboard_enhancement;

/// Switches raw mode on: keys come one by one, are not shown, and none of them stops the program.
/// What was typed before is kept. It may be called from any thread, also while another one reads;
/// once it is on, it does nothing.
///
/// Raw mode ends with the program, however it ends.
///
/// # Errors
///
/// What the system answers when the terminal cannot be opened or changed.
pub fn enable_raw_mode() -> io::Result<()> {
    restore::enable_raw().map(drop)
}

/// Switches raw mode off: the settings are what they were before.
///
/// # Errors
///
/// What the system answers when the terminal cannot be changed.
pub fn disable_raw_mode() -> io::Result<()> {
    restore::disable_raw()
}

/// Returns whether [`enable_raw_mode`] has switched raw mode on.
///
/// # Errors
///
/// None; the result is upstream's.
pub fn is_raw_mode_enabled() -> io::Result<bool> {
    Ok(restore::is_raw())
}

/// Returns the size of the terminal, in columns and rows.
///
/// # Errors
///
/// What the system answers when there is no terminal.
pub fn size() -> io::Result<(u16, u16)> {
    window_size().map(|size| (size.columns, size.rows))
}

/// The size of the terminal.
#[derive(Debug)]
pub struct WindowSize {
    /// Its height in cells.
    pub rows: u16,
    /// Its width in cells.
    pub columns: u16,
    /// Its width in pixels, zero where it does not say.
    pub width: u16,
    /// Its height in pixels, zero where it does not say.
    pub height: u16,
}

/// Returns the size of the terminal, also in pixels where it says so.
///
/// # Errors
///
/// What the system answers when there is no terminal.
pub fn window_size() -> io::Result<WindowSize> {
    let size = restore::size()?;
    #[cfg(feature = "events")]
    let size = crate::event::shown(size);
    Ok(WindowSize {
        rows: size.rows,
        columns: size.columns,
        width: size.width,
        height: size.height,
    })
}

/// What [`Clear`] clears.
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(Copy, Clone, Debug, PartialEq, Eq, Ord, PartialOrd, Hash)]
pub enum ClearType {
    /// Every cell.
    All,
    /// The lines that have scrolled out.
    Purge,
    /// From the cursor to the end of the screen.
    FromCursorDown,
    /// From the beginning of the screen to the cursor.
    FromCursorUp,
    /// The cursor's line.
    CurrentLine,
    /// From the cursor to the end of its line.
    UntilNewLine,
}

/// Clears a part of the screen. The cursor stays where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clear(
    /// What is cleared.
    pub ClearType,
);

impl Command for Clear {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        f.write_str(match self.0 {
            ClearType::All => "\x1b[2J",
            ClearType::Purge => "\x1b[3J",
            ClearType::FromCursorDown => "\x1b[J",
            ClearType::FromCursorUp => "\x1b[1J",
            ClearType::CurrentLine => "\x1b[2K",
            ClearType::UntilNewLine => "\x1b[K",
        })
    }
}

/// Scrolls the screen up by so many rows, so that as many are free at the bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScrollUp(
    /// How many rows; nothing is written for zero.
    pub u16,
);

impl Command for ScrollUp {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            rows => write!(f, "\x1b[{rows}S"),
        }
    }
}

/// Scrolls the screen down by so many rows, so that as many are free at the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScrollDown(
    /// How many rows; nothing is written for zero.
    pub u16,
);

impl Command for ScrollDown {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            rows => write!(f, "\x1b[{rows}T"),
        }
    }
}

/// Asks the terminal to take another size. Few do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetSize(
    /// How many columns.
    pub u16,
    /// How many rows.
    pub u16,
);

impl Command for SetSize {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        write!(f, "\x1b[8;{};{}t", self.1, self.0)
    }
}

/// Gives the window and its icon a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetTitle<T>(
    /// The title. It is written as it is: control characters in it are the terminal's to
    /// interpret.
    pub T,
);

impl<T: fmt::Display> Command for SetTitle<T> {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        write!(f, "\x1b]0;{}\x07", self.0)
    }
}

/// Shows the alternate screen, which is empty and has no lines to scroll back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnterAlternateScreen;

impl Command for EnterAlternateScreen {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        restore::note(Mode::AlternateScreen, true);
        #[cfg(feature = "events")]
        crate::event::listen();
        f.write_str("\x1b[?1049h")
    }
}

/// Shows the main screen again, as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaveAlternateScreen;

impl Command for LeaveAlternateScreen {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        restore::note(Mode::AlternateScreen, false);
        f.write_str("\x1b[?1049l")
    }
}

/// Has lines that are longer than the screen is wide go on in the next row, as is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnableLineWrap;

impl Command for EnableLineWrap {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        restore::note(Mode::NoLineWrap, false);
        f.write_str("\x1b[?7h")
    }
}

/// Has lines that are longer than the screen is wide be cut off. They wrap again when the program
/// ends, however it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisableLineWrap;

impl Command for DisableLineWrap {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        restore::note(Mode::NoLineWrap, true);
        f.write_str("\x1b[?7l")
    }
}

/// Has the terminal show nothing of what is written until [`EndSynchronizedUpdate`]. Terminals end it
/// by themselves after a fraction of a second, and so does the end of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BeginSynchronizedUpdate;

impl Command for BeginSynchronizedUpdate {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        // Noted once and for all: a program does this at every frame.
        restore::note(Mode::Synchronized, true);
        f.write_str("\x1b[?2026h")
    }
}

constant_commands! {
    /// Has the terminal show what was written since [`BeginSynchronizedUpdate`].
    EndSynchronizedUpdate => "\x1b[?2026l";
}

display!(ScrollUp, ScrollDown, SetSize, Clear);
