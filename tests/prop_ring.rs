//! The ring against a `VecDeque`: a state machine of any operations, in one thread, with close,
//! partial commits and releases, past the wrap of the positions.
#![cfg(not(loom))]

use std::collections::VecDeque;
use std::io::{self, BufRead, Read, Write};

use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

// With what the library keeps to itself.
#[path = "../src/ring/mod.rs"]
#[allow(dead_code, unreachable_pub, unused_imports)]
mod ring;
#[path = "../src/sync.rs"]
#[allow(dead_code)]
mod sync;

use ring::{Consumer, Options, Producer};

/// The most operations in a row; Miri interprets each.
const OPERATIONS: usize = if cfg!(miri) { 30 } else { 200 };

/// What can be done with a ring.
#[derive(Clone, Debug)]
enum Operation {
    /// Fill all that is granted, and commit at most so many bytes of it.
    Commit(usize),
    /// Fill all that is granted, and drop the grant.
    Abandon,
    Push(usize),
    Write(usize),
    Release(usize),
    Read(usize),
    /// As `BufRead`: look at the first span, consume at most so many bytes of it.
    Consume(usize),
    Drain,
    Close,
}

/// The queue that the ring should equal. Byte number `n` of all that were ever sent is `n % 251`:
/// no power of two, so that a byte in a wrong place is seen.
#[derive(Clone, Debug)]
struct Model {
    capacity: usize,
    zeroize: bool,
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

    /// How many bytes lie before the end of the storage.
    fn first(&self) -> usize {
        let head = self.sent - self.queue.len();
        self.queue.len().min(self.capacity - head % self.capacity)
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
        (0..6u32, any::<bool>())
            .prop_map(|(exponent, zeroize)| Model {
                capacity: 1 << exponent,
                zeroize,
                queue: VecDeque::new(),
                sent: 0,
                closed: false,
            })
            .boxed()
    }

    fn transitions(_: &Model) -> BoxedStrategy<Operation> {
        let len = 0..40usize;
        prop_oneof![
            10 => len.clone().prop_map(Operation::Commit),
            2 => Just(Operation::Abandon),
            6 => len.clone().prop_map(Operation::Push),
            3 => len.clone().prop_map(Operation::Write),
            10 => len.clone().prop_map(Operation::Release),
            6 => len.clone().prop_map(Operation::Read),
            3 => len.prop_map(Operation::Consume),
            3 => Just(Operation::Drain),
            1 => Just(Operation::Close),
        ]
        .boxed()
    }

    fn apply(mut model: Model, operation: &Operation) -> Model {
        let free = model.free();
        match *operation {
            Operation::Commit(len) | Operation::Push(len) | Operation::Write(len) => {
                model.send(len.min(free));
            }
            Operation::Release(len) => {
                model.queue.drain(..len.min(model.queue.len()));
            }
            Operation::Read(len) | Operation::Consume(len) => {
                model.queue.drain(..len.min(model.first()));
            }
            Operation::Drain => model.queue.clear(),
            Operation::Close => model.closed = true,
            Operation::Abandon => {}
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

impl Ring {
    /// Fills what is granted with the bytes that are next, and commits so many if that is asked for.
    fn fill(&mut self, commit: Option<usize>) {
        let (free, next) = (self.before.free(), self.before.next(self.before.free()));
        let Some((first, second)) = self.producer.grant() else {
            assert_eq!(free, 0);
            return;
        };
        assert_eq!(first.len() + second.len(), free);
        for (slot, byte) in first.iter_mut().chain(second).zip(next) {
            *slot = byte;
        }
        if let Some(len) = commit {
            self.producer.commit(len.min(free));
        }
    }

    /// Writes, unless that would wait for ever.
    fn write(&mut self, len: usize) {
        let (free, closed) = (self.before.free(), self.before.closed);
        if len > 0 && free == 0 && !closed {
            return;
        }
        let written = self.producer.write(&self.before.next(len));
        match written {
            Ok(written) => assert_eq!(written, len.min(free)),
            Err(error) => assert!(closed && error.kind() == io::ErrorKind::BrokenPipe),
        }
    }

    /// Reads or looks, as often as it takes, unless that would wait for ever: one call may have what
    /// was known before only.
    fn read(&mut self, len: usize, mut read: impl FnMut(&mut Consumer, usize) -> Vec<u8>) {
        let mut queue = self.before.queue.iter().take(len);
        while queue.len() > 0 {
            let bytes = read(&mut self.consumer, queue.len());
            assert!(!bytes.is_empty());
            assert!(bytes.iter().eq(queue.by_ref().take(bytes.len())));
        }
        if self.before.closed && self.before.queue.len() == len {
            assert_eq!(read(&mut self.consumer, 1), []);
        }
    }

    fn take(&mut self, operation: &Operation) {
        let queue = &self.before.queue;
        match *operation {
            Operation::Release(len) => {
                assert_eq!(self.consumer.len(), queue.len());
                self.consumer.release(len.min(queue.len()));
            }
            Operation::Read(len) => self.read(len.min(self.before.first()), |consumer, len| {
                let mut buffer = vec![0; len];
                let read = consumer.read(&mut buffer).expect("nothing fails");
                buffer.truncate(read);
                buffer
            }),
            Operation::Consume(len) => self.read(len.min(self.before.first()), |consumer, len| {
                let shown = consumer.fill_buf().expect("nothing fails");
                let taken = shown[..len.min(shown.len())].to_vec();
                consumer.consume(taken.len());
                taken
            }),
            _ => {
                let mut drained = Vec::new();
                self.consumer
                    .drain(|bytes| drained.extend_from_slice(bytes));
                assert!(drained.iter().eq(queue));
            }
        }
    }
}

impl StateMachineTest for Ring {
    type SystemUnderTest = Ring;
    type Reference = Model;

    fn init_test(model: &Model) -> Ring {
        let (producer, consumer) = Options::new(model.capacity)
            .zeroize(model.zeroize)
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
            Operation::Commit(len) => ring.fill(Some(len)),
            Operation::Abandon => ring.fill(None),
            Operation::Push(len) => {
                let pushed = ring.producer.push(&ring.before.next(len));
                assert_eq!(pushed, len.min(free));
            }
            Operation::Write(len) => ring.write(len),
            Operation::Close => ring.producer.close(),
            _ => ring.take(&operation),
        }
        ring.before = after.clone();
        ring
    }

    fn check_invariants(ring: &Ring, model: &Model) {
        // A look brings what each side remembers of the other up to date: mostly there is none, so
        // that the next operation begins with old knowledge.
        if model.sent % 3 != 0 {
            return;
        }
        let consumer = &ring.consumer;
        for offset in [0, model.queue.len() / 2, model.queue.len()] {
            assert_eq!(consumer.get(offset), model.queue.get(offset).copied());
        }
        let (first, second) = consumer.peek();
        assert!(first.iter().chain(second).eq(&model.queue));
        assert_eq!(first.len(), model.first());
        assert_eq!(consumer.len(), model.queue.len());
        assert_eq!(
            consumer.is_finished(),
            model.closed && model.queue.is_empty()
        );
    }
}

prop_state_machine! {
    #[test]
    fn ring_equals_queue(sequential 1..OPERATIONS => Ring);
}
