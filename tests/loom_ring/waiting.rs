//! Sleeping on both sides. A wake-up that is lost is a deadlock, which loom reports.

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::sync::{Arc, Condvar, Mutex};
use loom::thread;

use crate::ring::{Options, Waited};
use crate::{Witness, explore};

/// What an eventfd is to a poller: readable once it was written.
struct Descriptor {
    readable: Mutex<bool>,
    written: Condvar,
}

impl Descriptor {
    fn new() -> Arc<Descriptor> {
        Arc::new(Descriptor {
            readable: Mutex::new(false),
            written: Condvar::new(),
        })
    }

    fn write(&self) {
        *self.readable.lock().expect("nobody panics") = true;
        self.written.notify_one();
    }

    fn poll(&self) {
        let mut readable = self.readable.lock().expect("nobody panics");
        while !*readable {
            readable = self.written.wait(readable).expect("nobody panics");
        }
    }
}

#[test]
fn a_byte_wakes_a_consumer_though_the_producer_never_closes() {
    explore(|| {
        let (mut producer, mut consumer) = Options::new(1).channel();
        let sender = thread::spawn(move || {
            producer.push(b"a");
            producer
        });
        assert_eq!(consumer.wait(None), Waited::Ready);
        assert_eq!(consumer.len(), 1);
        sender.join().expect("the producer does not panic");
    });
}

#[test]
fn space_wakes_a_producer_though_the_consumer_stays() {
    explore(|| {
        let (mut producer, mut consumer) = Options::new(1).channel();
        producer.push(b"a");
        let receiver = thread::spawn(move || {
            assert_eq!(consumer.drain(|_| ()), 1);
            consumer
        });
        assert_eq!(producer.wait(None), Waited::Ready);
        assert_eq!(producer.push(b"b"), 1);
        receiver.join().expect("the consumer does not panic");
    });
}

#[test]
fn both_sides_sleep_in_turn() {
    explore(|| {
        let (mut producer, mut consumer) = Options::new(1).channel();
        producer.push(&[0]);
        let sender = thread::spawn(move || {
            assert_eq!(producer.wait(None), Waited::Ready);
            assert_eq!(producer.push(&[1]), 1);
        });
        for byte in 0..2 {
            assert_eq!(consumer.wait(None), Waited::Ready);
            consumer.drain(|bytes| assert_eq!(bytes, [byte]));
        }
        assert_eq!(consumer.wait(None), Waited::Ended);
        sender.join().expect("the producer does not panic");
    });
}

#[test]
fn a_waker_ends_a_wait_and_shows_what_came_before() {
    explore(|| {
        let (producer, mut consumer) = Options::new(1).channel();
        let waker = consumer.waker();
        let witness = Witness::new();
        let seen = witness.clone();
        let other = thread::spawn(move || {
            seen.testify();
            waker.wake();
        });
        assert_eq!(consumer.wait(None), Waited::Woken);
        witness.confirm();
        other.join().expect("the waking thread does not panic");
        drop(producer);
    });
}

#[test]
fn a_byte_and_a_waker_both_count() {
    explore(|| {
        let (mut producer, mut consumer) = Options::new(1).channel();
        let waker = consumer.waker();
        let other = thread::spawn(move || waker.wake());
        let sender = thread::spawn(move || producer.push(b"a"));
        let mut woken = false;
        loop {
            match consumer.wait(None) {
                Waited::Woken => assert!(!woken, "one request, two answers"),
                found => break assert_eq!(found, Waited::Ready),
            }
            woken = true;
        }
        sender.join().expect("the producer does not panic");
        other.join().expect("the waking thread does not panic");
    });
}

#[test]
fn an_armed_consumer_is_called() {
    explore(|| {
        let descriptor = Descriptor::new();
        let wake = descriptor.clone();
        let (mut producer, mut consumer) = Options::new(1).on_data(move || wake.write()).channel();
        let sender = thread::spawn(move || {
            producer.push(b"a");
            producer
        });
        match consumer.arm() {
            None => descriptor.poll(),
            found => assert_eq!(found, Some(Waited::Ready)),
        }
        assert_eq!(consumer.len(), 1);
        sender.join().expect("the producer does not panic");
    });
}

#[test]
fn an_armed_consumer_is_called_once() {
    explore(|| {
        let calls = Arc::new(AtomicUsize::new(0));
        let count = calls.clone();
        let (mut producer, mut consumer) = Options::new(1)
            .on_data(move || {
                count.fetch_add(1, Ordering::Relaxed);
            })
            .channel();
        let waker = consumer.waker();
        assert_eq!(consumer.arm(), None);
        let other = thread::spawn(move || waker.wake());
        producer.push(b"a");
        other.join().expect("the waking thread does not panic");
        assert_eq!(calls.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn a_consumer_sleeps_after_it_was_disarmed() {
    explore(|| {
        let (mut producer, mut consumer) = Options::new(1).on_data(|| ()).channel();
        let sender = thread::spawn(move || {
            producer.push(b"a");
            producer
        });
        if consumer.arm().is_none() {
            consumer.disarm();
        }
        assert_eq!(consumer.wait(None), Waited::Ready);
        sender.join().expect("the producer does not panic");
    });
}
