//! Two threads with a ring between them, busy or idle: `ring_threads busy`, `ring_threads idle`.
//!
//! `ci/prove/quiet-ring.sh` looks at it with strace: between the two lines that it writes to standard
//! error, a busy pair makes no system call, and an idle one is not woken.

use std::io::BufRead;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use ttyring::ring;

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("busy") => busy(),
        Some("idle") => idle(),
        _ => eprintln!("usage: ring_threads busy|idle"),
    }
}

/// Neither side ever sleeps: each tries again when the ring is full or empty.
fn busy() {
    let (mut producer, mut consumer) = ring::channel(4096);
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                producer.push(&[b'a'; 100]);
            }
        });
        while consumer.is_empty() {
            std::hint::spin_loop();
        }
        eprintln!("begin");
        let mut received = 0;
        while received < 100 << 20 {
            received += consumer.drain(|bytes| {
                std::hint::black_box(bytes);
            });
        }
        eprintln!("end");
        over.store(true, Ordering::Relaxed);
    });
}

/// The consumer sleeps until the producer goes.
fn idle() {
    let (producer, mut consumer) = ring::channel(4096);
    thread::scope(|scope| {
        scope.spawn(move || consumer.fill_buf().map(<[u8]>::is_empty));
        // Long enough to be asleep; what is shown is only stricter if it is not.
        thread::sleep(Duration::from_millis(500));
        eprintln!("begin");
        thread::sleep(Duration::from_secs(3));
        eprintln!("end");
        drop(producer);
    });
}
