//! Which key a final byte or a number stands for: the tables of every form but the kitty protocol's.

use crate::event::{KeyCode, Modifiers};

/// The key of a letter after CSI, with the modifiers that it implies.
#[inline(always)]
pub(super) const fn letter(last: u8) -> Option<(KeyCode, Modifiers)> {
    const NONE: Modifiers = Modifiers::empty();
    Some(match last {
        b'A' => (KeyCode::Up, NONE),
        b'B' => (KeyCode::Down, NONE),
        b'C' => (KeyCode::Right, NONE),
        b'D' => (KeyCode::Left, NONE),
        // The Linux console and Cygwin send `G` for the middle key of the keypad.
        b'E' | b'G' => (KeyCode::Begin, NONE),
        b'F' => (KeyCode::End, NONE),
        b'H' => (KeyCode::Home, NONE),
        // mintty, with modifiers.
        b'I' => (KeyCode::Tab, NONE),
        b'P'..=b'S' => (KeyCode::F(last - b'P' + 1), NONE),
        b'Z' => (KeyCode::Tab, Modifiers::SHIFT),
        _ => return None,
    })
}

/// The key of a letter from `A` to `D`.
#[inline(always)]
pub(super) const fn arrow(last: u8) -> KeyCode {
    const ARROWS: [KeyCode; 4] = [KeyCode::Left, KeyCode::Up, KeyCode::Down, KeyCode::Right];
    ARROWS[(last & 3) as usize]
}

/// The key of a number before `~`.
pub(super) const fn tilde(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(number as u8 - 10),
        17..=21 => KeyCode::F(number as u8 - 11),
        23..=26 => KeyCode::F(number as u8 - 12),
        28..=29 => KeyCode::F(number as u8 - 13),
        // From 35 on, the console of OpenBSD.
        31..=38 => KeyCode::F(number as u8 - 14),
        42..=56 => KeyCode::F(number as u8 - 21),
        57344..=63743 => return KeyCode::from_functional(number),
        _ => return None,
    })
}

/// The key of a letter after SS3: cursor and function keys, the keypad of VT terminals in
/// application mode, and rxvt's arrows with Ctrl.
pub(super) const fn ss3(last: u8) -> Option<(KeyCode, Modifiers)> {
    let code = match last {
        b'A'..=b'H' | b'P'..=b'S' => return letter(last),
        b'a'..=b'd' => return Some((rxvt_arrow(last).0, Modifiers::CTRL)),
        // PuTTY with the keys of a VT100+, and the console of the Hurd: F5 to F11 follow F4. What
        // they send for F9 and F12 means something else elsewhere.
        b'T'..=b'W' | b'Y' | b'Z' => KeyCode::F(last - b'P' + 1),
        b' ' => KeyCode::Char(' '),
        b'I' => KeyCode::Tab,
        // mintty, where a program asked for an Escape key that is told from ESC.
        b'[' => KeyCode::Escape,
        b'M' => KeyCode::KpEnter,
        b'X' => KeyCode::KpEqual,
        b'j' => KeyCode::KpMultiply,
        b'k' => KeyCode::KpAdd,
        b'l' => KeyCode::KpSeparator,
        b'm' => KeyCode::KpSubtract,
        b'n' => KeyCode::KpDecimal,
        b'o' => KeyCode::KpDivide,
        b'p'..=b'y' => return keypad_digit(last - b'p'),
        _ => return None,
    };
    Some((code, Modifiers::empty()))
}

/// The character of a letter that stands for a key of the keypad.
pub(super) const fn symbol(last: u8) -> Option<char> {
    Some(match last {
        b'j' => '*',
        b'k' => '+',
        b'l' => ',',
        b'm' => '-',
        b'n' => '.',
        b'o' => '/',
        b'p'..=b'y' => (last - b'p' + b'0') as char,
        _ => return None,
    })
}

const fn keypad_digit(digit: u8) -> Option<(KeyCode, Modifiers)> {
    match KeyCode::from_functional(57399 + digit as u32) {
        Some(code) => Some((code, Modifiers::empty())),
        None => None,
    }
}

/// The arrow of a small letter, which with CSI means Shift.
pub(super) const fn rxvt_arrow(last: u8) -> (KeyCode, Modifiers) {
    let code = match last {
        b'a' => KeyCode::Up,
        b'b' => KeyCode::Down,
        b'c' => KeyCode::Right,
        _ => KeyCode::Left,
    };
    (code, Modifiers::SHIFT)
}
