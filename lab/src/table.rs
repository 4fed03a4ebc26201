//! Tables of text that fit into 80 columns, the same as Markdown, and the figures in them.
//!
//! The first column is left-aligned, all others are right-aligned.

use std::fmt::Write as _;

/// Rows under a heading.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Makes a table of these columns.
    pub(crate) fn new(head: &[&str]) -> Self {
        Table {
            head: head.iter().map(|&word| word.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.head.len());
        self.rows.push(cells);
    }

    /// Lays the table out for a terminal.
    pub(crate) fn text(&self) -> String {
        let lines = || std::iter::once(&self.head).chain(&self.rows);
        let width = |column: usize| lines().map(|row| row[column].chars().count()).max();
        let widths: Vec<usize> = (0..self.head.len()).filter_map(width).collect();
        let mut text = String::new();
        for row in lines() {
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                let _ = match column {
                    0 => write!(text, "{cell:<width$}"),
                    _ => write!(text, "  {cell:>width$}"),
                };
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text
    }

    /// Writes the table as Markdown.
    pub(crate) fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let mut rule = vec!["---".to_owned()];
        rule.resize(self.head.len(), "---:".to_owned());
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        line(&self.head) + &line(&rule) + &rows
    }
}

/// Writes a figure with three digits, or a dash where there is none.
pub(crate) fn figure(value: impl Into<Option<f64>>) -> String {
    match value.into() {
        None => "–".to_owned(),
        Some(value) if value < 10.0 => format!("{value:.2}"),
        Some(value) if value < 100.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.0}"),
    }
}

/// Writes nanoseconds with three digits and the unit that suits them.
pub(crate) fn brief(nanos: u64) -> String {
    match nanos {
        0..1_000 => format!("{nanos} ns"),
        1_000..1_000_000 => format!("{} µs", figure(nanos as f64 / 1e3)),
        1_000_000..1_000_000_000 => format!("{} ms", figure(nanos as f64 / 1e6)),
        _ => format!("{} s", figure(nanos as f64 / 1e9)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Table, figure};

    #[test]
    fn columns_line_up_in_text() {
        let mut table = Table::new(&["name", "µs"]);
        table.row(vec!["a".to_owned(), figure(12.34)]);
        table.row(vec!["longer".to_owned(), figure(None)]);
        assert_eq!(table.text(), "name      µs\na       12.3\nlonger     –\n");
        assert!(
            table
                .markdown()
                .starts_with("| name | µs |\n| --- | ---: |\n| a | 12.3 |\n")
        );
    }
}
