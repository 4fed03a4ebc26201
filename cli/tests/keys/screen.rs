//! A model of what a terminal shows: rows that break at the last column and are broken again when
//! the terminal becomes narrower, as most terminals do. It knows the few sequences that
//! `ttyring keys` draws with, and has no height.

use ttyring_test_support::Pty;
use unicode_width::UnicodeWidthChar;

/// Stands in the second cell of a wide character.
const SECOND_HALF: char = '\0';

#[derive(Debug)]
pub(crate) struct Screen {
    columns: usize,
    rows: Vec<Vec<char>>,
    row: usize,
    column: usize,
    /// A row that is too long is clipped, not broken.
    clips: bool,
    /// What was fed and is not whole yet.
    rest: Vec<u8>,
}

impl Screen {
    pub(crate) fn new(columns: u16) -> Self {
        Screen {
            columns: columns.into(),
            rows: vec![Vec::new()],
            row: 0,
            column: 0,
            clips: false,
            rest: Vec::new(),
        }
    }

    /// Reads what the program on `pty` writes until `enough` says so of the rows.
    #[track_caller]
    pub(crate) fn wait_for(
        &mut self,
        pty: &mut Pty,
        what: &str,
        mut enough: impl FnMut(&[String]) -> bool,
    ) -> Vec<String> {
        let mut fed = 0;
        let found = pty.read_until(|seen| {
            self.feed(&seen[fed..]);
            fed = seen.len();
            enough(&self.rows())
        });
        pty.forget();
        let rows = self.rows();
        assert!(found, "not shown: {what}: {rows:#?}");
        rows
    }

    /// Reads until a row contains `text`.
    #[track_caller]
    pub(crate) fn expect(&mut self, pty: &mut Pty, text: &str) -> Vec<String> {
        self.wait_for(pty, text, |rows| rows.iter().any(|row| row.contains(text)))
    }

    /// Shows what a program has written.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        let whole = std::mem::take(&mut self.rest);
        let mut rest = &whole[..];
        while let Some(used) = self.take(rest) {
            rest = &rest[used..];
        }
        self.rest = rest.to_vec();
    }

    /// Obeys the first character or sequence; returns its length, `None` if it is not whole.
    fn take(&mut self, bytes: &[u8]) -> Option<usize> {
        match bytes {
            [] | [0x1b] => None,
            [0x1b, b'[', rest @ ..] => {
                let end = rest.iter().position(|byte| matches!(byte, b'@'..=b'~'))?;
                let digits: String = rest[..end].iter().map(|&byte| char::from(byte)).collect();
                match (&*digits, rest[end]) {
                    ("?7", last) => self.clips = last == b'l',
                    _ => self.obey(digits.parse().unwrap_or(1), rest[end]),
                }
                Some(end + 3)
            }
            [0x1b, other, ..] => panic!("a sequence of another kind: {other:#x}"),
            [b'\r', ..] => {
                self.column = 0;
                Some(1)
            }
            [b'\n', ..] => {
                self.go_down();
                Some(1)
            }
            _ => {
                let length = (1..=bytes.len().min(4))
                    .find(|&end| std::str::from_utf8(&bytes[..end]).is_ok())?;
                let text = std::str::from_utf8(&bytes[..length]).ok()?;
                text.chars().for_each(|character| self.put(character));
                Some(length)
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

    fn obey(&mut self, count: usize, last: u8) {
        match last {
            b'A' => self.row = self.row.saturating_sub(count),
            b'B' => {
                self.row += count;
                // A row that was erased is still there.
                let rows = self.rows.len().max(self.row + 1);
                self.rows.resize(rows, Vec::new());
            }
            b'C' => self.column += count,
            b'J' => {
                self.rows.truncate(self.row + 1);
                self.rows[self.row].truncate(self.column);
            }
            b'K' => self.rows[self.row].truncate(self.column),
            b'L' => {
                self.rows.insert(self.row, Vec::new());
                // Nothing is below the last row.
                self.rows.pop_if(|row| row.is_empty());
            }
            _ => {}
        }
    }

    fn put(&mut self, character: char) {
        let width = character.width().expect("a character that is shown");
        if width == 0 {
            return;
        }
        if self.column + width > self.columns && self.clips {
            self.column = self.columns.saturating_sub(width);
        } else if self.column + width > self.columns {
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
