//! The attributes that text can have.

use std::fmt::{self, Display};

use super::SetAttribute;
use crate::Command;

macro_rules! attributes {
    ($($(#[$doc:meta])* $name:ident $parameter:literal)*) => {
        /// An attribute of text, or the end of one, as SGR numbers them.
        ///
        /// Which of them a terminal shows, and how, is its own choice.
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[derive(Copy, Clone, Debug, PartialEq, Eq, Ord, PartialOrd, Hash)]
        #[non_exhaustive]
        pub enum Attribute {
            $($(#[$doc])* $name,)*
        }

        const ALL: &[(Attribute, &str)] = &[$((Attribute::$name, $parameter),)*];
    };
}

attributes! {
    /// Resets all attributes and colours.
    Reset "0"
    /// Bold, or bright.
    Bold "1"
    /// Faint.
    Dim "2"
    /// Italic.
    Italic "3"
    /// A line under the text.
    Underlined "4"
    /// Two lines under the text.
    DoubleUnderlined "4:2"
    /// A curly line under the text.
    Undercurled "4:3"
    /// A dotted line under the text.
    Underdotted "4:4"
    /// A dashed line under the text.
    Underdashed "4:5"
    /// Blinks, less often than 150 times a minute.
    SlowBlink "5"
    /// Blinks, at least 150 times a minute.
    RapidBlink "6"
    /// Foreground and background are swapped.
    Reverse "7"
    /// Not shown.
    Hidden "8"
    /// A line through the text.
    CrossedOut "9"
    /// Fraktur.
    Fraktur "20"
    /// The end of bold; some terminals take it for two lines under the text.
    NoBold "21"
    /// Neither bold nor faint.
    NormalIntensity "22"
    /// The end of italic.
    NoItalic "23"
    /// The end of every line under the text.
    NoUnderline "24"
    /// The end of blinking.
    NoBlink "25"
    /// The end of swapped colours.
    NoReverse "27"
    /// The end of hidden.
    NoHidden "28"
    /// The end of the line through the text.
    NotCrossedOut "29"
    /// A frame around the text.
    Framed "51"
    /// A circle around the text.
    Encircled "52"
    /// A line over the text.
    OverLined "53"
    /// The end of the frame or circle.
    NotFramedOrEncircled "54"
    /// The end of the line over the text.
    NotOverLined "55"
}

impl Attribute {
    /// Returns every attribute, in the order of this type.
    pub fn iterator() -> impl Iterator<Item = Attribute> {
        ALL.iter().map(|(attribute, _)| *attribute)
    }

    /// Returns the bit of this attribute in a set of [`Attributes`](super::Attributes).
    #[inline]
    pub const fn bytes(self) -> u32 {
        // Bit 0 is nobody's.
        2 << self as u32
    }

    /// Returns the parameter that selects this attribute in `CSI … m`.
    pub fn sgr(self) -> String {
        self.parameter().to_owned()
    }

    pub(super) const fn parameter(self) -> &'static str {
        ALL[self as usize].1
    }
}

/// The whole control sequence.
impl Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SetAttribute(*self).write_ansi(f)
    }
}
