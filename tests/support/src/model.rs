//! A terminal that only remembers: which modes are set, what is on the keyboard's stacks.
//!
//! It draws nothing. What it would answer is kept for the test, which sends it or does not.

use std::collections::BTreeSet;

/// What a program has left switched on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Modes {
    /// DEC private modes that are not as at power-on, by number; 25 is there while the cursor is
    /// hidden.
    pub dec: BTreeSet<u32>,
    /// Depths of the kitty keyboard stacks of the main and the alternate screen.
    pub keyboard: [usize; 2],
    /// Whether modifyOtherKeys is on.
    pub other_keys: bool,
}

impl Modes {
    /// Whether everything is as at power-on.
    pub fn are_off(&self) -> bool {
        *self == Modes::default()
    }
}

/// The terminal.
#[derive(Debug, Default)]
pub struct Model {
    modes: Modes,
    state: State,
    parameters: Vec<u8>,
    questions: usize,
    answers: Vec<u8>,
    resets: usize,
    text: Vec<u8>,
    /// A text to wait for, and the modes when it came.
    watched: (String, usize),
    at_watched: Option<Modes>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    Escape,
    Csi,
    String,
    StringEscape,
}

impl Model {
    /// Takes what a program has written.
    pub fn feed(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.state = self.step(byte);
        }
    }

    /// What is switched on.
    pub fn modes(&self) -> &Modes {
        &self.modes
    }

    /// How often DA1 (`CSI c`) was asked.
    pub fn questions(&self) -> usize {
        self.questions
    }

    /// Returns what a terminal has answered since the last call, in the order of the questions:
    /// DA1 (`CSI c`) and CPR (`CSI 6 n`).
    pub fn answers(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.answers)
    }

    /// How often a mode was switched off (`CSI ? n l`), however short a time it stayed so.
    pub fn resets(&self) -> usize {
        self.resets
    }

    /// Everything written that is not a control sequence.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }

    /// Remembers the modes when this text comes next.
    pub fn watch(&mut self, text: &str) {
        self.watched = (text.to_owned(), self.text.len());
        self.at_watched = None;
    }

    /// The modes when the watched text came, if it has.
    pub fn at_watch(&self) -> Option<&Modes> {
        self.at_watched.as_ref()
    }

    /// As [`at_watch`](Model::at_watch), once it has.
    ///
    /// # Panics
    ///
    /// When it has not come.
    pub fn at_watched(&self) -> &Modes {
        self.at_watch().expect("the text has come")
    }

    /// Forgets the text.
    pub fn forget(&mut self) {
        self.text.clear();
        self.watched.1 = 0;
    }

    fn step(&mut self, byte: u8) -> State {
        match (self.state, byte) {
            (State::String, 0x1b) => State::StringEscape,
            (State::String, 0x07) | (State::StringEscape, b'\\') => State::Ground,
            (State::String | State::StringEscape, _) => State::String,
            (_, 0x1b) => State::Escape,
            (State::Escape, b'[') => {
                self.parameters.clear();
                State::Csi
            }
            (State::Escape, b']' | b'P' | b'_' | b'^') => State::String,
            (State::Escape, _) => State::Ground,
            (State::Csi, b'@'..=b'~') => {
                self.control(byte);
                State::Ground
            }
            (State::Csi, _) => {
                self.parameters.push(byte);
                State::Csi
            }
            (State::Ground, _) => {
                self.text.push(byte);
                self.look();
                State::Ground
            }
        }
    }

    fn look(&mut self) {
        let (watched, from) = &self.watched;
        let new = self.text.get(*from..).unwrap_or_default();
        if self.at_watched.is_none() && !watched.is_empty() && new.ends_with(watched.as_bytes()) {
            self.at_watched = Some(self.modes.clone());
        }
    }

    fn control(&mut self, end: u8) {
        let parameters = String::from_utf8_lossy(&self.parameters).into_owned();
        let alternate = usize::from(self.modes.dec.contains(&1049));
        let stack = &mut self.modes.keyboard[alternate];
        match (parameters.as_bytes().first(), end) {
            (Some(b'?'), b'h' | b'l') => {
                self.resets += usize::from(end == b'l');
                for number in parameters[1..].split(';').filter_map(|n| n.parse().ok()) {
                    self.set(number, end == b'h');
                }
            }
            (Some(b'>'), b'u') => *stack += 1,
            (Some(b'<'), b'u') => {
                let count = parameters[1..].parse().unwrap_or(1);
                *stack = stack.saturating_sub(count);
            }
            (Some(b'>'), b'm') => self.modes.other_keys = parameters.starts_with(">4;"),
            (None | Some(b'0'), b'c') => {
                self.questions += 1;
                self.answers.extend_from_slice(b"\x1b[?62;22c");
            }
            (Some(b'6'), b'n') => self.answers.extend_from_slice(b"\x1b[3;5R"),
            _ => {}
        }
    }

    fn set(&mut self, number: u32, on: bool) {
        // Cursor and automatic wrap are on at power-on.
        let usual = matches!(number, 25 | 7);
        if on != usual {
            self.modes.dec.insert(number);
        } else {
            self.modes.dec.remove(&number);
        }
    }
}
