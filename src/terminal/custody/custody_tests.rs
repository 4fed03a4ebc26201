//! What one custody makes of changes, questions and ends, a call at a time.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ttyring_platform::sim::{Operation, Step, Termios};
use ttyring_platform::{LineMode, Termios as _};

use super::super::modes::{Keyboard, Modes};
use super::super::report::tests::told;
use super::super::simulation::{Alone, Incident, Schedule, StagedTty, stage};
use super::bench::Bench;
use super::list::Kept;
use super::state::Event;
use super::wants::Wants;

/// Whether a thread goes on waiting for a while.
fn waits<T>(thread: &thread::JoinHandle<T>) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(30) {
        if thread.is_finished() {
            return false;
        }
        thread::yield_now();
    }
    true
}

#[test]
fn forked_child_is_refused_and_changes_nothing() {
    let bench = Bench::raw();
    bench.process.be_child(true);
    let refused = bench
        .custody
        .change(bench.holder, |wants| wants.leave(bench.holder));
    assert!(refused.expect_err("a child").to_string().contains("parent"));
    assert!(bench.custody.look(|_| ()).is_none());
    assert!(bench.custody.ask(b"?").is_err());
    bench.custody.close(bench.holder);
    assert!(bench.is_raw());
    bench.process.be_child(false);
    assert_eq!(bench.custody.look(|wants| wants.holders()), Some(1));
}

#[test]
fn handler_waits_for_the_lock_for_a_while() {
    let bench = Bench::raw();
    let custody: &'static super::Custody<StagedTty> = bench.custody.as_static();
    let hand = bench.custody.hand().expect("free");
    let handler = thread::spawn(|| custody.hand_soon().map(drop));
    assert!(waits(&handler), "it is taken");
    drop(hand);
    let taken = ttyring_test_support::join("the handler", handler);
    assert_eq!(taken, Ok(()));
}

#[test]
fn handler_that_waits_in_vain_is_told_so() {
    let bench = Bench::raw();
    let hand = bench.custody.hand().expect("free");
    assert!(bench.custody.hand_soon().is_err());
    drop(hand);
    assert!(bench.custody.hand_soon().is_ok());
}

/// The steps at which a question waits for a terminal that takes two bytes at a time.
fn waits_of_a_question() -> Vec<usize> {
    let bench = Bench::in_process(Alone::with(slow(Vec::new())));
    bench.enable(Modes::PASTE);
    bench.process.arm(true);
    bench.custody.ask(b"\x1b[6n").expect("in time");
    let trace = bench.process.trace();
    let named = trace.iter().enumerate();
    let waits: Vec<_> = named
        .filter(|(_, name)| **name == "poll")
        .map(|(index, _)| index + 1)
        .collect();
    assert!(!waits.is_empty(), "{trace:?}");
    waits
}

fn slow(incidents: Vec<(usize, Incident)>) -> Schedule {
    Schedule {
        incidents,
        room: 2,
        slow: true,
        ..Schedule::default()
    }
}

#[test]
fn question_that_a_stop_interrupts_is_written_before_the_modes_go_off() {
    for at in waits_of_a_question() {
        let bench = Bench::in_process(Alone::with(slow(vec![(at, Incident::Stop)])));
        bench.enable(Modes::PASTE);
        bench.process.arm(true);
        bench.custody.ask(b"\x1b[6n").expect("in time");
        let written = bench.process.written();
        let whole = "ESC[?2004hESC[6nESC[?2004lESC[0mESC[?2004h";
        assert_eq!(written, whole);
        assert_eq!(bench.process.stops(), 1);
    }
}

#[test]
fn question_that_nothing_has_torn_is_asked_once() {
    let bench = Bench::in_process(Alone::with(slow(Vec::new())));
    bench.custody.ask(b"\x1b[6n").expect("in time");
    assert_eq!(bench.process.written(), "ESC[6n");
}

#[test]
fn question_to_a_terminal_that_takes_nothing_is_given_up() {
    let bench = Bench::new();
    bench
        .process
        .sim()
        .now_do(Step::ShortWrites(Some(0)))
        .advance(Duration::from_millis(1));
    let error = bench.custody.ask(b"\x1b[6n").expect_err("it takes nothing");
    let kind = std::io::Error::from(error).kind();
    assert_eq!(kind, std::io::ErrorKind::TimedOut);
}

#[test]
fn supervisor_knows_of_a_question_and_of_everything_else() {
    let bench = Bench::new();
    let place = bench.custody.index;
    assert!(told(place).is_none_or(|told| !told.on), "nothing is on");
    bench.enter(LineMode::RAW);
    let raw = told(place).expect("settings");
    assert!(raw.on && raw.settings && !raw.reports && raw.reset.is_empty());
    bench.custody.ask(b"\x1b[6n").expect("ask");
    assert!(told(place).expect("a question").reports);
    bench.enable(Modes::PASTE);
    let told_reset = told(place).expect("modes").reset;
    assert_eq!(told_reset, b"\x1b[?2004l\x1b[0m");
    bench.custody.close(bench.holder);
    assert!(!told(place).expect("told before").on);
}

#[test]
fn supervisor_knows_that_modes_report_whether_they_come_first_or_later() {
    // Another mode is on already, or none is.
    for before in [Modes::empty(), Modes::PASTE] {
        let bench = Bench::raw();
        bench.enable(before);
        assert!(!told(bench.custody.index).expect("raw").reports);
        bench.enable(before | Modes::FOCUS);
        assert!(told(bench.custody.index).expect("modes").reports);
        bench.custody.close(bench.holder);
    }
    // They are wanted while somebody else has the terminal.
    let bench = Bench::raw();
    bench.custody.give(false).expect("lent");
    bench.enable(Modes::FOCUS);
    assert!(!told(bench.custody.index).expect("raw").reports);
    bench.custody.take_back(Some(true)).expect("back");
    assert!(told(bench.custody.index).expect("modes").reports);
}

#[test]
fn supervisor_has_nothing_to_do_after_the_end() {
    let bench = Bench::raw();
    bench.enable(Modes::PASTE);
    assert!(told(bench.custody.index).expect("raw").on);
    bench.custody.end();
    assert!(!told(bench.custody.index).expect("told before").on);
    assert!(!bench.is_raw());
}

#[test]
fn terminal_is_restored_once_at_the_end() {
    let bench = Bench::raw();
    let raw = bench.settings();
    bench.custody.end();
    assert!(!bench.is_raw());
    // Whoever comes after the end knows better.
    bench.process.sim().set_termios(raw);
    bench.custody.end();
    assert!(bench.is_raw());
    assert!(bench.custody.open(&bench.tty).is_err());
}

#[test]
fn fault_under_the_lock_leaves_nothing_to_whoever_had_it() {
    let bench = Bench::raw();
    let mut hand = bench.custody.hand().expect("free");
    bench.custody.end();
    assert!(!bench.is_raw());
    assert!(hand.show(|plan| plan.reports = true).is_err());
    assert!(!hand.turn.plan().reports);
}

#[test]
fn terminal_in_the_background_is_not_switched_on() {
    let bench = Bench::new();
    bench.process.conditions.background(1);
    bench.enter(LineMode::RAW);
    assert!(!bench.is_raw());
    bench.process.conditions.background(0);
    bench.enable(Modes::PASTE);
    assert!(bench.is_raw(), "with the next change");
}

#[test]
fn holder_that_begins_with_a_line_mode_waits_for_the_foreground() {
    let bench = Bench::new();
    bench.process.conditions.background(1);
    let opened = bench.custody.open_in(&bench.tty, LineMode::RAW);
    assert_eq!(opened.expect("nothing is done"), None);
    assert_eq!(bench.custody.look(Wants::holders), Some(1));
    assert!(!bench.is_raw());
    bench.process.conditions.background(0);
    let opened = bench.custody.open_in(&bench.tty, LineMode::RAW);
    let (holder, erase) = opened.expect("a terminal").expect("in the foreground");
    assert!(bench.is_raw());
    assert_eq!(erase, Termios::COOKED.erase());
    bench.custody.close(holder);
    assert!(!bench.is_raw());
}

#[test]
fn holder_whose_line_mode_is_refused_is_none() {
    let bench = Bench::new();
    let refusal = Step::Fault(Operation::SetTermios, libc::EIO);
    bench.process.sim().now_do(refusal);
    let opened = bench.custody.open_in(&bench.tty, LineMode::RAW);
    assert!(opened.is_err());
    assert_eq!(bench.custody.look(Wants::holders), Some(1));
    bench.enable(Modes::PASTE);
    assert!(!bench.is_raw(), "nobody wants it any more");
}

#[test]
fn change_of_a_mode_leaves_the_settings_alone() {
    let bench = Bench::raw();
    let changes = bench.process.sim().changes().len();
    bench.enable(Modes::PASTE);
    bench.enable(Modes::PASTE | Modes::FOCUS);
    assert_eq!(bench.process.sim().changes().len(), changes);
    bench.enter(LineMode::CBREAK);
    assert_eq!(bench.process.sim().changes().len(), changes + 1);
}

#[test]
fn settings_that_somebody_has_replaced_come_back_with_the_modes() {
    let bench = Bench::raw();
    let holder = bench.holder;
    bench.enable(Modes::PASTE);
    bench
        .custody
        .change(holder, |wants| {
            wants.push(holder, Keyboard::DISAMBIGUATE);
            wants.note(holder, b"ESC[6 q", b"ESC[0 q");
        })
        .expect("a scripted terminal");
    let before = bench.process.written();
    bench.custody.resumed().expect("nothing is replaced");
    assert_eq!(bench.process.written(), before);
    bench.process.sim().set_termios(Termios::COOKED);
    bench.custody.resumed().expect("a scripted terminal");
    assert!(bench.is_raw());
    let again = "ESC[?2004hESC[=1uESC[6 q";
    assert_eq!(bench.process.written(), before + again);
}

#[test]
fn last_holder_leaves_no_description_open() {
    let bench = Bench::raw();
    let second = bench.process.tty();
    let other = bench.custody.open(&second).expect("open");
    bench.custody.close(bench.holder);
    // The plan is carried out through the description of somebody who is left.
    assert_eq!(Arc::strong_count(&bench.tty), 1);
    assert!(
        bench.is_raw()
            == bench
                .custody
                .look(|wants| wants.line().is_some())
                .expect("own")
    );
    bench.custody.close(other);
    assert_eq!(Arc::strong_count(&second), 1, "both plans let go of it");
}

#[test]
fn end_writes_what_the_terminal_did_not_take_at_a_stop() {
    let bench = Bench::new();
    bench.enable(Modes::PASTE);
    let takes = |room: Option<usize>| {
        let sim = bench.process.sim().now_do(Step::ShortWrites(room));
        sim.advance(Duration::from_millis(1));
    };
    takes(Some(0));
    let stopped = bench.custody.hand().expect("free").take(Event::Stop, None);
    stopped.expect("the plan is shown");
    takes(None);
    bench.custody.end();
    assert_eq!(
        bench.process.written(),
        "ESC[?2004hESC[?2004lESC[0m",
        "modes are off"
    );
}

#[test]
fn thread_that_changes_something_uses_the_terminal() {
    let bench = Bench::raw();
    let (custody, holder) = (bench.custody.as_static(), bench.holder);
    let user = || {
        stage::enter(Some((&bench.process, stage::MAIN)));
        let used = custody.change(holder, |_| ());
        used.expect("a scripted terminal");
        stage::enter(None);
        thread::current().id()
    };
    let user = thread::scope(|scope| scope.spawn(user).join().expect("no panic"));
    custody.panicked(thread::current().id());
    assert!(bench.is_raw(), "another thread has used it");
    custody.panicked(user);
    assert!(!bench.is_raw());
}
