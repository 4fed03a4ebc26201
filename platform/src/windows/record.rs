//! What a console reports: one `INPUT_RECORD` at a time.

/// One input record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// A key was pressed or released, or a character of a VT sequence arrived.
    Key(KeyRecord),
    /// The mouse was moved or used.
    Mouse(MouseRecord),
    /// The window got the focus, or lost it.
    Focus(bool),
    /// The screen buffer has another size. The window may have another size, too.
    Resize,
    /// Something that is no input (`MENU_EVENT`, for example).
    Other,
}

/// A `KEY_EVENT_RECORD`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyRecord {
    /// Whether the key went down.
    pub down: bool,
    /// How often the press is repeated; never zero where it is real.
    pub repeat: u16,
    /// The virtual key; zero for a character that no key stands for.
    pub key: u16,
    /// The scan code of the key.
    pub scan: u16,
    /// The UTF-16 unit that the key types; zero for none.
    pub unit: u16,
    /// The control-key state, bits of [`abi::state`](super::abi::state) and others.
    pub state: u32,
}

impl KeyRecord {
    /// Returns whether the record is one unit of text or of a VT sequence, and not a key.
    ///
    /// A console with `ENABLE_VIRTUAL_TERMINAL_INPUT` delivers everything so: key 0, scan code 0
    /// (`InputBuffer::_writeString` of Windows Terminal's `src/host/inputBuffer.cpp`). Wine does
    /// the same with characters that the keyboard layout has no key for.
    pub fn is_text(&self) -> bool {
        self.key == 0 && self.unit != 0
    }
}

/// A `MOUSE_EVENT_RECORD`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MouseRecord {
    /// Column in the screen buffer.
    pub column: i16,
    /// Row in the screen buffer.
    pub row: i16,
    /// The buttons that are down, bits of [`abi::mouse`](super::abi::mouse); the upper half is the
    /// turn of a wheel.
    pub buttons: u32,
    /// The control-key state.
    pub state: u32,
    /// What happened, bits of [`abi::mouse`](super::abi::mouse); none for a button.
    pub flags: u32,
}

/// The visible part of the screen buffer, all edges inclusive (`SMALL_RECT`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// First column.
    pub left: i16,
    /// First row.
    pub top: i16,
    /// Last column.
    pub right: i16,
    /// Last row.
    pub bottom: i16,
}
