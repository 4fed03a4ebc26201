//! A mouse event, whichever encoding it came in.

use super::Modifiers;

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum MouseKind {
    /// A button went down.
    Press,
    /// A button came up.
    Release,
    /// The mouse moved with a button held.
    Drag,
    /// The mouse moved with no button held.
    Move,
    /// The wheel turned away from the user.
    ScrollUp,
    /// The wheel turned towards the user.
    ScrollDown,
    /// The wheel was tilted to the left.
    ScrollLeft,
    /// The wheel was tilted to the right.
    ScrollRight,
}

/// Which button of the mouse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum MouseButton {
    /// No button: a move or a scroll, or a release in an encoding that does not name the button.
    #[default]
    None,
    /// Button 1.
    Left,
    /// Button 2.
    Middle,
    /// Button 3.
    Right,
    /// Button 8.
    Back,
    /// Button 9.
    Forward,
    /// Button 10.
    Button10,
    /// Button 11.
    Button11,
}

/// A mouse event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Mouse {
    /// What the mouse did.
    pub kind: MouseKind,
    /// Which button did it.
    pub button: MouseButton,
    /// Column, from 0 at the left; in pixels if `pixels` is set.
    pub x: u16,
    /// Row, from 0 at the top; in pixels if `pixels` is set.
    pub y: u16,
    /// The modifiers that were held: Shift, Alt and Ctrl at most.
    pub modifiers: Modifiers,
    /// The place is in pixels (mode 1016), not in cells.
    pub pixels: bool,
}

impl Mouse {
    /// Makes a mouse event at a cell with nothing held.
    #[inline]
    pub const fn new(kind: MouseKind, button: MouseButton, x: u16, y: u16) -> Mouse {
        Mouse {
            kind,
            button,
            x,
            y,
            modifiers: Modifiers::empty(),
            pixels: false,
        }
    }
}
