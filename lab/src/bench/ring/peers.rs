//! The rings and queues that others use, each by its cheapest means for bytes.

use std::sync::Arc;

use super::ring::Contender;
use super::ring::lane::{CAPACITY, Lane, Sink};

/// All of them.
pub(crate) fn all() -> [Contender; 5] {
    [
        Contender::of::<Rtrb>("rtrb"),
        Contender::of::<Ringbuf>("ringbuf"),
        Contender::of::<Bbqueue>("bbqueue"),
        Contender::of::<Heapless>("heapless"),
        Contender::of::<Crossbeam>("crossbeam ArrayQueue"),
    ]
}

/// `rtrb`: chunks of slots, both remote positions cached.
#[derive(Debug)]
pub(crate) struct Rtrb;

impl<const N: usize> Lane<N> for Rtrb {
    type Sender = rtrb::Producer<u8>;
    type Receiver = rtrb::Consumer<u8>;

    fn pair() -> (Self::Sender, Self::Receiver) {
        rtrb::RingBuffer::new(CAPACITY)
    }

    #[inline]
    fn send(sender: &mut Self::Sender, chunk: &[u8; N]) -> bool {
        sender.push_entire_slice(chunk).is_ok()
    }

    #[inline]
    fn receive(receiver: &mut Self::Receiver, sink: &mut Sink) {
        if let Ok(chunk) = receiver.read_chunk(receiver.slots()) {
            let (first, second) = chunk.as_slices();
            sink.take(first);
            sink.take(second);
            chunk.commit_all();
        }
    }
}

/// `ringbuf`: slices, with both remote positions cached.
#[derive(Debug)]
pub(crate) struct Ringbuf;

impl<const N: usize> Lane<N> for Ringbuf {
    type Sender = ringbuf::HeapProd<u8>;
    type Receiver = ringbuf::HeapCons<u8>;

    fn pair() -> (Self::Sender, Self::Receiver) {
        ringbuf::traits::Split::split(ringbuf::HeapRb::new(CAPACITY))
    }

    #[inline]
    fn send(sender: &mut Self::Sender, chunk: &[u8; N]) -> bool {
        use ringbuf::traits::{Observer, Producer};
        sender.vacant_len() >= N && sender.push_slice(chunk) == N
    }

    #[inline]
    fn receive(receiver: &mut Self::Receiver, sink: &mut Sink) {
        use ringbuf::traits::Consumer;
        let (first, second) = receiver.as_slices();
        let len = first.len() + second.len();
        sink.take(first);
        sink.take(second);
        receiver.skip(len);
    }
}

/// `bbqueue`: grants that never wrap.
#[derive(Debug)]
pub(crate) struct Bbqueue;

type Bytes = Arc<bbqueue::nicknames::Churrasco<CAPACITY>>;

impl<const N: usize> Lane<N> for Bbqueue {
    type Sender = bbqueue::prod_cons::stream::StreamProducer<Bytes>;
    type Receiver = bbqueue::prod_cons::stream::StreamConsumer<Bytes>;

    fn pair() -> (Self::Sender, Self::Receiver) {
        let queue = bbqueue::ArcBBQueue::new_with_storage(bbqueue::traits::storage::Inline::new());
        (queue.stream_producer(), queue.stream_consumer())
    }

    #[inline]
    fn send(sender: &mut Self::Sender, chunk: &[u8; N]) -> bool {
        let Ok(mut grant) = sender.grant_exact(N) else {
            return false;
        };
        grant.copy_from_slice(chunk);
        grant.commit(N);
        true
    }

    #[inline]
    fn receive(receiver: &mut Self::Receiver, sink: &mut Sink) {
        if let Ok(grant) = receiver.read() {
            let len = grant.len();
            sink.take(&grant);
            grant.release(len);
        }
    }
}

/// `heapless`: one byte at a time, without caches or padding. Each pair leaks its storage, since
/// the ends borrow it.
#[derive(Debug)]
pub(crate) struct Heapless;

impl<const N: usize> Lane<N> for Heapless {
    type Sender = heapless::spsc::Producer<'static, u8>;
    type Receiver = heapless::spsc::Consumer<'static, u8>;

    fn pair() -> (Self::Sender, Self::Receiver) {
        Box::leak(Box::new(
            heapless::spsc::Queue::<u8, { CAPACITY + 1 }>::new(),
        ))
        .split()
    }

    #[inline]
    fn send(sender: &mut Self::Sender, chunk: &[u8; N]) -> bool {
        let fits = sender.capacity() - sender.len() >= N;
        fits && chunk.iter().all(|&byte| sender.enqueue(byte).is_ok())
    }

    #[inline]
    fn receive(receiver: &mut Self::Receiver, sink: &mut Sink) {
        while let Some(byte) = receiver.dequeue() {
            sink.take(&[byte]);
        }
    }
}

/// `crossbeam`'s `ArrayQueue`: as many chunks as make the capacity, for any number of threads.
#[derive(Debug)]
pub(crate) struct Crossbeam;

impl<const N: usize> Lane<N> for Crossbeam {
    type Sender = Arc<crossbeam_queue::ArrayQueue<[u8; N]>>;
    type Receiver = Arc<crossbeam_queue::ArrayQueue<[u8; N]>>;

    fn pair() -> (Self::Sender, Self::Receiver) {
        let queue = Arc::new(crossbeam_queue::ArrayQueue::new(CAPACITY / N));
        (Arc::clone(&queue), queue)
    }

    #[inline]
    fn send(sender: &mut Self::Sender, chunk: &[u8; N]) -> bool {
        sender.push(*chunk).is_ok()
    }

    #[inline]
    fn receive(receiver: &mut Self::Receiver, sink: &mut Sink) {
        while let Some(chunk) = receiver.pop() {
            sink.take(&chunk);
        }
    }
}
