//! The colors that a terminal reports, and how it writes them.

/// Which color a report or a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Color {
    /// The default color of text (OSC 10).
    Foreground,
    /// The default color behind text (OSC 11).
    Background,
    /// The color of the cursor (OSC 12).
    Cursor,
    /// A color of the palette (OSC 4). From 256 on xterm counts its special colors on.
    Palette(u16),
    /// One of xterm's special colors (OSC 5): 0 bold, 1 underlined, 2 blinking, 3 reversed, 4 italic.
    Special(u16),
    /// The color of the pointer (OSC 13).
    PointerForeground,
    /// The color behind the pointer (OSC 14).
    PointerBackground,
    /// The color of text in the Tektronix window (OSC 15).
    TektronixForeground,
    /// The color behind text in the Tektronix window (OSC 16).
    TektronixBackground,
    /// The color behind selected text (OSC 17).
    SelectionBackground,
    /// The color of the cursor in the Tektronix window (OSC 18).
    TektronixCursor,
    /// The color of selected text (OSC 19).
    SelectionForeground,
    /// The color of text under the cursor (kitty, OSC 21).
    CursorText,
    /// The color of a visual bell (kitty, OSC 21).
    VisualBell,
    /// A background color that is drawn transparent, from 1 (kitty, OSC 21).
    Transparent(u16),
}

impl Color {
    /// Returns the color of an OSC of its own.
    pub(crate) const fn from_osc(number: u16) -> Option<Color> {
        Some(match number {
            10 => Color::Foreground,
            11 => Color::Background,
            12 => Color::Cursor,
            13 => Color::PointerForeground,
            14 => Color::PointerBackground,
            15 => Color::TektronixForeground,
            16 => Color::TektronixBackground,
            17 => Color::SelectionBackground,
            18 => Color::TektronixCursor,
            19 => Color::SelectionForeground,
            _ => return None,
        })
    }

    /// Writes what names the color in a control string: an OSC's number and what stands before the
    /// color, or the key of OSC 21.
    pub(crate) fn osc(self) -> String {
        match self {
            Color::Palette(index) => format!("4;{index};"),
            Color::Special(index) => format!("5;{index};"),
            Color::CursorText => "21;cursor_text=".to_owned(),
            Color::VisualBell => "21;visual_bell=".to_owned(),
            Color::Transparent(index) => format!("21;transparent_background_color{index}="),
            other => {
                let number = (10..20).find(|number| Color::from_osc(*number) == Some(other));
                format!("{};", number.unwrap_or_default())
            }
        }
    }

    /// Returns the color that a key of OSC 21 names.
    fn from_key(key: &str) -> Option<Color> {
        Some(match key {
            "foreground" => Color::Foreground,
            "background" => Color::Background,
            "cursor" => Color::Cursor,
            "cursor_text" => Color::CursorText,
            "selection_foreground" => Color::SelectionForeground,
            "selection_background" => Color::SelectionBackground,
            "visual_bell" => Color::VisualBell,
            _ => match key.strip_prefix("transparent_background_color") {
                Some(index) => Color::Transparent(self::index(index)?),
                None => Color::Palette(self::index(key)?),
            },
        })
    }
}

/// A color and its value, if it has one.
pub(crate) type Entry = (Color, Option<[u16; 3]>);

/// Reads the colors of an OSC 4, 5, 10 to 19 or 21, and hands each to `each`; `None` if it is
/// another or has another form.
///
/// A value that is empty or is no color, in OSC 21, is `None`: the terminal has no such color.
pub(crate) fn entries(body: &[u8], mut each: impl FnMut(Entry)) -> Option<()> {
    let body = std::str::from_utf8(body).ok()?;
    let (number, rest) = body.split_once(';')?;
    let mut number = index(number)?;
    let mut fields = rest.split(';');
    while let Some(field) = fields.next() {
        each(match number {
            4 | 5 => {
                let color = match (number, field) {
                    // iTerm2.
                    (4, "-1") => Color::Foreground,
                    (4, "-2") => Color::Background,
                    (4, index) => Color::Palette(self::index(index)?),
                    (_, index) => Color::Special(self::index(index)?),
                };
                (color, Some(rgb(fields.next()?.as_bytes())?))
            }
            10..=19 => {
                let color = Color::from_osc(number)?;
                number += 1;
                (color, Some(rgb(field.as_bytes())?))
            }
            21 => {
                let (key, spec) = field.split_once('=')?;
                // A later version of the protocol may have more keys than are known here.
                let Some(color) = Color::from_key(key) else {
                    continue;
                };
                (color, rgb(spec.as_bytes()))
            }
            _ => return None,
        });
    }
    Some(())
}

#[inline(never)]
fn index(text: &str) -> Option<u16> {
    text.parse().ok()
}

/// Reads a color as X11 writes it: `rgb:` or `rgba:` and one to four hexadecimal digits for each
/// part, or `#` and as many digits for each.
fn rgb(spec: &[u8]) -> Option<[u16; 3]> {
    let parts = if let Some(parts) = spec.strip_prefix(b"rgb:") {
        exactly(parts.split(|&byte| byte == b'/'))?
    } else if let Some(parts) = spec.strip_prefix(b"rgba:") {
        let [red, green, blue, _alpha] = exactly(parts.split(|&byte| byte == b'/'))?;
        [red, green, blue]
    } else {
        let digits = spec.strip_prefix(b"#")?;
        if digits.is_empty() || digits.len() % 3 != 0 {
            return None;
        }
        exactly(digits.chunks_exact(digits.len() / 3))?
    };
    let [red, green, blue] = parts.map(share);
    Some([red?, green?, blue?])
}

/// Returns all parts if there are exactly so many.
fn exactly<'a, const N: usize>(mut parts: impl Iterator<Item = &'a [u8]>) -> Option<[&'a [u8]; N]> {
    let mut all = [&[][..]; N];
    for part in &mut all {
        *part = parts.next()?;
    }
    parts.next().is_none().then_some(all)
}

/// Reads one to four hexadecimal digits as a share of 65535.
fn share(digits: &[u8]) -> Option<u16> {
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    let mut value = 0;
    for &digit in digits {
        value = value << 4 | char::from(digit).to_digit(16)?;
    }
    let most = (1 << (4 * digits.len())) - 1;
    Some((value * 0xffff / most) as u16)
}
