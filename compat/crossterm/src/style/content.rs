//! A style, and something to show in it.

use std::fmt::{self, Display};

use super::{Attributes, Color, PrintStyledContent};
use crate::Command;

/// Colours and attributes, each optional.
#[derive(Debug, Copy, Clone, Default, PartialEq, Eq)]
pub struct ContentStyle {
    /// The colour of the text.
    pub foreground_color: Option<Color>,
    /// The colour behind the text.
    pub background_color: Option<Color>,
    /// The colour of the line under the text.
    pub underline_color: Option<Color>,
    /// The attributes of the text.
    pub attributes: Attributes,
}

impl ContentStyle {
    /// Makes a style without colours and attributes.
    #[inline]
    pub fn new() -> ContentStyle {
        ContentStyle::default()
    }

    /// Gives something this style.
    #[inline]
    pub fn apply<D: Display>(self, val: D) -> StyledContent<D> {
        StyledContent::new(self, val)
    }
}

impl AsRef<ContentStyle> for ContentStyle {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl AsMut<ContentStyle> for ContentStyle {
    fn as_mut(&mut self) -> &mut Self {
        self
    }
}

/// Something to show and its style.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct StyledContent<D: Display> {
    style: ContentStyle,
    content: D,
}

impl<D: Display> StyledContent<D> {
    /// Gives `content` a style.
    #[inline]
    pub fn new(style: ContentStyle, content: D) -> StyledContent<D> {
        StyledContent { style, content }
    }

    /// Returns what is shown.
    #[inline]
    pub fn content(&self) -> &D {
        &self.content
    }

    /// Returns the style.
    #[inline]
    pub fn style(&self) -> &ContentStyle {
        &self.style
    }

    /// Returns the style, to change it.
    #[inline]
    pub fn style_mut(&mut self) -> &mut ContentStyle {
        &mut self.style
    }
}

impl<D: Display> AsRef<ContentStyle> for StyledContent<D> {
    fn as_ref(&self) -> &ContentStyle {
        &self.style
    }
}

impl<D: Display> AsMut<ContentStyle> for StyledContent<D> {
    fn as_mut(&mut self) -> &mut ContentStyle {
        &mut self.style
    }
}

impl<D: Display> Display for StyledContent<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = StyledContent::new(self.style, &self.content);
        PrintStyledContent(whole).write_ansi(f)
    }
}
