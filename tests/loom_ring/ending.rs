//! The end of input, and a consumer that goes away.

use crate::ring::{Options, Waited};
use crate::{Witness, explore};
use loom::thread;

#[test]
fn nothing_is_lost_at_the_end() {
    explore(|| {
        let (mut producer, mut consumer) = Options::new(1).spinning(true).channel();
        let sender = thread::spawn(move || producer.push(b"a"));
        let mut taken = consumer.drain(|_| ());
        if consumer.is_finished() {
            assert_eq!(taken, 1);
        }
        taken += consumer.drain(|_| ());
        assert_eq!(sender.join().expect("the producer does not panic"), 1);
        taken += consumer.drain(|_| ());
        assert!(consumer.is_finished());
        assert_eq!(taken, 1);
    });
}

#[test]
fn what_came_before_the_close_is_visible_after_it() {
    explore(|| {
        let (mut producer, consumer) = Options::new(1).spinning(true).channel();
        let witness = Witness::new();
        let seen = witness.clone();
        let sender = thread::spawn(move || {
            seen.testify();
            producer.close();
            producer
        });
        if consumer.is_finished() {
            witness.confirm();
        }
        sender.join().expect("the producer does not panic");
    });
}

#[test]
fn what_the_consumer_did_is_visible_when_it_is_gone() {
    explore(|| {
        let (producer, consumer) = Options::new(1).spinning(true).channel();
        let witness = Witness::new();
        let seen = witness.clone();
        let receiver = thread::spawn(move || {
            seen.testify();
            drop(consumer);
        });
        if producer.is_abandoned() {
            witness.confirm();
        }
        receiver.join().expect("the consumer does not panic");
    });
}

#[test]
fn the_end_wakes_a_consumer_that_sleeps() {
    explore(|| {
        let (producer, mut consumer) = Options::new(1).channel();
        let sender = thread::spawn(move || drop(producer));
        assert_eq!(consumer.wait(None), Waited::Ended);
        sender.join().expect("the producer does not panic");
    });
}

#[test]
fn a_consumer_that_goes_wakes_a_producer_that_sleeps() {
    explore(|| {
        let (mut producer, consumer) = Options::new(1).channel();
        producer.push(b"a");
        let receiver = thread::spawn(move || drop(consumer));
        assert_eq!(producer.wait(None), Waited::Ended);
        receiver.join().expect("the consumer does not panic");
    });
}
