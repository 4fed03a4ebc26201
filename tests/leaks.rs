//! A thousand times open and close, in every shape: no descriptor, thread or memory is left.
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering};
use std::time::Duration;

use mio::{Interest, Poll, Token};
use ttyring::adapter::EventStream;
use ttyring::platform::Os;
use ttyring::{Builder, Input, Modes, Unread};
use ttyring_test_support::{PATIENCE, Pty, wait_until};

/// Bytes that were allocated and not freed.
static LIVE: AtomicIsize = AtomicIsize::new(0);

struct Counting;

// SAFETY: everything is handed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Relaxed: a sum, read when the other threads are gone.
        LIVE.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller keeps to the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // Relaxed: as above.
        LIVE.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller keeps to the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn descriptors() -> usize {
    std::fs::read_dir("/dev/fd").unwrap().count()
}

/// The threads of this process, where the system has a directory of them.
fn threads() -> Option<usize> {
    Some(std::fs::read_dir("/proc/self/task").ok()?.count())
}

fn open(pty: &Pty, capture: bool) -> Input {
    let slave = pty.slave().try_clone_to_owned().unwrap();
    let tty = Os.adopt(slave).unwrap();
    let mut input = Builder::new()
        .capacity(1024)
        .capture(capture)
        .adopt(Os, tty)
        .unwrap();
    input.enable(Modes::PASTE).unwrap();
    input
}

fn cycle(pty: &mut Pty, round: usize, poll: &Poll) {
    let mut input = open(pty, matches!(round % 6, 1 | 2));
    pty.type_bytes(b"k\x1b[");
    assert!(input.poll(PATIENCE).unwrap().event().is_some());
    close(input, round, poll);
    // What the modes wrote must not fill the terminal.
    assert!(pty.read_until(|seen| seen.ends_with(b"\x1b[0m")));
    pty.forget();
}

/// Ends an input in one of six ways.
fn close(mut input: Input, way: usize, poll: &Poll) {
    match way % 6 {
        0 => input.lend(Unread::Give, |_| ()).unwrap(),
        1 => {
            input.lend(Unread::Keep, |_| ()).unwrap();
            drop(input.into_parts());
        }
        2 => {
            assert!(input.descriptor().is_some());
            drop(input);
        }
        3 => {
            let registry = poll.registry();
            registry
                .register(&mut input, Token(0), Interest::READABLE)
                .unwrap();
            registry.deregister(&mut input).unwrap();
        }
        4 => drop(EventStream::tokio(input).unwrap()),
        _ => drop(EventStream::async_io(input).unwrap().into_input()),
    }
}

#[test]
fn thousand_cycles_leave_nothing_behind() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let _inside = runtime.enter();
    let poll = Poll::new().unwrap();
    let mut pty = Pty::open();
    // The first ones fill what is made once: a reactor's thread, thread-local storage, tables.
    for round in 0..60 {
        cycle(&mut pty, round, &poll);
        runtime.block_on(async { tokio::time::sleep(Duration::ZERO).await });
    }
    let before = (descriptors(), threads(), LIVE.load(Ordering::Relaxed));
    for round in 0..1000 {
        cycle(&mut pty, round, &poll);
        // Lets the runtime release what was deregistered.
        if round % 50 == 0 {
            runtime.block_on(async { tokio::time::sleep(Duration::ZERO).await });
        }
    }
    runtime.block_on(async { tokio::time::sleep(Duration::ZERO).await });
    assert_eq!(descriptors(), before.0, "descriptors");
    // A thread that was joined may still be listed for a moment.
    assert!(
        wait_until(|| threads() == before.1),
        "{:?} threads",
        threads()
    );
    let grown = LIVE.load(Ordering::Relaxed) - before.2;
    assert!(grown < 16 * 1024, "{grown} bytes more after 1,000 cycles");
}
