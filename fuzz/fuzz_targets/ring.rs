//! Any operations on a ring, against a queue; AddressSanitizer watches the storage.
#![no_main]

use std::collections::VecDeque;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use ttyring::ring::Options;

#[derive(Arbitrary, Debug)]
struct Run {
    exponent: u8,
    before_the_wrap: u8,
    zeroize: bool,
    operations: Vec<Operation>,
}

#[derive(Arbitrary, Debug)]
enum Operation {
    Push(Vec<u8>),
    PushAll(Vec<u8>),
    Grant { least: u8, commit: u8, byte: u8 },
    Fill { len: u8, byte: u8, nanos: u16 },
    Peek,
    PeekAtLeast(u8),
    Release(u8),
    Pop(u8),
    Drain,
    Stamp,
    Close,
}

fuzz_target!(|run: Run| {
    let capacity = 1usize << (run.exponent % 10);
    let (mut producer, mut consumer) = Options::new(capacity)
        .starting_at(usize::MAX - usize::from(run.before_the_wrap))
        .zeroize(run.zeroize)
        .stamps(true)
        .channel();
    let mut queue: VecDeque<u8> = VecDeque::new();
    let mut closed = false;
    for operation in run.operations {
        let free = if closed { 0 } else { capacity - queue.len() };
        match operation {
            Operation::Push(bytes) => {
                let pushed = producer.push(&bytes);
                assert_eq!(pushed, bytes.len().min(free));
                queue.extend(&bytes[..pushed]);
            }
            Operation::PushAll(bytes) => {
                let pushed = producer.push_all(&bytes);
                assert_eq!(pushed, !closed && bytes.len() <= free);
                if pushed {
                    queue.extend(bytes);
                }
            }
            Operation::Grant {
                least,
                commit,
                byte,
            } => {
                let least = usize::from(least);
                let Some(mut grant) = producer.grant_at_least(least) else {
                    assert!(free < least.max(1));
                    continue;
                };
                let (first, second) = grant.slices();
                first.fill(byte);
                second.fill(byte);
                let commit = usize::from(commit).min(grant.len());
                grant.commit(commit);
                queue.extend(std::iter::repeat_n(byte, commit));
            }
            Operation::Fill { len, byte, nanos } => {
                let filled = producer.fill_stamped(|buffers| {
                    let len = usize::from(len).min(buffers[0].len());
                    buffers[0][..len].fill(byte);
                    if len == 0 {
                        Err(())
                    } else {
                        Ok((len, u64::from(nanos)))
                    }
                });
                let filled = filled.unwrap_or(0);
                assert!(filled <= free);
                queue.extend(std::iter::repeat_n(byte, filled));
            }
            Operation::Peek => {
                let grant = consumer.peek();
                let shown = grant.first().iter().chain(grant.second());
                assert!(shown.eq(queue.iter()));
            }
            Operation::PeekAtLeast(least) => {
                assert_eq!(consumer.get(usize::from(least)), queue.get(usize::from(least)).copied());
                let grant = consumer.peek_at_least(usize::from(least));
                assert_eq!(grant.is_some(), queue.len() >= usize::from(least));
            }
            Operation::Release(len) => {
                let len = usize::from(len).min(consumer.len());
                consumer.release(len);
                queue.drain(..len);
            }
            Operation::Pop(len) => {
                let mut buffer = vec![0; usize::from(len)];
                let popped = consumer.pop(&mut buffer);
                assert_eq!(popped, buffer.len().min(queue.len()));
                assert!(queue.drain(..popped).eq(buffer[..popped].iter().copied()));
            }
            Operation::Drain => {
                let mut drained = Vec::new();
                consumer.drain(|bytes| drained.extend_from_slice(bytes));
                assert!(queue.drain(..).eq(drained));
            }
            Operation::Stamp => {
                let stamp = consumer.stamp();
                assert!(stamp.is_none() || !queue.is_empty());
            }
            Operation::Close => {
                producer.close();
                closed = true;
            }
        }
        assert_eq!(consumer.len(), queue.len());
        assert_eq!(consumer.is_finished(), closed && queue.is_empty());
    }
});
