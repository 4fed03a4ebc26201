//! What a terminal has switched on after everything that was written to it.

use std::collections::BTreeSet;

/// The modes of a terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Screen {
    /// DEC private modes that are not as at power-on; 25 while the cursor is hidden.
    pub(super) dec: BTreeSet<u32>,
    /// Depths of the keyboard stacks of the main and the alternate screen.
    pub(super) keyboard: [usize; 2],
    /// Whether modifyOtherKeys is on.
    pub(super) other_keys: bool,
    /// What was written that is no control sequence: parts of torn ones.
    pub(super) text: String,
}

impl Screen {
    /// Reads everything that was written.
    pub(super) fn of(written: &[u8]) -> Self {
        let mut screen = Screen::default();
        let mut rest = written;
        while let Some((&first, tail)) = rest.split_first() {
            rest = tail;
            if first != 0x1b {
                screen.text.push(char::from(first));
            } else if let Some(tail) = tail.strip_prefix(b"[") {
                let length = tail
                    .iter()
                    .position(|byte| (0x40..0x7f).contains(byte) || *byte == 0x1b);
                let Some(length) = length else { break };
                if tail[length] == 0x1b {
                    rest = &tail[length..];
                } else {
                    screen.control(&tail[..length], tail[length]);
                    rest = &tail[length + 1..];
                }
            }
        }
        screen
    }

    /// Returns whether everything is as at power-on.
    pub(super) fn is_plain(&self) -> bool {
        self.dec.is_empty() && self.keyboard == [0, 0] && !self.other_keys
    }

    fn control(&mut self, parameters: &[u8], last: u8) {
        let text = std::str::from_utf8(parameters).expect("ASCII");
        let number = |from: usize| text[from..].parse::<u32>().ok();
        let shown = usize::from(self.dec.contains(&1049));
        match (text.as_bytes().first(), last) {
            (Some(b'?'), b'h' | b'l') => {
                let number = number(1).expect("one mode each");
                // The cursor is shown at power-on.
                if (last == b'h') == (number != 25) {
                    self.dec.insert(number);
                } else {
                    self.dec.remove(&number);
                }
            }
            (Some(b'>'), b'u') => self.keyboard[shown] += 1,
            (Some(b'<'), b'u') => {
                let count = number(1).unwrap_or(1) as usize;
                self.keyboard[shown] = self.keyboard[shown].saturating_sub(count);
            }
            (Some(b'>'), b'm') => self.other_keys = text.starts_with(">4;"),
            _ => {}
        }
    }
}
