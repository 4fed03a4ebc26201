//! Which custody is whose, and what reaches all of them.

use std::time::Duration;

use ttyring_platform::LineMode;
use ttyring_platform::sim::{Step, Termios};

use super::super::super::modes::Modes;
use super::super::super::simulation::{Alone, StagedTty};
use super::super::super::world::raise_stop;
use super::super::bench::Bench;
use super::*;

#[test]
fn stop_that_found_the_lock_taken_is_raised_once_it_is_free() {
    let bench = Bench::raw();
    let hand = bench.custody.hand().expect("free");
    assert!(stop_all().is_none(), "the lock is taken");
    assert_eq!(bench.process.stops(), 0);
    drop(hand);
    assert_eq!(bench.process.stops(), 1);
    assert!(bench.is_raw(), "continued");
    drop(bench.custody.hand());
    assert_eq!(bench.process.stops(), 1, "it was raised already");
}

#[test]
fn stop_that_one_terminal_refuses_leaves_the_others_on() {
    let bench = Bench::raw();
    let other = Alone::another();
    let custody = Claim::of(&*other);
    let holder = custody.open(&other).expect("open");
    let both = [bench.custody.index, custody.index];
    let last = if both[0] > both[1] {
        &bench.custody
    } else {
        &custody
    };
    let first = if both[0] > both[1] {
        &custody
    } else {
        &bench.custody
    };
    let hand = last.hand().expect("free");
    assert!(stop_all().is_none());
    assert!(!first.hand().expect("free").turn.state.is_stopped());
    drop(hand);
    custody.close(holder);
}

#[test]
fn continuation_is_for_those_that_were_stopped() {
    let bench = Bench::raw();
    let stopped = stop_all().expect("free");
    assert!(!bench.is_raw());
    let other = Alone::another();
    let custody = Claim::of(&*other);
    let holder = custody.open(&other).expect("open");
    let stop = Event::Stop;
    custody
        .hand()
        .expect("free")
        .take(stop, None)
        .expect("stop");
    go_on(stopped);
    assert!(bench.is_raw());
    let stopped = custody.hand().expect("free").turn.state.is_stopped();
    assert!(stopped, "by somebody else");
    custody.close(holder);
}

#[test]
fn background_matters_to_a_terminal_that_was_stopped() {
    let bench = Bench::raw();
    bench.process.conditions.background(5);
    assert!(are_ours_to_change(), "nothing was stopped");
    bench.process.conditions.background(0);
    let stopped = stop_all().expect("free");
    bench.process.conditions.background(5);
    assert!(!are_ours_to_change());
    bench.process.conditions.background(0);
    assert!(are_ours_to_change());
    go_on(stopped);
}

#[test]
fn stopped_program_waits_in_the_background_until_it_is_in_the_foreground() {
    let bench = Bench::raw();
    bench.process.conditions.background(0);
    raise_stop();
    assert_eq!(bench.process.stops(), 1);
    bench.process.conditions.background(4);
    bench.process.sim().set_termios(Termios::COOKED);
    raise_stop();
    // The first stop finds it in the background as well.
    assert_eq!(bench.process.stops(), 1 + 4);
}

#[test]
fn unread_bytes_of_a_terminal_that_is_gone_are_forgotten() {
    for gone in [false, true] {
        let bench = Bench::raw();
        bench.custody.give_unread(b"typed".to_vec());
        bench.custody.close(bench.holder);
        if gone {
            bench
                .process
                .sim()
                .now_do(Step::Hangup)
                .advance(Duration::from_millis(1));
        }
        let next = Claim::of(&*bench.process.tty());
        assert_eq!(next.has_unread(), !gone);
        assert_eq!(next.take_unread().is_empty(), gone);
        assert!(!next.has_unread());
    }
}

#[test]
fn terminal_that_is_gone_is_let_go_of_when_another_is_opened() {
    let bench = Bench::raw();
    bench.custody.give_unread(b"typed".to_vec());
    bench.custody.close(bench.holder);
    let Bench {
        custody,
        process,
        tty,
        ..
    } = bench;
    let place = custody.as_static();
    drop(custody);
    let open = Alone::another();
    drop(Claim::of(&*open));
    assert!(Arc::strong_count(&tty) > 1, "it may be opened again");
    assert!(!place.is_free());
    let hangup = process.sim().now_do(Step::Hangup);
    hangup.advance(Duration::from_millis(1));
    drop(Claim::of(&*open));
    assert_eq!(Arc::strong_count(&tty), 1);
    assert!(place.is_free());
}

#[test]
fn claim_that_is_cloned_keeps_its_custody() {
    let bench = Bench::raw();
    bench.custody.close(bench.holder);
    let second = bench.custody.clone();
    let address = |claim: &Claim<StagedTty>| std::ptr::from_ref(claim.as_static());
    let first = address(&bench.custody);
    let Bench {
        custody, process, ..
    } = bench;
    drop(custody);
    let other = Alone::another();
    let taken = Claim::of(&*other);
    assert_ne!(address(&taken), first, "it is in use");
    drop((taken, second));
    let taken = Claim::of(&*Alone::another());
    let free = address(&taken);
    drop(taken);
    let again = Claim::of(&*Alone::another());
    assert_eq!(address(&again), free, "nobody has it");
    drop(process);
}

#[test]
fn custody_that_has_ended_or_keeps_bytes_is_not_for_another_device() {
    for ends in [false, true] {
        let bench = Bench::raw();
        if ends {
            bench.custody.end();
        } else {
            bench.custody.give_unread(b"kept".to_vec());
        }
        bench.custody.close(bench.holder);
        let Bench {
            custody,
            process,
            tty,
            ..
        } = bench;
        drop(custody);
        drop(Claim::of(&*Alone::another()));
        let again = Claim::of(&*tty);
        assert_eq!(again.open(&tty).is_err(), ends, "the end is final");
        assert_eq!(again.has_unread(), !ends);
        drop(process);
    }
}

#[test]
fn forked_child_has_a_custody_of_its_own() {
    let bench = Bench::raw();
    bench.process.be_child(true);
    let own = Claim::of(&*bench.tty);
    let holder = own.open(&bench.tty).expect("its own");
    own.change(holder, |wants| wants.enter(holder, LineMode::CBREAK))
        .expect("its own");
    // The handlers of the child leave what the parent has made.
    end_all();
    assert!(bench.is_raw(), "as the parent has it");
    bench.process.be_child(false);
    end_all();
    assert!(!bench.is_raw());
}

#[test]
fn exit_reads_late_replies_and_ends_the_use() {
    let bench = Bench::raw();
    bench.enable(Modes::FOCUS);
    finish_all();
    assert!(bench.process.written().ends_with("ESC[c"));
    assert!(!bench.is_raw());
    let refused = bench.custody.change(bench.holder, |_| ());
    assert!(
        refused
            .expect_err("the end is final")
            .to_string()
            .contains("ending")
    );
}

#[test]
fn continuation_makes_right_what_somebody_has_restored() {
    let bench = Bench::raw();
    bench.process.sim().set_termios(Termios::COOKED);
    resumed();
    assert!(bench.is_raw());
}

#[test]
fn custody_of_a_terminal_that_nobody_finds_again_keeps_nothing() {
    for device in [None, Some(7)] {
        let bench = Bench::new();
        let custody = bench.custody.as_static();
        custody.begin(device, true, true);
        custody.give_unread(b"typed".to_vec());
        let Bench {
            custody: claim,
            process,
            ..
        } = bench;
        drop(claim);
        assert_eq!(custody.is_free(), device.is_none());
        custody.take_unread();
        assert!(custody.is_free());
        drop(process);
    }
}
