//! Bytes, their order, their times, and who may touch them when.
//!
//! The rings here spin: the fences of a ring that sleeps would cover for weaker orderings.

use loom::thread;

use crate::explore;
use crate::ring::{Consumer, Options, Producer};

/// Tries so often to push the next byte, and returns how many went in.
fn push_some(producer: &mut Producer, attempts: u8) -> u8 {
    let mut next = 0;
    for _ in 0..attempts {
        next += producer.push(&[next]) as u8;
    }
    next
}

/// Takes what there is, so often.
fn take_some(consumer: &mut Consumer, attempts: u8, taken: &mut Vec<u8>) {
    for _ in 0..attempts {
        consumer.drain(|bytes| taken.extend_from_slice(bytes));
    }
}

fn bytes_arrive_in_order(capacity: usize, attempts: u8) {
    explore(move || {
        let (mut producer, mut consumer) = Options::new(capacity).spinning(true).channel();
        let sender = thread::spawn(move || push_some(&mut producer, attempts));
        let mut taken = Vec::new();
        take_some(&mut consumer, attempts, &mut taken);
        let pushed = sender.join().expect("the producer does not panic");
        take_some(&mut consumer, 1, &mut taken);
        assert!(taken.into_iter().eq(0..pushed));
    });
}

#[test]
fn bytes_pass_through_one_slot() {
    bytes_arrive_in_order(1, 3);
}

#[test]
fn bytes_pass_through_two_slots() {
    bytes_arrive_in_order(2, 4);
}

#[test]
fn grants_reach_over_the_end_of_the_storage() {
    explore(|| {
        let (mut producer, mut consumer) = Options::new(2).spinning(true).channel();
        producer.push(&[0]);
        consumer.drain(|_| ());
        let sender = thread::spawn(move || {
            let mut next = 0;
            for _ in 0..2 {
                if let Some((first, second)) = producer.grant() {
                    let len = first.len() + second.len();
                    for slot in first.iter_mut().chain(second) {
                        *slot = next;
                        next += 1;
                    }
                    producer.commit(len);
                }
            }
            next
        });
        let mut taken = Vec::new();
        for turn in 0..2 {
            let byte = match turn {
                0 => consumer.peek().0.first().copied(),
                _ => consumer.get(0),
            };
            taken.extend(byte);
            consumer.release(usize::from(byte.is_some()));
        }
        let pushed = sender.join().expect("the producer does not panic");
        take_some(&mut consumer, 1, &mut taken);
        assert!(taken.into_iter().eq(0..pushed));
    });
}

#[test]
fn a_byte_never_comes_before_its_time() {
    explore(|| {
        let (mut producer, mut consumer) = Options::new(2).spinning(true).stamps(true).channel();
        let sender = thread::spawn(move || {
            for nanos in [10, 20] {
                assert!(producer.grant().is_some(), "two bytes fit");
                producer.commit_at(1, nanos);
            }
        });
        let mut released = 0;
        for _ in 0..2 {
            if !consumer.is_empty() {
                released += 10;
                assert_eq!(consumer.stamp_at(0), Some(released));
                consumer.release(1);
            }
        }
        sender.join().expect("the producer does not panic");
    });
}

#[test]
fn released_bytes_are_wiped_before_they_are_free() {
    explore(|| {
        let (mut producer, mut consumer) = Options::new(1).spinning(true).zeroize(true).channel();
        let sender = thread::spawn(move || {
            producer.push(b"a");
            if let Some((first, _)) = producer.grant() {
                assert_eq!(first, [0]);
            }
        });
        consumer.drain(|bytes| assert_eq!(bytes, b"a"));
        sender.join().expect("the producer does not panic");
    });
}
