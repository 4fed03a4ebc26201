//! What several holders come to.

use super::*;

impl Wants {
    /// Replaces the modes that this holder wants.
    pub(in crate::terminal) fn set_modes(&mut self, holder: HolderId, modes: Modes) {
        self.change_modes(holder, |_| modes);
    }

    fn modes_of(&self, holder: HolderId) -> Modes {
        let mut holders = self.holders.iter();
        holders
            .find(|other| other.id == holder)
            .map_or(Modes::empty(), |holder| holder.modes)
    }
}

fn holders<const N: usize>() -> (Wants, [HolderId; N]) {
    let mut wants = Wants::default();
    let holders = [(); N].map(|()| wants.open());
    (wants, holders)
}

/// Keyboard flags by their bits.
fn flags(bits: u8) -> Keyboard {
    Keyboard::from_bits_truncate(bits)
}

fn stacks(wants: &Wants) -> [Vec<u8>; 2] {
    let enabled = wants.enabled();
    [enabled.main, enabled.alternate].map(|stack| stack.iter().map(|flags| flags.bits()).collect())
}

#[test]
fn line_mode_that_was_entered_last_is_in_force() {
    let (mut wants, [one, two]) = holders();
    assert_eq!(wants.line(), None);
    wants.enter(one, LineMode::RAW);
    wants.enter(two, LineMode::CBREAK);
    wants.enter(one, LineMode::PASSWORD);
    assert_eq!(wants.line(), Some(LineMode::PASSWORD));
    assert_eq!(wants.line_of(one), Some(LineMode::PASSWORD));
    assert_eq!(wants.line_of(two), Some(LineMode::CBREAK));
    wants.leave(one);
    assert_eq!(wants.line(), Some(LineMode::CBREAK));
    assert_eq!(wants.line_of(one), Some(LineMode::RAW));
    wants.close(two);
    assert_eq!(wants.line(), Some(LineMode::RAW));
    wants.leave(one);
    wants.leave(one);
    assert_eq!(wants.line(), None);
}

#[test]
fn line_mode_is_replaced_where_it_was_entered() {
    let (mut wants, [one, two]) = holders();
    assert!(!wants.replace(one, LineMode::RAW), "there is none");
    wants.enter(one, LineMode::RAW);
    wants.enter(one, LineMode::CBREAK);
    wants.enter(two, LineMode::PASSWORD);
    assert!(wants.replace(one, LineMode::RAW_WITH_SIGNALS));
    assert_eq!(wants.line(), Some(LineMode::PASSWORD));
    assert_eq!(wants.line_of(one), Some(LineMode::RAW_WITH_SIGNALS));
    wants.leave(one);
    assert_eq!(wants.line_of(one), Some(LineMode::RAW));
}

#[test]
fn modes_are_those_of_all() {
    let (mut wants, [one, two]) = holders();
    wants.set_modes(one, Modes::PASTE | Modes::FOCUS);
    wants.set_modes(two, Modes::PASTE);
    assert_eq!(wants.enabled().modes, Modes::PASTE | Modes::FOCUS);
    assert_eq!(wants.modes_of(two), Modes::PASTE);
    wants.close(one);
    assert_eq!(wants.enabled().modes, Modes::PASTE);
    assert_eq!(wants.modes_of(one), Modes::empty());
    assert_eq!(wants.holders(), 1);
}

#[test]
fn flags_are_popped_by_whoever_pushed_them_on_the_screen_that_is_shown() {
    let (mut wants, [one, two]) = holders();
    wants.push(one, flags(1));
    wants.push(two, flags(2));
    wants.push(one, flags(4));
    assert_eq!(stacks(&wants), [vec![1, 2, 4], vec![]]);
    assert!(wants.pop(two));
    assert!(!wants.pop(two), "the others are not its own");
    wants.set_modes(two, Modes::ALTERNATE_SCREEN);
    assert!(!wants.pop(one), "they are on the other screen");
    wants.push(one, flags(8));
    assert_eq!(stacks(&wants), [vec![1, 4], vec![8]]);
    assert!(wants.pop(one));
    wants.push(one, flags(16));
    wants.set_modes(two, Modes::empty());
    assert_eq!(stacks(&wants), [vec![1, 4], vec![]], "gone with its screen");
    assert!(wants.pop(one) && wants.pop(one) && !wants.pop(one));
}

#[test]
fn change_of_other_modes_leaves_the_flags_of_the_alternate_screen() {
    let (mut wants, [one, two]) = holders();
    wants.set_modes(one, Modes::ALTERNATE_SCREEN);
    wants.push(one, flags(1));
    wants.set_modes(one, Modes::ALTERNATE_SCREEN | Modes::PASTE);
    wants.set_modes(two, Modes::ALTERNATE_SCREEN);
    wants.set_modes(one, Modes::empty());
    assert_eq!(stacks(&wants), [vec![], vec![1]], "somebody else shows it");
}

#[test]
fn flags_out_of_reach_get_an_heir() {
    let (mut wants, [one, two]) = holders();
    wants.push(two, flags(1));
    wants.set_modes(one, Modes::ALTERNATE_SCREEN);
    wants.push(two, flags(2));
    wants.close(two);
    assert_eq!(stacks(&wants), [vec![1], vec![]]);
    wants.set_modes(one, Modes::empty());
    assert!(wants.pop(one), "its own now");
}

#[test]
fn flags_go_with_their_holder_and_with_their_screen() {
    let (mut wants, [one, two]) = holders();
    wants.push(one, flags(1));
    wants.push(two, flags(2));
    wants.set_modes(two, Modes::ALTERNATE_SCREEN);
    wants.push(one, flags(4));
    wants.close(two);
    // The screen is gone with the one who showed it; what it pushed below has an heir only while
    // that is out of reach.
    assert_eq!(stacks(&wants), [vec![1], vec![]]);
    wants.close(one);
    assert_eq!(stacks(&wants).concat(), [0_u8; 0]);
}

#[test]
fn notes_are_undone_in_the_reverse_of_their_order() {
    let (mut wants, [one, two]) = holders();
    wants.note(one, b"a", b"A");
    wants.note(two, b"b", b"B");
    wants.note(one, b"c", b"C");
    assert_eq!(wants.enabled().notes, b"abc");
    assert_eq!(wants.enabled().unnotes, b"CBA");
}

#[test]
fn note_takes_the_place_of_an_earlier_one_of_its_holder() {
    let (mut wants, [one, two]) = holders();
    wants.note(one, b"a", b"A");
    wants.note(two, b"b", b"A");
    wants.note(one, b"c", b"C");
    wants.note(one, b"d", b"A");
    assert_eq!(wants.enabled().notes, b"bcd");
    wants.note(one, b"", b"C");
    assert_eq!(wants.enabled().notes, b"bd");
    wants.close(two);
    assert_eq!(wants.enabled().notes, b"d");
    assert_eq!(wants.enabled().unnotes, b"A");
}

#[test]
fn thread_that_used_a_holder_last_uses_the_terminal() {
    let (mut wants, [one]) = holders();
    let here = thread::current().id();
    assert!(wants.are_used_by(here));
    let there = thread::scope(|scope| {
        let used = || {
            wants.used(one);
            thread::current().id()
        };
        scope.spawn(used).join().expect("no panic")
    });
    assert!(wants.are_used_by(there));
    assert!(!wants.are_used_by(here));
}
