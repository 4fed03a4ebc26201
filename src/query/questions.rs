//! The built-in questions, and how their answers are read.
//!
//! The forms are those of xterm's control sequences ("ctlseqs"), the kitty keyboard protocol and
//! the color-scheme and in-band notes.

use super::Question;
use crate::event::{Color, Reply};
use crate::terminal::Keyboard;

/// Where the cursor is (CPR, `CSI 6 n`): column and row, each from 0 at the top left, as
/// [`Mouse`](crate::Mouse) counts them.
pub const CURSOR_POSITION: Question<(u16, u16)> = Question::plain(b"\x1b[6n", |reply| {
    let cell = |number: u32| u16::try_from(number.saturating_sub(1)).unwrap_or(u16::MAX);
    match *reply {
        Reply::CursorPosition {
            row,
            column,
            private: false,
            ..
        } => Some((cell(column), cell(row))),
        _ => None,
    }
})
.expects_cursor_position();

/// Whether the color scheme is a dark one (`CSI ? 996 n`).
pub const COLOR_SCHEME: Question<bool> = Question::plain(b"\x1b[?996n", |reply| match *reply {
    Reply::ColorScheme { dark } => Some(dark),
    _ => None,
});

/// What the terminal is compatible with, and its extensions (DA1, `CSI c`): the numbers as sent.
// Nothing is sent, since the fence behind every question is this one.
pub const PRIMARY_ATTRIBUTES: Question<Vec<u32>> = Question::plain(b"", |reply| match reply {
    Reply::PrimaryAttributes(params) => Some(params.to_vec()),
    _ => None,
});

/// Terminal type, version and a third number (DA2, `CSI > c`): the numbers as sent.
pub const SECONDARY_ATTRIBUTES: Question<Vec<u32>> =
    Question::plain(b"\x1b[>c", |reply| match reply {
        Reply::SecondaryAttributes(params) => Some(params.to_vec()),
        _ => None,
    });

/// Name and version of the terminal (XTVERSION, `CSI > q`).
pub const VERSION: Question<String> = Question::plain(b"\x1b[>q", |reply| match reply {
    Reply::Version(name) => Some(String::from_utf8_lossy(name).into_owned()),
    _ => None,
});

/// The flags of the kitty keyboard protocol that are in force (`CSI ? u`).
pub const KEYBOARD_FLAGS: Question<Keyboard> = Question::plain(b"\x1b[?u", |reply| match *reply {
    Reply::KeyboardFlags(flags) => Some(Keyboard::from_bits_truncate(flags as u8)),
    _ => None,
});

/// The size of the text area in character cells (`CSI 18 t`): columns and rows.
pub const TEXT_AREA_SIZE: Question<(u16, u16)> = Question::plain(b"\x1b[18t", |reply| {
    let Reply::Window(params) = reply else {
        return None;
    };
    match params[..] {
        [8, rows, columns] => Some((columns.try_into().ok()?, rows.try_into().ok()?)),
        _ => None,
    }
});

/// The size of a character cell in pixels (`CSI 16 t`): width and height.
pub const CELL_SIZE: Question<(u16, u16)> = Question::plain(b"\x1b[16t", |reply| {
    let Reply::Window(params) = reply else {
        return None;
    };
    match params[..] {
        [6, height, width] => Some((width.try_into().ok()?, height.try_into().ok()?)),
        _ => None,
    }
});

/// The size of a character cell in points (iTerm2, OSC 1337): width and height, and how many pixels
/// a point has.
pub const ITERM_CELL_SIZE: Question<(f32, f32, f32)> =
    Question::plain(b"\x1b]1337;ReportCellSize\x1b\\", |reply| {
        let Reply::Iterm { name, value } = reply else {
            return None;
        };
        let value = std::str::from_utf8(value).ok()?;
        let numbers = value
            .split(';')
            .map(str::parse)
            .collect::<Result<Vec<f32>, _>>();
        match numbers.ok()?[..] {
            [height, width] if **name == *b"ReportCellSize" => Some((width, height, 1.0)),
            [height, width, scale] if **name == *b"ReportCellSize" => Some((width, height, scale)),
            _ => None,
        }
    });

/// The title of the window (`CSI 21 t`): whatever a program has set. Many terminals answer with an
/// empty one, or not at all.
pub const TITLE: Question<String> = Question::plain(b"\x1b[21t", |reply| match reply {
    Reply::Title { icon: false, text } => Some(String::from_utf8_lossy(text).into_owned()),
    _ => None,
});

/// The shape of the pointer (`OSC 22`), as a name of CSS, such as `text`; empty for the default.
pub const POINTER_SHAPE: Question<String> =
    Question::plain(b"\x1b]22;?__current__\x1b\\", |reply| match reply {
        Reply::PointerShape(name) => Some(String::from_utf8_lossy(name).into_owned()),
        _ => None,
    });

/// What xterm's modifyOtherKeys is set to (XTQMODKEYS, `CSI ? 4 m`).
pub const MODIFY_OTHER_KEYS: Question<u32> = Question::plain(b"\x1b[?4m", |reply| match *reply {
    Reply::KeyModifiers { resource: 4, value } => Some(value),
    _ => None,
});

/// Which kinds of kitty's multiple cursors there are (`CSI > SP q`): the numbers of the shapes and
/// operations.
pub const CURSORS: Question<Vec<u32>> = Question::plain(b"\x1b[> q", |reply| match reply {
    Reply::Cursors(list) => {
        let list = std::str::from_utf8(list).ok()?;
        let numbers = list.split(';').filter(|number| !number.is_empty());
        numbers.map(|number| number.parse().ok()).collect()
    }
    _ => None,
});

/// How many colors sixel graphics can have (XTSMGRAPHICS, `CSI ? 1 ; 1 ; 0 S`).
pub const SIXEL_COLORS: Question<u32> = Question::plain(b"\x1b[?1;1;0S", |reply| match reply {
    Reply::GraphicsAttribute(params) => match params[..] {
        [1, 0, colors] => Some(colors),
        _ => None,
    },
    _ => None,
});

/// What kitty's desktop notifications can do (OSC 99): pairs such as `p=title,body`.
pub const NOTIFICATIONS: Question<Vec<u8>> =
    Question::plain(b"\x1b]99;i=ttyring:p=?;\x1b\\", |reply| match reply {
        Reply::Notification { metadata, payload } => {
            let mut pairs = metadata.split(|&byte| byte == b':');
            pairs.any(|pair| pair == b"p=?").then(|| payload.to_vec())
        }
        _ => None,
    });

/// Asks for a color (OSC 4, 5 or 10 to 19; OSC 21 for those that only kitty has). The answer is
/// red, green and blue, 16 bits each.
pub fn color(wanted: Color) -> Question<[u16; 3]> {
    // The terminal answers with the terminator of the question: ST is the standard's.
    let request = format!("\x1b]{}?\x1b\\", wanted.osc());
    Question::new(request, move |reply| {
        let (_, rgb) = reply.colors().find(|(color, _)| *color == wanted)?;
        rgb
    })
}

/// The state of a mode (DECRPM).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ModeState {
    /// The terminal does not know this mode.
    Unknown,
    /// It is on, and can be switched off.
    Set,
    /// It is off, and can be switched on.
    Reset,
    /// It is always on.
    PermanentlySet,
    /// It is always off.
    PermanentlyReset,
}

impl ModeState {
    /// Returns whether the mode is on, or can be switched on.
    pub(crate) fn is_available(self) -> bool {
        matches!(
            self,
            ModeState::Set | ModeState::Reset | ModeState::PermanentlySet
        )
    }
}

/// Asks for the state of a DEC private mode (DECRQM, `CSI ? mode $ p`).
pub fn private_mode(number: u16) -> Question<ModeState> {
    Question::new(format!("\x1b[?{number}$p"), move |reply| match *reply {
        Reply::Mode {
            private: true,
            mode,
            value,
        } if mode == u32::from(number) => Some(match value {
            1 => ModeState::Set,
            2 => ModeState::Reset,
            3 => ModeState::PermanentlySet,
            4 => ModeState::PermanentlyReset,
            _ => ModeState::Unknown,
        }),
        _ => None,
    })
}

/// Asks for a capability by its terminfo or termcap name, for example `Co` or `RGB` (XTGETTCAP,
/// `DCS + q … ST`). The answer is its value, empty for a flag, or `None` where the terminal says
/// that it has no such capability.
pub fn termcap(name: &str) -> Question<Option<Vec<u8>>> {
    let digits: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    let name = name.as_bytes().to_vec();
    Question::new(format!("\x1bP+q{digits}\x1b\\"), move |reply| {
        let Reply::Termcap { ok, pairs } = reply else {
            return None;
        };
        match reply.capabilities().find(|(entry, _)| *entry == name) {
            Some((_, value)) => Some(ok.then_some(value)),
            // A refusal does not always say of what.
            None if !ok && pairs.is_empty() => Some(None),
            None => None,
        }
    })
}

/// Asks for a setting by the end of the sequence that sets it, for example `m` or ` q` (DECRQSS,
/// `DCS $ q … ST`). The answer is that sequence without its introducer, such as `0;1m`, or `None`
/// where the terminal says that it has no such setting.
pub fn status_string(setting: &str) -> Question<Option<Vec<u8>>> {
    let end = setting.as_bytes().to_vec();
    Question::new(
        format!("\x1bP$q{setting}\x1b\\"),
        move |reply| match reply {
            Reply::StatusString { ok: true, value } if value.ends_with(&end) => {
                Some(Some(value.to_vec()))
            }
            Reply::StatusString { ok: false, .. } => Some(None),
            _ => None,
        },
    )
}

/// Asks for the text of a selection (OSC 52): `c` is the clipboard, `p` what is selected with the
/// mouse. Any program may have put it there, so do not trust it.
///
/// Many terminals refuse, or ask the user first, so allow enough time.
pub fn clipboard(selection: char) -> Question<Vec<u8>> {
    Question::new(
        format!("\x1b]52;{selection};?\x1b\\"),
        |reply| match reply {
            Reply::Clipboard { .. } => reply.data(),
            _ => None,
        },
    )
}
