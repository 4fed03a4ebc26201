//! Every interleaving of the two sides of the ring, explored by loom.
#![cfg(loom)]

use loom::thread;
use ttyring::ring::{Consumer, Options, Producer};

fn check(model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(model);
}

fn send(mut producer: Producer, count: u8) {
    for byte in 0..count {
        while producer.push(&[byte]) == 0 {
            thread::yield_now();
        }
    }
}

fn receive(mut consumer: Consumer) -> Vec<u8> {
    let mut received = Vec::new();
    while !consumer.is_finished() {
        if consumer.drain(|bytes| received.extend_from_slice(bytes)) == 0 {
            thread::yield_now();
        }
    }
    received
}

fn every_byte_arrives(capacity: usize, start: usize, count: u8) {
    check(move || {
        let (producer, consumer) = Options::new(capacity).starting_at(start).channel();
        let sender = thread::spawn(move || send(producer, count));
        assert!(receive(consumer).into_iter().eq(0..count));
        sender.join().expect("the producer does not panic");
    });
}

#[test]
fn every_byte_passes_through_one_slot() {
    every_byte_arrives(1, 0, 3);
}

#[test]
fn every_byte_passes_where_positions_wrap() {
    every_byte_arrives(2, usize::MAX - 1, 3);
}
