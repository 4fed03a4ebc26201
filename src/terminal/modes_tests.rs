//! The bytes of modes and of keyboard stacks.

use super::*;

fn shown(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .expect("ASCII")
        .replace('\x1b', "ESC")
}

fn bytes(append: fn(&mut Vec<u8>, Modes), modes: Modes) -> String {
    let mut bytes = Vec::new();
    append(&mut bytes, modes);
    shown(bytes)
}

#[test]
fn every_mode_has_bytes_to_set_and_reset_it() {
    for mode in Modes::all().iter() {
        assert!(!bytes(set, mode).is_empty(), "{mode:?} is never set");
        assert!(!bytes(reset, mode).is_empty(), "{mode:?} is never reset");
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
        "ESC[>1uESC[?1049hESC[?25lESC[>31uESC[>16u"
    );
}

#[test]
fn mouse_is_reset_in_the_reverse_of_the_order_in_which_it_is_set() {
    assert_eq!(bytes(set, Modes::MOUSE), "ESC[?1002hESC[?1006h");
    assert_eq!(bytes(reset, Modes::MOUSE), "ESC[?1006lESC[?1002l");
}

fn enabled(modes: Modes, main: &[u8], alternate: &[u8], notes: [&[u8]; 2]) -> Enabled {
    let stack = |bits: &[u8]| {
        let bits = bits.iter();
        bits.map(|bits| Keyboard::from_bits_truncate(*bits))
            .collect()
    };
    let [set, reset] = notes.map(<[u8]>::to_vec);
    Enabled {
        modes,
        main: stack(main),
        alternate: stack(alternate),
        notes: set,
        unnotes: reset,
    }
}

/// Modes, and the flags of the main and the alternate screen.
type State = (Modes, &'static [u8], &'static [u8]);

const MAIN: Modes = Modes::empty();
const ALTERNATE: Modes = Modes::ALTERNATE_SCREEN;
const HIDDEN: Modes = Modes::HIDDEN_CURSOR;
const NO_NOTES: [&[u8]; 2] = [b"", b""];

#[test]
fn change_writes_what_differs() {
    #[rustfmt::skip]
    let cases: &[(State, State, &str)] = &[
        // One stack: what both have in common stays.
        ((MAIN, &[1, 2], &[]), (MAIN, &[1, 2], &[]), ""),
        ((MAIN, &[1, 2], &[]), (MAIN, &[1], &[]), "ESC[<u"),
        ((MAIN, &[1, 2, 4], &[]), (MAIN, &[1, 8], &[]), "ESC[<2uESC[>8u"),
        ((MAIN, &[1, 2], &[]), (MAIN, &[2], &[]), "ESC[<2uESC[>2u"),
        ((ALTERNATE, &[1], &[2]), (ALTERNATE, &[1], &[2, 4]), "ESC[>4u"),
        // To the other screen: each stack while its own is shown.
        ((MAIN, &[1], &[]), (ALTERNATE, &[1, 2], &[4]), "ESC[>2uESC[?1049hESC[>4u"),
        ((ALTERNATE, &[1], &[4, 8]), (MAIN, &[1], &[]), "ESC[<2uESC[?25hESC[?1049l"),
        ((ALTERNATE, &[1], &[4]), (MAIN, &[2], &[]), "ESC[<uESC[?25hESC[?1049lESC[<uESC[>2u"),
        // The cursor is shown, unless it is to stay hidden there.
        ((ALTERNATE, &[], &[]), (MAIN, &[], &[]), "ESC[?25hESC[?1049l"),
        ((ALTERNATE.union(HIDDEN), &[], &[]), (MAIN, &[], &[]), "ESC[?25hESC[?1049l"),
        ((ALTERNATE.union(HIDDEN), &[], &[]), (HIDDEN, &[], &[]), "ESC[?1049l"),
        // Modes: off before on.
        ((Modes::PASTE, &[], &[]), (Modes::FOCUS, &[], &[]), "ESC[?2004lESC[?1004h"),
        ((Modes::PASTE, &[], &[]), (Modes::PASTE, &[], &[]), ""),
    ];
    for &((modes, main, alternate), (next_modes, next_main, next_alternate), wanted) in cases {
        let from = enabled(modes, main, alternate, [b"a", b"A"]);
        let to = enabled(next_modes, next_main, next_alternate, [b"b", b"B"]);
        let bytes = shown(from.change_to(&to));
        assert_eq!(bytes, wanted, "{from:?} to {to:?}");
    }
}

#[test]
fn on_the_way_everything_is_on_that_may_be() {
    let from = enabled(Modes::PASTE, &[1, 2], &[4], [b"a", b"A"]);
    let to = enabled(Modes::FOCUS, &[8], &[16, 1], [b"b", b"B"]);
    let both = enabled(
        Modes::PASTE | Modes::FOCUS,
        &[1, 2],
        &[16, 1],
        [b"b", b"AB"],
    );
    assert_eq!(from.on_the_way_to(&to), both);
}

#[test]
fn again_replaces_the_flags_that_are_shown() {
    let again = |modes, main: &[u8], alternate: &[u8]| {
        shown(enabled(modes, main, alternate, [b"note", b"undone"]).again_bytes())
    };
    assert_eq!(again(MAIN, &[], &[]), "note");
    assert_eq!(again(MAIN, &[1, 2], &[]), "ESC[=2unote");
    assert_eq!(again(ALTERNATE, &[1], &[4]), "ESC[?1049hESC[=4unote");
}

#[test]
fn notes_are_undone_before_the_modes_and_after_synchronized_output() {
    let modes = Modes::SYNCHRONIZED | Modes::PASTE;
    let enabled = enabled(modes, &[], &[], [b"note", b"undone"]);
    let reset = shown(enabled.reset_bytes());
    assert_eq!(reset, "ESC[?2026lundoneESC[?2004lESC[0m");
    assert_eq!(shown(enabled.set_bytes()), "ESC[?2004hESC[?2026hnote");
}

#[test]
fn reports_are_what_the_keyboard_did_not_send() {
    let reports =
        |modes, main: &[u8], alternate: &[u8]| enabled(modes, main, alternate, NO_NOTES).reports();
    let quiet = Modes::all() - Modes::REPORTS;
    let (others, releases) = (!Keyboard::EVENT_TYPES.bits(), Keyboard::EVENT_TYPES.bits());
    assert!(!reports(quiet, &[others], &[others]));
    for mode in Modes::REPORTS.iter() {
        assert!(reports(mode, &[], &[]), "{mode:?}");
    }
    assert!(reports(MAIN, &[releases, others], &[]));
    assert!(reports(MAIN, &[], &[releases]));
}
