//! Keys of consoles that number them, or give each a letter of its own: those of SCO, Sun, AIX and
//! what others took over from them.
//!
//! The numbers collide with nothing. Of the letters most mean something else elsewhere, so those
//! need the terminal's name.

use super::params::{Csi, Held, modifiers};
use super::settings::Terminal;
use crate::event::{KeyCode, KeyKind, Modifiers};

const NONE: Modifiers = Modifiers::empty();

/// The key of a letter right after CSI that is the same in every terminal that sends it.
pub(super) fn letter(last: u8) -> Option<KeyCode> {
    match last {
        b'L' | b'N' | b'W' | b'X' => sco(last),
        _ => None,
    }
}

impl Terminal {
    /// The key of a letter right after CSI that is another one elsewhere.
    pub(super) fn letter(self, last: u8) -> Option<KeyCode> {
        match self {
            Terminal::Sco => sco(last),
            Terminal::At386 => at386(last),
            Terminal::Any | Terminal::Linux | Terminal::Konsole => None,
        }
    }
}

/// scoansi, and the console of FreeBSD before it became an xterm. `v` to `{` are F36 to F48.
fn sco(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'G' => KeyCode::PageDown,
        b'I' => KeyCode::PageUp,
        b'L' => KeyCode::Insert,
        b'M'..=b'Y' => KeyCode::F(last - b'M' + 1),
        // `Z`, which would be F14, is Shift+Tab there, too.
        b'a'..=b'u' => KeyCode::F(last - b'a' + 15),
        _ => return None,
    })
}

/// The consoles of System V on a PC, of Minix and of Mach.
fn at386(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'@' => KeyCode::Insert,
        b'P' => KeyCode::Delete,
        b'U' => KeyCode::PageDown,
        b'V' => KeyCode::PageUp,
        b'Y' => KeyCode::End,
        _ => return None,
    })
}

impl Csi {
    /// The key of `number q` (AIX, IRIX) or of `number z` (Sun, and xterm as a Sun), with modifiers.
    pub(super) fn numbered_key(&self, last: u8) -> Option<(KeyCode, Held)> {
        let (code, held) = match (last, self.params(), self.colons) {
            (b'q', &[number], 0) => aix(number)?,
            (b'z', &[number], 0) => (sun(number)?, NONE),
            (b'z', &[number, held], 0) => (sun(number)?, modifiers(held)?),
            _ => return None,
        };
        Some((code, (held, KeyKind::Press)))
    }
}

fn aix(number: u32) -> Option<(KeyCode, Modifiers)> {
    // The keys of the editing block have three numbers more, with Shift, Ctrl and Alt.
    let with = |code: KeyCode, plain: u32| {
        let held = [NONE, Modifiers::SHIFT, Modifiers::CTRL, Modifiers::ALT];
        held.get((number - plain) as usize)
            .map(|held| (code, *held))
    };
    match number {
        1..=35 => Some((KeyCode::F(number as u8), NONE)),
        139 => with(KeyCode::Insert, 139),
        // Without modifiers these are letters, as everywhere.
        143..=145 => with(KeyCode::Home, 142),
        146..=149 => with(KeyCode::End, 146),
        150..=153 => with(KeyCode::PageUp, 150),
        154..=157 => with(KeyCode::PageDown, 154),
        158..=160 => with(KeyCode::Left, 157),
        161..=163 => with(KeyCode::Up, 160),
        164..=166 => with(KeyCode::Down, 163),
        167..=169 => with(KeyCode::Right, 166),
        _ => None,
    }
}

/// A block of keys right of the main one counts as F21 to F35, but for the cursor keys in it.
fn sun(number: u32) -> Option<KeyCode> {
    Some(match number {
        2 | 247 => KeyCode::Insert,
        3 => KeyCode::Delete,
        214 => KeyCode::Home,
        216 => KeyCode::PageUp,
        218 => KeyCode::Begin,
        220 => KeyCode::End,
        222 => KeyCode::PageDown,
        192..=201 => KeyCode::F((number - 192 + 11) as u8),
        208..=221 => KeyCode::F((number - 208 + 21) as u8),
        224..=235 => KeyCode::F((number - 224 + 1) as u8),
        _ => return None,
    })
}
