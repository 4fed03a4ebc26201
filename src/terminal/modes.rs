//! The modes of the terminal that a program may switch on, and the bytes that switch them on and
//! off again.
//!
//! Nothing here writes: [`Reset`] is made ahead of time, so that a signal handler has only to write
//! it.

use std::fmt::Write as _;

bitflags::bitflags! {
    /// A set of modes of the terminal, each off unless a program asks for it.
    ///
    /// Numbers are those of DECSET and DECRST (`CSI ? n h`, `CSI ? n l`) in xterm's control
    /// sequences, unless it says otherwise.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Modes: u32 {
        /// Mouse buttons are reported (1000).
        const MOUSE_BUTTONS = 1 << 0;
        /// Mouse buttons, and motion while one is held, are reported (1002).
        const MOUSE_DRAG = 1 << 1;
        /// Mouse buttons and every motion are reported (1003).
        const MOUSE_MOTION = 1 << 2;
        /// Mouse reports have no limit on columns and say which button was released (1006).
        const MOUSE_SGR = 1 << 3;
        /// Mouse reports are in pixels (1016).
        const MOUSE_PIXELS = 1 << 4;
        /// Gaining and losing the focus is reported (1004).
        const FOCUS = 1 << 5;
        /// Pasted text comes between marks, so that it is not taken for typing (2004).
        const PASTE = 1 << 6;
        /// A change of the window's size is reported among the input (2048).
        const RESIZE = 1 << 7;
        /// A change between a dark and a light colour scheme is reported (2031).
        const COLOR_SCHEME = 1 << 8;
        /// What is written is shown all at once when the mode ends (2026).
        const SYNCHRONIZED = 1 << 9;
        /// The alternate screen; the cursor is saved and restored (1049).
        const ALTERNATE_SCREEN = 1 << 10;
        /// The cursor is hidden (25, the other way round).
        const HIDDEN_CURSOR = 1 << 11;
        /// Arrow keys send application sequences (1).
        const APPLICATION_CURSOR = 1 << 12;
        /// xterm's modifyOtherKeys, level 2 (`CSI > 4 ; 2 m`).
        const MODIFY_OTHER_KEYS = 1 << 13;

        /// Buttons, and motion while one is held, with full coordinates: what most programs want.
        const MOUSE = Self::MOUSE_DRAG.bits() | Self::MOUSE_SGR.bits();
    }
}

bitflags::bitflags! {
    /// Flags of the kitty keyboard protocol ("progressive enhancement").
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Keyboard: u8 {
        /// Keys that would be ambiguous, Esc among them, come as escape codes.
        const DISAMBIGUATE = 1;
        /// Repeats and releases are reported.
        const EVENT_TYPES = 2;
        /// The shifted key and the key of the base layout are reported.
        const ALTERNATE_KEYS = 4;
        /// Keys that make text come as escape codes, too.
        const ALL_KEYS = 8;
        /// The text that a key makes comes with it.
        const TEXT = 16;
    }
}

impl Modes {
    /// The modes in which the terminal sends something that the keyboard did not: after they end,
    /// reports may still be under way.
    pub const REPORTS: Modes = Modes::MOUSE_BUTTONS
        .union(Modes::MOUSE_DRAG)
        .union(Modes::MOUSE_MOTION)
        .union(Modes::FOCUS)
        .union(Modes::RESIZE)
        .union(Modes::COLOR_SCHEME);
}

/// The DEC private modes in the order in which they are switched off; on is the reverse.
///
/// Synchronized output ends first, or nothing of the rest would be shown; the alternate screen is
/// left last, since some terminals keep a set of modes for each screen.
const DEC: [(Modes, u16); 12] = [
    (Modes::SYNCHRONIZED, 2026),
    (Modes::FOCUS, 1004),
    (Modes::PASTE, 2004),
    (Modes::COLOR_SCHEME, 2031),
    (Modes::RESIZE, 2048),
    (Modes::MOUSE_PIXELS, 1016),
    (Modes::MOUSE_SGR, 1006),
    (Modes::MOUSE_MOTION, 1003),
    (Modes::MOUSE_DRAG, 1002),
    (Modes::MOUSE_BUTTONS, 1000),
    (Modes::APPLICATION_CURSOR, 1),
    (Modes::HIDDEN_CURSOR, 25),
];

/// Everything that was switched on: the modes, and the stacks of kitty keyboard flags, of which
/// the terminal keeps one for each screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Enabled {
    /// The modes that are on.
    pub(crate) modes: Modes,
    /// What was pushed while the main screen was shown.
    pub(crate) main: Vec<Keyboard>,
    /// What was pushed while the alternate screen was shown.
    pub(crate) alternate: Vec<Keyboard>,
    /// What the program has written itself.
    pub(crate) notes: Vec<u8>,
    /// What undoes that.
    pub(crate) unnotes: Vec<u8>,
}

impl Enabled {
    /// Returns whether nothing was switched on.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Enabled::default()
    }

    /// Returns the stack of keyboard flags of the screen that is shown.
    fn shown(&self) -> &[Keyboard] {
        if self.is_alternate() {
            &self.alternate
        } else {
            &self.main
        }
    }

    fn is_alternate(&self) -> bool {
        self.modes.contains(Modes::ALTERNATE_SCREEN)
    }

    /// Returns whether the terminal may send something that the keyboard did not: after these end,
    /// reports may still be under way. Releases of keys are such reports, too.
    pub(crate) fn reports(&self) -> bool {
        let mut flags = self.main.iter().chain(&self.alternate);
        self.modes.intersects(Modes::REPORTS)
            || flags.any(|flags| flags.contains(Keyboard::EVENT_TYPES))
    }

    /// Returns the bytes that lead from this to `next`. Notes are the program's to write.
    pub(crate) fn change_to(&self, next: &Enabled) -> Vec<u8> {
        let mut text = String::new();
        let screens = (self.is_alternate(), next.is_alternate());
        // Each stack is within reach while its screen is shown.
        match screens {
            (true, true) => change_stack(&mut text, &self.alternate, &next.alternate),
            (true, false) => pop_keyboard(&mut text, self.alternate.len()),
            (false, _) => change_stack(&mut text, &self.main, &next.main),
        }
        text.push_str(&reset(self.modes - next.modes));
        text.push_str(&set(next.modes - self.modes));
        match screens {
            (true, false) => change_stack(&mut text, &self.main, &next.main),
            (false, true) => push_keyboard(&mut text, &next.alternate),
            _ => {}
        }
        text.into_bytes()
    }

    /// Returns what is on at the most while the bytes of [`change_to`](Enabled::change_to) are
    /// under way.
    pub(crate) fn on_the_way_to(&self, next: &Enabled) -> Enabled {
        let longer = |one: &Vec<Keyboard>, other: &Vec<Keyboard>| {
            if one.len() > other.len() { one } else { other }.clone()
        };
        Enabled {
            modes: self.modes | next.modes,
            main: longer(&self.main, &next.main),
            alternate: longer(&self.alternate, &next.alternate),
            notes: next.notes.clone(),
            unnotes: [&*self.unnotes, &*next.unnotes].concat(),
        }
    }

    /// Returns the bytes that switch everything on again, from nothing.
    pub(crate) fn set_bytes(&self) -> Vec<u8> {
        let mut text = String::new();
        push_keyboard(&mut text, &self.main);
        text.push_str(&set(self.modes & Modes::ALTERNATE_SCREEN));
        push_keyboard(&mut text, &self.alternate);
        text.push_str(&set(self.modes - Modes::ALTERNATE_SCREEN));
        with(text, &self.notes)
    }

    /// Returns the bytes that switch everything on where it may be on still: keyboard flags are
    /// replaced (`CSI = flags u`), not pushed.
    pub(crate) fn again_bytes(&self) -> Vec<u8> {
        let mut text = set(self.modes);
        if let Some(flags) = self.shown().last() {
            write!(text, "\x1b[={}u", flags.bits()).expect("a string takes what is written to it");
        }
        with(text, &self.notes)
    }

    /// Returns the bytes that undo everything.
    pub(crate) fn reset_bytes(&self) -> Vec<u8> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut bytes = with(reset(self.modes & Modes::SYNCHRONIZED), &self.unnotes);
        let mut text = String::new();
        // Popped before the alternate screen is left: that stack is out of reach afterwards.
        pop_keyboard(&mut text, self.alternate.len());
        text.push_str(&reset(self.modes - Modes::SYNCHRONIZED));
        pop_keyboard(&mut text, self.main.len());
        text.push_str("\x1b[0m");
        bytes.extend_from_slice(text.as_bytes());
        bytes
    }
}

/// Returns a text with bytes behind it.
fn with(text: String, more: &[u8]) -> Vec<u8> {
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(more);
    bytes
}

/// Returns the bytes that switch `modes` on.
pub(crate) fn set(modes: Modes) -> String {
    let mut text = String::new();
    if modes.contains(Modes::ALTERNATE_SCREEN) {
        text.push_str("\x1b[?1049h");
    }
    if modes.contains(Modes::MODIFY_OTHER_KEYS) {
        text.push_str("\x1b[>4;2m");
    }
    for (mode, number) in DEC.iter().rev() {
        if modes.contains(*mode) {
            let on = if *mode == Modes::HIDDEN_CURSOR {
                'l'
            } else {
                'h'
            };
            write!(text, "\x1b[?{number}{on}").expect("a string takes what is written to it");
        }
    }
    text
}

/// Returns the bytes that switch `modes` off.
pub(crate) fn reset(modes: Modes) -> String {
    let mut text = String::new();
    for (mode, number) in &DEC {
        if modes.contains(*mode) {
            let off = if *mode == Modes::HIDDEN_CURSOR {
                'h'
            } else {
                'l'
            };
            write!(text, "\x1b[?{number}{off}").expect("a string takes what is written to it");
        }
    }
    if modes.contains(Modes::MODIFY_OTHER_KEYS) {
        text.push_str("\x1b[>4m");
    }
    if modes.contains(Modes::ALTERNATE_SCREEN) {
        text.push_str("\x1b[?1049l");
    }
    text
}

/// Writes the bytes that make one stack of keyboard flags of another.
fn change_stack(text: &mut String, from: &[Keyboard], to: &[Keyboard]) {
    let common = from.iter().zip(to).take_while(|(from, to)| from == to);
    let common = common.count();
    pop_keyboard(text, from.len() - common);
    push_keyboard(text, &to[common..]);
}

/// Writes the bytes that push `flags`, oldest first (`CSI > flags u`).
pub(crate) fn push_keyboard(text: &mut String, flags: &[Keyboard]) {
    for flags in flags {
        write!(text, "\x1b[>{}u", flags.bits()).expect("a string takes what is written to it");
    }
}

/// Writes the bytes that pop so many entries of the keyboard's stack (`CSI < n u`).
pub(crate) fn pop_keyboard(text: &mut String, entries: usize) {
    match entries {
        0 => {}
        1 => text.push_str("\x1b[<u"),
        n => write!(text, "\x1b[<{n}u").expect("a string takes what is written to it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes)
            .expect("ASCII")
            .replace('\x1b', "ESC")
    }

    #[test]
    fn every_mode_has_bytes_to_set_and_reset_it() {
        for mode in Modes::all().iter() {
            assert!(!set(mode).is_empty(), "{mode:?} is never set");
            assert!(!reset(mode).is_empty(), "{mode:?} is never reset");
        }
    }

    #[test]
    fn nothing_is_written_for_nothing() {
        assert!(Enabled::default().reset_bytes().is_empty());
        assert!(Enabled::default().set_bytes().is_empty());
    }

    #[test]
    fn each_screen_has_its_keyboard_popped_while_it_is_shown() {
        let enabled = Enabled {
            modes: Modes::ALTERNATE_SCREEN | Modes::HIDDEN_CURSOR,
            main: vec![Keyboard::DISAMBIGUATE],
            alternate: vec![Keyboard::all(), Keyboard::TEXT],
            ..Enabled::default()
        };
        assert_eq!(
            shown(enabled.reset_bytes()),
            "ESC[<2uESC[?25hESC[?1049lESC[<uESC[0m"
        );
        assert_eq!(
            shown(enabled.set_bytes()),
            "ESC[>1uESC[?1049hESC[>31uESC[>16uESC[?25l"
        );
    }

    #[test]
    fn mouse_is_reset_in_the_reverse_of_the_order_in_which_it_is_set() {
        assert_eq!(set(Modes::MOUSE), "\x1b[?1002h\x1b[?1006h");
        assert_eq!(reset(Modes::MOUSE), "\x1b[?1006l\x1b[?1002l");
    }
}
