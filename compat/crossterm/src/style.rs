//! Colours and attributes of text.
//!
//! # Examples
//!
//! ```
//! use ttyring_crossterm::style::{Color, Stylize, style};
//!
//! println!("{}", style("a warning").with(Color::Yellow).bold());
//! println!("{}", "an error".red());
//! ```
//!
//! A user who sets `NO_COLOR` gets no colours, unless the program calls [`force_color_output`].

mod attribute;
mod attributes;
mod color;
mod colored;
mod content;
mod stylize;

use std::fmt::{self, Display};

use crate::Command;
use crate::macros::{constant_commands, display};

#[cfg(feature = "events")]
pub use crate::event::ask::{query_background_color, query_foreground_color};
pub use attribute::Attribute;
pub use attributes::Attributes;
pub use color::Color;
pub use colored::{Colored, Colors};
pub use content::{ContentStyle, StyledContent};
pub use stylize::Stylize;

/// Makes something displayable in a style; [`Stylize`] gives it colours and attributes.
pub fn style<D: Display>(val: D) -> StyledContent<D> {
    ContentStyle::new().apply(val)
}

/// Returns how many colours the terminal has, as `COLORTERM` says, or else `TERM`: `u16::MAX` for
/// 24 bits, otherwise 256 or 8.
pub fn available_color_count() -> u16 {
    let said = std::env::var("COLORTERM").or_else(|_| std::env::var("TERM"));
    let said = said.unwrap_or_default();
    let has = |word| said.contains(word);
    match () {
        () if has("24bit") || has("truecolor") => u16::MAX,
        () if has("256") => 256,
        () => 8,
    }
}

/// Writes colours, or leaves them out, whatever the user's `NO_COLOR` says.
pub fn force_color_output(enabled: bool) {
    Colored::set_ansi_color_disabled(!enabled);
}

/// Sets the colour of what is written next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetForegroundColor(
    /// The colour.
    pub Color,
);

impl Command for SetForegroundColor {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        write!(f, "\x1b[{}m", Colored::ForegroundColor(self.0))
    }
}

/// Sets the colour behind what is written next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetBackgroundColor(
    /// The colour.
    pub Color,
);

impl Command for SetBackgroundColor {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        write!(f, "\x1b[{}m", Colored::BackgroundColor(self.0))
    }
}

/// Sets the colour of the line under what is written next (SGR 58).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetUnderlineColor(
    /// The colour.
    pub Color,
);

impl Command for SetUnderlineColor {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        write!(f, "\x1b[{}m", Colored::UnderlineColor(self.0))
    }
}

/// Sets both colours in one sequence; writes nothing if there is neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetColors(
    /// The colours.
    pub Colors,
);

impl Command for SetColors {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        let foreground = self.0.foreground.map(Colored::ForegroundColor);
        let background = self.0.background.map(Colored::BackgroundColor);
        match (foreground, background) {
            (Some(foreground), Some(background)) => write!(f, "\x1b[{foreground};{background}m"),
            (Some(only), None) | (None, Some(only)) => write!(f, "\x1b[{only}m"),
            (None, None) => Ok(()),
        }
    }
}

/// Sets an attribute of what is written next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetAttribute(
    /// The attribute.
    pub Attribute,
);

impl Command for SetAttribute {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        write!(f, "\x1b[{}m", self.0.parameter())
    }
}

/// Sets several attributes of what is written next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetAttributes(
    /// The attributes.
    pub Attributes,
);

impl Command for SetAttributes {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        let mut attributes = Attribute::iterator().filter(|attribute| self.0.has(*attribute));
        attributes.try_for_each(|attribute| SetAttribute(attribute).write_ansi(f))
    }
}

/// Sets colours and attributes of what is written next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetStyle(
    /// The style.
    pub ContentStyle,
);

impl Command for SetStyle {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        let style = &self.0;
        if let Some(color) = style.background_color {
            SetBackgroundColor(color).write_ansi(f)?;
        }
        if let Some(color) = style.foreground_color {
            SetForegroundColor(color).write_ansi(f)?;
        }
        if let Some(color) = style.underline_color {
            SetUnderlineColor(color).write_ansi(f)?;
        }
        SetAttributes(style.attributes).write_ansi(f)
    }
}

/// Writes something in its style, and resets the style afterwards.
///
/// With attributes everything is reset, also colours that were set before; without attributes, the
/// colours that the style has.
#[derive(Debug, Copy, Clone)]
pub struct PrintStyledContent<D: Display>(
    /// What is written.
    pub StyledContent<D>,
);

impl<D: Display> Command for PrintStyledContent<D> {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        let style = self.0.style();
        SetStyle(*style).write_ansi(f)?;
        write!(f, "{}", self.0.content())?;
        if !style.attributes.is_empty() {
            return ResetColor.write_ansi(f);
        }
        if style.background_color.is_some() {
            SetBackgroundColor(Color::Reset).write_ansi(f)?;
        }
        if style.foreground_color.or(style.underline_color).is_some() {
            SetForegroundColor(Color::Reset).write_ansi(f)?;
        }
        Ok(())
    }
}

constant_commands! {
    /// Resets colours and attributes.
    ResetColor => "\x1b[0m";
}

/// Writes something as it is displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Print<T: Display>(
    /// What is written.
    pub T,
);

impl<T: Display> Command for Print<T> {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl<T: Display> Display for Print<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

display! {
    SetForegroundColor, SetBackgroundColor, SetColors, SetAttribute, PrintStyledContent<String>,
    PrintStyledContent<&'static str>, ResetColor,
}
