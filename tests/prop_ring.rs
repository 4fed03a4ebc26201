//! The ring against a `VecDeque`: a state machine of any operations, in one thread, with close,
//! partial commits and releases, from start positions at and around the wrap of `usize`.
#![cfg(not(loom))]

use std::collections::VecDeque;

use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use ttyring::ring::{Consumer, Options, Producer, ReadGrant};

/// What can be done with a ring.
#[derive(Clone, Debug)]
enum Operation {
    /// Grant at least so many bytes, fill them all, commit this many of them.
    Commit {
        least: usize,
        commit: usize,
    },
    Push(usize),
    PushAll(usize),
    Fill(usize),
    FailToFill,
    Release(usize),
    Pop(usize),
    Drain,
    Close,
}

/// The queue that the ring should equal. Byte number `n` of all that were ever sent is `n % 251`:
/// no power of two, so that a byte in a wrong place is seen.
#[derive(Clone, Debug)]
struct Model {
    capacity: usize,
    start: usize,
    queue: VecDeque<u8>,
    sent: usize,
    closed: bool,
}

impl Model {
    fn free(&self) -> usize {
        if self.closed {
            0
        } else {
            self.capacity - self.queue.len()
        }
    }

    /// The next `len` bytes to send.
    fn next(&self, len: usize) -> Vec<u8> {
        (self.sent..self.sent + len)
            .map(|number| (number % 251) as u8)
            .collect()
    }

    fn send(&mut self, len: usize) {
        self.queue.extend(self.next(len));
        self.sent += len;
    }
}

impl ReferenceStateMachine for Model {
    type State = Model;
    type Transition = Operation;

    fn init_state() -> BoxedStrategy<Model> {
        let start = prop_oneof![Just(0), usize::MAX - 70..=usize::MAX, any::<usize>()];
        (0..6u32, start)
            .prop_map(|(exponent, start)| Model {
                capacity: 1 << exponent,
                start,
                queue: VecDeque::new(),
                sent: 0,
                closed: false,
            })
            .boxed()
    }

    fn transitions(_: &Model) -> BoxedStrategy<Operation> {
        let len = 0..40usize;
        prop_oneof![
            6 => (len.clone(), len.clone())
                .prop_map(|(least, commit)| Operation::Commit { least, commit }),
            4 => len.clone().prop_map(Operation::Push),
            4 => len.clone().prop_map(Operation::PushAll),
            6 => len.clone().prop_map(Operation::Fill),
            2 => Just(Operation::FailToFill),
            10 => len.clone().prop_map(Operation::Release),
            6 => len.prop_map(Operation::Pop),
            3 => Just(Operation::Drain),
            1 => Just(Operation::Close),
        ]
        .boxed()
    }

    fn apply(mut model: Model, operation: &Operation) -> Model {
        let free = model.free();
        match *operation {
            Operation::Commit { least, commit } if free >= least.max(1) => {
                model.send(commit.min(least.max(1)));
            }
            Operation::Push(len) => model.send(len.min(free)),
            Operation::PushAll(len) if len <= free => model.send(len),
            Operation::Fill(len) => model.send(len.min(free)),
            Operation::Release(len) | Operation::Pop(len) => {
                model.queue.drain(..len.min(model.queue.len()));
            }
            Operation::Drain => model.queue.clear(),
            Operation::Close => model.closed = true,
            Operation::Commit { .. } | Operation::PushAll(_) | Operation::FailToFill => {}
        }
        model
    }
}

/// The ring, and the model as it was before the operation at hand.
struct Ring {
    producer: Producer,
    consumer: Consumer,
    before: Model,
}

fn shown(grant: &ReadGrant<'_>) -> Vec<u8> {
    [grant.first(), grant.second()].concat()
}

impl Ring {
    fn commit(&mut self, least: usize, commit: usize) {
        let (free, next) = (self.before.free(), self.before.next(64));
        let grant = self.producer.grant_at_least(least);
        assert_eq!(grant.is_some(), free >= least.max(1));
        if let Some(mut grant) = grant {
            assert!((least.max(1)..=free).contains(&grant.len()));
            let (first, second) = grant.slices();
            for (slot, byte) in first.iter_mut().chain(second).zip(next) {
                *slot = byte;
            }
            grant.commit(commit.min(least.max(1)));
        }
    }

    /// Fills by as many reads as it takes, since one may be offered the first span only.
    fn fill(&mut self, len: usize) {
        let bytes = self.before.next(len.min(self.before.free()));
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let read = self.producer.fill_with(|buffers| {
                assert!(!buffers.is_empty() && buffers.iter().all(|buffer| !buffer.is_empty()));
                io_read(&mut rest, buffers)
            });
            assert!(read.expect("nothing fails") > 0);
        }
    }

    fn take(&mut self, operation: &Operation) {
        let queue = &self.before.queue;
        match *operation {
            Operation::Release(len) => {
                assert_eq!(self.consumer.len(), queue.len());
                self.consumer.release(len.min(queue.len()));
            }
            Operation::Pop(len) => {
                let mut buffer = vec![0; len];
                let popped = self.consumer.pop(&mut buffer);
                assert_eq!(popped, len.min(queue.len()));
                assert!(buffer[..popped].iter().eq(queue.iter().take(popped)));
            }
            _ => {
                let mut drained = Vec::new();
                self.consumer
                    .drain(|bytes| drained.extend_from_slice(bytes));
                assert!(drained.iter().eq(queue));
            }
        }
    }
}

fn io_read(source: &mut &[u8], buffers: &mut [std::io::IoSliceMut<'_>]) -> std::io::Result<usize> {
    std::io::Read::read_vectored(source, buffers)
}

impl StateMachineTest for Ring {
    type SystemUnderTest = Ring;
    type Reference = Model;

    fn init_test(model: &Model) -> Ring {
        let (producer, consumer) = Options::new(model.capacity)
            .starting_at(model.start)
            .channel();
        Ring {
            producer,
            consumer,
            before: model.clone(),
        }
    }

    fn apply(mut ring: Ring, after: &Model, operation: Operation) -> Ring {
        let free = ring.before.free();
        match operation {
            Operation::Commit { least, commit } => ring.commit(least, commit),
            Operation::Push(len) => {
                let pushed = ring.producer.push(&ring.before.next(len));
                assert_eq!(pushed, len.min(free));
            }
            Operation::PushAll(len) => {
                let pushed = ring.producer.push_all(&ring.before.next(len));
                assert_eq!(pushed, len <= free && !ring.before.closed);
            }
            Operation::Fill(len) => ring.fill(len),
            Operation::FailToFill => {
                let failed = ring.producer.fill_with(|buffers| {
                    buffers.iter_mut().for_each(|buffer| buffer.fill(0xff));
                    Err(())
                });
                assert_eq!(failed.is_err(), free > 0);
            }
            Operation::Release(_) | Operation::Pop(_) | Operation::Drain => ring.take(&operation),
            Operation::Close => ring.producer.close(),
        }
        ring.before = after.clone();
        ring
    }

    fn check_invariants(ring: &Ring, model: &Model) {
        let (producer, consumer) = (&ring.producer, &ring.consumer);
        assert!(shown(&consumer.peek()).iter().eq(&model.queue));
        assert_eq!(consumer.len(), model.queue.len());
        assert_eq!(producer.free(), model.capacity - model.queue.len());
        assert_eq!(consumer.is_closed(), model.closed);
        assert_eq!(
            consumer.is_finished(),
            model.closed && model.queue.is_empty()
        );
    }
}

prop_state_machine! {
    #[test]
    fn ring_equals_queue(sequential 1..200 => Ring);
}
