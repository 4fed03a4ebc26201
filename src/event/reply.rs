//! What a terminal answers to questions, and what it reports unasked in the same forms.
//!
//! Replies are untrusted input: text in them is bytes, and nothing here acts on it. They borrow
//! what the terminal sent and decode it only when you ask.

use std::borrow::Cow;

use super::Color;
use super::color::entries;
use super::encoding::{base64, hex};

/// An answer of the terminal.
///
/// In lists of numbers, a number that was left out is 0, and one that is too large is 99,999,999.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Reply<'a> {
    /// DA1, `CSI ? … c`: what the terminal is compatible with, and its extensions.
    PrimaryAttributes(Cow<'a, [u32]>),
    /// DA2, `CSI > … c`: terminal type, version, and a third number.
    SecondaryAttributes(Cow<'a, [u32]>),
    /// DA3, `DCS ! | … ST`: the unit's identification, hexadecimal digits as sent.
    TertiaryAttributes(Cow<'a, [u8]>),
    /// DSR, `CSI … n`, with `private` after `?`; `0` alone means that all is well.
    Status {
        /// The report was marked with `?`.
        private: bool,
        /// The numbers of the report.
        params: Cow<'a, [u32]>,
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
    /// OSC 4, 5 and 10 to 19: a color.
    Color {
        /// Which color.
        color: Color,
        /// Red, green and blue, 16 bits each.
        rgb: [u16; 3],
    },
    /// OSC 4, 5 and 10 to 19 with several colors, and kitty's OSC 21; [`colors`](Reply::colors)
    /// decodes them.
    Colors(Cow<'a, [u8]>),
    /// OSC 52: the text of a selection; [`data`](Reply::data) decodes it.
    Clipboard {
        /// Which selections: `c` clipboard, `p` primary, `q` secondary, `s` select, `0` to `7`.
        selection: Cow<'a, [u8]>,
        /// What it holds, in Base64 as sent.
        base64: Cow<'a, [u8]>,
    },
    /// OSC 5522: an answer of kitty's clipboard protocol; [`data`](Reply::data) decodes the payload.
    KittyClipboard {
        /// Pairs such as `type=read:status=DATA`.
        metadata: Cow<'a, [u8]>,
        /// The payload, in Base64 as sent.
        base64: Cow<'a, [u8]>,
    },
    /// OSC 99: an answer or a report of kitty's desktop notifications.
    Notification {
        /// Pairs such as `i=mine:p=?`.
        metadata: Cow<'a, [u8]>,
        /// What is said: what the terminal supports, or which button was pressed.
        payload: Cow<'a, [u8]>,
    },
    /// OSC 22: the shape of the pointer, or which shapes are supported.
    PointerShape(Cow<'a, [u8]>),
    /// `OSC l` and `OSC L`: the title of the window or of its icon.
    Title {
        /// It is the title of the icon.
        icon: bool,
        /// The title: whatever a program has set.
        text: Cow<'a, [u8]>,
    },
    /// OSC 50: the name of the font.
    Font(Cow<'a, [u8]>),
    /// OSC 60 and 61: what xterm allows programs to do.
    Allowed(Cow<'a, [u8]>),
    /// OSC 1337: a report of iTerm2, such as `ReportCellSize`.
    Iterm {
        /// The name of the report.
        name: Cow<'a, [u8]>,
        /// What stands behind the `=`.
        value: Cow<'a, [u8]>,
    },
    /// XTGETTCAP, `DCS 1 + r … ST`: capabilities by their names;
    /// [`capabilities`](Reply::capabilities) decodes them.
    Termcap {
        /// The terminal knew the capability.
        ok: bool,
        /// `name=value` pairs in hexadecimal, separated by `;`, as sent.
        pairs: Cow<'a, [u8]>,
    },
    /// DECRPSS, `DCS 1 $ r … ST`: a setting, as the sequence that would set it.
    StatusString {
        /// The terminal knew the setting.
        ok: bool,
        /// The sequence without its introducer.
        value: Cow<'a, [u8]>,
    },
    /// DECTSR, `DCS format $ s … ST`: the state of the terminal (1) or its colors (2).
    TerminalState {
        /// Which report it is.
        format: u32,
        /// The report as sent.
        data: Cow<'a, [u8]>,
    },
    /// DECPSR, `DCS format $ u … ST`: the cursor's state (1, DECCIR) or the tab stops (2, DECTABSR).
    PresentationState {
        /// Which report it is.
        format: u32,
        /// The report as sent.
        data: Cow<'a, [u8]>,
    },
    /// DECCKSR, `DCS id ! ~ … ST`: a checksum.
    Checksum {
        /// The number that was given with the question.
        id: u32,
        /// Hexadecimal digits as sent.
        digits: Cow<'a, [u8]>,
    },
    /// `APC G … ST`: an answer of the kitty graphics protocol.
    Graphics {
        /// The control part, such as `i=31`.
        control: Cow<'a, [u8]>,
        /// The message: `OK`, or an error such as `ENOENT:…`.
        message: Cow<'a, [u8]>,
    },
    /// `CSI ? 997 ; … n`: the color scheme, asked for or just changed.
    ColorScheme {
        /// The scheme is a dark one.
        dark: bool,
    },
    /// XTQMODKEYS, `CSI > resource ; value m`: how keys with modifiers are sent; resource 4 is
    /// modifyOtherKeys.
    KeyModifiers {
        /// Which keys.
        resource: u32,
        /// How they are sent.
        value: u32,
    },
    /// XTQFMTKEYS, `CSI > resource ; value f`: the format of such keys.
    KeyFormat {
        /// Which keys.
        resource: u32,
        /// The format.
        value: u32,
    },
    /// `CSI > … SP q`: kitty's multiple cursors, the kinds that are supported or the cursors that
    /// there are, as sent.
    Cursors(Cow<'a, [u8]>),
    /// XTSMGRAPHICS, `CSI ? item ; status ; values S`: what graphics can have, such as colors.
    GraphicsAttribute(Cow<'a, [u32]>),
    /// DECREPTPARM, `CSI 2 ; … x`: parameters of the line.
    TerminalParameters(Cow<'a, [u32]>),
    /// DECRPDE, `CSI … " w`: which part of the page is displayed.
    DisplayedExtent(Cow<'a, [u32]>),
    /// DECLRP, `CSI … & w`: the DEC locator.
    Locator(Cow<'a, [u32]>),
    /// XTREPORTCOLORS, `CSI ? … # Q`: the stack of colors.
    ColorStack(Cow<'a, [u32]>),
    /// XTTITLEPOS, `CSI place ; most # S`: the place in the stack of titles, and the last one.
    TitleStack(Cow<'a, [u32]>),
    /// DECMSR, `CSI … * {`: the space that is left for macros, in blocks of 16 bytes.
    MacroSpace(u32),
    /// DECAUPSS, `DCS size ! u … ST`: the supplemental character set that the user prefers.
    SupplementalSet {
        /// 0 for a set of 94 characters, 1 for one of 96.
        size: u32,
        /// What designates the set.
        set: Cow<'a, [u8]>,
    },
    /// XTGETXRES, `DCS 1 + R … ST`: resources of xterm by their names;
    /// [`capabilities`](Reply::capabilities) decodes them.
    Resource {
        /// The terminal knew the resource.
        ok: bool,
        /// As in [`Reply::Termcap`].
        pairs: Cow<'a, [u8]>,
    },
    /// `DCS @kitty-cmd … ST`: the answer to a command of kitty's remote control, as JSON.
    KittyCommand(Cow<'a, [u8]>),
    /// mintty's scrollbar: `CSI position # d`, and `CSI step ; modifiers # e` with steps of 5 page up,
    /// 6 page down, 65 line up, 66 line down.
    Scrollbar {
        /// A place was chosen, not a step.
        absolute: bool,
        /// The numbers of the report.
        params: Cow<'a, [u32]>,
    },
    /// mintty's `CSI width W`: how wide characters of ambiguous width are, now that it has changed.
    AmbiguousWidth(u32),
    /// `CSI … t`: a report of the window's state, place or size.
    Window(Cow<'a, [u32]>),
}

impl Reply<'_> {
    /// Returns the decoded bytes of a clipboard, or `None` if what was sent is not Base64 or this
    /// reply is about something else.
    ///
    /// The bytes are whatever a program put there: they may hold control characters.
    pub fn data(&self) -> Option<Vec<u8>> {
        match self {
            Reply::Clipboard { base64: text, .. } | Reply::KittyClipboard { base64: text, .. } => {
                base64(text)
            }
            _ => None,
        }
    }

    /// Returns the colors of [`Reply::Color`] and [`Reply::Colors`], red, green and blue of 16 bits
    /// each. A color without a value is one that the terminal does not have. Other replies have
    /// none.
    pub fn colors(&self) -> impl Iterator<Item = (super::Color, Option<[u16; 3]>)> + use<> {
        let mut colors = Vec::new();
        match self {
            Reply::Color { color, rgb } => colors.push((*color, Some(*rgb))),
            Reply::Colors(body) => {
                let _ = entries(body, |entry| colors.push(entry));
            }
            _ => {}
        }
        colors.into_iter()
    }

    /// Returns the decoded names and values of [`Reply::Termcap`] and [`Reply::Resource`]; one
    /// without a value has an empty one. Other replies have none.
    pub fn capabilities(&self) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> + '_ {
        let pairs = match self {
            Reply::Termcap { pairs, .. } | Reply::Resource { pairs, .. } => &pairs[..],
            _ => &[],
        };
        pairs.split(|&byte| byte == b';').filter_map(|pair| {
            let mut sides = pair.splitn(2, |&byte| byte == b'=');
            let name = hex(sides.next()?).filter(|name| !name.is_empty())?;
            Some((name, hex(sides.next().unwrap_or_default())?))
        })
    }

    /// Returns the reply with its bytes copied out of the reader's buffer.
    pub fn into_owned(self) -> Reply<'static> {
        use Reply::*;
        match self {
            PrimaryAttributes(params) => PrimaryAttributes(own(params)),
            SecondaryAttributes(params) => SecondaryAttributes(own(params)),
            TertiaryAttributes(text) => TertiaryAttributes(own(text)),
            Status { private, params } => Status {
                private,
                params: own(params),
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
            Color { color, rgb } => Color { color, rgb },
            Colors(body) => Colors(own(body)),
            Clipboard { selection, base64 } => Clipboard {
                selection: own(selection),
                base64: own(base64),
            },
            KittyClipboard { metadata, base64 } => KittyClipboard {
                metadata: own(metadata),
                base64: own(base64),
            },
            Notification { metadata, payload } => Notification {
                metadata: own(metadata),
                payload: own(payload),
            },
            PointerShape(text) => PointerShape(own(text)),
            Title { icon, text } => Title {
                icon,
                text: own(text),
            },
            Font(text) => Font(own(text)),
            Allowed(text) => Allowed(own(text)),
            Iterm { name, value } => Iterm {
                name: own(name),
                value: own(value),
            },
            Termcap { ok, pairs } => Termcap {
                ok,
                pairs: own(pairs),
            },
            StatusString { ok, value } => StatusString {
                ok,
                value: own(value),
            },
            TerminalState { format, data } => TerminalState {
                format,
                data: own(data),
            },
            PresentationState { format, data } => PresentationState {
                format,
                data: own(data),
            },
            Checksum { id, digits } => Checksum {
                id,
                digits: own(digits),
            },
            Graphics { control, message } => Graphics {
                control: own(control),
                message: own(message),
            },
            ColorScheme { dark } => ColorScheme { dark },
            KeyModifiers { resource, value } => KeyModifiers { resource, value },
            KeyFormat { resource, value } => KeyFormat { resource, value },
            Cursors(text) => Cursors(own(text)),
            GraphicsAttribute(params) => GraphicsAttribute(own(params)),
            TerminalParameters(params) => TerminalParameters(own(params)),
            DisplayedExtent(params) => DisplayedExtent(own(params)),
            Locator(params) => Locator(own(params)),
            ColorStack(params) => ColorStack(own(params)),
            TitleStack(params) => TitleStack(own(params)),
            MacroSpace(blocks) => MacroSpace(blocks),
            SupplementalSet { size, set } => SupplementalSet {
                size,
                set: own(set),
            },
            Resource { ok, pairs } => Resource {
                ok,
                pairs: own(pairs),
            },
            KittyCommand(json) => KittyCommand(own(json)),
            Scrollbar { absolute, params } => Scrollbar {
                absolute,
                params: own(params),
            },
            AmbiguousWidth(width) => AmbiguousWidth(width),
            Window(params) => Window(own(params)),
        }
    }
}

pub(super) fn own<T: Clone>(items: Cow<'_, [T]>) -> Cow<'static, [T]> {
    Cow::Owned(items.into_owned())
}
