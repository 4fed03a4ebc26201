//! Reading a key allocates nothing: counted, over a real pseudo-terminal.
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use ttyring::platform::Os;
use ttyring::{Builder, Polled};
use ttyring_test_support::{PATIENCE, Pty};

struct Counting;

thread_local! {
    /// Allocations of this thread: those of the test harness do not count.
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: everything is handed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps to the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps to the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count() -> u64 {
    COUNT.with(Cell::get)
}

/// Keys, the mouse and a sequence in pieces: what is typed all day.
const TYPED: [&[u8]; 6] = [
    b"a",
    "é".as_bytes(),
    b"\x1b[1;5C",
    b"\x1b[<0;10;20M",
    b"\x1b[",
    b"A",
];

#[test]
fn counter_counts() {
    let before = count();
    drop(Box::new([0_u8; 32]));
    assert_eq!(count() - before, 1);
}

#[test]
fn no_event_of_the_keyboard_or_the_mouse_allocates() {
    let mut pty = Pty::open();
    let tty = Os.adopt(pty.slave().try_clone_to_owned().unwrap()).unwrap();
    let mut input = Builder::new().adopt(Os, tty).unwrap();
    let before = count();
    for _ in 0..100 {
        for bytes in TYPED {
            pty.type_bytes(bytes);
            if bytes != b"\x1b[" {
                assert!(input.next_event().unwrap().is_some());
            }
        }
        assert_eq!(input.poll(Duration::ZERO).unwrap(), Polled::Elapsed);
    }
    assert_eq!(count() - before, 0);
}

#[test]
fn program_behind_a_capture_thread_allocates_nothing_either() {
    let mut pty = Pty::open();
    let tty = Os.adopt(pty.slave().try_clone_to_owned().unwrap()).unwrap();
    let builder = Builder::new().capture(true);
    let mut capture = builder.adopt(Os, tty).unwrap();
    assert!(capture.descriptor().is_some());
    // The first wait asks once how many processors there are.
    let elapsed = capture.poll(Duration::from_millis(1)).unwrap();
    assert_eq!(elapsed, Polled::Elapsed);
    let before = count();
    for _ in 0..100 {
        pty.type_bytes(b"k");
        assert!(capture.poll(PATIENCE).unwrap().event().is_some());
        assert_eq!(capture.poll(Duration::ZERO).unwrap(), Polled::Elapsed);
    }
    assert_eq!(count() - before, 0);
}
