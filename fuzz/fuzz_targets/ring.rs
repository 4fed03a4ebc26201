//! Any operations on a ring, against a queue; AddressSanitizer watches the storage.
#![no_main]

use std::collections::VecDeque;
use std::io::Read;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

// With what the library keeps to itself.
#[path = "../../src/ring/mod.rs"]
#[allow(dead_code, unreachable_pub, unused_imports)]
mod ring;
#[path = "../../src/sync.rs"]
#[allow(dead_code)]
mod sync;

use ring::Options;

#[derive(Arbitrary, Debug)]
struct Run {
    exponent: u8,
    zeroize: bool,
    operations: Vec<Operation>,
}

#[derive(Arbitrary, Debug)]
enum Operation {
    Push(Vec<u8>),
    Grant { commit: u8, byte: u8, nanos: Option<u16> },
    Peek,
    Get(u8),
    Release(u8),
    Read(u8),
    Drain,
    Stamp,
    Close,
}

fuzz_target!(|run: Run| {
    let capacity = 1usize << (run.exponent % 10);
    let (mut producer, mut consumer) = Options::new(capacity)
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
            Operation::Grant { commit, byte, nanos } => {
                let Some((first, second)) = producer.grant() else {
                    assert_eq!(free, 0);
                    continue;
                };
                assert_eq!(first.len() + second.len(), free);
                first.fill(byte);
                second.fill(byte);
                let commit = usize::from(commit).min(free);
                match nanos {
                    Some(nanos) => producer.commit_at(commit, u64::from(nanos)),
                    None => producer.commit(commit),
                }
                queue.extend(std::iter::repeat_n(byte, commit));
            }
            Operation::Peek => {
                let (first, second) = consumer.peek();
                assert!(first.iter().chain(second).eq(queue.iter()));
            }
            Operation::Get(offset) => {
                let offset = usize::from(offset);
                assert_eq!(consumer.get(offset), queue.get(offset).copied());
            }
            Operation::Release(len) => {
                let len = usize::from(len).min(consumer.len());
                consumer.release(len);
                queue.drain(..len);
            }
            // It would wait for ever while there is nothing.
            Operation::Read(len) if !queue.is_empty() || closed => {
                let mut buffer = vec![0; usize::from(len)];
                let read = consumer.read(&mut buffer).expect("nothing fails");
                assert_eq!(read == 0, buffer.is_empty() || queue.is_empty());
                assert!(queue.drain(..read).eq(buffer[..read].iter().copied()));
            }
            Operation::Read(_) => {}
            Operation::Drain => {
                let mut drained = Vec::new();
                consumer.drain(|bytes| drained.extend_from_slice(bytes));
                assert!(queue.drain(..).eq(drained));
            }
            Operation::Stamp => {
                let times = (0..consumer.len()).map(|offset| consumer.stamp_at(offset));
                assert!(times.is_sorted_by_key(|time| time.is_some()));
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
