//! Styles by method calls: `"text".red().bold()`.

use std::fmt::Display;

use super::{Attribute, Color, ContentStyle, StyledContent, style};

macro_rules! stylize {
    (
        attributes: $($attribute:ident $name:ident),*;
        colors: $($foreground:ident $background:ident $underline:ident $color:ident),* $(,)?
    ) => {
        /// Gives text, or a style, colours and attributes.
        ///
        /// # Examples
        ///
        /// ```
        /// use ttyring_crossterm::style::Stylize;
        ///
        /// println!("{}", "careful".black().on_yellow().bold());
        /// ```
        pub trait Stylize: Sized {
            /// What has the style.
            type Styled: AsRef<ContentStyle> + AsMut<ContentStyle>;

            /// Makes this something that has a style.
            fn stylize(self) -> Self::Styled;

            /// Sets the colour of the text.
            #[inline]
            fn with(self, color: Color) -> Self::Styled {
                let mut styled = self.stylize();
                styled.as_mut().foreground_color = Some(color);
                styled
            }

            /// Sets the colour behind the text.
            #[inline]
            fn on(self, color: Color) -> Self::Styled {
                let mut styled = self.stylize();
                styled.as_mut().background_color = Some(color);
                styled
            }

            /// Sets the colour of the line under the text.
            #[inline]
            fn underline(self, color: Color) -> Self::Styled {
                let mut styled = self.stylize();
                styled.as_mut().underline_color = Some(color);
                styled
            }

            /// Sets an attribute.
            #[inline]
            fn attribute(self, attr: Attribute) -> Self::Styled {
                let mut styled = self.stylize();
                styled.as_mut().attributes.set(attr);
                styled
            }

            $(
                #[doc = concat!("Sets [`Attribute::", stringify!($name), "`].")]
                #[inline]
                fn $attribute(self) -> Self::Styled {
                    self.attribute(Attribute::$name)
                }
            )*

            $(
                #[doc = concat!("Sets the colour of the text to [`Color::", stringify!($color), "`].")]
                #[inline]
                fn $foreground(self) -> Self::Styled {
                    self.with(Color::$color)
                }

                #[doc = concat!("Sets the colour behind the text to [`Color::", stringify!($color), "`].")]
                #[inline]
                fn $background(self) -> Self::Styled {
                    self.on(Color::$color)
                }

                #[doc = concat!("Sets the colour of the line under the text to [`Color::", stringify!($color), "`].")]
                #[inline]
                fn $underline(self) -> Self::Styled {
                    self.underline(Color::$color)
                }
            )*
        }
    };
}

stylize! {
    attributes:
        reset Reset, bold Bold, underlined Underlined, reverse Reverse, dim Dim, italic Italic,
        negative Reverse, slow_blink SlowBlink, rapid_blink RapidBlink, hidden Hidden,
        crossed_out CrossedOut;
    colors:
        black on_black underline_black Black,
        dark_grey on_dark_grey underline_dark_grey DarkGrey,
        red on_red underline_red Red,
        dark_red on_dark_red underline_dark_red DarkRed,
        green on_green underline_green Green,
        dark_green on_dark_green underline_dark_green DarkGreen,
        yellow on_yellow underline_yellow Yellow,
        dark_yellow on_dark_yellow underline_dark_yellow DarkYellow,
        blue on_blue underline_blue Blue,
        dark_blue on_dark_blue underline_dark_blue DarkBlue,
        magenta on_magenta underline_magenta Magenta,
        dark_magenta on_dark_magenta underline_dark_magenta DarkMagenta,
        cyan on_cyan underline_cyan Cyan,
        dark_cyan on_dark_cyan underline_dark_cyan DarkCyan,
        white on_white underline_white White,
        grey on_grey underline_grey Grey,
}

impl Stylize for ContentStyle {
    type Styled = ContentStyle;

    #[inline]
    fn stylize(self) -> ContentStyle {
        self
    }
}

impl<D: Display> Stylize for StyledContent<D> {
    type Styled = StyledContent<D>;

    #[inline]
    fn stylize(self) -> StyledContent<D> {
        self
    }
}

macro_rules! stylize_content {
    ($($content:ty),*) => {$(
        impl Stylize for $content {
            type Styled = StyledContent<Self>;

            #[inline]
            fn stylize(self) -> StyledContent<Self> {
                style(self)
            }
        }
    )*};
}

stylize_content!(String, char, &str);
