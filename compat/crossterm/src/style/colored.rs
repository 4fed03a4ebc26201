//! A colour together with what is coloured.

use std::fmt::{self, Display};
use std::sync::atomic::{AtomicU8, Ordering};

use super::Color;
use super::color::Parameter;

/// A colour of the text, of what is behind it, or of the line under it.
///
/// It is displayed as the parameters of an SGR sequence; as nothing where colours are
/// [disabled](Colored::set_ansi_color_disabled).
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(Copy, Clone, Debug, PartialEq, Eq, Ord, PartialOrd, Hash)]
pub enum Colored {
    /// The colour of the text.
    ForegroundColor(Color),
    /// The colour behind the text.
    BackgroundColor(Color),
    /// The colour of the line under the text.
    UnderlineColor(Color),
}

/// Nobody has asked yet whether colours are disabled.
const UNKNOWN: u8 = 0;
const ENABLED: u8 = 1;
const DISABLED: u8 = 2;

static COLORS: AtomicU8 = AtomicU8::new(UNKNOWN);

impl Colored {
    /// Reads SGR parameters: `38;5;n`, `38;2;r;g;b` or `39`, and the same with 48 and 58.
    ///
    /// # Examples
    ///
    /// ```
    /// use ttyring_crossterm::style::{Color, Colored};
    ///
    /// let red = Colored::ForegroundColor(Color::Red);
    /// assert_eq!(Colored::parse_ansi("38;5;9"), Some(red));
    /// ```
    pub fn parse_ansi(ansi: &str) -> Option<Self> {
        let mut parameters = ansi.split(';');
        let selector: u8 = parameters.next()?.parse().ok()?;
        let what = match selector / 10 {
            3 => Colored::ForegroundColor,
            4 => Colored::BackgroundColor,
            5 => Colored::UnderlineColor,
            _ => return None,
        };
        match selector % 10 {
            8 => Color::parse(&mut parameters).map(what),
            9 if parameters.next().is_none() => Some(what(Color::Reset)),
            _ => None,
        }
    }

    /// Returns whether the user's `NO_COLOR` disables colours.
    pub fn ansi_color_disabled() -> bool {
        std::env::var("NO_COLOR").is_ok_and(|value| !value.is_empty())
    }

    /// Returns whether colours are disabled, by [`set_ansi_color_disabled`] or else by the
    /// environment, which is looked at once.
    ///
    /// [`set_ansi_color_disabled`]: Colored::set_ansi_color_disabled
    pub fn ansi_color_disabled_memoized() -> bool {
        // Relaxed: a single value that nothing else depends on.
        if COLORS.load(Ordering::Relaxed) == UNKNOWN {
            let found = state(Self::ansi_color_disabled());
            // Whoever was faster, by calling the setter, is right.
            let _ = COLORS.compare_exchange(UNKNOWN, found, Ordering::Relaxed, Ordering::Relaxed);
        }
        COLORS.load(Ordering::Relaxed) == DISABLED
    }

    /// Disables colours, or enables them.
    pub fn set_ansi_color_disabled(val: bool) {
        COLORS.store(state(val), Ordering::Relaxed);
    }
}

fn state(disabled: bool) -> u8 {
    if disabled { DISABLED } else { ENABLED }
}

impl Display for Colored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if Self::ansi_color_disabled_memoized() {
            return Ok(());
        }
        let (color, tens) = match self {
            Colored::ForegroundColor(color) => (color, 3),
            Colored::BackgroundColor(color) => (color, 4),
            Colored::UnderlineColor(color) => (color, 5),
        };
        match color.parameter() {
            Parameter::Default => write!(f, "{tens}9"),
            Parameter::Number(number) => write!(f, "{tens}8;5;{number}"),
            Parameter::Rgb(r, g, b) => write!(f, "{tens}8;2;{r};{g};{b}"),
        }
    }
}

/// The colours of the text and behind it, each of them optional.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colors {
    /// The colour of the text.
    pub foreground: Option<Color>,
    /// The colour behind the text.
    pub background: Option<Color>,
}

impl Colors {
    /// Makes a pair of colours.
    pub fn new(foreground: Color, background: Color) -> Colors {
        Colors {
            foreground: Some(foreground),
            background: Some(background),
        }
    }

    /// Returns the colours that are set when `other` is set after these.
    pub fn then(&self, other: &Colors) -> Colors {
        Colors {
            foreground: other.foreground.or(self.foreground),
            background: other.background.or(self.background),
        }
    }
}

/// As upstream has it, the colour of a line under the text becomes the one behind it.
impl From<Colored> for Colors {
    fn from(colored: Colored) -> Colors {
        let (foreground, background) = match colored {
            Colored::ForegroundColor(color) => (Some(color), None),
            Colored::BackgroundColor(color) | Colored::UnderlineColor(color) => (None, Some(color)),
        };
        Colors {
            foreground,
            background,
        }
    }
}
