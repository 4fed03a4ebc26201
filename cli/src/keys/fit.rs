//! Text within so many cells of a terminal's row.
//!
//! A wide character takes two cells and a combining one none. The text has no control characters:
//! the decoder takes none for a key, and `words` shows those of pastes as pictures.

use unicode_width::UnicodeWidthChar;

/// Returns how many cells `text` takes.
pub(super) fn cells(text: &str) -> usize {
    text.chars().map(cells_of).sum()
}

/// Returns as much of the beginning of `text` as fits into `limit` cells.
pub(super) fn clip(text: &str, limit: usize) -> &str {
    let mut taken = 0;
    let too_far = text.char_indices().find(|&(_, character)| {
        taken += cells_of(character);
        taken > limit
    });
    too_far.map_or(text, |(end, _)| &text[..end])
}

/// Returns `text` with blanks behind it up to `width` cells.
pub(super) fn pad(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(cells(text));
    format!("{text}{:blanks$}", "")
}

/// Breaks `text` at its blanks into rows that fit into `limit` cells; clips a longer word.
pub(super) fn rows(text: &str, limit: usize) -> Vec<&str> {
    let mut rows = Vec::new();
    let mut rest = text;
    while cells(rest) > limit {
        let word = rest.find(' ').unwrap_or(rest.len());
        // One cell more, for the blank behind a word that fills the row.
        let end = clip(rest, limit + 1).rfind(' ').unwrap_or(0).max(word);
        rows.push(clip(&rest[..end], limit));
        rest = rest[end..].trim_start();
    }
    rows.push(rest);
    rows
}

/// Returns the longest of `forms` that fits into `width` cells, or as much of the last as does.
pub(super) fn fitting(forms: impl IntoIterator<Item = String>, width: usize) -> String {
    let mut last = String::new();
    for form in forms {
        if cells(&form) <= width {
            return form;
        }
        last = form;
    }
    clip(&last, width).to_owned()
}

fn cells_of(character: char) -> usize {
    character.width().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clip_never_exceeds_the_limit_nor_drops_what_fits() {
        let text = "a世é界e\u{301}🙂 →µ";
        for limit in 0..=cells(text) + 2 {
            let clipped = clip(text, limit);
            let next = text[clipped.len()..].chars().next();
            assert!(cells(clipped) <= limit, "{limit}: {clipped:?}");
            assert!(
                next.is_none_or(|next| cells(clipped) + cells_of(next) > limit),
                "{limit}: {clipped:?} leaves {next:?} out"
            );
        }
        assert_eq!(clip("世界", 1), "");
        assert_eq!(clip("世界", 3), "世");
        assert_eq!(clip("e\u{301}x", 1), "e\u{301}");
    }

    #[test]
    fn padding_counts_cells() {
        assert_eq!(pad("世", 4), "世  ");
        assert_eq!(pad("é", 4), "é   ");
        assert_eq!(pad("longer", 4), "longer");
    }

    #[test]
    fn rows_break_at_blanks_and_keep_every_word_that_fits() {
        let text = "files blocked; open refused, socket refused";
        for limit in 8..=cells(text) + 1 {
            let rows = rows(text, limit);
            assert!(rows.iter().all(|row| cells(row) <= limit), "{rows:?}");
            assert_eq!(rows.join(" "), text, "{limit}");
        }
        assert_eq!(rows(text, 14)[0], "files blocked;");
        assert_eq!(rows("世 longer x", 1), ["", "l", "x"]);
    }
}
