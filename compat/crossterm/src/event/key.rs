//! Keys: which one, what was held with it, and what happened to it.

use std::hash::{Hash, Hasher};

use bitflags::bitflags;

use super::KeyCode;
use crate::macros::is_variant;

bitflags! {
    /// What was held with a key.
    ///
    /// Terminals report `SUPER`, `HYPER` and `META` only where
    /// [`KeyboardEnhancementFlags`](super::KeyboardEnhancementFlags) were pushed.
    #[cfg_attr(
        feature = "serde",
        derive(serde::Serialize, serde::Deserialize),
        serde(transparent)
    )]
    #[derive(Debug, PartialOrd, PartialEq, Eq, Clone, Copy, Hash)]
    pub struct KeyModifiers: u8 {
        /// Shift.
        const SHIFT = 1;
        /// Control.
        const CONTROL = 1 << 1;
        /// Alt, or Option.
        const ALT = 1 << 2;
        /// Super, Windows or Command.
        const SUPER = 1 << 3;
        /// Hyper.
        const HYPER = 1 << 4;
        /// Meta.
        const META = 1 << 5;
        /// Nothing.
        const NONE = 0;
    }
}

bitflags! {
    /// What else is known of a key, where the terminal reports keys as escape codes.
    #[cfg_attr(
        feature = "serde",
        derive(serde::Serialize, serde::Deserialize),
        serde(transparent)
    )]
    #[derive(Debug, PartialOrd, PartialEq, Eq, Clone, Copy, Hash)]
    pub struct KeyEventState: u8 {
        /// It is a key of the keypad.
        const KEYPAD = 1;
        /// Caps Lock is on.
        const CAPS_LOCK = 1 << 1;
        /// Num Lock is on.
        const NUM_LOCK = 1 << 2;
        /// Nothing.
        const NONE = 0;
    }
}

/// What happened to a key. Repeats and releases come only where
/// [`REPORT_EVENT_TYPES`](super::KeyboardEnhancementFlags::REPORT_EVENT_TYPES) was pushed.
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(Debug, PartialOrd, PartialEq, Eq, Clone, Copy, Hash)]
pub enum KeyEventKind {
    /// It was pressed.
    Press,
    /// It is held.
    Repeat,
    /// It was released.
    Release,
}

is_variant!(KeyEventKind: is_press Press, is_repeat Repeat, is_release Release);

/// A key.
///
/// Two keys are equal, also if one is a lower-case letter with Shift and the other the upper-case
/// letter.
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(Debug, PartialOrd, Clone, Copy)]
pub struct KeyEvent {
    /// The key.
    pub code: KeyCode,
    /// What was held with it.
    pub modifiers: KeyModifiers,
    /// What happened to it.
    pub kind: KeyEventKind,
    /// What else is known of it.
    pub state: KeyEventState,
}

impl KeyEvent {
    /// Makes a key that is pressed.
    pub const fn new(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
        Self::new_with_kind(code, modifiers, KeyEventKind::Press)
    }

    /// Makes a key to which something happens.
    pub const fn new_with_kind(
        code: KeyCode,
        modifiers: KeyModifiers,
        kind: KeyEventKind,
    ) -> KeyEvent {
        let state = KeyEventState::empty();
        Self::new_with_kind_and_state(code, modifiers, kind, state)
    }

    /// Makes a key of which everything is said.
    pub const fn new_with_kind_and_state(
        code: KeyCode,
        modifiers: KeyModifiers,
        kind: KeyEventKind,
        state: KeyEventState,
    ) -> KeyEvent {
        KeyEvent {
            code,
            modifiers,
            kind,
            state,
        }
    }

    /// Returns whether the key was pressed.
    pub fn is_press(&self) -> bool {
        self.kind.is_press()
    }

    /// Returns whether the key was released.
    pub fn is_release(&self) -> bool {
        self.kind.is_release()
    }

    /// Returns whether the key is held.
    pub fn is_repeat(&self) -> bool {
        self.kind.is_repeat()
    }

    /// What is compared: of a Latin letter with Shift the upper-case form, with Shift in any case.
    fn normalized(&self) -> (KeyCode, KeyModifiers, KeyEventKind, KeyEventState) {
        let (mut code, mut modifiers) = (self.code, self.modifiers);
        if let KeyCode::Char(letter) = code {
            if letter.is_ascii_uppercase() {
                modifiers |= KeyModifiers::SHIFT;
            } else if modifiers.contains(KeyModifiers::SHIFT) {
                code = KeyCode::Char(letter.to_ascii_uppercase());
            }
        }
        (code, modifiers, self.kind, self.state)
    }
}

impl From<KeyCode> for KeyEvent {
    fn from(code: KeyCode) -> Self {
        KeyEvent::new(code, KeyModifiers::empty())
    }
}

impl PartialEq for KeyEvent {
    fn eq(&self, other: &KeyEvent) -> bool {
        self.normalized() == other.normalized()
    }
}

impl Eq for KeyEvent {}

impl Hash for KeyEvent {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normalized().hash(state);
    }
}
