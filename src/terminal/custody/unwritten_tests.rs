//! What the plan says while the terminal does not take what is to be written.

use std::time::Duration;

use ttyring_platform::LineMode;
use ttyring_platform::sim::Step;

use super::bench::Bench;
use super::{Event, HolderId};
use crate::terminal::modes::Modes;

/// A terminal with reports of the focus on, and another holder whose pastes come between marks,
/// which takes no output any more.
fn blocked() -> (Bench, HolderId) {
    let bench = Bench::raw();
    bench.enable(Modes::FOCUS);
    let other = bench.custody.open(&bench.tty).expect("open");
    let paste = bench
        .custody
        .change(other, |wants| wants.set_modes(other, Modes::PASTE));
    paste.expect("a scripted terminal");
    take(&bench, Some(0));
    (bench, other)
}

/// How much a write takes from now on.
fn take(bench: &Bench, bytes: Option<usize>) {
    let sim = bench.process.sim();
    sim.now_do(Step::ShortWrites(bytes)).advance(Duration::ZERO);
}

/// What would be written at the end.
fn reset(bench: &Bench) -> String {
    let hand = bench.custody.hand().expect("free");
    let reset = hand.turn.plan().reset.as_slice();
    String::from_utf8_lossy(reset).replace('\x1b', "ESC")
}

fn happen(bench: &Bench, event: Event) {
    let mut hand = bench.custody.hand().expect("free");
    hand.take(event, None).expect("a scripted terminal");
}

const FOCUS: &str = "ESC[?1004lESC[0m";
const BOTH: &str = "ESC[?1004lESC[?2004lESC[0m";

#[test]
fn mode_whose_end_is_not_written_is_undone_at_the_end() {
    let (bench, other) = blocked();
    assert_eq!(reset(&bench), BOTH);
    bench.custody.close(other);
    assert_eq!(reset(&bench), BOTH, "the end of the second is due");
    take(&bench, None);
    bench.enter(LineMode::CBREAK);
    assert!(bench.process.written().ends_with("ESC[?2004l"));
    assert_eq!(reset(&bench), FOCUS);
}

#[test]
fn stop_and_continuation_forget_nothing_that_is_due() {
    let (bench, other) = blocked();
    bench.custody.close(other);
    happen(&bench, Event::Stop);
    assert_eq!(reset(&bench), BOTH, "nothing was written");
    happen(&bench, Event::Continue);
    assert_eq!(reset(&bench), BOTH.to_owned() + FOCUS);
    take(&bench, None);
    bench.enter(LineMode::CBREAK);
    assert_eq!(reset(&bench), FOCUS);
}

#[test]
fn what_a_stopped_program_writes_late_leaves_nothing_to_be_undone() {
    let (bench, other) = blocked();
    bench.custody.close(other);
    happen(&bench, Event::Stop);
    take(&bench, None);
    assert!(
        bench
            .custody
            .hand()
            .expect("free")
            .flush()
            .expect("written")
    );
    assert!(bench.process.written().ends_with(BOTH));
    assert_eq!(reset(&bench), "");
}

#[test]
fn sequence_that_was_torn_before_a_stop_is_written_from_its_start() {
    let (bench, other) = blocked();
    bench.custody.close(other);
    let mut hand = bench.custody.hand().expect("free");
    assert!(!hand.turn.unwritten.advance(|_| 3), "ESC[? is taken");
    drop(hand);
    happen(&bench, Event::Stop);
    happen(&bench, Event::Continue);
    take(&bench, None);
    let before = bench.process.written().len();
    bench.enter(LineMode::CBREAK);
    let written = bench.process.written().split_off(before);
    assert!(written.starts_with("ESC[?2004l"), "{written}");
}

#[test]
fn no_more_waits_than_there_is_room_for() {
    let (bench, _) = blocked();
    let mut hand = bench.custody.hand().expect("free");
    assert_eq!(hand.begin_to_write(&[b'x'; 5000]), super::plan::ROOM);
}

#[test]
fn nothing_is_written_to_a_terminal_that_is_closed() {
    let bench = Bench::new();
    bench.custody.close(bench.holder);
    let mut hand = bench.custody.hand().expect("free");
    assert_eq!(hand.begin_to_write(b"text"), 4);
    assert_eq!(bench.process.written(), "");
}

#[test]
fn modes_are_not_touched_in_the_background() {
    let bench = Bench::raw();
    bench.enable(Modes::FOCUS);
    let before = bench.process.written();
    bench.process.conditions.background(1);
    happen(&bench, Event::Stop);
    assert_eq!(bench.process.written(), before);
    assert!(bench.is_raw());
}
