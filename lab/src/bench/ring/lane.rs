//! What is measured: a way for bytes from one thread to another, and the two of them that need no
//! foreign crate.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use ttyring::ring::{Consumer, Options, Producer};

/// Bytes of capacity that every lane has.
pub(crate) const CAPACITY: usize = 4096;

/// A way for chunks of `N` bytes from one thread to another.
pub(crate) trait Lane<const N: usize> {
    /// The writing end.
    type Sender: Send + 'static;
    /// The reading end.
    type Receiver: Send + 'static;

    /// Makes a lane of [`CAPACITY`] bytes.
    fn pair() -> (Self::Sender, Self::Receiver);

    /// Sends a whole chunk, or nothing when it does not fit now.
    fn send(sender: &mut Self::Sender, chunk: &[u8; N]) -> bool;

    /// Gives everything that is there to the sink, in the way that costs this lane least.
    fn receive(receiver: &mut Self::Receiver, sink: &mut Sink);
}

/// Where received bytes are copied to.
#[derive(Debug)]
pub(crate) struct Sink {
    buffer: Box<[u8; CAPACITY]>,
    len: usize,
}

impl Sink {
    pub(crate) fn new() -> Self {
        Sink {
            buffer: Box::new([0; CAPACITY]),
            len: 0,
        }
    }

    /// Takes a span of bytes.
    #[inline]
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        self.buffer[..bytes.len()].copy_from_slice(bytes);
        std::hint::black_box(&self.buffer);
        self.len += bytes.len();
    }

    /// How many bytes came so far.
    pub(crate) fn len(&self) -> usize {
        self.len
    }
}

/// This crate's ring, whose sides look for sleepers or only spin.
#[derive(Debug)]
pub(crate) struct Ours<const SPINNING: bool>;

impl<const SPINNING: bool, const N: usize> Lane<N> for Ours<SPINNING> {
    type Sender = Producer;
    type Receiver = Consumer;

    fn pair() -> (Producer, Consumer) {
        Options::new(CAPACITY).spinning(SPINNING).channel()
    }

    #[inline]
    fn send(producer: &mut Producer, chunk: &[u8; N]) -> bool {
        // The capacity is a multiple of `N`: all of a chunk fits, or nothing.
        producer.push(chunk) == N
    }

    #[inline]
    fn receive(consumer: &mut Consumer, sink: &mut Sink) {
        consumer.drain(|bytes| sink.take(bytes));
    }
}

/// The channel of the standard library: as many chunks as make the capacity.
#[derive(Debug)]
pub(crate) struct Std;

impl<const N: usize> Lane<N> for Std {
    type Sender = SyncSender<[u8; N]>;
    type Receiver = Receiver<[u8; N]>;

    fn pair() -> (Self::Sender, Self::Receiver) {
        sync_channel(CAPACITY / N)
    }

    fn send(sender: &mut Self::Sender, chunk: &[u8; N]) -> bool {
        sender.try_send(*chunk).is_ok()
    }

    fn receive(receiver: &mut Self::Receiver, sink: &mut Sink) {
        for chunk in receiver.try_iter() {
            sink.take(&chunk);
        }
    }
}
