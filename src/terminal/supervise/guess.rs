//! What is undone after a program that does not tell what it has switched on.
//!
//! When its supervisor does so is [`Reset`]'s to say; how, is here.

use ttyring_platform::system::child::Change;

use crate::terminal::modes::{Enabled, Keyboard, Modes};

/// When a supervisor that cannot know what a program has switched on resets the modes of the
/// terminal.
///
/// The settings are put back in any case. Where the program's output goes into a pipe, another
/// program may be using the terminal, and the modes are reset only after a signal has ended this
/// one, or where it failed and left the settings changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reset {
    /// After a signal has ended the program, after an exit status other than 0, and when the
    /// settings were left changed. `ssh`, for example, puts the settings back and exits with 255
    /// when the connection breaks; what the remote program had switched on stays on.
    #[default]
    Failed,
    /// After every end.
    Always,
    /// Never.
    Never,
}

/// What is to be undone of a dead program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owed {
    /// Whether the usual modes are switched off.
    pub(super) modes: bool,
    /// Whether the settings are put back.
    pub(super) settings: bool,
    /// Whether what came and was not read is thrown away: reports, probably, and nobody's.
    pub(super) input: bool,
}

impl Reset {
    /// Says what is owed after this end. A program that ended well in front of a pager, so that it
    /// was not `shown`, leaves the terminal to that.
    pub(super) fn owed(self, end: Change, changed: bool, shown: bool) -> Owed {
        let failed = end != Change::Exited(0);
        let killed = matches!(end, Change::Killed(_) | Change::Lost);
        let settings = changed && (shown || failed);
        let modes = match self {
            Reset::Failed => killed || settings || (failed && shown),
            Reset::Always => killed || settings || shown,
            Reset::Never => false,
        };
        Owed {
            modes,
            settings,
            // After an exit it is more likely to be typed for whoever reads next.
            input: killed,
        }
    }
}

/// Returns the bytes that switch off what programs usually switch on.
pub(super) fn usual() -> Vec<u8> {
    let flags = vec![Keyboard::empty()];
    let usual = Enabled {
        modes: Modes::all(),
        alternate: flags.clone(),
        main: flags,
        ..Enabled::default()
    };
    [SAVE_CURSOR, OTHERS, &usual.reset_bytes()].concat()
}

/// Saves the cursor (DECSC), so that it stays where it is on a terminal that shows the main screen.
///
/// Leaving the alternate screen (`CSI ? 1049 l`) restores the cursor that was saved for the main
/// screen, whether or not the other one is shown; a program may never have left the main screen.
/// Terminals keep a saved cursor for each screen, xterm (`CursorSave`) and those that follow it.
/// On the alternate screen this one is thus never restored, and the cursor goes back to where it
/// was on the main screen. `CSI ? 1047 l`, which restores none, would leave it somewhere in the
/// text that the main screen has shown before.
const SAVE_CURSOR: &[u8] = b"\x1b7";

/// What other programs switch on besides: mouse reports in the forms of urxvt, UTF-8 and X10, and
/// the application keypad.
const OTHERS: &[u8] = b"\x1b[?1015l\x1b[?1005l\x1b[?9l\x1b>";

#[cfg(test)]
mod tests {
    use super::*;

    const KILLED: Change = Change::Killed(9);
    const FAILED: Change = Change::Exited(255);
    const WELL: Change = Change::Exited(0);

    /// Modes and settings after an end, with unchanged and with changed settings.
    fn owed(reset: Reset, end: Change, shown: bool) -> [(bool, bool); 2] {
        [false, true].map(|changed| {
            let owed = reset.owed(end, changed, shown);
            (owed.modes, owed.settings)
        })
    }

    #[test]
    fn settings_do_not_depend_on_the_choice() {
        for reset in [Reset::Failed, Reset::Always, Reset::Never] {
            for end in [KILLED, FAILED, WELL, Change::Lost] {
                for shown in [false, true] {
                    let [(_, unchanged), (_, changed)] = owed(reset, end, shown);
                    assert!(!unchanged, "{reset:?} {end:?}");
                    assert_eq!(changed, shown || end != WELL, "{reset:?} {end:?}");
                }
            }
        }
    }

    #[test]
    fn modes_are_reset_after_a_failure() {
        let modes = |end, shown| owed(Reset::Failed, end, shown).map(|(modes, _)| modes);
        assert_eq!(modes(KILLED, false), [true, true]);
        assert_eq!(modes(Change::Lost, false), [true, true]);
        assert_eq!(modes(FAILED, true), [true, true]);
        assert_eq!(modes(FAILED, false), [false, true], "a pager may be in use");
        assert_eq!(modes(WELL, true), [false, true]);
        assert_eq!(modes(WELL, false), [false, false]);
    }

    #[test]
    fn modes_are_reset_always_or_never() {
        let modes = |reset, end, shown| owed(reset, end, shown).map(|(modes, _)| modes);
        assert_eq!(modes(Reset::Always, WELL, true), [true, true]);
        assert_eq!(modes(Reset::Always, WELL, false), [false, false]);
        assert_eq!(modes(Reset::Never, KILLED, true), [false, false]);
    }

    #[test]
    fn what_was_typed_for_the_next_program_is_thrown_away_after_a_death_alone() {
        let input = |end| Reset::Failed.owed(end, true, true).input;
        assert!(input(KILLED) && input(Change::Lost));
        assert!(!input(FAILED) && !input(WELL));
    }

    #[test]
    fn cursor_is_saved_before_the_alternate_screen_is_left() {
        let bytes = String::from_utf8(usual()).expect("ASCII");
        let at = |text: &str| bytes.find(text).unwrap_or_else(|| panic!("no {text:?}"));
        assert!(at("\x1b7") < at("\x1b[?1049l"), "{bytes:?}");
    }
}
