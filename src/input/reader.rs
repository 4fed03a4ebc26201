//! The program's side of an input: takes bytes out of the ring and has them decoded.
//!
//! It makes no system call and knows no clock.

use std::collections::VecDeque;
use std::mem::take;
use std::time::Duration;

use crate::decode::{Decoder, Expected, Options, Token};
use crate::event::Event;
use crate::ring::Consumer;

/// The ring's consumer and the decoder behind it.
#[derive(Debug)]
pub(crate) struct Reader {
    consumer: Consumer,
    decoder: Decoder,
    /// Bytes that were given back, ahead of those in the ring. Taking some leaves the rest where it
    /// is: a hand-over can bring any number of them.
    front: VecDeque<u8>,
    /// How many bytes of the chunk were taken: for the last token, whose event may borrow them, or
    /// for a run of plain text, which is given back at once.
    taken: usize,
    /// When the bytes of the last token were read, if the ring says so.
    stamp: Option<u64>,
    /// How many position reports the decoder was told to expect, and how many not to any more.
    asked: usize,
    missed: usize,
}

impl Reader {
    pub(crate) fn new(consumer: Consumer, decoder: Decoder) -> Self {
        Reader {
            consumer,
            decoder,
            front: VecDeque::new(),
            taken: 0,
            stamp: None,
            asked: 0,
            missed: 0,
        }
    }

    /// Takes a character of plain text, if that is next: one byte.
    #[inline(always)]
    pub(crate) fn plain(&mut self) -> Option<char> {
        if !self.front.is_empty() {
            return None;
        }
        if self.consumer.has_stamps() {
            return self.plain_with_stamp();
        }
        let plain = self.decoder.plain(self.consumer.get(self.taken)?)?;
        self.taken += 1;
        Some(plain)
    }

    /// As [`plain`](Reader::plain): the stamps are those of the front, so the byte has to be there.
    #[inline(never)]
    fn plain_with_stamp(&mut self) -> Option<char> {
        self.let_go();
        let plain = self.decoder.plain(self.consumer.get(0)?)?;
        self.taken = 1;
        self.note_stamp();
        Some(plain)
    }

    /// As [`plain`](Reader::plain), of a reader that was [drained](Reader::is_drained) before the
    /// last read. Notes no stamp: who reads in this thread has the time of the last read.
    #[inline(always)]
    pub(crate) fn newly_plain(&mut self) -> Option<char> {
        if self.consumer.is_empty() {
            return None;
        }
        let plain = self.decoder.plain(self.consumer.get(0)?)?;
        self.taken = 1;
        Some(plain)
    }

    /// Takes the next complete event out of what is there.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<Token> {
        loop {
            self.let_go();
            let chunk = chunk(&self.front, &self.consumer);
            if chunk.is_empty() {
                return None;
            }
            let (taken, token) = self.decoder.decode(chunk);
            self.taken = taken;
            self.note_stamp();
            if token.is_some() {
                return token;
            }
        }
    }

    /// Returns whether everything that was read has become events, and gives up the bytes of the
    /// last one.
    #[inline(always)]
    pub(crate) fn is_drained(&mut self) -> bool {
        self.let_go();
        self.front.is_empty() && self.consumer.is_empty() && self.decoder.deadline().is_none()
    }

    /// Gives up the bytes of the last token.
    #[inline(always)]
    fn let_go(&mut self) {
        if self.taken > 0 {
            let taken = take(&mut self.taken);
            self.release(taken);
        }
    }

    /// Notes when the bytes at the front of the ring were read. They are seen before, or the stamp
    /// may not be there yet.
    #[inline(always)]
    fn note_stamp(&mut self) {
        if self.consumer.has_stamps() && self.front.is_empty() {
            self.stamp = self.consumer.stamp().or(self.stamp);
        }
    }

    /// Resolves `token`, which must be the last one that was taken.
    #[inline]
    pub(crate) fn event(&self, token: Token) -> Event<'_> {
        self.decoder
            .event(token, chunk(&self.front, &self.consumer))
    }

    /// Returns the byte of the last character of plain text.
    pub(crate) fn raw_plain(&self) -> &[u8] {
        let bytes = self.consumer.peek();
        let (first, last) = (bytes.first(), self.taken - 1);
        match first.get(last..self.taken) {
            Some(byte) => byte,
            None => &bytes.second()[last - first.len()..][..1],
        }
    }

    /// Returns the bytes of the last token.
    pub(crate) fn raw(&self, token: Token) -> &[u8] {
        self.decoder.raw(token, chunk(&self.front, &self.consumer))
    }

    /// The options of the decoder.
    pub(crate) fn options(&self) -> Options {
        self.decoder.options()
    }

    /// How long after the last byte the decoder wants to wait before it gives up on more.
    pub(crate) fn patience(&self) -> Option<Duration> {
        self.decoder.deadline()
    }

    /// Resolves what is pending, because nothing followed in time.
    pub(crate) fn expire(&mut self) -> Option<Token> {
        self.decoder.expire()
    }

    /// Resolves what is pending, because nothing will follow.
    pub(crate) fn finish(&mut self) -> Option<Token> {
        self.decoder.finish()
    }

    /// Turns to the bytes themselves: `earlier` ones come first, then what an unfinished event has
    /// taken.
    pub(crate) fn undecode(&mut self, earlier: Vec<u8>) {
        let taken = take(&mut self.taken);
        self.release(taken);
        let unfinished = self.decoder.take_unfinished();
        self.front.reserve(unfinished.len() + earlier.len());
        for part in [unfinished, earlier] {
            part.into_iter()
                .rev()
                .for_each(|byte| self.front.push_front(byte));
        }
    }

    /// Has the decoder expect the reports of the cursor's position that were `asked` for since the
    /// beginning, without those that were `missed`.
    pub(crate) fn expect_positions(&mut self, asked: usize, missed: usize) {
        for _ in self.asked..asked {
            self.decoder.expect(Expected::CursorPosition);
        }
        for _ in self.missed..missed {
            self.decoder.forget(Expected::CursorPosition);
        }
        (self.asked, self.missed) = (asked, missed);
    }

    /// Takes `earlier` bytes and everything that no event was made of yet.
    pub(crate) fn take_all(&mut self, earlier: Vec<u8>) -> Vec<u8> {
        self.undecode(earlier);
        self.empty_ring();
        take(&mut self.front).into()
    }

    /// Puts `bytes` behind everything that was read until now.
    pub(crate) fn append(&mut self, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            self.undecode(Vec::new());
            self.empty_ring();
            self.front.extend(bytes);
        }
    }

    /// Reads another ring from now on, whose bytes come after what there was in the last one.
    pub(crate) fn set_consumer(&mut self, consumer: Consumer) {
        self.undecode(Vec::new());
        self.empty_ring();
        self.consumer = consumer;
        self.stamp = None;
    }

    /// Moves the bytes of the ring behind those that were given back.
    fn empty_ring(&mut self) {
        let front = &mut self.front;
        self.consumer.drain(|span| front.extend(span));
    }

    pub(crate) fn consumer(&mut self) -> &mut Consumer {
        &mut self.consumer
    }

    /// When the bytes of the last token were read, in nanoseconds, where the ring has stamps.
    pub(crate) fn stamp(&self) -> Option<u64> {
        self.stamp
    }

    /// When the last bytes that the decoder was given were read.
    pub(crate) fn newest_stamp(&self) -> Option<u64> {
        self.consumer.last_stamp().or(self.stamp)
    }

    /// Returns undecoded bytes, not always all that are there; none if there are none.
    pub(crate) fn bytes(&self) -> &[u8] {
        chunk(&self.front, &self.consumer)
    }

    /// Gives `count` of [`bytes`](Reader::bytes) up.
    #[inline(always)]
    pub(crate) fn release(&mut self, count: usize) {
        if self.front.is_empty() {
            self.consumer.release(count);
        } else {
            self.release_front(count);
        }
    }

    #[inline(never)]
    fn release_front(&mut self, count: usize) {
        self.front.drain(..count);
        if self.front.is_empty() {
            self.front = VecDeque::new();
        }
    }
}

/// The undecoded bytes that come first and lie together.
#[inline]
fn chunk<'a>(front: &'a VecDeque<u8>, consumer: &'a Consumer) -> &'a [u8] {
    if front.is_empty() {
        consumer.peek().first()
    } else {
        front.as_slices().0
    }
}
