//! What the mouse does.

use super::KeyModifiers;
use crate::macros::is_variant;

/// Something that the mouse does.
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(Debug, PartialOrd, PartialEq, Eq, Clone, Copy, Hash)]
pub struct MouseEvent {
    /// What it does.
    pub kind: MouseEventKind,
    /// The column where it does so, from zero.
    pub column: u16,
    /// The row where it does so, from zero.
    pub row: u16,
    /// The keys that are held meanwhile.
    pub modifiers: KeyModifiers,
}

/// What the mouse does.
///
/// Some terminals do not say which button is released, or held while it moves; it is `Left` then.
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(Debug, PartialOrd, PartialEq, Eq, Clone, Copy, Hash)]
pub enum MouseEventKind {
    /// A button is pressed.
    Down(MouseButton),
    /// A button is released.
    Up(MouseButton),
    /// The mouse moves while a button is held.
    Drag(MouseButton),
    /// The mouse moves.
    Moved,
    /// The wheel turns down.
    ScrollDown,
    /// The wheel turns up.
    ScrollUp,
    /// The wheel goes to the left.
    ScrollLeft,
    /// The wheel goes to the right.
    ScrollRight,
}

is_variant! { MouseEventKind:
    is_down Down, is_up Up, is_drag Drag, is_moved Moved, is_scroll_down ScrollDown,
    is_scroll_up ScrollUp, is_scroll_left ScrollLeft, is_scroll_right ScrollRight,
}

/// A button of the mouse.
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(Debug, PartialOrd, PartialEq, Eq, Clone, Copy, Hash)]
pub enum MouseButton {
    /// The left one.
    Left,
    /// The right one.
    Right,
    /// The middle one, or the wheel.
    Middle,
}

is_variant!(MouseButton: is_left Left, is_right Right, is_middle Middle);
