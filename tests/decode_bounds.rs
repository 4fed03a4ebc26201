//! What decoding costs: no allocation for an event, and no more memory than was promised.
//!
//! Each thread counts for itself: what the test harness allocates beside the test is not decoding.

#![cfg(not(loom))]
#![allow(unsafe_code)] // An allocator that counts can only be written with it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use ttyring::decode::Decoder;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static IN_USE: Cell<isize> = const { Cell::new(0) };
}

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: everything is handed to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        IN_USE.set(IN_USE.get() + layout.size() as isize);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.set(IN_USE.get() - layout.size() as isize);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

const SENT: &[&[u8]] = &[
    b"plain keys and ",
    "Grüße, 日本語 😀".as_bytes(),
    b"\x1b[A\x1b[1;5C\x1bOP\x1b[15~",
    b"\x1b[<0;10;20M\x1b[M !!",
    b"\x1b[97:65:97;2:1;65u\x1b[57399u",
    b"\x1b[I\x1b[48;24;80;0;0t",
    b"\x1b[?62;22c\x1b[12;34R",
    b"\x1b]11;rgb:ffff/0000/8080\x1b\\\x1b]52;c;aGk=\x07",
    b"\x1bP1+r544e=78\x1b\\\x1b_Gi=1;OK\x1b\\",
    b"\x1b[200~pasted\x1b[20 text\x1b[201~",
    b"\xff\xc3\x1b\x1b[I\x1b\xff",
    b"\x1b[?99x\x1b]99;x\x07",
];

/// Decodes and looks at every event; returns how many there were.
fn decode(decoder: &mut Decoder, bytes: &[u8], chunk: usize) -> usize {
    let mut events = 0;
    for mut bytes in bytes.chunks(chunk) {
        while !bytes.is_empty() {
            let (used, event) = decoder.decode(bytes);
            events += usize::from(std::hint::black_box(event).is_some());
            bytes = &bytes[used..];
        }
    }
    events
}

#[test]
fn decoding_allocates_nothing_and_keeps_little() {
    let sent = SENT.concat().repeat(10);
    for chunk in [1, 3, 4096] {
        let mut decoder = Decoder::new();
        let before = COUNT.get();
        let events = decode(&mut decoder, &sent, chunk);
        assert!(events > 500);
        assert_eq!(COUNT.get(), before, "chunks of {chunk}");
    }
    let endless: &[(&[u8], u8)] = &[
        (b"\x1b]0;", b'x'),
        (b"\x1bP", b'x'),
        (b"\x1b_G", b'x'),
        (b"\x1b[200~", b'x'),
        (b"\x1b[", b'1'),
        (b"\x1b[", b';'),
        (b"\x1bO", b'1'),
        (b"\x1b\x1b[", b'1'),
        (b"", 0x1b),
        (b"", 0xff),
    ];
    for &(start, byte) in endless {
        let mut decoder = Decoder::new();
        let before = IN_USE.get();
        decode(&mut decoder, start, 1);
        let chunk = vec![byte; 4096];
        let overhead = IN_USE.get();
        for _ in 0..500 {
            decode(&mut decoder, &chunk, 4096);
        }
        let grown = IN_USE.get() - overhead + (overhead - before - 4096);
        let state = grown + 128 + size_of::<Decoder>() as isize;
        assert!(
            state <= 64 * 1024,
            "{state} bytes after {}",
            start.escape_ascii()
        );
    }
}
