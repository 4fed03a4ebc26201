//! What a terminal answers to questions, and what it reports unasked in the same forms.
//!
//! Replies are untrusted input: text in them is bytes, and nothing here acts on it.

use std::borrow::Cow;

use super::payload::{Clipboard, Graphics, Params, Termcap};

/// An answer of the terminal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Reply<'a> {
    /// DA1, `CSI ? … c`: what the terminal is compatible with, and its extensions.
    PrimaryAttributes(Params<'a>),
    /// DA2, `CSI > … c`: terminal type, version, and a third number.
    SecondaryAttributes(Params<'a>),
    /// DA3, `DCS ! | … ST`: the unit's identification, hexadecimal digits as sent.
    TertiaryAttributes(Cow<'a, [u8]>),
    /// DSR, `CSI … n`, with `private` after `?`; `0` alone means that all is well.
    Status {
        /// The report was marked with `?`.
        private: bool,
        /// The numbers of the report.
        params: Params<'a>,
    },
    /// CPR and DECXCPR, `CSI row ; column R`: where the cursor is.
    CursorPosition {
        /// Row, from 1.
        row: u32,
        /// Column, from 1.
        column: u32,
        /// The page, where it is reported (DECXCPR).
        page: Option<u32>,
        /// The report was marked with `?` (DECXCPR).
        private: bool,
    },
    /// XTVERSION, `DCS > | … ST`: name and version of the terminal.
    Version(Cow<'a, [u8]>),
    /// DECRPM, `CSI ? mode ; value $ y`: the state of a mode.
    Mode {
        /// The mode is a DEC private one.
        private: bool,
        /// The mode's number.
        mode: u32,
        /// 0 not recognized, 1 set, 2 reset, 3 always set, 4 always reset.
        value: u32,
    },
    /// `CSI ? flags u`: the flags of the kitty keyboard protocol that are in force.
    KeyboardFlags(u32),
    /// OSC 4, 10, 11 and 12: a color.
    Color {
        /// Which color.
        slot: ColorSlot,
        /// Red, green and blue, 16 bits each.
        rgb: [u16; 3],
    },
    /// OSC 52: what a selection holds.
    Clipboard(Clipboard<'a>),
    /// XTGETTCAP, `DCS 1 + r … ST`: capabilities by their names.
    Termcap(Termcap<'a>),
    /// DECRPSS, `DCS 1 $ r … ST`: a setting, as the sequence that would set it.
    StatusString {
        /// The terminal knew the setting.
        ok: bool,
        /// The sequence without its introducer.
        value: Cow<'a, [u8]>,
    },
    /// `APC G … ST`: an answer of the kitty graphics protocol.
    Graphics(Graphics<'a>),
    /// `CSI ? 997 ; … n`: the color scheme, asked for or just changed.
    ColorScheme {
        /// The scheme is a dark one.
        dark: bool,
    },
    /// `CSI … t`: a report of the window's state, place or size.
    Window(Params<'a>),
}

/// Which color a color report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum ColorSlot {
    /// The default color of text (OSC 10).
    Foreground,
    /// The default color behind text (OSC 11).
    Background,
    /// The color of the cursor (OSC 12).
    Cursor,
    /// A color of the palette (OSC 4).
    Palette(u16),
}

impl Reply<'_> {
    /// Returns the reply with its bytes copied out of the reader's buffer.
    pub fn into_owned(self) -> Reply<'static> {
        use Reply::*;
        match self {
            PrimaryAttributes(params) => PrimaryAttributes(params.into_owned()),
            SecondaryAttributes(params) => SecondaryAttributes(params.into_owned()),
            TertiaryAttributes(text) => TertiaryAttributes(own(text)),
            Status { private, params } => Status {
                private,
                params: params.into_owned(),
            },
            CursorPosition {
                row,
                column,
                page,
                private,
            } => CursorPosition {
                row,
                column,
                page,
                private,
            },
            Version(text) => Version(own(text)),
            Mode {
                private,
                mode,
                value,
            } => Mode {
                private,
                mode,
                value,
            },
            KeyboardFlags(flags) => KeyboardFlags(flags),
            Color { slot, rgb } => Color { slot, rgb },
            Clipboard(clipboard) => Clipboard(clipboard.into_owned()),
            Termcap(termcap) => Termcap(termcap.into_owned()),
            StatusString { ok, value } => StatusString {
                ok,
                value: own(value),
            },
            Graphics(graphics) => Graphics(graphics.into_owned()),
            ColorScheme { dark } => ColorScheme { dark },
            Window(params) => Window(params.into_owned()),
        }
    }
}

pub(super) fn own(bytes: Cow<'_, [u8]>) -> Cow<'static, [u8]> {
    Cow::Owned(bytes.into_owned())
}
