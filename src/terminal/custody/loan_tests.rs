//! What is lent, what is read meanwhile, and what comes back.

use std::time::Duration;

use ttyring_platform::sim::{self, Step, Termios};
use ttyring_platform::{LineMode, Termios as _};

use super::super::super::modes::Modes;
use super::super::UNREAD;
use super::super::bench::Bench;

#[test]
fn plan_of_a_lent_terminal_is_empty() {
    let bench = Bench::raw();
    bench.enable(Modes::PASTE);
    bench.custody.give(false).expect("lent");
    let hand = bench.custody.hand().expect("free");
    assert!(hand.turn.plan().reset.as_slice().is_empty());
    assert!(hand.turn.plan().settings.is_none());
    assert!(!hand.turn.plan().owed().on);
}

#[test]
fn bytes_that_come_back_are_before_those_that_came_later() {
    let bench = Bench::raw();
    bench.custody.give_unread(b"cd".to_vec());
    bench.custody.give_unread(b"ab".to_vec());
    bench.custody.give_unread(Vec::new());
    assert!(bench.custody.has_unread());
    assert_eq!(bench.custody.take_unread(), b"abcd");
    assert_eq!(bench.custody.take_unread(), b"");
}

#[test]
fn bytes_that_come_with_late_replies_are_behind_those_that_came_before() {
    let bench = Bench::raw();
    bench.enable(Modes::FOCUS);
    bench.custody.give_unread(b"a".to_vec());
    bench
        .process
        .sim()
        .type_bytes(b"b")
        .advance(Duration::from_millis(1));
    bench.custody.give(false).expect("lent");
    assert_eq!(bench.custody.take_unread(), b"ab");
}

#[test]
fn unread_bytes_have_a_limit() {
    let bench = Bench::raw();
    let mut bytes = vec![b'x'; UNREAD + 5];
    bytes[0] = b'a';
    bench.custody.give_unread(bytes);
    let kept = bench.custody.take_unread();
    assert_eq!((kept.len(), kept[0]), (UNREAD, b'a'));
}

#[test]
fn what_nobody_has_read_is_thrown_away_at_an_end_without_an_answer() {
    for is_final in [false, true] {
        let bench = Bench::raw();
        bench.enable(Modes::FOCUS);
        bench.process.conditions.mute();
        let fault = Step::Fault(sim::Operation::Read, libc::EIO);
        bench.process.sim().now_do(fault);
        bench.process.sim().type_bytes(b"late");
        bench.custody.give(is_final).expect("lent");
        let discarded = if is_final { 4 } else { 0 };
        assert_eq!(bench.process.sim().discarded(), discarded);
    }
}

#[test]
fn what_comes_after_the_answer_stays_for_the_next_program() {
    let bench = Bench::raw();
    bench.enable(Modes::FOCUS);
    bench.custody.give(true).expect("lent");
    assert_eq!(bench.process.sim().discarded(), 0);
    assert!(bench.process.written().ends_with("ESC[c"));
    let hand = bench.custody.hand().expect("free");
    assert!(hand.turn.round_trip.is_some(), "measured");
    assert!(!hand.turn.reports, "nothing is due any more");
}

#[test]
fn borrower_that_ended_well_has_changed_the_settings_on_purpose() {
    let quiet = Termios::COOKED.with(&LineMode {
        echo: false,
        ..Termios::COOKED.line_mode()
    });
    let kept = |borrower| {
        let bench = Bench::raw();
        bench.custody.give(false).expect("lent");
        bench.process.sim().set_termios(quiet);
        bench.custody.take_back(borrower).expect("back");
        bench.custody.close(bench.holder);
        bench.settings() == quiet
    };
    assert!(kept(Some(true)));
    assert!(!kept(Some(false)));
    assert!(!kept(None));
}
