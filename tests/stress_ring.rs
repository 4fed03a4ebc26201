//! Two threads and a ring between them: numbered bytes, random chunks, waits of every kind, wakes
//! at any time. Nothing is lost and nothing changes its place.
//!
//! The sanitizers run this file. `TTYRING_SOAK=SECONDS` makes it a soak, with sleeps in between;
//! otherwise it moves so many bytes and is done.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::io::{self, BufRead, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

// With what the library keeps to itself.
#[path = "../src/ring/mod.rs"]
#[allow(dead_code, unreachable_pub, unused_imports)]
mod ring;
#[path = "../src/sync.rs"]
#[allow(dead_code)]
mod sync;

use ring::{Consumer, Options, Producer, Waited};

/// Bytes that are moved when no duration is asked for: enough that both sides wait thousands of
/// times, few enough for a sanitizer that is fifteen times slower. Miri interprets, a thousand times
/// slower, and explores by its seeds instead; these wrap the positions and the ring many times.
const BYTES: u64 = if cfg!(miri) { 768 } else { 1 << 20 };

/// Lines that are longer than the ring that carries them.
const LINES: usize = if cfg!(miri) { 20 } else { 2_000 };

/// The last byte that goes through a ring whose sides never sleep.
const LAST: u8 = if cfg!(miri) { 31 } else { 255 };

/// Longer than any wait of a loaded machine that is not lost.
const PATIENCE: Duration = Duration::from_secs(120);

/// Numbers without a pattern (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// What byte number `place` is: the high half too, so that a shift by 256 is seen.
fn numbered(place: u64) -> u8 {
    (place ^ (place >> 8).wrapping_mul(0x9d)) as u8
}

/// How long it goes on.
#[derive(Clone, Copy)]
struct Plan {
    until: Option<Instant>,
}

impl Plan {
    fn new() -> Self {
        let seconds = std::env::var("TTYRING_SOAK").ok();
        let seconds = seconds.map(|text| text.parse().expect("TTYRING_SOAK is in seconds"));
        Plan {
            until: seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds)),
        }
    }

    fn is_done(self, bytes: u64) -> bool {
        match self.until {
            None => bytes >= BYTES,
            Some(until) => Instant::now() >= until,
        }
    }

    /// In a soak, sleeps now and then, so that the other side has to sleep as well.
    fn rest(self, random: &mut Random) {
        if self.until.is_some() && random.below(256) == 0 {
            thread::sleep(Duration::from_micros(random.below(300)));
        }
    }
}

/// An eventfd without a system: readable once it was written.
#[derive(Default)]
struct Descriptor {
    readable: Mutex<bool>,
    written: Condvar,
}

impl Descriptor {
    fn write(&self) {
        *self.readable.lock().unwrap() = true;
        self.written.notify_one();
    }

    fn poll(&self) {
        let readable = self.readable.lock().unwrap();
        let (mut readable, waited) = self
            .written
            .wait_timeout_while(readable, PATIENCE, |readable| !*readable)
            .unwrap();
        assert!(!waited.timed_out(), "the wake-up was lost");
        *readable = false;
    }
}

fn produce(mut producer: Producer, plan: Plan, sent: &AtomicU64) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut place = 0;
    while !plan.is_done(place) {
        match producer.wait(Some(PATIENCE)) {
            Waited::Ready | Waited::Woken => {}
            found => panic!("the producer waited for {found:?}"),
        }
        let Some((first, second)) = producer.grant() else {
            continue;
        };
        let (begin, wanted) = (place, random.below(90) as usize);
        for slot in first.iter_mut().chain(second).take(wanted) {
            *slot = numbered(place);
            place += 1;
        }
        producer.commit_at((place - begin) as usize, begin);
        plan.rest(&mut random);
    }
    sent.store(place, Ordering::Relaxed);
}

/// Waits in one of the ways that there are.
fn wait_somehow(consumer: &mut Consumer, descriptor: &Descriptor, random: &mut Random) -> Waited {
    match random.below(4) {
        0 => consumer.wait(Some(PATIENCE)),
        1 => loop {
            match consumer.wait(Some(Duration::from_micros(random.below(50)))) {
                Waited::TimedOut => {}
                found => break found,
            }
        },
        2 => loop {
            match consumer.arm() {
                Some(found) => break found,
                // A call that came late for the time before counts as well: look again.
                None => descriptor.poll(),
            }
        },
        _ => {
            if consumer.arm().is_none() {
                consumer.disarm();
            }
            consumer.wait(Some(PATIENCE))
        }
    }
}

fn consume(mut consumer: Consumer, descriptor: &Descriptor, plan: Plan) -> u64 {
    let mut random = Random(0x0123_4567_89ab_cdef);
    let mut place = 0;
    let mut last_stamp = 0;
    loop {
        match wait_somehow(&mut consumer, descriptor, &mut random) {
            Waited::Ready | Waited::Woken => {}
            Waited::Ended => return place,
            Waited::TimedOut => panic!("a wake-up was lost after {place} bytes"),
        }
        if consumer.is_empty() {
            continue;
        }
        if let Some(stamp) = consumer.stamp_at(0) {
            // The stamp is the number of the first byte of a read: this byte's or an earlier one's.
            assert!(
                (last_stamp..=place).contains(&stamp),
                "byte {place} has time {stamp}"
            );
            last_stamp = stamp;
        }
        let (first, second) = consumer.peek();
        let release = random.below((first.len() + second.len()) as u64 + 1);
        let bytes = first.iter().chain(second);
        for &byte in bytes.take(release as usize) {
            assert_eq!(byte, numbered(place), "byte {place}");
            place += 1;
        }
        consumer.release(release as usize);
        plan.rest(&mut random);
    }
}

#[test]
fn every_byte_arrives_in_order_whatever_the_waits() {
    let plan = Plan::new();
    let descriptor = Arc::new(Descriptor::default());
    let written = Arc::clone(&descriptor);
    let (producer, consumer) = Options::new(64)
        .stamps(true)
        .zeroize(true)
        .on_data(move || written.write())
        .channel();
    let wakers = [producer.waker(), consumer.waker()];
    let (sent, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let received = thread::scope(|scope| {
        scope.spawn(|| produce(producer, plan, &sent));
        scope.spawn(|| {
            let mut random = Random(42);
            while !over.load(Ordering::Relaxed) {
                wakers[random.below(2) as usize].wake();
                thread::sleep(Duration::from_micros(random.below(200)));
            }
        });
        let received = consume(consumer, &descriptor, plan);
        over.store(true, Ordering::Relaxed);
        received
    });
    assert_eq!(received, sent.load(Ordering::Relaxed), "bytes were lost");
    println!("{received} bytes, 0 lost, 0 out of place");
}

#[test]
fn reads_and_writes_carry_lines_longer_than_the_ring() {
    let (mut producer, consumer) = ring::channel(4);
    let text: String = (0..LINES)
        .map(|number| format!("line {number}\n"))
        .collect();
    thread::scope(|scope| {
        scope.spawn(|| {
            producer.write_all(text.as_bytes()).unwrap();
            drop(producer);
        });
        assert!(consumer.lines().map(Result::unwrap).eq(text.lines()));
    });
}

#[test]
fn spinning_pair_waits_without_sleeping() {
    let (mut producer, mut consumer) = Options::new(2).spinning(true).channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            for byte in 0..=LAST {
                assert_eq!(producer.wait(Some(PATIENCE)), Waited::Ready);
                assert_eq!(producer.push(&[byte]), 1);
            }
        });
        let mut received = Vec::new();
        while consumer.wait(Some(PATIENCE)) == Waited::Ready {
            consumer.drain(|bytes| received.extend_from_slice(bytes));
        }
        assert!(received.into_iter().eq(0..=LAST));
    });
}

#[test]
fn time_out_is_never_early() {
    for spinning in [false, true] {
        let (_producer, mut consumer) = Options::new(1).spinning(spinning).channel();
        let timeout = Duration::from_millis(3);
        let begin = Instant::now();
        assert_eq!(consumer.wait(Some(timeout)), Waited::TimedOut);
        assert!(begin.elapsed() >= timeout);
    }
}

#[test]
fn wake_before_the_wait_counts_once() {
    let (producer, mut consumer) = ring::channel(1);
    let waker = consumer.waker();
    waker.wake();
    waker.wake();
    assert_eq!(consumer.wait(None), Waited::Woken);
    assert_eq!(consumer.wait(Some(Duration::ZERO)), Waited::TimedOut);
    drop(producer);
    assert_eq!(consumer.wait(None), Waited::Ended);
}

#[test]
fn wake_interrupts_a_read_and_a_write() {
    let (mut producer, mut consumer) = ring::channel(1);
    let kind = |result: io::Result<usize>| result.map_err(|error| error.kind());
    consumer.waker().wake();
    let read = consumer.read(&mut [0]);
    assert_eq!(kind(read), Err(io::ErrorKind::Interrupted));
    assert_eq!(kind(producer.write(b"ab")), Ok(1));
    producer.waker().wake();
    let written = producer.write(b"b");
    assert_eq!(kind(written), Err(io::ErrorKind::Interrupted));
}

#[test]
fn empty_full_and_ended_rings_say_so() {
    let (mut producer, mut consumer) = ring::channel(2);
    let mut buffer = [0; 4];
    let kind = |result: io::Result<usize>| result.map_err(|error| error.kind());
    assert_eq!(kind(consumer.read(&mut [])), Ok(0));
    assert_eq!(kind(producer.write(b"abc")), Ok(2));
    assert_eq!(kind(producer.write(b"")), Ok(0));
    assert_eq!(producer.push(b"c"), 0);
    assert!(producer.grant().is_none());
    producer.close();
    assert_eq!(kind(producer.write(b"c")), Err(io::ErrorKind::BrokenPipe));
    assert!(!consumer.is_finished());
    assert_eq!(kind(consumer.read(&mut buffer)), Ok(2));
    assert!(consumer.is_finished());
    assert_eq!(kind(consumer.read(&mut buffer)), Ok(0));
    assert_eq!(producer.push(b"c"), 0);
    assert!(producer.grant().is_none());
    drop(consumer);
    assert!(producer.is_abandoned());
    assert_eq!(producer.wait(None), Waited::Ended);
}

#[test]
fn grant_commits_nothing_by_itself() {
    let (mut producer, consumer) = ring::channel(4);
    if let Some((first, _)) = producer.grant() {
        first.fill(1);
    }
    assert!(consumer.is_empty());
    assert_eq!(producer.push(b"next"), 4);
}

#[test]
#[should_panic(expected = "committed 1 bytes of 0")]
fn closed_ring_takes_no_commit() {
    let (mut producer, _consumer) = ring::channel(4);
    assert!(producer.grant().is_some());
    producer.close();
    assert_eq!(producer.push(b"late"), 0);
    producer.commit(1);
}

#[test]
fn released_bytes_of_a_zeroizing_ring_are_gone() {
    let (mut producer, mut consumer) = Options::new(4).zeroize(true).channel();
    producer.push(b"key");
    consumer.release(0);
    assert_eq!(consumer.len(), 3);
    consumer.release(2);
    let (first, second) = producer.grant().expect("three bytes are free");
    assert_eq!((&*first, &*second), (&[0][..], &[0, 0][..]));
}

#[test]
fn stamps_that_find_no_room_join_the_one_before() {
    let (mut producer, mut consumer) = Options::new(64).stamps(true).channel();
    for nanos in 0..20 {
        assert!(producer.grant().is_some(), "there is room");
        producer.commit_at(1, nanos);
    }
    let expected = |place: usize| Some(place.min(15) as u64);
    for front in 0..20 {
        let times = (0..consumer.len()).map(|offset| consumer.stamp_at(offset));
        assert!(times.eq((front..20).map(expected)));
        consumer.release(1);
    }
}
