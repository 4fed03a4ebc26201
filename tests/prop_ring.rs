//! The ring against a `VecDeque`: a state machine of any operations, in one thread, with close,
//! partial commits and releases, from start positions at and around the wrap of `usize`.
#![cfg(not(loom))]

use std::collections::VecDeque;
use std::io::{self, BufRead, Read, Write};

use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use ttyring::ring::{Consumer, Options, Producer, ReadGrant};

/// The most operations in a row; Miri interprets each.
const OPERATIONS: usize = if cfg!(miri) { 30 } else { 200 };

/// What can be done with a ring.
#[derive(Clone, Debug)]
enum Operation {
    /// Grant at least so many bytes, fill them all, commit this many of them.
    Commit {
        least: usize,
        commit: usize,
    },
    Push(usize),
    Write(usize),
    PushAll(usize),
    Fill(usize),
    FailToFill,
    Release(usize),
    Pop(usize),
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
    start: usize,
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
        let head = self.start.wrapping_add(self.sent - self.queue.len());
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
        let start = prop_oneof![Just(0), usize::MAX - 70..=usize::MAX, any::<usize>()];
        (0..6u32, start, any::<bool>())
            .prop_map(|(exponent, start, zeroize)| Model {
                capacity: 1 << exponent,
                start,
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
            6 => (len.clone(), len.clone())
                .prop_map(|(least, commit)| Operation::Commit { least, commit }),
            3 => len.clone().prop_map(Operation::Push),
            3 => len.clone().prop_map(Operation::Write),
            4 => len.clone().prop_map(Operation::PushAll),
            6 => len.clone().prop_map(Operation::Fill),
            2 => Just(Operation::FailToFill),
            10 => len.clone().prop_map(Operation::Release),
            3 => len.clone().prop_map(Operation::Pop),
            3 => len.clone().prop_map(Operation::Read),
            3 => len.prop_map(Operation::Consume),
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
            Operation::Push(len) | Operation::Write(len) => model.send(len.min(free)),
            Operation::PushAll(len) if len <= free => model.send(len),
            Operation::Fill(len) => model.send(len.min(free)),
            Operation::Release(len) | Operation::Pop(len) | Operation::Read(len) => {
                model.queue.drain(..len.min(model.queue.len()));
            }
            Operation::Consume(len) => {
                model.queue.drain(..len.min(model.first()));
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

    fn write(&mut self, len: usize) {
        let written = self.producer.write(&self.before.next(len));
        let expected = match self.before.free() {
            _ if self.before.closed => Err(io::ErrorKind::BrokenPipe),
            0 if len > 0 => Err(io::ErrorKind::WouldBlock),
            free => Ok(len.min(free)),
        };
        assert_eq!(written.map_err(|error| error.kind()), expected);
    }

    /// Consumes by as many looks as it takes, since one may show what was known before only.
    fn consume(&mut self, mut len: usize) {
        let mut queue = self.before.queue.iter();
        loop {
            let shown = match self.consumer.fill_buf() {
                Ok(shown) => shown,
                Err(error) => {
                    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
                    assert!(queue.len() == 0 && !self.before.closed);
                    return;
                }
            };
            assert!(!shown.is_empty() || queue.len() == 0);
            let part = len.min(shown.len());
            assert!(shown[..part].iter().eq(queue.by_ref().take(part)));
            self.consumer.consume(part);
            len -= part;
            if len == 0 {
                return;
            }
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
            Operation::Read(len) => {
                let mut buffer = vec![0; len];
                let found = self
                    .consumer
                    .read(&mut buffer)
                    .map_err(|error| error.kind());
                if queue.is_empty() && len > 0 && !self.before.closed {
                    assert_eq!(found, Err(io::ErrorKind::WouldBlock));
                } else {
                    assert_eq!(found, Ok(len.min(queue.len())));
                }
                assert!(buffer.iter().zip(queue).all(|(byte, sent)| byte == sent));
            }
            Operation::Consume(len) => self.consume(len.min(self.before.first())),
            _ => {
                let mut drained = Vec::new();
                self.consumer
                    .drain(|bytes| drained.extend_from_slice(bytes));
                assert!(drained.iter().eq(queue));
            }
        }
    }
}

fn io_read(source: &mut &[u8], buffers: &mut [io::IoSliceMut<'_>]) -> io::Result<usize> {
    source.read_vectored(buffers)
}

impl StateMachineTest for Ring {
    type SystemUnderTest = Ring;
    type Reference = Model;

    fn init_test(model: &Model) -> Ring {
        let (producer, consumer) = Options::new(model.capacity)
            .starting_at(model.start)
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
            Operation::Commit { least, commit } => ring.commit(least, commit),
            Operation::Push(len) => {
                let pushed = ring.producer.push(&ring.before.next(len));
                assert_eq!(pushed, len.min(free));
            }
            Operation::Write(len) => ring.write(len),
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
        let (producer, consumer) = (&ring.producer, &ring.consumer);
        for offset in [0, model.queue.len() / 2, model.queue.len()] {
            assert_eq!(consumer.get(offset), model.queue.get(offset).copied());
        }
        assert!(shown(&consumer.peek()).iter().eq(&model.queue));
        assert_eq!(consumer.peek().first().len(), model.first());
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
    fn ring_equals_queue(sequential 1..OPERATIONS => Ring);
}
