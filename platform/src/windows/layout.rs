//! The numbers of `windows/abi.rs` are those of the headers, by `windows-sys`: a difference does
//! not compile.

use windows_sys::Win32::Foundation as foundation;
use windows_sys::Win32::System::Console as console;
use windows_sys::Win32::UI::Input::KeyboardAndMouse as keyboard;

use crate::windows::abi::{Code, input, key, mouse, output, state};

macro_rules! same {
    ($($ours:expr => $theirs:expr),* $(,)?) => {
        $(const _: () = assert!($ours as u64 == $theirs as u64, stringify!($theirs));)*
    };
}

same! {
    Code::FILE_NOT_FOUND.0 => foundation::ERROR_FILE_NOT_FOUND,
    Code::ACCESS_DENIED.0 => foundation::ERROR_ACCESS_DENIED,
    Code::INVALID_HANDLE.0 => foundation::ERROR_INVALID_HANDLE,
    Code::NOT_ENOUGH_MEMORY.0 => foundation::ERROR_NOT_ENOUGH_MEMORY,
    Code::INVALID_PARAMETER.0 => foundation::ERROR_INVALID_PARAMETER,
    Code::BROKEN_PIPE.0 => foundation::ERROR_BROKEN_PIPE,
    Code::NO_DATA.0 => foundation::ERROR_NO_DATA,
    Code::PIPE_NOT_CONNECTED.0 => foundation::ERROR_PIPE_NOT_CONNECTED,
    Code::OPERATION_ABORTED.0 => foundation::ERROR_OPERATION_ABORTED,

    input::PROCESSED => console::ENABLE_PROCESSED_INPUT,
    input::LINE => console::ENABLE_LINE_INPUT,
    input::ECHO => console::ENABLE_ECHO_INPUT,
    input::WINDOW => console::ENABLE_WINDOW_INPUT,
    input::MOUSE => console::ENABLE_MOUSE_INPUT,
    input::INSERT => console::ENABLE_INSERT_MODE,
    input::QUICK_EDIT => console::ENABLE_QUICK_EDIT_MODE,
    input::EXTENDED_FLAGS => console::ENABLE_EXTENDED_FLAGS,
    input::AUTO_POSITION => console::ENABLE_AUTO_POSITION,
    input::VIRTUAL_TERMINAL => console::ENABLE_VIRTUAL_TERMINAL_INPUT,

    output::PROCESSED => console::ENABLE_PROCESSED_OUTPUT,
    output::WRAP_AT_EOL => console::ENABLE_WRAP_AT_EOL_OUTPUT,
    output::VIRTUAL_TERMINAL => console::ENABLE_VIRTUAL_TERMINAL_PROCESSING,
    output::DISABLE_NEWLINE_AUTO_RETURN => console::DISABLE_NEWLINE_AUTO_RETURN,
    output::LVB_GRID_WORLDWIDE => console::ENABLE_LVB_GRID_WORLDWIDE,

    key::MENU => keyboard::VK_MENU,
    key::TWO => keyboard::VK_2,

    state::RIGHT_ALT => console::RIGHT_ALT_PRESSED,
    state::LEFT_ALT => console::LEFT_ALT_PRESSED,
    state::RIGHT_CTRL => console::RIGHT_CTRL_PRESSED,
    state::LEFT_CTRL => console::LEFT_CTRL_PRESSED,
    state::SHIFT => console::SHIFT_PRESSED,

    mouse::LEFT => console::FROM_LEFT_1ST_BUTTON_PRESSED,
    mouse::RIGHT => console::RIGHTMOST_BUTTON_PRESSED,
    mouse::SECOND_FROM_LEFT => console::FROM_LEFT_2ND_BUTTON_PRESSED,
    mouse::THIRD_FROM_LEFT => console::FROM_LEFT_3RD_BUTTON_PRESSED,
    mouse::FOURTH_FROM_LEFT => console::FROM_LEFT_4TH_BUTTON_PRESSED,
    mouse::MOVED => console::MOUSE_MOVED,
    mouse::DOUBLE_CLICK => console::DOUBLE_CLICK,
    mouse::WHEELED => console::MOUSE_WHEELED,
    mouse::HWHEELED => console::MOUSE_HWHEELED,
}
