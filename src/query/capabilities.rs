//! What a terminal can do, asked in one round trip.

use std::time::Duration;

use ttyring_platform::Backend;

use super::{
    COLOR_SCHEME, KEYBOARD_FLAGS, PRIMARY_ATTRIBUTES, QueryError, Question, SECONDARY_ATTRIBUTES,
    VERSION, color, private_mode,
};
use crate::event::{Color, Reply};
use crate::input::{Awaited, Input, Matches};
use crate::terminal::{Keyboard, Modes};

/// The modes that are asked about, with their numbers.
const MODES: [(Modes, u16); 8] = [
    (Modes::MOUSE_DRAG, 1002),
    (Modes::FOCUS, 1004),
    (Modes::MOUSE_SGR, 1006),
    (Modes::MOUSE_PIXELS, 1016),
    (Modes::PASTE, 2004),
    (Modes::SYNCHRONIZED, 2026),
    (Modes::COLOR_SCHEME, 2031),
    (Modes::RESIZE, 2048),
];

/// What a terminal reports about itself: see [`Input::capabilities`].
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Capabilities {
    /// The terminal has answered the last question, so it lacks whatever is missing below. If this
    /// is false, it was too slow or does not answer at all.
    pub complete: bool,
    /// DA1: what it is compatible with, and its extensions.
    pub primary: Vec<u32>,
    /// DA2: type, version and a third number.
    pub secondary: Vec<u32>,
    /// XTVERSION: its name and version.
    pub version: Option<String>,
    /// The kitty keyboard protocol is known, and these of its flags are on.
    pub keyboard: Option<Keyboard>,
    /// The modes that are known and can be switched on, of those that DECRQM was asked about:
    /// mouse (1002, 1006, 1016), focus (1004), paste (2004), synchronized output (2026), color
    /// scheme (2031) and in-band resize (2048).
    pub modes: Modes,
    /// The default color of text.
    pub foreground: Option<[u16; 3]>,
    /// The default color behind text.
    pub background: Option<[u16; 3]>,
    /// The color scheme is a dark one: as the terminal says, or by the brightness of the
    /// background.
    pub dark: Option<bool>,
}

impl Capabilities {
    /// Returns whether the terminal speaks the kitty keyboard protocol.
    pub fn supports_kitty(&self) -> bool {
        self.keyboard.is_some()
    }
}

/// Notes an answer among the capabilities.
type Use = Box<dyn Fn(&Reply<'_>, &mut Capabilities)>;

/// Collects questions, and what is to be done with each answer.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    questions: Vec<Matches>,
    uses: Vec<Use>,
}

impl Batch {
    fn ask<A: 'static>(
        &mut self,
        question: Question<A>,
        store: impl Fn(A, &mut Capabilities) + 'static,
    ) {
        self.bytes.extend_from_slice(question.request());
        self.questions.push(question.matches());
        self.uses.push(Box::new(move |reply, found| {
            if let Some(answer) = question.read(reply) {
                store(answer, found);
            }
        }));
    }

    fn all() -> Self {
        let mut batch = Batch::default();
        batch.ask(KEYBOARD_FLAGS, |flags, found| found.keyboard = Some(flags));
        batch.ask(VERSION, |version, found| found.version = Some(version));
        batch.ask(SECONDARY_ATTRIBUTES, |numbers, found| {
            found.secondary = numbers
        });
        // Terminal.app prints the `p` of DECRQM, and knows few of these modes.
        let is_known_not_to =
            std::env::var_os("TERM_PROGRAM").is_some_and(|name| name == "Apple_Terminal");
        for (mode, number) in MODES.into_iter().filter(|_| !is_known_not_to) {
            batch.ask(private_mode(number), move |state, found| {
                found.modes.set(mode, state.is_available());
            });
        }
        batch.ask(color(Color::Foreground), |rgb, found| {
            found.foreground = Some(rgb);
        });
        batch.ask(color(Color::Background), |rgb, found| {
            found.background = Some(rgb);
        });
        batch.ask(COLOR_SCHEME, |dark, found| found.dark = Some(dark));
        batch.ask(PRIMARY_ATTRIBUTES, |numbers, found| {
            found.primary = numbers;
            found.complete = true;
        });
        batch
    }
}

impl<B: Backend> Input<B> {
    /// Asks the terminal what it can do, in one round trip, and waits for at most `timeout`. The
    /// result holds the answers that arrived by then; [`Capabilities::complete`] says whether these
    /// are all.
    ///
    /// Keys that are pressed meanwhile are kept for the next events, as in [`Input::query`]. If
    /// they exceed 1 MiB, the wait ends early.
    ///
    /// # Errors
    ///
    /// When the terminal is gone, or cannot be written to.
    pub fn capabilities(&mut self, timeout: Duration) -> Result<Capabilities, QueryError> {
        if self.is_full() {
            return Ok(Capabilities::default());
        }
        let deadline = self.now() + timeout;
        let Batch {
            bytes,
            questions,
            uses,
        } = Batch::all();
        let ticket = self.ask(bytes, questions, false)?;
        let answers = match self.await_answers(ticket, deadline)? {
            Awaited::Answers(answers) => answers,
            Awaited::Elapsed | Awaited::Busy => self.give_up(ticket),
            Awaited::End => return Err(QueryError::End),
        };
        let mut found = Capabilities::default();
        for (answer, store) in answers.iter().zip(uses) {
            if let Some(reply) = answer {
                store(reply, &mut found);
            }
        }
        found.dark = found.dark.or(found.background.map(is_dark));
        Ok(found)
    }
}

/// Whether text on this color wants to be light: by its luminance (ITU-R BT.709).
fn is_dark([red, green, blue]: [u16; 3]) -> bool {
    let luminance = 0.2126 * f64::from(red) + 0.7152 * f64::from(green) + 0.0722 * f64::from(blue);
    luminance < f64::from(u16::MAX) / 2.0
}
