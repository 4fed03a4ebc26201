//! Styles as SGR sequences.

use std::fmt::Write;

use ratatui_core::buffer::Cell;
use ratatui_core::style::{Color, Modifier};

/// What a cell looks like, apart from its text; by default, [plain](Look::PLAIN).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    text: Color,
    behind: Color,
    underline: Color,
    modifier: Modifier,
}

impl Look {
    /// What SGR 0 leads to.
    pub(crate) const PLAIN: Look = Look {
        text: Color::Reset,
        behind: Color::Reset,
        underline: Color::Reset,
        modifier: Modifier::empty(),
    };

    pub(crate) fn of(cell: &Cell) -> Self {
        Look {
            text: cell.fg,
            behind: cell.bg,
            #[cfg(feature = "underline-color")]
            underline: cell.underline_color,
            #[cfg(not(feature = "underline-color"))]
            underline: Color::Reset,
            modifier: cell.modifier,
        }
    }

    /// Takes the colours away, for those who have asked for none (`NO_COLOR`).
    pub(crate) fn without_colors(self) -> Self {
        Look {
            modifier: self.modifier,
            ..Look::PLAIN
        }
    }

    /// Returns the sequence that leads from any look to this one.
    pub(crate) fn sequence(self) -> String {
        let mut text = String::from("\x1b[0");
        for (index, modifier) in MODIFIERS.into_iter().enumerate() {
            if self.modifier.contains(modifier) {
                number(&mut text, index + 1);
            }
        }
        color(&mut text, self.text, 30, 90, 38);
        color(&mut text, self.behind, 40, 100, 48);
        underline(&mut text, self.underline);
        text.push('m');
        text
    }
}

impl Default for Look {
    fn default() -> Self {
        Look::PLAIN
    }
}

/// In the order of their numbers, from one.
const MODIFIERS: [Modifier; 9] = [
    Modifier::BOLD,
    Modifier::DIM,
    Modifier::ITALIC,
    Modifier::UNDERLINED,
    Modifier::SLOW_BLINK,
    Modifier::RAPID_BLINK,
    Modifier::REVERSED,
    Modifier::HIDDEN,
    Modifier::CROSSED_OUT,
];

fn number(text: &mut String, number: usize) {
    // A string takes everything.
    let _ = write!(text, ";{number}");
}

/// Adds a colour: `dark` and `light` are the numbers of the first of the eight named ones, `other`
/// introduces the rest.
fn color(text: &mut String, color: Color, dark: usize, light: usize, other: usize) {
    let plain = match color {
        Color::Reset => return,
        Color::Black => dark,
        Color::Red => dark + 1,
        Color::Green => dark + 2,
        Color::Yellow => dark + 3,
        Color::Blue => dark + 4,
        Color::Magenta => dark + 5,
        Color::Cyan => dark + 6,
        Color::Gray => dark + 7,
        Color::DarkGray => light,
        Color::LightRed => light + 1,
        Color::LightGreen => light + 2,
        Color::LightYellow => light + 3,
        Color::LightBlue => light + 4,
        Color::LightMagenta => light + 5,
        Color::LightCyan => light + 6,
        Color::White => light + 7,
        Color::Indexed(index) => return indexed(text, other, index),
        Color::Rgb(r, g, b) => {
            let _ = write!(text, ";{other};2;{r};{g};{b}");
            return;
        }
    };
    number(text, plain);
}

fn indexed(text: &mut String, other: usize, index: u8) {
    let _ = write!(text, ";{other};5;{index}");
}

/// Adds the colour of the underline, which has no short numbers: the named ones are the first
/// sixteen of the palette.
fn underline(text: &mut String, color: Color) {
    let index = match color {
        Color::Reset => return,
        Color::Rgb(r, g, b) => {
            let _ = write!(text, ";58;2;{r};{g};{b}");
            return;
        }
        Color::Indexed(index) => index,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    indexed(text, 58, index);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(change: impl FnOnce(&mut Cell)) -> String {
        let mut cell = Cell::default();
        change(&mut cell);
        Look::of(&cell).sequence()
    }

    #[test]
    fn plain_cell_resets() {
        assert_eq!(sequence(|_| {}), "\x1b[0m");
        assert_eq!(Look::of(&Cell::default()), Look::PLAIN);
    }

    #[test]
    fn named_colors_are_the_sixteen_of_the_palette() {
        let red_on_white = |cell: &mut Cell| {
            cell.set_fg(Color::Red).set_bg(Color::White);
        };
        assert_eq!(sequence(red_on_white), "\x1b[0;31;107m");
        let gray_on_dark = |cell: &mut Cell| {
            cell.set_fg(Color::Gray).set_bg(Color::DarkGray);
        };
        assert_eq!(sequence(gray_on_dark), "\x1b[0;37;100m");
    }

    #[test]
    fn other_colors_are_an_index_or_three_shares() {
        let both = |cell: &mut Cell| {
            cell.set_fg(Color::Indexed(200)).set_bg(Color::Rgb(1, 2, 3));
        };
        assert_eq!(sequence(both), "\x1b[0;38;5;200;48;2;1;2;3m");
    }

    #[test]
    fn modifiers_have_their_numbers() {
        let all = |cell: &mut Cell| cell.modifier = Modifier::all();
        assert_eq!(sequence(all), "\x1b[0;1;2;3;4;5;6;7;8;9m");
    }

    #[test]
    fn colors_are_left_out_on_request() {
        let mut cell = Cell::default();
        cell.set_fg(Color::Red);
        cell.modifier = Modifier::BOLD;
        let look = Look::of(&cell).without_colors();
        assert_eq!(look.sequence(), "\x1b[0;1m");
    }

    #[cfg(feature = "underline-color")]
    #[test]
    fn underlines_have_colors() {
        let blue = |cell: &mut Cell| cell.underline_color = Color::LightBlue;
        assert_eq!(sequence(blue), "\x1b[0;58;5;12m");
    }
}
