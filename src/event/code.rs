//! Which key: the codes of keys, their names, and their numbers in the kitty keyboard protocol.
//!
//! One table holds all three; modifiers and text are in [`key`](super::key).

use std::fmt;

/// The number of function keys: `f1` to `f35`.
pub(crate) const LAST_FUNCTION_KEY: u8 = 35;

macro_rules! keys {
    ($($variant:ident = $name:literal $([$($number:literal)|+])?;)*) => {
        /// Which key was pressed.
        ///
        /// A character is given as it was sent: a terminal without an extended protocol sends `A`
        /// for Shift+a, which is `Char('A')` without modifiers. [`Key::chord`](crate::Key::chord) is the
        /// same across protocols.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[repr(u32)]
        pub enum KeyCode {
            /// A key that stands for a character.
            Char(char),
            /// A function key, from 1 to 35.
            F(u8),
            $(#[doc = concat!("The key named `", $name, "`.")] $variant,)*
        }

        /// Every named key with its name.
        pub(crate) const NAMED: &[(&str, KeyCode)] = &[$(($name, KeyCode::$variant),)*];

        impl KeyCode {
            /// Returns the name of a key that is neither a character nor a function key.
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    KeyCode::Char(_) | KeyCode::F(_) => None,
                    $(KeyCode::$variant => Some($name),)*
                }
            }

            /// Returns the number of the key in the kitty protocol's functional table.
            pub(crate) const fn functional(self) -> Option<u32> {
                match self {
                    KeyCode::F(number @ 13..=LAST_FUNCTION_KEY) => Some(57363 + number as u32),
                    $($(KeyCode::$variant => Some(first([$($number),+])),)?)*
                    _ => None,
                }
            }

            /// Returns the key with this number in the kitty protocol's functional table.
            pub(crate) const fn from_functional(number: u32) -> Option<KeyCode> {
                match number {
                    $($($($number)|+ => Some(KeyCode::$variant),)?)*
                    57364..=57398 => Some(KeyCode::F((number - 57363) as u8)),
                    _ => None,
                }
            }
        }
    };
}

// The second number of some keys is the one that kitty's own sources give them; some terminals
// send it although the protocol's page does not.
keys! {
    Enter = "enter" [13 | 57345];
    Tab = "tab" [9 | 57346];
    Backspace = "backspace" [127 | 8 | 57347];
    Escape = "escape" [27 | 57344];
    Up = "up" [57352];
    Down = "down" [57353];
    Left = "left" [57350];
    Right = "right" [57351];
    Home = "home" [57356];
    End = "end" [57357];
    PageUp = "page_up" [57354];
    PageDown = "page_down" [57355];
    Insert = "insert" [57348];
    Delete = "delete" [57349];
    Begin = "begin";
    CapsLock = "caps_lock" [57358];
    ScrollLock = "scroll_lock" [57359];
    NumLock = "num_lock" [57360];
    PrintScreen = "print_screen" [57361];
    Pause = "pause" [57362];
    Menu = "menu" [57363];
    Kp0 = "kp_0" [57399];
    Kp1 = "kp_1" [57400];
    Kp2 = "kp_2" [57401];
    Kp3 = "kp_3" [57402];
    Kp4 = "kp_4" [57403];
    Kp5 = "kp_5" [57404];
    Kp6 = "kp_6" [57405];
    Kp7 = "kp_7" [57406];
    Kp8 = "kp_8" [57407];
    Kp9 = "kp_9" [57408];
    KpDecimal = "kp_decimal" [57409];
    KpDivide = "kp_divide" [57410];
    KpMultiply = "kp_multiply" [57411];
    KpSubtract = "kp_subtract" [57412];
    KpAdd = "kp_add" [57413];
    KpEnter = "kp_enter" [57414];
    KpEqual = "kp_equal" [57415];
    KpSeparator = "kp_separator" [57416];
    KpLeft = "kp_left" [57417];
    KpRight = "kp_right" [57418];
    KpUp = "kp_up" [57419];
    KpDown = "kp_down" [57420];
    KpPageUp = "kp_page_up" [57421];
    KpPageDown = "kp_page_down" [57422];
    KpHome = "kp_home" [57423];
    KpEnd = "kp_end" [57424];
    KpInsert = "kp_insert" [57425];
    KpDelete = "kp_delete" [57426];
    KpBegin = "kp_begin" [57427];
    MediaPlay = "media_play" [57428];
    MediaPause = "media_pause" [57429];
    MediaPlayPause = "media_play_pause" [57430];
    MediaReverse = "media_reverse" [57431];
    MediaStop = "media_stop" [57432];
    MediaFastForward = "media_fast_forward" [57433];
    MediaRewind = "media_rewind" [57434];
    MediaTrackNext = "media_track_next" [57435];
    MediaTrackPrevious = "media_track_previous" [57436];
    MediaRecord = "media_record" [57437];
    LowerVolume = "lower_volume" [57438];
    RaiseVolume = "raise_volume" [57439];
    MuteVolume = "mute_volume" [57440];
    LeftShift = "left_shift" [57441];
    LeftControl = "left_control" [57442];
    LeftAlt = "left_alt" [57443];
    LeftSuper = "left_super" [57444];
    LeftHyper = "left_hyper" [57445];
    LeftMeta = "left_meta" [57446];
    RightShift = "right_shift" [57447];
    RightControl = "right_control" [57448];
    RightAlt = "right_alt" [57449];
    RightSuper = "right_super" [57450];
    RightHyper = "right_hyper" [57451];
    RightMeta = "right_meta" [57452];
    IsoLevel3Shift = "iso_level3_shift" [57453];
    IsoLevel5Shift = "iso_level5_shift" [57454];
    Unidentified = "unidentified";
}

const fn first<const N: usize>(numbers: [u32; N]) -> u32 {
    numbers[0]
}

impl KeyCode {
    /// Returns the character that a key of the keypad produces.
    pub(crate) const fn keypad_char(self) -> Option<char> {
        Some(match self {
            KeyCode::Kp0 => '0',
            KeyCode::Kp1 => '1',
            KeyCode::Kp2 => '2',
            KeyCode::Kp3 => '3',
            KeyCode::Kp4 => '4',
            KeyCode::Kp5 => '5',
            KeyCode::Kp6 => '6',
            KeyCode::Kp7 => '7',
            KeyCode::Kp8 => '8',
            KeyCode::Kp9 => '9',
            KeyCode::KpDecimal => '.',
            KeyCode::KpDivide => '/',
            KeyCode::KpMultiply => '*',
            KeyCode::KpSubtract => '-',
            KeyCode::KpAdd => '+',
            KeyCode::KpEqual => '=',
            KeyCode::KpSeparator => ',',
            _ => return None,
        })
    }

    /// Returns the key that a number of the kitty protocol or of modifyOtherKeys stands for, if it
    /// stands for one: the functional table first, then the characters.
    pub(crate) const fn from_number(number: u32) -> Option<KeyCode> {
        match KeyCode::from_functional(number) {
            Some(code) => Some(code),
            None => match number {
                // Control characters and the rest of the private range are no keys.
                0..32 | 0x80..0xa0 | 57344..=63743 => None,
                _ => match char::from_u32(number) {
                    Some(character) => Some(KeyCode::Char(character)),
                    None => None,
                },
            },
        }
    }
}

impl fmt::Display for KeyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            KeyCode::Char(' ') => f.write_str("space"),
            KeyCode::Char(character) => write!(f, "{character}"),
            KeyCode::F(number) => write!(f, "f{number}"),
            other => f.write_str(other.name().unwrap_or_default()),
        }
    }
}
