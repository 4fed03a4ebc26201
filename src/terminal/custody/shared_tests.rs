//! The lock, the plan and the end, on threads of the standard library: what Miri looks at.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use super::shared::{Refused, Shared};

type Counted = Shared<u32, [u32; 8]>;

fn wait() -> bool {
    thread::yield_now();
    true
}

/// Counts in the ledger and publishes the count, so often; returns how often that went well.
fn count(shared: &Counted, thread: usize, times: u32) -> u32 {
    let mut counted = 0;
    for _ in 0..times {
        let Ok(mut turn) = shared.lock(thread, wait) else {
            break;
        };
        *turn += 1;
        let now = *turn;
        assert_eq!(
            turn.plan(),
            &[now - 1; 8],
            "the plan is that of the turn before"
        );
        counted += u32::from(turn.publish(|plan| plan.fill(now)));
    }
    counted
}

#[test]
fn each_turn_sees_what_the_one_before_has_left() {
    let shared = Counted::new(0, [0; 8]);
    thread::scope(|scope| {
        for thread in 1..=3 {
            let shared = &shared;
            scope.spawn(move || assert_eq!(count(shared, thread, 20), 20));
        }
    });
    assert_eq!(shared.end(9, wait), Some(&[60; 8]));
}

#[test]
fn end_reads_a_whole_plan_whenever_it_comes() {
    for patient in [false, true] {
        let shared = Counted::new(0, [0; 8]);
        let counted = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                counted.store(count(&shared, 1, 50), Ordering::Relaxed);
            });
            let plan = *shared.end(2, || patient && wait()).expect("the only end");
            assert_eq!(plan, [plan[0]; 8]);
            shared.carried_out();
        });
        assert_eq!(shared.lock(3, || false).err(), Some(Refused::Ended));
        assert!(shared.end(3, || false).is_none(), "it was carried out");
        assert!(counted.into_inner() <= 50);
    }
}

#[test]
fn fault_inside_of_the_lock_ends_at_once() {
    let shared = Counted::new(0, [0; 8]);
    let mut turn = shared.lock(1, || false).expect("free");
    assert!(turn.publish(|plan| plan.fill(7)));
    let waits = || panic!("it would wait for itself");
    assert_eq!(shared.end(1, waits), Some(&[7; 8]));
    assert!(!turn.publish(|plan| plan.fill(8)), "the plan is in use");
    drop(turn);
    // A fault in the middle of carrying it out begins anew.
    assert_eq!(shared.end(1, waits), Some(&[7; 8]));
    shared.carried_out();
    assert!(shared.end(2, || false).is_none());
    shared.revive();
    assert!(shared.lock(2, || false).is_ok());
}

#[test]
fn whoever_does_not_wait_is_told_that_it_is_busy() {
    let shared = Counted::new(0, [0; 8]);
    let turn = shared.lock(1, || false).expect("free");
    assert_eq!(shared.lock(2, || false).err(), Some(Refused::Busy));
    drop(turn);
    assert!(shared.lock(2, || false).is_ok());
}

#[test]
fn one_of_those_who_have_waited_long_enough_takes_the_place_of_a_stuck_end() {
    let shared = Counted::new(0, [0; 8]);
    assert!(
        shared.end(1, || false).is_some(),
        "it is stuck from here on"
    );
    let (taken, all_wait) = (AtomicU32::new(0), Barrier::new(3));
    thread::scope(|scope| {
        for thread in 2..=4 {
            let (shared, taken, all_wait) = (&shared, &taken, &all_wait);
            scope.spawn(move || {
                let mut is_late = false;
                // All give up on the first at once; who is not its heir waits for that one.
                let patience = || {
                    if !is_late {
                        all_wait.wait();
                    }
                    thread::yield_now();
                    std::mem::replace(&mut is_late, true)
                };
                if shared.end(thread, patience).is_some() {
                    taken.fetch_add(1, Ordering::Relaxed);
                    shared.carried_out();
                }
            });
        }
    });
    assert_eq!(taken.into_inner(), 1);
}
