//! How it is measured: two threads, each on a processor of its own, and a clock around them.

use std::hint::spin_loop;
use std::io::BufRead as _;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, OnceLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use core_affinity::CoreId;
use crossbeam_utils::CachePadded;
use ttyring::ring;

use super::lane::{CAPACITY, Lane, Sink};

/// Binds the calling thread to the processor of this number, where the system lets it.
pub(crate) fn pin(place: usize) {
    // Asked once: a thread is told of no more than those to which its parent was bound.
    static CORES: OnceLock<Vec<CoreId>> = OnceLock::new();
    let cores = CORES.get_or_init(|| core_affinity::get_core_ids().unwrap_or_default());
    if let Some(core) = cores.get(place).filter(|_| cores.len() > 1) {
        core_affinity::set_for_current(*core);
    }
}

/// Runs `there` on one processor and `here` on another, beginning together, and returns how long
/// `here` took.
fn race(there: impl FnOnce() + Send + 'static, here: impl FnOnce()) -> Duration {
    let barrier = Arc::new(Barrier::new(2));
    let ready = Arc::clone(&barrier);
    let other = thread::spawn(move || {
        pin(1);
        ready.wait();
        there();
    });
    pin(0);
    barrier.wait();
    let begin = Instant::now();
    here();
    let time = begin.elapsed();
    other.join().expect("the other side does not panic");
    time
}

/// What a side does that finds the lane full or empty: the same for all.
#[inline]
fn back_off() {
    for _ in 0..8 {
        spin_loop();
    }
}

/// Sends `bytes` bytes in chunks of `N`; returns nanoseconds a byte.
pub(crate) fn throughput<L: Lane<N>, const N: usize>(bytes: usize) -> f64 {
    let bytes = bytes.next_multiple_of(N);
    let (mut sender, mut receiver) = L::pair();
    let send = move || {
        let chunk = [0x5a; N];
        for _ in 0..bytes / N {
            while !L::send(&mut sender, &chunk) {
                back_off();
            }
        }
    };
    let mut sink = Sink::new();
    let time = race(send, || {
        while sink.len() < bytes {
            let before = sink.len();
            L::receive(&mut receiver, &mut sink);
            if sink.len() == before {
                back_off();
            }
        }
    });
    time.as_nanos() as f64 / bytes as f64
}

/// Sends one byte there and one back, so often; returns nanoseconds a round trip.
pub(crate) fn round_trip<L: Lane<1>>(times: usize) -> f64 {
    let (mut there, mut arriving) = L::pair();
    let (mut back, mut returning) = L::pair();
    let echo = move || {
        let mut sink = Sink::new();
        for _ in 0..times {
            await_byte::<L>(&mut arriving, &mut sink);
            L::send(&mut back, &[1]);
        }
    };
    let mut sink = Sink::new();
    let time = race(echo, || {
        for _ in 0..times {
            L::send(&mut there, &[1]);
            await_byte::<L>(&mut returning, &mut sink);
        }
    });
    time.as_nanos() as f64 / times as f64
}

#[inline]
fn await_byte<L: Lane<1>>(receiver: &mut L::Receiver, sink: &mut Sink) {
    let before = sink.len();
    loop {
        L::receive(receiver, sink);
        if sink.len() > before {
            return;
        }
        spin_loop();
    }
}

/// Passes a number there and back by way of two cache lines and nothing else, so often: the time
/// that no lane can beat.
pub(crate) fn bare_round_trip(times: usize) -> f64 {
    let line = || Arc::new(CachePadded::new(AtomicUsize::new(0)));
    let (there, back) = (line(), line());
    let (arriving, answer) = (Arc::clone(&there), Arc::clone(&back));
    let await_number = |line: &AtomicUsize, number| {
        while line.load(Ordering::Acquire) != number {
            spin_loop();
        }
    };
    let echo = move || {
        for number in 1..=times {
            await_number(&arriving, number);
            answer.store(number, Ordering::Release);
        }
    };
    let time = race(echo, || {
        for number in 1..=times {
            there.store(number, Ordering::Release);
            await_number(&back, number);
        }
    });
    time.as_nanos() as f64 / times as f64
}

fn await_sleeping(consumer: &mut ring::Consumer) {
    let bytes = consumer.fill_buf().expect("nothing interrupts the wait");
    assert_eq!(bytes.len(), 1);
    consumer.consume(1);
}

/// One byte there and back between two sides of this ring that sleep when they wait.
pub(crate) fn sleeping_round_trip(times: usize) -> f64 {
    let (mut there, mut arriving) = ring::channel(CAPACITY);
    let (mut back, mut returning) = ring::channel(CAPACITY);
    let echo = move || {
        for _ in 0..times {
            await_sleeping(&mut arriving);
            back.push(&[1]);
        }
    };
    let time = race(echo, || {
        for _ in 0..times {
            there.push(&[1]);
            await_sleeping(&mut returning);
        }
    });
    time.as_nanos() as f64 / times as f64
}

/// The same through two channels of the standard library.
pub(crate) fn channel_round_trip(times: usize) -> f64 {
    let (there, arriving) = mpsc::sync_channel::<u8>(CAPACITY);
    let (back, returning) = mpsc::sync_channel::<u8>(CAPACITY);
    let echo = move || {
        for byte in arriving.iter().take(times) {
            // The other side has stopped listening only if it panicked.
            let _ = back.send(byte);
        }
    };
    let time = race(echo, || {
        for _ in 0..times {
            let _ = there.send(1);
            let _ = returning.recv();
        }
    });
    time.as_nanos() as f64 / times as f64
}

/// The same with `park` and `unpark` of the standard library and nothing carried: the time that
/// the system takes to wake one thread and then the other.
pub(crate) fn unpark_round_trip(times: usize) -> f64 {
    let turn = Arc::new(AtomicBool::new(false));
    let theirs = Arc::clone(&turn);
    let here = thread::current();
    let await_turn = |turn: &AtomicBool, value| {
        while turn.load(Ordering::Acquire) != value {
            thread::park();
        }
    };
    let (send, receive) = mpsc::channel();
    let echo = move || {
        let _ = send.send(thread::current());
        for _ in 0..times {
            await_turn(&theirs, true);
            theirs.store(false, Ordering::Release);
            here.unpark();
        }
    };
    let time = race(echo, || {
        let there = receive.recv().expect("the other side says who it is");
        for _ in 0..times {
            turn.store(true, Ordering::Release);
            there.unpark();
            await_turn(&turn, false);
        }
    });
    time.as_nanos() as f64 / times as f64
}
