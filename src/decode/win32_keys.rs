//! The keys of Windows: virtual-key codes and scan codes.
//!
//! Sources: "Virtual-Key Codes" in Microsoft's documentation (winuser.h), and the set 1 scan codes
//! of a PC-101 keyboard.

use crate::event::KeyCode;

/// `VK_MENU`: Alt. Its release carries the character of an Alt+number.
pub(super) const MENU: u32 = 0x12;

/// The scan code of the right Shift key, which is not marked as an enhanced one.
const RIGHT_SHIFT: u32 = 0x36;

/// The key of a virtual-key code that is not one of a character. `enhanced` tells the cursor block
/// from the keypad, and right from left; a record without a scan code was made by a program, which
/// means the cursor block.
pub(super) const fn named(virtual_key: u32, scan: u32, enhanced: bool) -> Option<KeyCode> {
    use KeyCode::*;
    let keypad = !enhanced && scan != 0;
    Some(match virtual_key {
        // Ctrl+Pause is VK_CANCEL.
        0x03 | 0x13 => Pause,
        0x08 => Backspace,
        0x09 => Tab,
        0x0c => KpBegin,
        0x0d => either(enhanced, KpEnter, Enter),
        0x10 => either(scan == RIGHT_SHIFT, RightShift, LeftShift),
        0x11 => either(enhanced, RightControl, LeftControl),
        MENU => either(enhanced, RightAlt, LeftAlt),
        0x14 => CapsLock,
        0x1b => Escape,
        0x21 => either(keypad, KpPageUp, PageUp),
        0x22 => either(keypad, KpPageDown, PageDown),
        0x23 => either(keypad, KpEnd, End),
        0x24 => either(keypad, KpHome, Home),
        0x25 => either(keypad, KpLeft, Left),
        0x26 => either(keypad, KpUp, Up),
        0x27 => either(keypad, KpRight, Right),
        0x28 => either(keypad, KpDown, Down),
        0x2a | 0x2c => PrintScreen,
        0x2d => either(keypad, KpInsert, Insert),
        0x2e => either(keypad, KpDelete, Delete),
        0x5b => LeftSuper,
        0x5c => RightSuper,
        0x5d => Menu,
        0x60 => Kp0,
        0x61 => Kp1,
        0x62 => Kp2,
        0x63 => Kp3,
        0x64 => Kp4,
        0x65 => Kp5,
        0x66 => Kp6,
        0x67 => Kp7,
        0x68 => Kp8,
        0x69 => Kp9,
        0x6a => KpMultiply,
        0x6b => KpAdd,
        0x6c => KpSeparator,
        0x6d => KpSubtract,
        0x6e => KpDecimal,
        0x6f => KpDivide,
        0x70..=0x87 => F((virtual_key - 0x70 + 1) as u8),
        0x90 => NumLock,
        0x91 => ScrollLock,
        0xa0 => LeftShift,
        0xa1 => RightShift,
        0xa2 => LeftControl,
        0xa3 => RightControl,
        0xa4 => LeftAlt,
        0xa5 => RightAlt,
        0xad => MuteVolume,
        0xae => LowerVolume,
        0xaf => RaiseVolume,
        0xb0 => MediaTrackNext,
        0xb1 => MediaTrackPrevious,
        0xb2 => MediaStop,
        0xb3 => MediaPlayPause,
        0xfa => MediaPlay,
        _ => return None,
    })
}

const fn either(first: bool, one: KeyCode, other: KeyCode) -> KeyCode {
    if first { one } else { other }
}

/// What a key of a character gives by itself and with Shift on the keyboard of the United States.
pub(super) const fn character(virtual_key: u32) -> Option<(char, char)> {
    const SHIFTED_DIGITS: [u8; 10] = *b")!@#$%^&*(";
    Some(match virtual_key {
        0x20 => (' ', ' '),
        0x30..=0x39 => (
            virtual_key as u8 as char,
            SHIFTED_DIGITS[virtual_key as usize - 0x30] as char,
        ),
        0x41..=0x5a => (
            (virtual_key as u8 | 0x20) as char,
            virtual_key as u8 as char,
        ),
        0xba => (';', ':'),
        0xbb => ('=', '+'),
        0xbc => (',', '<'),
        0xbd => ('-', '_'),
        0xbe => ('.', '>'),
        0xbf => ('/', '?'),
        0xc0 => ('`', '~'),
        0xdb => ('[', '{'),
        0xdc | 0xe2 => ('\\', '|'),
        0xdd => (']', '}'),
        0xde => ('\'', '"'),
        _ => return None,
    })
}

/// The character at a place on a PC-101 keyboard.
pub(super) const fn place(scan: u32) -> Option<char> {
    let (first, row) = match scan {
        0x02..=0x0d => (0x02, b"1234567890-=" as &[u8]),
        0x10..=0x1b => (0x10, b"qwertyuiop[]" as &[u8]),
        0x1e..=0x29 => (0x1e, b"asdfghjkl;'`" as &[u8]),
        0x2b..=0x35 => (0x2b, b"\\zxcvbnm,./" as &[u8]),
        _ => return None,
    };
    Some(row[(scan - first) as usize] as char)
}
