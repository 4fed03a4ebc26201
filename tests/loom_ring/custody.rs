//! What threads and signal handlers share of a terminal's custody: the lock, the plan that is
//! always complete, the end.
//!
//! A handler that interrupts a thread is one of the interleavings with a handler on another thread:
//! the one that lets it run to its end at once.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

use crate::explore;

#[path = "../../src/terminal/custody/shared.rs"]
#[allow(unreachable_pub, dead_code, reason = "private to the library")]
mod protected;

use protected::{Refused, Shared, Turn};

/// A value whose uses loom checks for races.
#[derive(Debug)]
struct Watched {
    number: u8,
    uses: UnsafeCell<u8>,
}

impl Watched {
    fn new(number: u8) -> Self {
        Watched {
            number,
            uses: UnsafeCell::new(0),
        }
    }

    fn written(&self) {
        self.uses.with_mut(|_| ());
    }

    fn read(&self) -> u8 {
        self.uses.with(|_| self.number)
    }
}

impl Clone for Watched {
    fn clone(&self) -> Self {
        Watched::new(self.read())
    }

    // In place, as the library's plans are copied: it is the place that must not be read meanwhile.
    fn clone_from(&mut self, source: &Self) {
        self.number = source.read();
        self.written();
    }
}

type Model = Shared<Watched, Watched>;

fn model() -> Arc<Model> {
    Arc::new(Shared::new(Watched::new(0), Watched::new(0)))
}

/// Has other threads run, and never gives up.
fn yielding() -> impl FnMut() -> bool {
    || {
        thread::yield_now();
        true
    }
}

/// Takes the lock, works on the ledger and publishes so many plans; returns the last.
fn publish(model: &Model, thread: usize, plans: u8) -> Option<u8> {
    let mut turn = match model.lock(thread, yielding()) {
        Ok(turn) => turn,
        Err(Refused::Ended) => return None,
        Err(Refused::Busy) => panic!("nobody gives up"),
    };
    turn.written();
    let last = publish_in(&mut turn, plans);
    turn.written();
    last
}

fn publish_in(turn: &mut Turn<'_, Watched, Watched>, plans: u8) -> Option<u8> {
    let mut last = None;
    for _ in 0..plans {
        let published = turn.publish(|plan| {
            plan.number += 1;
            plan.written();
        });
        if !published {
            break;
        }
        last = Some(turn.plan().read());
    }
    last
}

/// Ends the use, without waiting for anybody; returns the plan.
fn end(model: &Model, thread: usize) -> Option<u8> {
    let plan = model.end(thread, || false)?.read();
    model.carried_out();
    Some(plan)
}

/// Ends the use, however long others take; returns the plan if it is this thread's to carry out.
fn end_in_turn(model: &Model, thread: usize) -> Option<u8> {
    let plan = model.end(thread, yielding()).map(Watched::read);
    model.carried_out();
    plan
}

fn start_to_end(model: &Arc<Model>, thread: usize) -> thread::JoinHandle<Option<u8>> {
    let model = Arc::clone(model);
    thread::spawn(move || end_in_turn(&model, thread))
}

#[test]
fn threads_take_turns_with_the_ledger() {
    explore(|| {
        let model = model();
        let other = {
            let model = Arc::clone(&model);
            thread::spawn(move || publish(&model, 2, 1))
        };
        publish(&model, 1, 1);
        other.join().expect("no thread panics");
        assert_eq!(end(&model, 3), Some(2));
    });
}

#[test]
fn plan_that_is_read_at_the_end_is_never_written() {
    explore(|| {
        let model = model();
        let ender = {
            let model = Arc::clone(&model);
            thread::spawn(move || end(&model, 2))
        };
        publish(&model, 1, 3);
        ender.join().expect("no thread panics");
    });
}

#[test]
fn nobody_has_the_lock_beside_the_one_who_has_waited_for_it_at_the_end() {
    explore(|| {
        let model = model();
        let acting = Arc::new(UnsafeCell::new(()));
        let ender = {
            let (model, acting) = (Arc::clone(&model), Arc::clone(&acting));
            thread::spawn(move || {
                let mut busy = false;
                let plan = model.end(2, || {
                    busy = true;
                    false
                });
                // Nobody had the lock: what follows is done alone.
                if plan.is_some() && !busy {
                    acting.with_mut(|_| ());
                }
            })
        };
        if let Ok(_turn) = model.lock(1, || false) {
            acting.with_mut(|_| ());
        }
        ender.join().expect("no thread panics");
    });
}

#[test]
fn the_plan_at_the_end_is_the_last_of_whoever_had_the_lock() {
    explore(|| {
        let model = model();
        let ender = start_to_end(&model, 2);
        let last = publish(&model, 1, 2);
        let plan = ender.join().expect("no thread panics");
        assert_eq!(plan, Some(last.unwrap_or(0)), "all of it, or nothing");
        assert!(matches!(last, None | Some(2)));
    });
}

#[test]
fn the_use_ends_once() {
    explore(|| {
        let model = model();
        let restored = Arc::new(UnsafeCell::new(()));
        let end = {
            let (model, restored) = (Arc::clone(&model), Arc::clone(&restored));
            move |thread| {
                let carried_out = model.end(thread, yielding()).is_some();
                match carried_out {
                    true => restored.with_mut(|_| ()),
                    // The other has done so, and everything that it did is visible.
                    false => restored.with(|_| ()),
                }
                model.carried_out();
                carried_out
            }
        };
        let ender = thread::spawn({
            let end = end.clone();
            move || end(2)
        });
        let mine = end(1);
        let other = ender.join().expect("no thread panics");
        assert_ne!(mine, other, "one of them carries it out");
        assert!(model.lock(3, || false).is_err());
    });
}

#[test]
fn fault_of_whoever_has_the_lock_does_not_hold_up_another_end() {
    explore(|| {
        let model = model();
        let ender = start_to_end(&model, 2);
        let mut mine = None;
        if let Ok(mut turn) = model.lock(1, || false) {
            publish_in(&mut turn, 2);
            mine = end_in_turn(&model, 1);
        }
        let other = ender.join().expect("no thread panics");
        assert_ne!(mine.is_some(), other.is_some(), "one carries it out");
    });
}
