//! The numbers of the console API, as its headers define them (`consoleapi.h`, `winerror.h`).
//!
//! `native.rs` proves that they agree with the crate `windows-sys`.

use std::io;

/// An error code (`GetLastError`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(pub u32);

impl Code {
    /// `ERROR_FILE_NOT_FOUND`.
    pub const FILE_NOT_FOUND: Code = Code(2);
    /// `ERROR_ACCESS_DENIED`.
    pub const ACCESS_DENIED: Code = Code(5);
    /// `ERROR_INVALID_HANDLE`: also the answer to opening `CONIN$` without a console.
    pub const INVALID_HANDLE: Code = Code(6);
    /// `ERROR_NOT_ENOUGH_MEMORY`: also a write that is larger than the console takes.
    pub const NOT_ENOUGH_MEMORY: Code = Code(8);
    /// `ERROR_INVALID_PARAMETER`: also a mode that the console does not know.
    pub const INVALID_PARAMETER: Code = Code(87);
    /// `ERROR_BROKEN_PIPE`.
    pub const BROKEN_PIPE: Code = Code(109);
    /// `ERROR_NO_DATA`.
    pub const NO_DATA: Code = Code(232);
    /// `ERROR_PIPE_NOT_CONNECTED`.
    pub const PIPE_NOT_CONNECTED: Code = Code(233);
    /// `ERROR_OPERATION_ABORTED`: Ctrl-C ended a read of a line.
    pub const OPERATION_ABORTED: Code = Code(995);

    /// Returns whether a call failed because the console is gone.
    pub fn is_gone(self) -> bool {
        matches!(
            self,
            Code::INVALID_HANDLE | Code::BROKEN_PIPE | Code::NO_DATA | Code::PIPE_NOT_CONNECTED
        )
    }
}

impl From<Code> for io::Error {
    fn from(code: Code) -> Self {
        io::Error::from_raw_os_error(code.0 as i32)
    }
}

/// Input modes (`SetConsoleMode` on `CONIN$`).
pub mod input {
    #![allow(missing_docs, reason = "the constants have the names of consoleapi.h")]
    pub const PROCESSED: u32 = 0x1;
    pub const LINE: u32 = 0x2;
    pub const ECHO: u32 = 0x4;
    pub const WINDOW: u32 = 0x8;
    pub const MOUSE: u32 = 0x10;
    pub const INSERT: u32 = 0x20;
    pub const QUICK_EDIT: u32 = 0x40;
    /// Whether [`INSERT`] and [`QUICK_EDIT`] are set by this mode at all.
    pub const EXTENDED_FLAGS: u32 = 0x80;
    pub const AUTO_POSITION: u32 = 0x100;
    pub const VIRTUAL_TERMINAL: u32 = 0x200;
}

/// Output modes (`SetConsoleMode` on `CONOUT$`).
pub mod output {
    #![allow(missing_docs, reason = "the constants have the names of consoleapi.h")]
    pub const PROCESSED: u32 = 0x1;
    pub const WRAP_AT_EOL: u32 = 0x2;
    pub const VIRTUAL_TERMINAL: u32 = 0x4;
    pub const DISABLE_NEWLINE_AUTO_RETURN: u32 = 0x8;
    pub const LVB_GRID_WORLDWIDE: u32 = 0x10;
}

/// Virtual keys that are special here (`winuser.h`).
pub mod key {
    #![allow(missing_docs, reason = "the constants have the names of winuser.h")]
    pub const MENU: u16 = 0x12;
    /// The key that a console types a NUL with: Ctrl with this one.
    pub const TWO: u16 = 0x32;
}

/// Bits of the control-key state (`KEY_EVENT_RECORD`, `MOUSE_EVENT_RECORD`).
pub mod state {
    #![allow(missing_docs, reason = "the constants have the names of consoleapi.h")]
    pub const RIGHT_ALT: u32 = 0x1;
    pub const LEFT_ALT: u32 = 0x2;
    pub const RIGHT_CTRL: u32 = 0x4;
    pub const LEFT_CTRL: u32 = 0x8;
    pub const SHIFT: u32 = 0x10;
}

/// Buttons and flags of a mouse record (`MOUSE_EVENT_RECORD`).
pub mod mouse {
    #![allow(missing_docs, reason = "the constants have the names of consoleapi.h")]
    pub const LEFT: u32 = 0x1;
    pub const RIGHT: u32 = 0x2;
    pub const SECOND_FROM_LEFT: u32 = 0x4;
    pub const THIRD_FROM_LEFT: u32 = 0x8;
    pub const FOURTH_FROM_LEFT: u32 = 0x10;

    pub const MOVED: u32 = 0x1;
    pub const DOUBLE_CLICK: u32 = 0x2;
    pub const WHEELED: u32 = 0x4;
    pub const HWHEELED: u32 = 0x8;

    /// One notch of a wheel (`WHEEL_DELTA`).
    pub const NOTCH: i32 = 120;
}
