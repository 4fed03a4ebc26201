//! `ttyring keys` when much comes at once: it is counted whole, and drawn at a pace that can be seen.

use std::time::{Duration, Instant};

use ttyring_test_support::Pty;

use crate::start::start;

/// Types `bytes` and Ctrl-C, reads all that is drawn meanwhile; returns how long that took.
fn flood(bytes: &[u8], summary: &str) -> (Duration, Vec<String>, Vec<u8>) {
    let mut pty = Pty::open();
    let (mut program, mut screen) = start(&mut pty, &[]);
    let begin = Instant::now();
    let keyboard = std::fs::File::from(pty.master().try_clone_to_owned().expect("dup"));
    let bytes = [bytes, b"\x03"].concat();
    let typing = std::thread::spawn(move || {
        let mut keyboard = keyboard;
        std::io::Write::write_all(&mut keyboard, &bytes)
    });
    let found = pty.read_until(|seen| ttyring_test_support::contains(seen, summary.as_bytes()));
    let took = begin.elapsed();
    let seen = pty.seen().to_vec();
    assert!(found, "{summary:?} did not come: {}", seen.escape_ascii());
    typing.join().expect("no panic").expect("write");
    assert!(program.wait().success());
    screen.feed(&seen);
    (took, screen.rows(), seen)
}

#[test]
fn a_paste_of_a_mebibyte_is_one_line() {
    let text = "0123456789abcdef".repeat(1 << 16);
    let paste = format!("\x1b[200~{text}\x1b[201~");
    let (_, rows, _) = flood(paste.as_bytes(), "2 events, 1048577 bytes");
    let lines = rows.iter().filter(|row| row.contains("paste of "));
    assert_eq!(lines.count(), 1, "{rows:#?}");
    let line = "30 31 32 33 … 1048576 B    paste of 1048576 bytes: 01234… ";
    assert!(rows[1].starts_with(line), "{rows:#?}");
}

#[test]
fn keys_that_come_faster_than_a_screen_shows_are_counted() {
    let (took, rows, seen) = flood(&[b'x'; 1 << 18], "262145 events, 262145 bytes");
    let skipped = rows.iter().filter_map(|row| {
        let count = row.strip_prefix("… ")?.split(' ').next()?;
        count.parse::<usize>().ok()
    });
    let skipped: usize = skipped.sum();
    let shown = rows.iter().filter(|row| row.starts_with("78    ")).count();
    let last = rows.iter().filter(|row| row.starts_with("03    ")).count();
    assert_eq!(skipped + shown + last, 262_145);
    // Each frame draws the end of the bar once; two may be drawn at the start and the end.
    let frames = seen.windows(5).filter(|part| *part == b"\x1b[;7m").count();
    let most = took.as_secs_f64() * 60.0 + 2.0;
    assert!(frames as f64 <= most, "{frames} frames in {took:?}");
}
