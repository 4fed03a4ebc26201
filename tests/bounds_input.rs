//! What an input keeps is bounded and does not move, and a wait may be as long as a `Duration` can
//! say: counted in bytes and addresses, over a scripted terminal.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::BufRead;
use std::time::Duration;

use ttyring::query::{CURSOR_POSITION, QueryError};
use ttyring::{Builder, Event, Input, Polled, Unread, Wait, key};
use ttyring_platform::sim::{Sim, Step};
use ttyring_test_support::wait_until;

struct Counting;

thread_local! {
    /// The bytes that this thread has allocated and not freed, and the most there ever were.
    static LIVE: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
}

fn count(change: isize) {
    LIVE.with(|live| {
        let (now, peak) = live.get();
        live.set((now + change, peak.max(now + change)));
    });
}

// SAFETY: everything is handed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller keeps to the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the caller keeps to the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs `body`; returns how many bytes more than before there were at most, and are now.
fn memory_of(body: impl FnOnce()) -> (usize, usize) {
    let (before, _) = LIVE.get();
    LIVE.set((before, before));
    body();
    let (now, peak) = LIVE.get();
    ((peak - before) as usize, (now - before) as usize)
}

const MIB: usize = 1 << 20;
const SOON: Duration = Duration::from_millis(10);
const TIMEOUT: Duration = Duration::from_secs(1);

fn open(capacity: usize) -> (Sim, Input<Sim>) {
    let sim = Sim::new();
    let builder = Builder::new().capacity(capacity);
    let input = builder.open_on(sim.clone()).unwrap();
    (sim, input)
}

#[test]
fn counter_counts() {
    let mut kept = Vec::new();
    let (most, now) = memory_of(|| {
        drop(vec![0_u8; 5000]);
        kept = vec![0_u8; 300];
    });
    assert_eq!((most, now), (5000, 300));
}

/// One event of owned parts and its bytes were kept for each key: 117 bytes a byte.
#[test]
fn question_keeps_a_mebibyte_of_typing_in_at_most_four_times_the_memory() {
    let patterns: [&[u8]; 5] = [b"x", b"\r", b"a\x1b[A", "é\x1b".as_bytes(), b"\x1b[<0;1;1M"];
    for pattern in patterns {
        let (sim, mut input) = open(4096);
        let typed = pattern.repeat((MIB + 4096) / pattern.len());
        sim.at(SOON, Step::Bytes(typed));
        let (most, now) = memory_of(|| {
            let answer = input.query(CURSOR_POSITION, TIMEOUT);
            assert!(matches!(answer, Err(QueryError::Busy)), "{answer:?}");
        });
        let shown = pattern.escape_ascii();
        assert!(most <= 4 * MIB, "{shown}: {most} bytes of memory");
        assert!(now >= MIB, "{shown}: {now} bytes are kept");
        let (_, now) = memory_of(|| while input.poll(SOON).unwrap() != Polled::Elapsed {});
        // What is left is less than it was; wrapped, for the counter is not signed.
        assert!((now as isize) < -(MIB as isize), "{shown}: not given back");
    }
}

#[test]
fn question_keeps_a_paste_in_pieces_of_one_byte_in_at_most_four_times_the_memory() {
    let (sim, mut input) = open(4096);
    let pasted = [b"\x1b[200~", &b"p".repeat(MIB + 4096)[..]].concat();
    sim.now_do(Step::ShortReads(Some(1)));
    sim.at(SOON, Step::Bytes(pasted));
    let (most, _) = memory_of(|| {
        let answer = input.query(CURSOR_POSITION, TIMEOUT);
        assert!(matches!(answer, Err(QueryError::Busy)), "{answer:?}");
    });
    assert!(most <= 4 * MIB, "{most} bytes of memory");
}

/// The limit was that of each question, and what they kept added up.
#[test]
fn question_is_not_sent_while_too_much_is_kept_from_the_last_one() {
    let (sim, mut input) = open(4096);
    const TYPED: usize = MIB + 64 * 1024;
    sim.at(SOON, Step::Bytes(vec![b'x'; TYPED]));
    assert!(input.query(CURSOR_POSITION, TIMEOUT).is_err());
    let written = sim.written();
    let (most, _) = memory_of(|| {
        for _ in 0..3 {
            let answer = input.query(CURSOR_POSITION, TIMEOUT);
            assert!(matches!(answer, Err(QueryError::Busy)), "{answer:?}");
            assert!(!input.capabilities(TIMEOUT).unwrap().complete);
        }
    });
    assert!(most < 4096, "{most} bytes of memory");
    assert_eq!(sim.written(), written);
    for _ in 0..TYPED {
        assert!(input.next_event().unwrap().unwrap() == key!(x));
    }
    // There is room again: the question is sent and waited for. The first fence is the old one's.
    let answers = b"\x1b[1;1R\x1b[?62c\x1b[5;6R\x1b[?62c";
    sim.at(SOON, Step::Bytes(answers.to_vec()));
    assert!(input.query(CURSOR_POSITION, TIMEOUT).is_ok());
}

#[test]
fn wakeups_without_a_byte_end_the_wait_for_an_answer_too() {
    let (sim, mut input) = open(4096);
    for after in 0..=MIB as u64 {
        sim.at(Duration::from_nanos(after), Step::Wake);
    }
    let (most, _) = memory_of(|| {
        let answer = input.query(CURSOR_POSITION, TIMEOUT);
        assert!(matches!(answer, Err(QueryError::Busy)), "{answer:?}");
    });
    assert!(most <= 4 * MIB, "{most} bytes of memory");
    for _ in 0..=MIB {
        assert_eq!(input.next_event().unwrap(), Some(Event::Woken));
    }
    assert_eq!(input.poll(Duration::ZERO).unwrap(), Polled::Elapsed);
}

/// Each event moved all the bytes behind it.
#[test]
fn bytes_that_came_back_stay_where_they_are_while_they_become_events() {
    const TYPED: usize = 64 * 1024;
    let (sim, mut input) = open(TYPED);
    sim.type_bytes(&[b'x'; TYPED]);
    input.next_event().unwrap();
    have_all_come_back(&mut input);
    let mut moved = 0;
    let mut last = std::ptr::null::<u8>();
    for _ in 1..TYPED {
        assert!(input.next_event().unwrap().unwrap() == key!(x));
        let place = input.raw().as_ptr();
        moved += usize::from(place != last.wrapping_add(1));
        last = place;
    }
    assert!(moved <= 2, "{moved} of {TYPED} keys were moved");
    assert_eq!(input.poll(Duration::ZERO).unwrap(), Polled::Elapsed);
}

/// Has what was read and not used come back, ahead of what is in the ring.
fn have_all_come_back(input: &mut Input<Sim>) {
    // The terminal reads nothing, so its bytes have to come from an earlier question.
    assert!(input.query(CURSOR_POSITION, Duration::ZERO).is_err());
    let mut bytes = input.bytes();
    assert!(!bytes.fill_buf().unwrap().is_empty());
}

#[test]
fn bytes_that_came_back_are_freed_once_they_are_used() {
    const TYPED: usize = 64 * 1024;
    let (sim, mut input) = open(TYPED);
    sim.type_bytes(&[b'x'; TYPED]);
    input.next_event().unwrap();
    let (_, left) = memory_of(|| {
        have_all_come_back(&mut input);
        for _ in 1..TYPED {
            input.next_event().unwrap();
        }
        // The bytes of the last event are let go of.
        assert_eq!(input.poll(Duration::ZERO).unwrap(), Polled::Elapsed);
    });
    assert!(left < TYPED, "{left} bytes are kept");
}

#[test]
fn longest_wait_is_one_that_ends_with_an_event() {
    let (sim, mut input) = open(4096);
    sim.at(SOON, Step::Bytes(b"a\x1b[5;6R\x1b[?62c".to_vec()));
    let answer = input.query(CURSOR_POSITION, Duration::MAX).unwrap();
    assert_eq!(answer, (5, 4));
    assert!(input.poll(Duration::MAX).unwrap().event().unwrap() == key!(a));
    sim.at(SOON, Step::Bytes(b"b\x1b[?62c".to_vec()));
    assert!(input.capabilities(Duration::MAX).unwrap().complete);
    assert!(input.poll(Duration::MAX).unwrap().event().unwrap() == key!(b));
    let given = input.lend(Unread::Give, <[u8]>::to_vec).unwrap();
    assert_eq!(given, b"");
    drop(input);
    for wait in [Wait::Poll, Wait::Spin(Duration::MAX), Wait::Busy] {
        let builder = Builder::new().capture(true).wait(wait);
        let mut input = builder.open_on(sim.clone()).unwrap();
        sim.type_bytes(b"c");
        assert!(input.poll(Duration::MAX).unwrap().event().unwrap() == key!(c));
    }
}

/// The deadline was a sum that a `std::time::Instant` cannot hold.
#[test]
fn longest_wait_of_another_thread_ends_with_the_answer() {
    let (sim, mut input) = open(4096);
    let handle = input.query_handle();
    let other = std::thread::spawn(move || handle.query(CURSOR_POSITION, Duration::MAX));
    let asked = wait_until(|| !sim.written().is_empty() || other.is_finished());
    assert!(
        asked && !sim.written().is_empty(),
        "the question was not sent"
    );
    sim.type_bytes(b"\x1b[5;6R\x1b[?62ca");
    assert!(input.next_event().unwrap().unwrap() == key!(a));
    let answer = other.join().expect("it does not panic").unwrap();
    assert_eq!(answer, (5, 4));
}
