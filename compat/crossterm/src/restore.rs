//! The terminal of the process: raw mode, and what the commands have switched on, so that all of it
//! is switched off on every death of the process, and on again after a stop.
//!
//! A command writes into whatever buffer the program has; here it is only noted. The terminal is
//! opened for the first note. Without a terminal nothing is noted.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ttyring::platform::{Backend, Os, Tty};
#[cfg(feature = "events")]
use ttyring::terminal::Keyboard;
use ttyring::terminal::{Modes, Terminal};
use ttyring::{LineMode, Size};

/// Something that commands switch on and off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    AlternateScreen,
    HiddenCursor,
    NoLineWrap,
    Synchronized,
    #[cfg(feature = "events")]
    Mouse,
    #[cfg(feature = "events")]
    Focus,
    #[cfg(feature = "bracketed-paste")]
    Paste,
}

impl Mode {
    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// The modes that the library knows. What it does not know is a note of bytes.
const MODES: &[(Mode, Modes)] = &[
    (Mode::AlternateScreen, Modes::ALTERNATE_SCREEN),
    (Mode::HiddenCursor, Modes::HIDDEN_CURSOR),
    #[cfg(feature = "events")]
    (
        Mode::Mouse,
        Modes::MOUSE
            .union(Modes::MOUSE_BUTTONS)
            .union(Modes::MOUSE_MOTION),
    ),
    #[cfg(feature = "events")]
    (Mode::Focus, Modes::FOCUS),
    #[cfg(feature = "bracketed-paste")]
    (Mode::Paste, Modes::PASTE),
];

/// Bytes that switch something on, and those that switch it off.
const NOTES: &[(Mode, &[u8], &[u8])] = &[
    (Mode::NoLineWrap, b"\x1b[?7l", b"\x1b[?7h"),
    // Written again after a stop: a frame that was begun before it is not to be hidden for ever.
    (Mode::Synchronized, b"\x1b[?2026l", b"\x1b[?2026l"),
    #[cfg(feature = "events")]
    (Mode::Mouse, b"\x1b[?1015h", b"\x1b[?1015l"),
];

/// What is on, a bit a mode: most commands change nothing, and cost one load.
static ON: AtomicU32 = AtomicU32::new(0);

/// Whether raw mode is on: every key asks.
static RAW: AtomicBool = AtomicBool::new(false);

/// Whether what is read next may have been typed before raw mode was switched on: Enter is a newline
/// in it.
#[cfg(feature = "events")]
static TYPED_AHEAD: AtomicBool = AtomicBool::new(false);

/// Whether the library knows the cursor to be hidden. It is not told that it is shown: a program
/// hides and shows it with every key, and showing it once more at the end does no harm.
static CURSOR_NOTED: AtomicBool = AtomicBool::new(false);

/// The shape of the cursor.
static SHAPE: AtomicU32 = AtomicU32::new(0);

static TERMINAL: Mutex<Option<Terminal>> = Mutex::new(None);

/// Notes that a command has switched a mode on or off.
pub(crate) fn note(mode: Mode, on: bool) {
    if is_on(mode) == on {
        return;
    }
    let mut terminal = lock();
    match on {
        true => ON.fetch_or(mode.bit(), Ordering::Relaxed),
        false => ON.fetch_and(!mode.bit(), Ordering::Relaxed),
    };
    if mode == Mode::HiddenCursor && (!on || CURSOR_NOTED.swap(true, Ordering::Relaxed)) {
        return;
    }
    let Some(terminal) = opened(&mut terminal, on) else {
        return;
    };
    for (_, set, reset) in NOTES.iter().filter(|(noted, ..)| *noted == mode) {
        // An error means that the process is ending, and has restored its terminal.
        let _ = terminal.note(if on { set } else { b"" }, reset);
    }
    if MODES.iter().any(|(known, _)| *known == mode) {
        note_modes(terminal);
    }
}

/// Tells the library which modes are on.
fn note_modes(terminal: &mut Terminal) {
    let is_noted = |mode: Mode| match mode {
        Mode::HiddenCursor => CURSOR_NOTED.load(Ordering::Relaxed),
        mode => is_on(mode),
    };
    let known = MODES.iter().filter(|(known, _)| is_noted(*known));
    // An error means that the process is ending, and has restored its terminal.
    let _ = terminal.note_modes(known.map(|(_, modes)| *modes).collect());
}

/// The terminal has come back, with everything on that was noted. A cursor that was noted and is not
/// hidden any more is shown.
#[cfg(feature = "events")]
pub(crate) fn resumed() {
    if is_on(Mode::HiddenCursor) || !CURSOR_NOTED.swap(false, Ordering::Relaxed) {
        return;
    }
    if let Some(terminal) = &mut *lock() {
        note_modes(terminal);
        let _ = terminal.write(b"\x1b[?25h");
    }
}

/// Returns whether a command has switched a mode on.
pub(crate) fn is_on(mode: Mode) -> bool {
    // Relaxed: whoever changes it has the lock, and commands that race with each other have no
    // order anyway.
    ON.load(Ordering::Relaxed) & mode.bit() != 0
}

/// Notes the shape of the cursor, zero for the user's own.
pub(crate) fn note_shape(shape: u8) {
    if SHAPE.swap(u32::from(shape), Ordering::Relaxed) == u32::from(shape) {
        return;
    }
    let set = match shape {
        0 => String::new(),
        shape => format!("\x1b[{shape} q"),
    };
    if let Some(terminal) = opened(&mut lock(), shape != 0) {
        let _ = terminal.note(set.as_bytes(), b"\x1b[0 q");
    }
}

/// Notes that flags of the keyboard were pushed.
#[cfg(feature = "events")]
pub(crate) fn note_push(flags: u8) {
    if let Some(terminal) = opened(&mut lock(), true) {
        let _ = terminal.note_keyboard_push(Keyboard::from_bits_truncate(flags));
    }
}

/// Notes that flags of the keyboard were popped.
#[cfg(feature = "events")]
pub(crate) fn note_pop() {
    if let Some(terminal) = opened(&mut lock(), false) {
        let _ = terminal.note_keyboard_pop();
    }
}

/// Switches raw mode on; returns whether it was off.
///
/// # Errors
///
/// As [`crate::terminal::enable_raw_mode`].
pub(crate) fn enable_raw() -> io::Result<bool> {
    let mut terminal = lock();
    if terminal.is_none() {
        *terminal = Some(Terminal::open().map_err(into_io)?);
    }
    let Some(terminal) = &mut *terminal else {
        return Ok(false);
    };
    if is_raw() {
        return Ok(false);
    }
    terminal.enter(LineMode::RAW)?;
    RAW.store(true, Ordering::Relaxed);
    #[cfg(feature = "events")]
    if terminal.tty().pending().unwrap_or(0) > 0 {
        // Relaxed: whoever reads next sees it soon enough; nothing else depends on it.
        TYPED_AHEAD.store(true, Ordering::Relaxed);
    }
    Ok(true)
}

/// Returns whether what is read next may have been typed before raw mode was switched on.
#[cfg(feature = "events")]
pub(crate) fn is_typed_ahead() -> bool {
    TYPED_AHEAD.load(Ordering::Relaxed)
}

/// Says that everything was read that was typed before raw mode was switched on.
#[cfg(feature = "events")]
pub(crate) fn typed_ahead_is_read() {
    TYPED_AHEAD.store(false, Ordering::Relaxed);
}

/// Switches raw mode off.
///
/// # Errors
///
/// As [`crate::terminal::disable_raw_mode`].
pub(crate) fn disable_raw() -> io::Result<()> {
    match &mut *lock() {
        Some(terminal) if is_raw() => {
            RAW.store(false, Ordering::Relaxed);
            Ok(terminal.leave()?)
        }
        _ => Ok(()),
    }
}

/// Returns whether raw mode is on.
pub(crate) fn is_raw() -> bool {
    // Relaxed: changed under the lock; a key that comes while another thread changes it may have
    // been typed before as well as afterwards.
    RAW.load(Ordering::Relaxed)
}

/// Converts an error; one that says that there is no terminal has upstream's number, ENXIO.
pub(crate) fn into_io(error: ttyring::Error) -> io::Error {
    match (&error, error.raw_os_error()) {
        (ttyring::Error::NoTerminal, Some(number)) => io::Error::from_raw_os_error(number),
        _ => error.into(),
    }
}

/// Asks for the size of the terminal: 80 × 24 where the system does not know it, as on a serial line.
///
/// # Errors
///
/// As [`crate::terminal::size`].
pub(crate) fn size() -> io::Result<Size> {
    let size = match &*lock() {
        Some(terminal) => terminal.tty().size()?,
        // A program that only wants to know is not to catch signals for it.
        None => Os.open().map_err(into_io)?.size()?,
    };
    Ok(match (size.columns, size.rows) {
        (0, _) | (_, 0) => Size {
            columns: 80,
            rows: 24,
            ..Size::default()
        },
        _ => size,
    })
}

fn lock() -> MutexGuard<'static, Option<Terminal>> {
    TERMINAL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the terminal, which is opened if there is something to note.
fn opened(terminal: &mut Option<Terminal>, open: bool) -> Option<&mut Terminal> {
    if terminal.is_none() && open {
        *terminal = Terminal::open().ok();
    }
    terminal.as_mut()
}
