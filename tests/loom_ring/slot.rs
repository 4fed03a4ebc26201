//! The slot between the owner of a record and the signal handlers that may take it at any moment.
//!
//! A handler that interrupts the owner is one of the interleavings with a handler on another
//! thread: the one that lets it run to its end at once.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

use crate::explore;

#[path = "../../src/terminal/slot.rs"]
#[allow(unreachable_pub, reason = "private to the library")]
mod protected;

use protected::{Slot, Take};

/// A record whose uses loom checks for races.
#[derive(Debug)]
struct Record {
    number: u8,
    uses: UnsafeCell<u8>,
}

impl Record {
    /// Makes a record and fills it in.
    fn new(number: u8) -> Box<Record> {
        let record = Record {
            number,
            uses: UnsafeCell::new(0),
        };
        record.touch();
        Box::new(record)
    }

    /// Writes to it; a race if another use is not ordered against this one.
    fn touch(&self) {
        self.uses.with_mut(|_| ());
    }
}

/// Takes the record as a handler does and works on it; returns its number.
fn handle(slot: &Slot<Record>) -> Option<u8> {
    match slot.take() {
        Take::Record(record) => {
            record.touch();
            Some(record.number)
        }
        Take::Busy | Take::Empty => None,
    }
}

/// What the owner got back is its own: it could free it. It is kept, so that a weakened slot races
/// and nothing worse.
fn own(records: &mut Vec<Box<Record>>, record: Option<Box<Record>>) {
    if let Some(record) = record {
        record.touch();
        assert!(records.iter().all(|other| other.number != record.number));
        records.push(record);
    }
}

/// The owner replaces the record so often while handlers come; the newest is there at the end.
fn newest_record_stays(handlers: usize, replacements: u8) {
    explore(move || {
        let slot = Arc::new(Slot::new());
        slot.put(Record::new(0));
        let handlers: Vec<_> = (0..handlers)
            .map(|_| {
                let slot = Arc::clone(&slot);
                thread::spawn(move || handle(&slot))
            })
            .collect();
        let mut owned = Vec::new();
        for number in 1..=replacements {
            own(&mut owned, slot.put(Record::new(number)));
        }
        for handler in handlers {
            handler.join().expect("no handler panics");
        }
        let last = slot.clear().expect("the newest is there");
        assert_eq!(last.number, replacements);
        own(&mut owned, Some(last));
        assert!(slot.clear().is_none());
    });
}

#[test]
fn handler_and_owner_never_share_a_record() {
    newest_record_stays(1, 2);
}

#[test]
fn two_handlers_never_share_a_record() {
    newest_record_stays(2, 0);
}

#[test]
fn late_handler_does_not_bring_an_old_record_back() {
    newest_record_stays(2, 1);
}

#[test]
fn slot_that_was_cleared_stays_empty() {
    explore(|| {
        let slot = Arc::new(Slot::new());
        slot.put(Record::new(0));
        let handler = {
            let slot = Arc::clone(&slot);
            thread::spawn(move || handle(&slot))
        };
        let mut owned = Vec::new();
        own(&mut owned, slot.clear());
        handler.join().expect("no handler panics");
        assert!(matches!(slot.take(), Take::Empty));
    });
}
