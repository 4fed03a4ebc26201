//! What comes from the terminal: keys, the mouse, pasted text, the focus, its size.
//!
//! [`read`] waits for the next event, [`poll`] waits for at most a time. All threads of a program
//! share one input, which is opened when it is first asked for, and kept: what was read and not used
//! is there for whoever asks next.
//!
//! # Examples
//!
//! ```no_run
//! use std::time::Duration;
//! use ttyring_crossterm::event::{self, Event, KeyCode};
//!
//! loop {
//!     if event::poll(Duration::from_millis(250))? {
//!         match event::read()? {
//!             Event::Key(key) if key.code == KeyCode::Esc => break,
//!             event => println!("{event:?}\r"),
//!         }
//!     }
//! }
//! # std::io::Result::Ok(())
//! ```

pub(crate) mod ask;
mod code;
mod commands;
mod convert;
mod key;
mod mouse;
mod names;
mod reader;
mod redraw;
mod shared;
#[cfg(feature = "event-stream")]
mod stream;
mod urgent;

use std::io;
use std::time::{Duration, Instant};

use crate::macros::is_variant;
use reader::Found;

pub use ask::{ask, lend};
pub(crate) use redraw::shown;

pub use code::{KeyCode, MediaKeyCode, ModifierKeyCode};
#[cfg(feature = "bracketed-paste")]
pub use commands::{DisableBracketedPaste, EnableBracketedPaste};
pub use commands::{
    DisableFocusChange, DisableMouseCapture, EnableFocusChange, EnableMouseCapture,
    KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
pub use key::{KeyEvent, KeyEventKind, KeyEventState, KeyModifiers};
pub use mouse::{MouseButton, MouseEvent, MouseEventKind};
#[cfg(feature = "event-stream")]
pub use stream::EventStream;

/// Waits for at most `timeout` until there is an event; returns whether there is one, which
/// [`read`] then returns at once. The end of the terminal is one.
///
/// # Errors
///
/// What the system answers when the terminal cannot be opened or read.
pub fn poll(timeout: Duration) -> io::Result<bool> {
    let deadline = Instant::now().checked_add(timeout);
    loop {
        let Some(mut turn) = shared::take(deadline)? else {
            return Ok(false);
        };
        match turn.wait(deadline)? {
            Found::Something => return Ok(true),
            Found::Nothing => return Ok(false),
            Found::Interrupted => {}
        }
    }
}

/// Opens the input, for a program that draws before it reads: if it is stopped and continued in
/// between, its first read says so. Without a terminal there is nothing to hear of.
pub(crate) fn listen() {
    let _ = shared::open();
}

/// Waits for the next event.
///
/// # Errors
///
/// What the system answers when the terminal cannot be opened or read; `UnexpectedEof` when it is
/// gone.
pub fn read() -> io::Result<Event> {
    loop {
        let turn = shared::take(None)?;
        let mut turn = turn.ok_or(io::ErrorKind::TimedOut)?;
        if turn.wait(None)? == Found::Something {
            if let Some(event) = turn.next() {
                return event;
            }
        }
    }
}

/// Something that comes from the terminal.
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(not(feature = "bracketed-paste"), derive(Copy))]
#[derive(Debug, PartialOrd, PartialEq, Eq, Clone, Hash)]
pub enum Event {
    /// The terminal has got the focus.
    FocusGained,
    /// The terminal has lost the focus.
    FocusLost,
    /// A key.
    Key(KeyEvent),
    /// Something that the mouse does.
    Mouse(MouseEvent),
    /// Text that was pasted, where [`EnableBracketedPaste`] was written.
    #[cfg(feature = "bracketed-paste")]
    Paste(String),
    /// The terminal has another size, in columns and rows, or everything is to be drawn anew: the
    /// program was stopped and goes on.
    Resize(u16, u16),
}

is_variant! { Event:
    is_focus_gained FocusGained, is_focus_lost FocusLost, is_key Key, is_mouse Mouse,
    is_resize Resize,
}

#[cfg(feature = "bracketed-paste")]
is_variant!(Event: is_paste Paste);

impl Event {
    /// Returns whether a key was pressed.
    #[inline]
    pub fn is_key_press(&self) -> bool {
        self.as_key_press_event().is_some()
    }

    /// Returns whether a key was released.
    #[inline]
    pub fn is_key_release(&self) -> bool {
        self.as_key_release_event().is_some()
    }

    /// Returns whether a key is held.
    #[inline]
    pub fn is_key_repeat(&self) -> bool {
        self.as_key_repeat_event().is_some()
    }

    /// Returns the key.
    #[inline]
    pub fn as_key_event(&self) -> Option<KeyEvent> {
        match self {
            Event::Key(key) => Some(*key),
            _ => None,
        }
    }

    /// Returns the key, if it was pressed.
    #[inline]
    pub fn as_key_press_event(&self) -> Option<KeyEvent> {
        self.as_key_event().filter(KeyEvent::is_press)
    }

    /// Returns the key, if it was released.
    #[inline]
    pub fn as_key_release_event(&self) -> Option<KeyEvent> {
        self.as_key_event().filter(KeyEvent::is_release)
    }

    /// Returns the key, if it is held.
    #[inline]
    pub fn as_key_repeat_event(&self) -> Option<KeyEvent> {
        self.as_key_event().filter(KeyEvent::is_repeat)
    }

    /// Returns what the mouse does.
    #[inline]
    pub fn as_mouse_event(&self) -> Option<MouseEvent> {
        match self {
            Event::Mouse(mouse) => Some(*mouse),
            _ => None,
        }
    }

    /// Returns the text that was pasted.
    #[cfg(feature = "bracketed-paste")]
    #[inline]
    pub fn as_paste_event(&self) -> Option<&str> {
        match self {
            Event::Paste(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the new size, in columns and rows.
    #[inline]
    pub fn as_resize_event(&self) -> Option<(u16, u16)> {
        match *self {
            Event::Resize(columns, rows) => Some((columns, rows)),
            _ => None,
        }
    }
}
