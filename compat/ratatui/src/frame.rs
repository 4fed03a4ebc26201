//! The bytes of a frame: cells, their styles and the moves of the cursor, until they are written
//! at once.
//!
//! This writes nothing to the terminal and asks it nothing.

use ratatui_core::buffer::Cell;
use ratatui_core::layout::Position;
use unicode_width::UnicodeWidthStr;

use crate::style::Look;

/// Synchronized output: what follows is shown when all of it is there.
const BEGIN: &[u8] = b"\x1b[?2026h";
pub(crate) const END: &[u8] = b"\x1b[?2026l";

/// The terminal clips rows and breaks none: it may have become narrower a moment ago, and a row
/// that it broke would be one more to go up than is known here.
const CLIP: &[u8] = b"\x1b[?7l";
const BREAK: &[u8] = b"\x1b[?7h";

/// Erases relative rows from where the cursor is between two frames. After a death within a frame
/// the terminal breaks rows again.
pub(crate) const ERASE: &[u8] = b"\x1b[?7h\r\x1b[J";

/// Asks for the wide form of the character before it (variation selector 16).
const EMOJI: char = '\u{fe0f}';

/// What was not written yet.
#[derive(Debug)]
pub(crate) struct Frame {
    bytes: Vec<u8>,
    /// It is shown as a whole.
    is_synchronized: bool,
    /// The cursor is moved from where it is, not to a place on the screen.
    is_relative: bool,
    has_colors: bool,
    /// Where the cursor is, if nobody else has moved it.
    pub(crate) at: Position,
}

impl Frame {
    pub(crate) fn new(is_relative: bool) -> Self {
        Frame {
            bytes: Vec::new(),
            is_synchronized: is_relative,
            is_relative,
            has_colors: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            at: Position::ORIGIN,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) fn is_synchronized(&self) -> bool {
        self.is_synchronized
    }

    /// What comes from here on is shown together.
    pub(crate) fn synchronize(&mut self) {
        self.is_synchronized = true;
    }

    /// Adds what makes the frame whole. With relative moves all bytes belong to a frame.
    pub(crate) fn finish(&mut self) {
        if self.is_synchronized && !self.is_empty() {
            if self.is_relative {
                self.bytes.extend_from_slice(BREAK);
            }
            self.bytes.extend_from_slice(END);
        }
        self.is_synchronized = self.is_relative;
    }

    /// Returns what is to be written; [`clear`](Frame::clear) comes after that.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
    }

    pub(crate) fn put(&mut self, bytes: &[u8]) {
        if self.is_synchronized && self.bytes.is_empty() {
            self.bytes.extend_from_slice(BEGIN);
            if self.is_relative {
                self.bytes.extend_from_slice(CLIP);
            }
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Moves the cursor; a relative one stays within rows that are there.
    pub(crate) fn go(&mut self, to: Position) {
        if self.is_relative {
            self.go_from_here(to);
        } else {
            let text = format!("\x1b[{};{}H", u32::from(to.y) + 1, u32::from(to.x) + 1);
            self.put(text.as_bytes());
        }
        self.at = to;
    }

    fn go_from_here(&mut self, to: Position) {
        if to == self.at {
            return;
        }
        // Where a row ends, terminals differ in which column the cursor is.
        let mut moves = String::from("\r");
        match (to.y, self.at.y) {
            (new, old) if new < old => moves += &format!("\x1b[{}A", old - new),
            (new, old) if new > old => moves += &format!("\x1b[{}B", new - old),
            _ => {}
        }
        if to.x > 0 {
            moves += &format!("\x1b[{}C", to.x);
        }
        self.put(moves.as_bytes());
    }

    /// Writes cells of a screen with `width` columns.
    pub(crate) fn cells<'a>(
        &mut self,
        cells: impl Iterator<Item = (u16, u16, &'a Cell)>,
        width: u16,
    ) {
        let mut pen = Pen::default();
        for (x, y, cell) in cells {
            let place = Position::new(x, y);
            if pen.covers(place) {
                continue;
            }
            if pen.next != Some(place) {
                pen.leave_blanks(self, width);
                self.go(place);
            }
            let wanted = match self.has_colors {
                true => Look::of(cell),
                false => Look::of(cell).without_colors(),
            };
            if cell.symbol() == " " && wanted == Look::PLAIN {
                pen.blanks += 1;
                pen.next = Some(Position::new(x.saturating_add(1), y));
                continue;
            }
            pen.leave_blanks(self, width);
            pen.wear(self, wanted);
            if cell.symbol().contains(EMOJI) {
                // Its second half is not written, and some terminals show it in one cell.
                self.put(b"  ");
                self.at.x = x.saturating_add(2);
                self.go(place);
            }
            self.put(cell.symbol().as_bytes());
            let cells = u16::try_from(cell.symbol().width()).unwrap_or(1);
            self.at = Position::new(x.saturating_add(cells), y);
            // Terminals differ in how wide some characters are: after a wide one nothing is taken
            // for granted.
            pen.next = (cells == 1).then_some(self.at);
            pen.covered = Some(self.at);
        }
        pen.leave_blanks(self, width);
        pen.wear(self, Look::PLAIN);
    }
}

/// How cells follow each other.
#[derive(Default)]
struct Pen {
    look: Look,
    /// Where the next cell is written without a move.
    next: Option<Position>,
    /// Behind what was written last.
    covered: Option<Position>,
    /// Blanks that were not written yet: at the end of a row they are an erasure, so that a
    /// terminal that becomes narrower has none to break.
    blanks: u16,
}

impl Pen {
    /// Whether this is the second half of a wide character, which is drawn already.
    fn covers(&self, place: Position) -> bool {
        let end = self.covered;
        self.blanks == 0 && end.is_some_and(|end| end.y == place.y && place.x < end.x)
    }

    fn leave_blanks(&mut self, frame: &mut Frame, width: u16) {
        let blanks = std::mem::take(&mut self.blanks);
        if blanks == 0 {
            return;
        }
        self.wear(frame, Look::PLAIN);
        if frame.at.x.saturating_add(blanks) >= width {
            frame.put(b"\x1b[K");
        } else {
            frame.put(" ".repeat(blanks.into()).as_bytes());
            frame.at.x += blanks;
        }
    }

    fn wear(&mut self, frame: &mut Frame, look: Look) {
        if look != self.look {
            frame.put(look.sequence().as_bytes());
            self.look = look;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(is_relative: bool, row: &[&str]) -> String {
        let mut frame = Frame::new(is_relative);
        let mut cells: Vec<Cell> = Vec::new();
        for symbol in row {
            let mut cell = Cell::default();
            cell.set_symbol(symbol);
            cells.push(cell);
        }
        let places = cells.iter().zip(0..).map(|(cell, x)| (x, 1, cell));
        frame.cells(places, 6);
        frame.finish();
        String::from_utf8(frame.bytes().to_vec()).expect("text")
    }

    #[test]
    fn blanks_at_the_end_of_a_row_are_erased() {
        let blanks_within = drawn(false, &["a", " ", " ", "b", " ", " "]);
        assert_eq!(blanks_within, "\x1b[2;1Ha  b\x1b[K");
        assert_eq!(drawn(false, &[" "; 6]), "\x1b[2;1H\x1b[K");
        assert_eq!(drawn(false, &["a", " "]), "\x1b[2;1Ha ", "more may follow");
    }

    #[test]
    fn second_half_of_a_wide_character_is_not_written() {
        assert_eq!(drawn(false, &["猫", " ", "b"]), "\x1b[2;1H猫\x1b[2;3Hb");
    }

    #[test]
    fn emoji_of_uncertain_width_leaves_nothing_of_what_was_there() {
        assert_eq!(
            drawn(false, &["⚠\u{fe0f}", " ", "b"]),
            "\x1b[2;1H  \x1b[2;1H⚠\u{fe0f}\x1b[2;3Hb"
        );
    }

    #[test]
    fn relative_moves_start_where_the_cursor_is() {
        let row = drawn(true, &["a", "b"]);
        assert_eq!(row, "\x1b[?2026h\x1b[?7l\r\x1b[1Bab\x1b[?7h\x1b[?2026l");
        let mut frame = Frame::new(true);
        frame.at = Position::new(5, 2);
        frame.go(Position::new(3, 0));
        assert!(frame.bytes().ends_with(b"\r\x1b[2A\x1b[3C"));
        let len = frame.bytes().len();
        frame.go(Position::new(3, 0));
        assert_eq!(frame.bytes().len(), len, "it is there already");
    }
}
