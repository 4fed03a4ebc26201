//! The program's side of an input: takes bytes out of the ring and has them decoded.
//!
//! It makes no system call and does not look at the clock. It is the one holder of what is known
//! about bytes: which of them the last event came from, and when they were read.

use std::cell::Cell;
use std::collections::VecDeque;
use std::mem::take;
use std::time::Duration;

use ttyring_platform::Time;

use crate::decode::{Decoder, Token};
use crate::event::Event;
use crate::ring::Consumer;

/// How far it looks ahead for text. The more, the fewer looks, and a copy is to stay in the cache.
const TEXT: usize = 15 * LEAST;
/// Less text than this is not worth a look.
const LEAST: usize = 16;
/// What text that was found stops at: Enter, or nothing more.
const STOP: u8 = b'\r';

/// The ring's consumer and the decoder behind it.
#[derive(Debug)]
pub(super) struct Reader {
    consumer: Consumer,
    decoder: Decoder,
    /// Bytes that were given back, ahead of those in the ring. Taking some leaves the rest where it
    /// is: there can be any number of them.
    front: VecDeque<u8>,
    /// Where the bytes of the last token lie in the chunk. Everything before `end` is used up, and
    /// is given back to the producer when the whole chunk is.
    start: usize,
    end: usize,
    /// Text that comes behind `end`, with the Enter of each line, then [`STOP`]. Every byte of it is
    /// a key of its own whatever else is known. Longer than text is, so that any `u8` is a place.
    text: [u8; 256],
    text_len: u8,
    /// How much of it was taken, which `end` does not know yet.
    text_taken: u8,
    /// When somebody first asked when the newest bytes were read, for a ring without stamps.
    asked_at: Cell<Option<Time>>,
    /// How many position reports the decoder was told to expect, and how many not to any more.
    asked: usize,
    missed: usize,
}

impl Reader {
    pub(super) fn new(consumer: Consumer, decoder: Decoder) -> Self {
        Reader {
            consumer,
            decoder,
            front: VecDeque::new(),
            start: 0,
            end: 0,
            text: [STOP; 256],
            text_len: 0,
            text_taken: 0,
            asked_at: Cell::new(None),
            asked: 0,
            missed: 0,
        }
    }

    /// Takes the next byte of text that was found by [`look_ahead`](Reader::look_ahead): a short cut
    /// past [`next`](Reader::next), which would give the same.
    #[inline(always)]
    pub(super) fn text(&mut self) -> Option<u8> {
        let byte = self.text[usize::from(self.text_taken)];
        if byte == STOP {
            return None;
        }
        self.text_taken += 1;
        Some(byte)
    }

    /// Takes the next byte of what was found ahead, the Enter that [`text`](Reader::text) stops at
    /// among it.
    #[inline(always)]
    pub(super) fn ahead(&mut self) -> Option<u8> {
        if self.text_taken == self.text_len {
            return None;
        }
        let byte = self.text[usize::from(self.text_taken)];
        self.text_taken += 1;
        Some(byte)
    }

    /// Takes the next byte of text, if that is next.
    #[inline]
    pub(super) fn find_text(&mut self) -> Option<u8> {
        if !self.front.is_empty() {
            return None;
        }
        let byte = self.consumer.get(self.end)?;
        if !self.decoder.is_text(byte) {
            return None;
        }
        self.end += 1;
        Some(byte)
    }

    /// Looks how much more text there is, for [`text`](Reader::text). None may be left.
    #[inline(never)]
    pub(super) fn look_ahead(&mut self) {
        let (chunk, _) = self.consumer.peek();
        let ahead = chunk.get(self.end..).unwrap_or_default();
        if ahead.len() < LEAST {
            return;
        }
        let ahead = &ahead[..ahead.len().min(TEXT)];
        let is_text = |byte: &&u8| self.decoder.is_text(**byte) | self.decoder.is_enter(**byte);
        // Pieces without a branch for each byte, then the bytes of the first one that is mixed.
        let is_whole = |piece: &&[u8]| piece.iter().fold(true, |all, byte| all & is_text(&byte));
        let pieces = ahead.chunks_exact(LEAST).take_while(is_whole).count();
        let mixed = &ahead[pieces * LEAST..];
        let len = pieces * LEAST + mixed.iter().take_while(is_text).count();
        self.text[..len].copy_from_slice(&ahead[..len]);
        self.text[len] = STOP;
        self.text_len = len as u8;
    }

    /// Has whatever comes next looked at, not only taken for text.
    #[inline(always)]
    pub(super) fn look_again(&mut self) {
        self.end += usize::from(self.text_taken);
        self.text[0] = STOP;
        (self.text_len, self.text_taken) = (0, 0);
    }

    /// Where the bytes end that are used up.
    fn used(&self) -> usize {
        self.end + usize::from(self.text_taken)
    }

    /// Returns the byte of text that was taken last.
    pub(super) fn raw_text(&self) -> &[u8] {
        let ((first, second), last) = (self.consumer.peek(), self.used() - 1);
        match first.get(last..=last) {
            Some(byte) => byte,
            None => &second[last - first.len()..][..1],
        }
    }

    /// Takes the next complete event out of what is there. Without one, everything that was used up
    /// is given back.
    pub(super) fn next(&mut self) -> Option<Token> {
        loop {
            self.start = self.end;
            let chunk = chunk(&self.front, &self.consumer);
            let Some(rest @ [_, ..]) = chunk.get(self.end..) else {
                if self.end == 0 {
                    return None;
                }
                // More may lie at the start of the storage, or behind what was given back.
                self.give_up_used();
                continue;
            };
            let (taken, token) = self.decoder.next_token(rest);
            self.end += taken;
            if token.is_some() {
                return token;
            }
        }
    }

    /// Gives up the bytes that are used up, those of the last token among them.
    #[inline(always)]
    fn give_up_used(&mut self) {
        self.look_again();
        self.start = 0;
        let used = take(&mut self.end);
        self.release(used);
    }

    /// Resolves `token`, which must be the last one that was taken.
    #[inline(always)]
    pub(super) fn event(&self, token: Token) -> Event<'_> {
        self.decoder.event(token, self.last())
    }

    /// Returns the bytes of the last token.
    pub(super) fn raw(&self, token: Token) -> &[u8] {
        self.decoder.raw(token, self.last())
    }

    /// The chunk, from the bytes of the last token on.
    fn last(&self) -> &[u8] {
        let chunk = chunk(&self.front, &self.consumer);
        chunk.get(self.start..).unwrap_or_default()
    }

    /// Returns how long after the last byte the decoder wants to wait before it gives up on more.
    pub(super) fn timeout(&self) -> Option<Duration> {
        self.decoder.timeout()
    }

    /// Resolves what is pending, because nothing followed in time.
    pub(super) fn expire(&mut self) -> Option<Token> {
        self.decoder.expire_token()
    }

    /// Resolves what is pending, because nothing will follow.
    pub(super) fn finish(&mut self) -> Option<Token> {
        self.decoder.finish_token()
    }

    pub(super) fn decoder(&mut self) -> &mut Decoder {
        &mut self.decoder
    }

    pub(super) fn consumer(&mut self) -> &mut Consumer {
        &mut self.consumer
    }

    /// Says that new bytes are in the ring.
    #[inline(always)]
    pub(super) fn note_arrival(&mut self) {
        self.asked_at.set(None);
    }

    /// Returns when the bytes of the last event were read, if the ring has stamps.
    pub(super) fn stamp(&self) -> Option<Time> {
        let stamp = match self.used().checked_sub(1) {
            Some(last) if self.front.is_empty() => self.consumer.stamp_at(last),
            _ => self.consumer.last_stamp(),
        };
        stamp.map(Time::from_nanos)
    }

    /// Returns when the newest bytes that the decoder has were read; without stamps, when this was
    /// first asked.
    pub(super) fn read_at(&self, now: impl FnOnce() -> Time) -> Time {
        self.stamp().unwrap_or_else(|| {
            let at = self.asked_at.get().unwrap_or_else(now);
            self.asked_at.set(Some(at));
            at
        })
    }

    /// Has the decoder expect the reports of the cursor's position that were `asked` for since the
    /// beginning, without those that were `missed`.
    pub(super) fn expect_positions(&mut self, (asked, missed): (usize, usize)) {
        for _ in self.asked..asked {
            self.decoder.expect_cursor_position();
        }
        for _ in self.missed..missed {
            self.decoder.forget_cursor_position();
        }
        (self.asked, self.missed) = (asked, missed);
    }

    /// Turns to the bytes themselves: `earlier` ones come first, then what an unfinished event has
    /// taken.
    pub(super) fn undecode(&mut self, earlier: Vec<u8>) {
        self.give_up_used();
        let unfinished = self.decoder.take_unfinished();
        self.front.reserve(unfinished.len() + earlier.len());
        for byte in earlier.into_iter().chain(unfinished).rev() {
            self.front.push_front(byte);
        }
    }

    /// Takes `earlier` bytes and everything that no event was made of yet.
    pub(super) fn take_all(&mut self, earlier: Vec<u8>) -> Vec<u8> {
        self.undecode(earlier);
        self.empty_ring();
        take(&mut self.front).into()
    }

    /// Puts `bytes` behind everything that was read until now.
    pub(super) fn append(&mut self, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            self.undecode(Vec::new());
            self.empty_ring();
            self.front.extend(bytes);
        }
    }

    /// Moves the bytes of the ring behind those that were given back.
    fn empty_ring(&mut self) {
        let front = &mut self.front;
        self.consumer.drain(|span| front.extend(span));
    }

    /// Returns undecoded bytes, not always all that are there; none if there are none.
    pub(super) fn bytes(&self) -> &[u8] {
        chunk(&self.front, &self.consumer)
    }

    /// Gives `count` of [`bytes`](Reader::bytes) up.
    pub(super) fn release(&mut self, count: usize) {
        if self.front.is_empty() {
            self.consumer.release(count);
            return;
        }
        self.release_front(count);
    }

    #[cold]
    fn release_front(&mut self, count: usize) {
        self.front.drain(..count);
        if self.front.is_empty() {
            self.front = VecDeque::new();
        }
    }
}

/// The unused bytes that come first and lie together.
fn chunk<'a>(front: &'a VecDeque<u8>, consumer: &'a Consumer) -> &'a [u8] {
    if front.is_empty() {
        consumer.peek().0
    } else {
        front.as_slices().0
    }
}
