//! Which key it is.

use crate::macros::is_variant;

/// A key.
///
/// `CapsLock` and everything below it is reported only where
/// [`KeyboardEnhancementFlags`](super::KeyboardEnhancementFlags) were pushed.
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(Debug, PartialOrd, PartialEq, Eq, Clone, Copy, Hash)]
pub enum KeyCode {
    /// Backspace.
    Backspace,
    /// Enter, or Return.
    Enter,
    /// The arrow to the left.
    Left,
    /// The arrow to the right.
    Right,
    /// The arrow up.
    Up,
    /// The arrow down.
    Down,
    /// Home.
    Home,
    /// End.
    End,
    /// Page Up.
    PageUp,
    /// Page Down.
    PageDown,
    /// Tab.
    Tab,
    /// Tab with Shift.
    BackTab,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// A function key, by its number.
    F(u8),
    /// A key that types a character; an upper-case one comes with Shift.
    Char(char),
    /// What terminals send for Ctrl with Space.
    Null,
    /// Escape.
    Esc,
    /// Caps Lock.
    CapsLock,
    /// Scroll Lock.
    ScrollLock,
    /// Num Lock.
    NumLock,
    /// Print Screen.
    PrintScreen,
    /// Pause.
    Pause,
    /// Menu.
    Menu,
    /// The middle of the keypad, Begin.
    KeypadBegin,
    /// A key for music or video.
    Media(MediaKeyCode),
    /// A key that is held with others, on its own.
    Modifier(ModifierKeyCode),
}

is_variant! { KeyCode:
    is_backspace Backspace, is_enter Enter, is_left Left, is_right Right, is_up Up, is_down Down,
    is_home Home, is_end End, is_page_up PageUp, is_page_down PageDown, is_tab Tab,
    is_back_tab BackTab, is_delete Delete, is_insert Insert, is_null Null, is_esc Esc,
    is_caps_lock CapsLock, is_scroll_lock ScrollLock, is_num_lock NumLock,
    is_print_screen PrintScreen, is_pause Pause, is_menu Menu, is_keypad_begin KeypadBegin,
}

impl KeyCode {
    /// Returns whether this is the function key with that number.
    pub fn is_function_key(&self, n: u8) -> bool {
        *self == KeyCode::F(n)
    }

    /// Returns whether this key types that character.
    pub fn is_char(&self, c: char) -> bool {
        *self == KeyCode::Char(c)
    }

    /// Returns the character that this key types.
    pub fn as_char(&self) -> Option<char> {
        match *self {
            KeyCode::Char(character) => Some(character),
            _ => None,
        }
    }

    /// Returns whether this is that key for music or video.
    pub fn is_media_key(&self, media: MediaKeyCode) -> bool {
        *self == KeyCode::Media(media)
    }

    /// Returns whether this is that key that is held with others.
    pub fn is_modifier(&self, modifier: ModifierKeyCode) -> bool {
        *self == KeyCode::Modifier(modifier)
    }
}

/// A key for music or video.
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(Debug, PartialOrd, PartialEq, Eq, Clone, Copy, Hash)]
pub enum MediaKeyCode {
    /// Play.
    Play,
    /// Pause.
    Pause,
    /// Play or pause.
    PlayPause,
    /// Play backwards.
    Reverse,
    /// Stop.
    Stop,
    /// Fast forward.
    FastForward,
    /// Rewind.
    Rewind,
    /// The next track.
    TrackNext,
    /// The previous track.
    TrackPrevious,
    /// Record.
    Record,
    /// Lower the volume.
    LowerVolume,
    /// Raise the volume.
    RaiseVolume,
    /// Mute.
    MuteVolume,
}

/// A key that is held with others.
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(Debug, PartialOrd, PartialEq, Eq, Clone, Copy, Hash)]
pub enum ModifierKeyCode {
    /// The left Shift key.
    LeftShift,
    /// The left Control key.
    LeftControl,
    /// The left Alt or Option key.
    LeftAlt,
    /// The left Super, Windows or Command key.
    LeftSuper,
    /// The left Hyper key.
    LeftHyper,
    /// The left Meta key.
    LeftMeta,
    /// The right Shift key.
    RightShift,
    /// The right Control key.
    RightControl,
    /// The right Alt or Option key.
    RightAlt,
    /// The right Super, Windows or Command key.
    RightSuper,
    /// The right Hyper key.
    RightHyper,
    /// The right Meta key.
    RightMeta,
    /// ISO level 3 shift, AltGr.
    IsoLevel3Shift,
    /// ISO level 5 shift.
    IsoLevel5Shift,
}
