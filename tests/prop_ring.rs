//! The ring against a `VecDeque`, in one thread: any operations, from any start position.
#![cfg(not(loom))]

use std::collections::VecDeque;

use proptest::prelude::*;
use ttyring::ring::Options;

#[derive(Clone, Debug)]
enum Operation {
    Commit { wanted: usize, committed: usize },
    Push(Vec<u8>),
    Fill(usize),
    FailToFill,
    Release(usize),
    Pop(usize),
    Drain,
    Close,
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        3 => (0..40usize, 0..40usize)
            .prop_map(|(wanted, committed)| Operation::Commit { wanted, committed }),
        3 => prop::collection::vec(any::<u8>(), 0..40).prop_map(Operation::Push),
        3 => (0..40usize).prop_map(Operation::Fill),
        1 => Just(Operation::FailToFill),
        4 => (0..40usize).prop_map(Operation::Release),
        3 => (0..40usize).prop_map(Operation::Pop),
        1 => Just(Operation::Drain),
        1 => Just(Operation::Close),
    ]
}

proptest! {
    #[test]
    fn ring_equals_queue(
        exponent in 0..6u32,
        start in prop_oneof![Just(0), usize::MAX - 70..=usize::MAX, any::<usize>()],
        operations in prop::collection::vec(operation(), 0..200),
    ) {
        let capacity = 1usize << exponent;
        let (mut producer, mut consumer) = Options::new(capacity).starting_at(start).channel();
        let mut queue = VecDeque::new();
        let mut closed = false;
        let mut next = 0u8;
        let mut byte = || { next = next.wrapping_add(1); next };
        for operation in operations {
            let free = if closed { 0 } else { capacity - queue.len() };
            match operation {
                Operation::Commit { wanted, committed } => {
                    let grant = producer.grant_at_least(wanted);
                    prop_assert_eq!(grant.is_some(), free >= wanted.max(1));
                    if let Some(mut grant) = grant {
                        let (first, second) = grant.slices();
                        let mut bytes = Vec::new();
                        for slot in first.iter_mut().chain(second) {
                            *slot = byte();
                            bytes.push(*slot);
                        }
                        prop_assert!((wanted..=free).contains(&bytes.len()));
                        let committed = committed.min(bytes.len());
                        grant.commit(committed);
                        queue.extend(&bytes[..committed]);
                    }
                }
                Operation::Push(bytes) => {
                    let pushed = producer.push(&bytes);
                    prop_assert_eq!(pushed, bytes.len().min(free));
                    queue.extend(&bytes[..pushed]);
                }
                Operation::Fill(len) => {
                    let len = len.min(free);
                    let filled = producer.fill_with(|buffers| {
                        let mut slots = buffers.iter_mut().flat_map(|buffer| buffer.iter_mut());
                        let mut filled = 0;
                        for slot in slots.by_ref().take(len) {
                            *slot = byte();
                            queue.push_back(*slot);
                            filled += 1;
                        }
                        Ok::<_, ()>(filled)
                    });
                    prop_assert!(filled.is_ok_and(|filled| filled <= len));
                }
                Operation::FailToFill => {
                    let failed = producer.fill_with(|buffers| {
                        buffers[0].fill(0xff);
                        Err::<usize, _>(())
                    });
                    prop_assert_eq!(failed.is_err(), free > 0);
                }
                Operation::Release(len) => {
                    let len = len.min(consumer.len());
                    consumer.release(len);
                    queue.drain(..len);
                }
                Operation::Pop(len) => {
                    let mut buffer = vec![0; len];
                    let popped = consumer.pop(&mut buffer);
                    prop_assert_eq!(popped, len.min(queue.len()));
                    prop_assert!(queue.drain(..popped).eq(buffer[..popped].iter().copied()));
                }
                Operation::Drain => {
                    let mut drained = Vec::new();
                    consumer.drain(|bytes| drained.extend_from_slice(bytes));
                    prop_assert!(queue.drain(..).eq(drained));
                }
                Operation::Close => {
                    producer.close();
                    closed = true;
                }
            }
            let grant = consumer.peek();
            let shown = grant.first().iter().chain(grant.second()).copied();
            prop_assert!(shown.eq(queue.iter().copied()));
            prop_assert_eq!(consumer.len(), queue.len());
            prop_assert_eq!(consumer.is_closed(), closed);
            prop_assert_eq!(consumer.is_finished(), closed && queue.is_empty());
        }
    }
}
