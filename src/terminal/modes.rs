//! The modes of the terminal that a program may switch on, and the bytes that switch them on and
//! off again. Nothing here writes them.

use ttyring_platform::Reports;

pub use crate::event::Keyboard;

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
        /// A change of the window's size is reported among the input (2048): the way to hear of it on
        /// a terminal that is not the controlling one, which gets no `SIGWINCH`.
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
        /// Keys are reported in full, as key records of Windows: win32-input-mode (9001). It prevails
        /// over the flags of [`Keyboard`]. An [`Input`](crate::Input) on a Windows console asks for
        /// it by itself.
        const WIN32_INPUT = 1 << 14;

        /// Buttons, and motion while one is held, with full coordinates: what most programs want.
        const MOUSE = Self::MOUSE_DRAG.bits() | Self::MOUSE_SGR.bits();
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

    /// Returns what the system has to know of them.
    pub(crate) fn reports(self) -> Reports {
        const MOUSE: Modes = Modes::MOUSE_BUTTONS
            .union(Modes::MOUSE_DRAG)
            .union(Modes::MOUSE_MOTION);
        let mut reports = Reports::empty();
        reports.set(Reports::BUTTONS, self.intersects(MOUSE));
        reports.set(Reports::DRAGS, self.contains(Modes::MOUSE_DRAG));
        reports.set(Reports::MOTION, self.contains(Modes::MOUSE_MOTION));
        reports.set(Reports::FOCUS, self.contains(Modes::FOCUS));
        reports.set(Reports::KEYS, self.contains(Modes::WIN32_INPUT));
        reports
    }
}

/// What switches each mode on and off, in the order in which they are switched off; on is the
/// reverse.
///
/// Synchronized output ends first, or nothing of the rest would be shown; the alternate screen is
/// left last, since some terminals keep a set of modes for each screen.
const SEQUENCES: [(Modes, &str, &str); 15] = [
    (Modes::SYNCHRONIZED, "\x1b[?2026h", "\x1b[?2026l"),
    (Modes::FOCUS, "\x1b[?1004h", "\x1b[?1004l"),
    (Modes::PASTE, "\x1b[?2004h", "\x1b[?2004l"),
    (Modes::COLOR_SCHEME, "\x1b[?2031h", "\x1b[?2031l"),
    (Modes::RESIZE, "\x1b[?2048h", "\x1b[?2048l"),
    (Modes::MOUSE_PIXELS, "\x1b[?1016h", "\x1b[?1016l"),
    (Modes::MOUSE_SGR, "\x1b[?1006h", "\x1b[?1006l"),
    (Modes::MOUSE_MOTION, "\x1b[?1003h", "\x1b[?1003l"),
    (Modes::MOUSE_DRAG, "\x1b[?1002h", "\x1b[?1002l"),
    (Modes::MOUSE_BUTTONS, "\x1b[?1000h", "\x1b[?1000l"),
    (Modes::APPLICATION_CURSOR, "\x1b[?1h", "\x1b[?1l"),
    (Modes::HIDDEN_CURSOR, "\x1b[?25l", "\x1b[?25h"),
    (Modes::MODIFY_OTHER_KEYS, "\x1b[>4;2m", "\x1b[>4m"),
    (Modes::WIN32_INPUT, "\x1b[?9001h", "\x1b[?9001l"),
    (Modes::ALTERNATE_SCREEN, "\x1b[?1049h", "\x1b[?1049l"),
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

    /// Returns the mode that is to be switched off as well on the way to `next`: whoever leaves the
    /// alternate screen leaves a cursor that is shown, even if somebody else has hidden it.
    fn cursor_shown_for(&self, next: Modes) -> Modes {
        match self.is_alternate() && !next.contains(Modes::ALTERNATE_SCREEN) {
            true => Modes::HIDDEN_CURSOR - next,
            false => Modes::empty(),
        }
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
        let mut bytes = Vec::new();
        // Each stack is within reach while its screen is shown.
        match (self.is_alternate(), next.is_alternate()) {
            (true, true) => restack(&mut bytes, &self.alternate, &next.alternate),
            (true, false) => restack(&mut bytes, &self.alternate, &[]),
            (false, _) => restack(&mut bytes, &self.main, &next.main),
        }
        let off = (self.modes - next.modes) | self.cursor_shown_for(next.modes);
        reset(&mut bytes, off);
        set(&mut bytes, next.modes - self.modes);
        match (self.is_alternate(), next.is_alternate()) {
            (true, false) => restack(&mut bytes, &self.main, &next.main),
            (false, true) => restack(&mut bytes, &[], &next.alternate),
            _ => {}
        }
        bytes
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
        let mut bytes = Enabled::default().change_to(self);
        bytes.extend_from_slice(&self.notes);
        bytes
    }

    /// Returns the bytes that switch everything on where it may be on still: keyboard flags are
    /// replaced (`CSI = flags u`), not pushed.
    pub(crate) fn again_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        set(&mut bytes, self.modes);
        if let Some(flags) = self.shown().last() {
            keyboard(&mut bytes, b'=', flags.bits().into());
        }
        bytes.extend_from_slice(&self.notes);
        bytes
    }

    /// Returns the bytes that undo everything.
    pub(crate) fn reset_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if *self == Enabled::default() {
            return bytes;
        }
        reset(&mut bytes, self.modes & Modes::SYNCHRONIZED);
        bytes.extend_from_slice(&self.unnotes);
        // Popped before the alternate screen is left: that stack is out of reach afterwards.
        restack(&mut bytes, &self.alternate, &[]);
        let modes = self.modes | self.cursor_shown_for(Modes::empty());
        reset(&mut bytes, modes - Modes::SYNCHRONIZED);
        restack(&mut bytes, &self.main, &[]);
        bytes.extend_from_slice(b"\x1b[0m");
        bytes
    }
}

/// Appends the bytes that switch `modes` on.
pub(crate) fn set(bytes: &mut Vec<u8>, modes: Modes) {
    for (_, set, _) in SEQUENCES.iter().rev().filter(|it| modes.contains(it.0)) {
        bytes.extend_from_slice(set.as_bytes());
    }
}

/// Appends the bytes that switch `modes` off.
pub(crate) fn reset(bytes: &mut Vec<u8>, modes: Modes) {
    for (.., reset) in SEQUENCES.iter().filter(|it| modes.contains(it.0)) {
        bytes.extend_from_slice(reset.as_bytes());
    }
}

/// Appends the bytes that make one stack of keyboard flags of another: some entries are popped
/// (`CSI < n u`), and others pushed, oldest first (`CSI > flags u`).
fn restack(bytes: &mut Vec<u8>, from: &[Keyboard], to: &[Keyboard]) {
    let common = from.iter().zip(to).take_while(|(from, to)| from == to);
    let common = common.count();
    match from.len() - common {
        0 => {}
        1 => bytes.extend_from_slice(b"\x1b[<u"),
        entries => keyboard(bytes, b'<', entries),
    }
    for flags in to.iter().skip(common) {
        keyboard(bytes, b'>', flags.bits().into());
    }
}

/// Appends a sequence of the kitty keyboard protocol.
fn keyboard(bytes: &mut Vec<u8>, marker: u8, number: usize) {
    bytes.extend_from_slice(&[0x1b, b'[', marker]);
    bytes.extend_from_slice(number.to_string().as_bytes());
    bytes.push(b'u');
}

#[cfg(test)]
#[path = "modes_tests.rs"]
mod tests;
