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

use ttyring::ring::{self, Consumer, Options, Producer, Waited};

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
        let wanted = random.below(90) as usize;
        let read = producer.fill_stamped(|buffers| {
            let slots = buffers.iter_mut().flat_map(|buffer| buffer.iter_mut());
            let mut filled = 0;
            for slot in slots.take(wanted) {
                *slot = numbered(place + filled as u64);
                filled += 1;
            }
            Ok::<_, io::Error>((filled, place))
        });
        place += read.expect("nothing fails") as u64;
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
        if let Some(stamp) = consumer.stamp() {
            // The stamp is the number of the first byte of a read: this byte's or an earlier one's.
            assert!(
                (last_stamp..=place).contains(&stamp),
                "byte {place} has time {stamp}"
            );
            last_stamp = stamp;
        }
        let grant = consumer.peek();
        let release = random.below(grant.len() as u64 + 1);
        let bytes = grant.first().iter().chain(grant.second());
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
        .starting_at(usize::MAX - 200)
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
fn blocking_ends_carry_lines_longer_than_the_ring() {
    let (mut producer, mut consumer) = ring::channel(4);
    let text: String = (0..LINES)
        .map(|number| format!("line {number}\n"))
        .collect();
    thread::scope(|scope| {
        scope.spawn(|| {
            producer.blocking(None).write_all(text.as_bytes()).unwrap();
            drop(producer);
        });
        let lines = consumer.blocking(Some(PATIENCE)).lines();
        assert!(lines.map(Result::unwrap).eq(text.lines()));
    });
}

#[test]
fn spinning_pair_waits_without_sleeping() {
    let (mut producer, mut consumer) = Options::new(2).spinning(true).channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            for byte in 0..=LAST {
                assert_eq!(producer.wait(Some(PATIENCE)), Waited::Ready);
                assert!(producer.push_all(&[byte]));
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
fn empty_full_and_ended_rings_say_so() {
    let (mut producer, mut consumer) = ring::channel(2);
    let mut buffer = [0; 4];
    let kind = |result: io::Result<usize>| result.map_err(|error| error.kind());
    assert_eq!(
        kind(consumer.read(&mut buffer)),
        Err(io::ErrorKind::WouldBlock)
    );
    assert_eq!(kind(producer.write(b"abc")), Ok(2));
    assert_eq!(kind(producer.write(b"c")), Err(io::ErrorKind::WouldBlock));
    producer.close();
    assert_eq!(kind(producer.write(b"c")), Err(io::ErrorKind::BrokenPipe));
    assert!(producer.grant().is_none());
    assert_eq!(kind(consumer.read(&mut buffer)), Ok(2));
    assert_eq!(kind(consumer.read(&mut buffer)), Ok(0));
    drop(consumer);
    assert!(producer.is_abandoned());
    assert_eq!(producer.wait(None), Waited::Ended);
}

#[test]
fn panic_in_a_fill_commits_nothing() {
    let (mut producer, consumer) = ring::channel(4);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = producer.fill_with(|buffers| -> Result<usize, ()> {
            buffers[0].fill(1);
            panic!("in the middle of a read");
        });
    }));
    assert!(panicked.is_err());
    assert!(consumer.is_empty());
    assert_eq!(producer.push(b"next"), 4);
}

#[test]
fn released_bytes_of_a_zeroizing_ring_are_gone() {
    let (mut producer, mut consumer) = Options::new(4).zeroize(true).channel();
    producer.push(b"key");
    consumer.release(0);
    assert_eq!(consumer.len(), 3);
    consumer.release(2);
    let mut grant = producer.grant().expect("three bytes are free");
    let (first, second) = grant.slices();
    assert_eq!((&*first, &*second), (&[0][..], &[0, 0][..]));
}

#[test]
fn stamps_that_find_no_room_join_the_one_before() {
    let (mut producer, mut consumer) = Options::new(64).stamps(true).channel();
    for nanos in 0..20 {
        producer.grant().expect("there is room").commit_at(1, nanos);
    }
    let times: Vec<_> = std::iter::from_fn(|| {
        let time = consumer.stamp();
        consumer.release(usize::from(time.is_some()));
        time
    })
    .collect();
    let expected: Vec<_> = (0..20).map(|nanos: u64| nanos.min(15)).collect();
    assert_eq!(times, expected);
}
