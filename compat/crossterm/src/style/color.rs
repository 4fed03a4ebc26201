//! Colours, their names and their notations.

use std::str::{FromStr, Split};

/// A colour.
///
/// The names are those of the sixteen colours of a terminal, whose shades the user chooses;
/// `Dark…` and `Grey` are the first eight, the others the bright eight.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Ord, PartialOrd, Hash)]
pub enum Color {
    /// The colour from before the program set one.
    Reset,
    /// Black, number 0.
    Black,
    /// Bright black, number 8.
    DarkGrey,
    /// Bright red, number 9.
    Red,
    /// Red, number 1.
    DarkRed,
    /// Bright green, number 10.
    Green,
    /// Green, number 2.
    DarkGreen,
    /// Bright yellow, number 11.
    Yellow,
    /// Yellow, number 3.
    DarkYellow,
    /// Bright blue, number 12.
    Blue,
    /// Blue, number 4.
    DarkBlue,
    /// Bright magenta, number 13.
    Magenta,
    /// Magenta, number 5.
    DarkMagenta,
    /// Bright cyan, number 14.
    Cyan,
    /// Cyan, number 6.
    DarkCyan,
    /// Bright white, number 15.
    White,
    /// White, number 7.
    Grey,
    /// A colour of 24 bits.
    Rgb {
        /// The share of red.
        r: u8,
        /// The share of green.
        g: u8,
        /// The share of blue.
        b: u8,
    },
    /// A colour of the 256 that xterm numbers: 16 that the user chooses, a cube of 216, 24 greys.
    AnsiValue(u8),
}

/// The colours that have names, each at its number.
const NAMED: [(&str, Color); 16] = [
    ("black", Color::Black),
    ("dark_red", Color::DarkRed),
    ("dark_green", Color::DarkGreen),
    ("dark_yellow", Color::DarkYellow),
    ("dark_blue", Color::DarkBlue),
    ("dark_magenta", Color::DarkMagenta),
    ("dark_cyan", Color::DarkCyan),
    ("grey", Color::Grey),
    ("dark_grey", Color::DarkGrey),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::White),
];

/// How a colour is written in SGR, after 38, 48 or 58.
pub(super) enum Parameter {
    Default,
    Number(u8),
    Rgb(u8, u8, u8),
}

impl Color {
    /// Reads a colour out of SGR parameters as they come after 38: `5;n` or `2;r;g;b`.
    ///
    /// # Examples
    ///
    /// ```
    /// use ttyring_crossterm::style::Color;
    ///
    /// assert_eq!(Color::parse_ansi("5;9"), Some(Color::Red));
    /// assert_eq!(Color::parse_ansi("2;1;2;3"), Some(Color::Rgb { r: 1, g: 2, b: 3 }));
    /// assert_eq!(Color::parse_ansi("31"), None);
    /// ```
    pub fn parse_ansi(ansi: &str) -> Option<Self> {
        Self::parse(&mut ansi.split(';'))
    }

    /// Reads a colour out of all parameters that are left.
    pub(super) fn parse(parameters: &mut Split<'_, char>) -> Option<Self> {
        let mut next = || parameters.next()?.parse().ok();
        let color = match next()? {
            5u8 => Self::numbered(next()?),
            2 => Color::Rgb {
                r: next()?,
                g: next()?,
                b: next()?,
            },
            _ => return None,
        };
        parameters.next().is_none().then_some(color)
    }

    pub(super) fn parameter(self) -> Parameter {
        match self {
            Color::Reset => Parameter::Default,
            Color::Rgb { r, g, b } => Parameter::Rgb(r, g, b),
            Color::AnsiValue(number) => Parameter::Number(number),
            named => {
                let number = NAMED.iter().position(|(_, color)| *color == named);
                Parameter::Number(number.map_or(0, |number| number as u8))
            }
        }
    }

    fn numbered(number: u8) -> Self {
        let named = NAMED.get(usize::from(number));
        named.map_or(Color::AnsiValue(number), |(_, color)| *color)
    }

    #[cfg(feature = "serde")]
    fn name(self) -> Option<&'static str> {
        if self == Color::Reset {
            return Some("reset");
        }
        let mut named = NAMED.iter();
        let found = named.find(|(_, color)| *color == self);
        found.map(|(name, _)| *name)
    }
}

/// The names of the sixteen colours in snake case, and `reset`, in upper or lower case.
impl TryFrom<&str> for Color {
    type Error = ();

    fn try_from(name: &str) -> Result<Self, ()> {
        let name = name.to_lowercase();
        if name == "reset" {
            return Ok(Color::Reset);
        }
        let mut named = NAMED.iter();
        let found = named.find(|(other, _)| *other == name);
        found.map(|(_, color)| *color).ok_or(())
    }
}

/// As `TryFrom`, and white for every other name.
impl FromStr for Color {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Ok(Color::try_from(name).unwrap_or(Color::White))
    }
}

impl From<(u8, u8, u8)> for Color {
    fn from((r, g, b): (u8, u8, u8)) -> Self {
        Color::Rgb { r, g, b }
    }
}

/// In upstream's form: the name, `rgb_(r,g,b)` or `ansi_(n)`.
#[cfg(feature = "serde")]
impl serde::Serialize for Color {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (*self, self.name()) {
            (_, Some(name)) => serializer.serialize_str(name),
            (Color::Rgb { r, g, b }, _) => {
                serializer.collect_str(&format_args!("rgb_({r},{g},{b})"))
            }
            (Color::AnsiValue(number), _) => {
                serializer.collect_str(&format_args!("ansi_({number})"))
            }
            _ => Err(serde::ser::Error::custom("a colour without a name")),
        }
    }
}

/// In upstream's forms: a name, `rgb_(r,g,b)`, `ansi_(n)` or `#rrggbb`.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Color {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::{Error, Unexpected};

        let text = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        notation(&text).ok_or_else(|| {
            let expected = "a name of a colour, `rgb_(r,g,b)`, `ansi_(n)` or `#rrggbb`";
            D::Error::invalid_value(Unexpected::Str(&text), &expected)
        })
    }
}

#[cfg(feature = "serde")]
fn notation(text: &str) -> Option<Color> {
    if let Ok(named) = Color::try_from(text) {
        return Some(named);
    }
    if let Some(digits) = text.strip_prefix('#') {
        let is_hex = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let [_, r, g, b] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        return is_hex.then_some(Color::Rgb { r, g, b });
    }
    let inside = |prefix| text.strip_prefix(prefix)?.strip_suffix(')');
    if let Some(number) = inside("ansi_(") {
        return number.parse().ok().map(Color::AnsiValue);
    }
    let shares: Result<Vec<u8>, _> = inside("rgb_(")?.split(',').map(str::parse).collect();
    match shares.ok()?[..] {
        [r, g, b] => Some(Color::Rgb { r, g, b }),
        _ => None,
    }
}
