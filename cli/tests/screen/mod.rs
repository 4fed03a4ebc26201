//! A model of what a terminal shows: rows that break at the last column and are broken again when
//! the terminal becomes narrower, as most terminals do. It knows the few sequences that
//! `ttyring keys` draws with, and has no height.

use unicode_width::UnicodeWidthChar;

/// Stands in the second cell of a wide character.
const SECOND_HALF: char = '\0';

#[derive(Debug)]
pub(crate) struct Screen {
    columns: usize,
    rows: Vec<Vec<char>>,
    row: usize,
    column: usize,
}

impl Screen {
    pub(crate) fn new(columns: u16) -> Self {
        Screen {
            columns: columns.into(),
            rows: vec![Vec::new()],
            row: 0,
            column: 0,
        }
    }

    /// Shows what a program has written: whole characters and sequences.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        let text = std::str::from_utf8(bytes).expect("whole characters");
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '\r' => self.column = 0,
                '\n' => self.go_down(),
                '\x1b' => {
                    assert_eq!(characters.next(), Some('['), "a sequence of another kind");
                    let last = characters.find(|c| matches!(c, '@'..='~'));
                    self.obey(last.expect("a whole sequence"));
                }
                _ => self.put(character),
            }
        }
    }

    /// Breaks every row that is too long into several; the cursor stays on its character.
    pub(crate) fn narrow(&mut self, columns: u16) {
        self.columns = columns.into();
        let pieces = |rows: &[Vec<char>]| -> Vec<Vec<char>> {
            let pieces = rows.iter().flat_map(|row| match row.is_empty() {
                true => vec![Vec::new()],
                false => row.chunks(self.columns).map(<[char]>::to_vec).collect(),
            });
            pieces.collect()
        };
        let above = pieces(&self.rows[..self.row]).len();
        let rows = pieces(&self.rows);
        self.rows = rows;
        self.row = above + self.column / self.columns;
        self.column %= self.columns;
    }

    /// Returns what each row shows, without the blanks at its end.
    pub(crate) fn rows(&self) -> Vec<String> {
        let shown = |row: &Vec<char>| {
            let row: String = row.iter().filter(|&&c| c != SECOND_HALF).collect();
            row.trim_end().to_owned()
        };
        self.rows.iter().map(shown).collect()
    }

    fn obey(&mut self, last: char) {
        match last {
            'J' => {
                self.rows.truncate(self.row + 1);
                self.rows[self.row].truncate(self.column);
            }
            'K' => self.rows[self.row].truncate(self.column),
            _ => {}
        }
    }

    fn put(&mut self, character: char) {
        let width = character.width().expect("a character that is shown");
        if width == 0 {
            return;
        }
        if self.column + width > self.columns {
            self.column = 0;
            self.go_down();
        }
        let row = &mut self.rows[self.row];
        let end = self.column + width;
        row.resize(row.len().max(end), ' ');
        row[self.column] = character;
        row[self.column + 1..end].fill(SECOND_HALF);
        self.column = end;
    }

    fn go_down(&mut self) {
        self.row += 1;
        if self.row == self.rows.len() {
            self.rows.push(Vec::new());
        }
    }
}
