//! The ends that a program can make of itself. Nothing here knows of a terminal, so that the
//! programs of other crates end by the same lines.

use std::hint::black_box;
use std::process::exit;
use std::time::Duration;

/// Ends in the way of this name; returns where the way is to return, and waits for a signal where
/// the test sends one.
pub(crate) fn end(way: &str) {
    match way {
        "return" | "fork-exit" => {}
        "panic" => panic!("as asked"),
        "thread-panic" => {
            let result = std::thread::spawn(|| panic!("as asked")).join();
            assert!(result.is_err());
            exit(101);
        }
        "exit" => exit(3),
        // SAFETY: ends the process.
        "_exit" => unsafe { libc::_exit(3) },
        "abort" => std::process::abort(),
        "stack-overflow" => {
            black_box(overflow(black_box(1)));
        }
        "thread-overflow" => {
            let _ = std::thread::spawn(|| black_box(overflow(black_box(1)))).join();
        }
        "null" => {
            let nothing = std::ptr::without_provenance_mut::<u8>(black_box(64));
            // SAFETY: it is not: nothing is mapped there, which is the point.
            unsafe { nothing.write_volatile(1) };
        }
        _ => loop {
            std::thread::sleep(Duration::from_secs(60));
        },
    }
}

#[allow(unconditional_recursion)]
fn overflow(depth: u64) -> u64 {
    let page = black_box([depth; 512]);
    overflow(page[0] + 1) + page[511]
}
