//! The slot in one thread, and in as many as a processor or Miri gives it. They are no part of
//! `slot`, which the models of `tests/loom_ring` build once more with other atomics.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::slot::{Slot, Take, Taken};

/// Counts the records that are alive, and notices two users at once.
struct Counted {
    alive: Arc<AtomicUsize>,
    marks: [u64; 2],
}

impl Counted {
    fn new(alive: &Arc<AtomicUsize>) -> Box<Self> {
        alive.fetch_add(1, Ordering::Relaxed);
        let alive = Arc::clone(alive);
        Box::new(Counted {
            alive,
            marks: [0; 2],
        })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Puts a record back that is no longer wanted, and frees what is left behind: only a test
/// knows that nobody else has it.
#[allow(unsafe_code)]
fn leave_behind(mut taken: Taken<'_, Counted>) {
    let record = std::ptr::from_mut(&mut *taken);
    drop(taken);
    // SAFETY: came out of `Box::into_raw`, and the slot holds another record.
    drop(unsafe { Box::from_raw(record) });
}

#[test]
fn record_that_is_taken_comes_back() {
    let alive = Arc::default();
    let slot = Slot::new();
    assert!(matches!(slot.take(), Take::Empty));
    assert!(slot.put(Counted::new(&alive)).is_none());
    let Take::Record(taken) = slot.take() else {
        panic!("there is one");
    };
    assert!(matches!(slot.take(), Take::Busy));
    drop(taken);
    assert!(slot.clear().is_some());
    assert_eq!(alive.load(Ordering::Relaxed), 0);
}

#[test]
fn owner_that_replaces_a_taken_record_leaves_it_to_its_taker() {
    let alive = Arc::default();
    let slot = Slot::new();
    slot.put(Counted::new(&alive));
    let Take::Record(mut taken) = slot.take() else {
        panic!("there is one");
    };
    assert!(slot.put(Counted::new(&alive)).is_none());
    taken.marks = [1; 2];
    assert_eq!(slot.clear().expect("the new one").marks, [0; 2]);
    // The taker's own stays behind, and nothing is freed twice.
    assert_eq!(alive.load(Ordering::Relaxed), 1);
    leave_behind(taken);
    assert!(slot.clear().is_none());
    assert_eq!(alive.load(Ordering::Relaxed), 0);
}

#[test]
fn handler_that_is_late_leaves_the_newer_record_to_the_one_who_has_it() {
    let alive = Arc::default();
    let slot = Slot::new();
    slot.put(Counted::new(&alive));
    let Take::Record(late) = slot.take() else {
        panic!("there is one");
    };
    let mut newer = Counted::new(&alive);
    newer.marks = [2; 2];
    slot.put(newer);
    let Take::Record(other) = slot.take() else {
        panic!("there is a newer one");
    };
    leave_behind(late);
    assert!(matches!(slot.take(), Take::Busy));
    drop(other);
    assert_eq!(slot.clear().expect("it came back").marks, [2; 2]);
}

#[test]
fn nobody_shares_a_record_and_nobody_frees_it_twice() {
    let rounds: u64 = if cfg!(miri) { 50 } else { 20_000 };
    let alive = Arc::default();
    let slot = Arc::new(Slot::new());
    slot.put(Counted::new(&alive));
    let handlers: Vec<_> = (0..2)
        .map(|_| {
            let slot = Arc::clone(&slot);
            std::thread::spawn(move || {
                for round in 0..rounds {
                    if let Take::Record(mut taken) = slot.take() {
                        assert_eq!(taken.marks[0], taken.marks[1]);
                        taken.marks[0] = round;
                        taken.marks[1] = round;
                    }
                }
            })
        })
        .collect();
    for _ in 0..rounds {
        if let Some(old) = slot.put(Counted::new(&alive)) {
            assert_eq!(old.marks[0], old.marks[1]);
        }
    }
    for handler in handlers {
        handler.join().expect("no panic");
    }
    drop(slot);
    // At most what a handler held while the owner lost its patience is left behind.
    assert!(alive.load(Ordering::Relaxed) < 100);
}
