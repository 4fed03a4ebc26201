//! The capture thread over a scripted terminal: nothing is lost, mixed up or left running.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, Read};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use ttyring::query::CURSOR_POSITION;
use ttyring::{Builder, Event, Input, Modes, Polled, Signals, Size, Unread, Wait, key};
use ttyring_platform::Backend;
use ttyring_platform::sim::{Operation, Sim, Step};
use ttyring_test_support::{PATIENCE, wait_until};

const MS: Duration = Duration::from_millis(1);
const EVERY: [Wait; 4] = [Wait::Poll, Wait::Read, Wait::Spin(MS), Wait::Busy];

fn open(sim: &Sim, wait: Wait) -> Input<Sim> {
    open_with(sim, Builder::new().wait(wait))
}

fn open_with(sim: &Sim, builder: Builder) -> Input<Sim> {
    builder.capture(true).open_on(sim.clone()).unwrap()
}

fn name(polled: Polled<'_>) -> String {
    match polled {
        Polled::Event(Event::Key(key)) => key.to_string(),
        Polled::Event(event) => format!("{event:?}"),
        Polled::Elapsed => "-".to_owned(),
        Polled::End => "end".to_owned(),
    }
}

#[test]
fn keys_arrive_in_every_kind_of_waiting() {
    for wait in EVERY {
        let sim = Sim::new();
        let mut input = open(&sim, wait);
        sim.type_bytes(b"a\x1b[A");
        assert_eq!(name(input.poll(PATIENCE).unwrap()), "a", "{wait:?}");
        assert_eq!(name(input.poll(PATIENCE).unwrap()), "up");
        assert_eq!(input.raw(), b"\x1b[A");
        assert_eq!(name(input.poll(Duration::ZERO).unwrap()), "-");
    }
}

#[test]
fn whole_interface_is_there_behind_a_thread() {
    for wait in EVERY {
        let sim = Sim::new();
        let mut input = open(&sim, wait);
        assert_eq!(input.poll_timeout(), None);
        assert_eq!(input.read_at(), None, "nothing was read yet");
        sim.type_bytes(b"a\x1b[5;6R\x1b[?62c");
        let answer = input.query(CURSOR_POSITION, PATIENCE).unwrap();
        assert_eq!(answer, (5, 4), "{wait:?}");
        assert_eq!(input.poll_timeout(), Some(Duration::ZERO));
        let events = input.events().take(1).map(Result::unwrap);
        assert_eq!(events.collect::<Vec<_>>(), [Event::Key(key!(a))]);
        input.enable(Modes::MOUSE | Modes::MOUSE_PIXELS).unwrap();
        sim.type_bytes(b"\x1b[<0;300;200M");
        let event = input.poll(PATIENCE).unwrap().event().unwrap();
        assert!(matches!(event, Event::Mouse(mouse) if mouse.pixels));
        input.disable(Modes::MOUSE_PIXELS).unwrap();
        assert!(input.size().is_ok());
    }
}

#[test]
fn hangup_is_the_end_after_the_last_byte() {
    for wait in EVERY {
        let sim = Sim::new();
        let mut input = open(&sim, wait);
        sim.type_bytes(b"x");
        assert!(wait_until(|| sim.calls().reads > 0));
        sim.now_do(Step::Hangup);
        assert_eq!(name(input.poll(PATIENCE).unwrap()), "x");
        assert_eq!(input.next_event().unwrap(), None);
        assert_eq!(input.next_event().unwrap(), None, "it stays so");
    }
}

#[test]
fn error_in_the_thread_is_told_once_then_the_end() {
    let sim = Sim::new();
    sim.now_do(Step::Fault(Operation::Read, libc::EIO));
    let mut input = open(&sim, Wait::Poll);
    sim.type_bytes(b"x");
    let error = input.next_event().unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::EIO));
    assert_eq!(input.next_event().unwrap(), None);
}

#[test]
fn more_than_the_ring_holds_arrives_whole_behind_a_busy_program() {
    let sim = Sim::new();
    let mut input = open_with(&sim, Builder::new().capacity(64));
    let typed: Vec<u8> = (0..10_000).map(|n| b'a' + (n % 26) as u8).collect();
    sim.type_bytes(&typed);
    // The program is busy until the ring is full and the thread waits for room.
    assert!(wait_until(|| sim.calls().reads > 0));
    // It sleeps: in the time of these looks one that spins would have asked the kernel a thousand
    // times, and one that went on reading would have lost bytes.
    let mut looks = 0;
    assert!(wait_until(|| {
        looks += 1;
        looks > 20
    }));
    let calls = sim.calls();
    assert!(calls.reads + calls.waits <= 8, "{calls:?}");
    let mut seen = Vec::new();
    while seen.len() < typed.len() {
        assert!(matches!(input.poll(PATIENCE).unwrap(), Polled::Event(_)));
        seen.extend_from_slice(input.raw());
    }
    assert!(seen == typed, "bytes were lost or mixed up");
}

#[test]
fn parts_have_everything_that_was_read_and_not_used() {
    for wait in EVERY {
        let sim = Sim::new();
        let mut input = open(&sim, wait);
        sim.type_bytes(b"abc\x1b[1;5");
        assert_eq!(name(input.poll(PATIENCE).unwrap()), "a");
        let (_, unread) = input.into_parts();
        assert_eq!(unread, b"bc\x1b[1;5");
    }
}

#[test]
fn thread_that_waits_for_room_is_ended() {
    let sim = Sim::new();
    let mut input = open_with(&sim, Builder::new().capacity(16));
    sim.type_bytes(&[b'x'; 100]);
    assert!(wait_until(|| sim.calls().reads > 0));
    input.lend(Unread::Keep, |_| ()).unwrap();
    for _ in 0..100 {
        assert_eq!(name(input.poll(PATIENCE).unwrap()), "x");
    }
    assert_eq!(name(input.poll(Duration::ZERO).unwrap()), "-");
}

#[test]
fn signals_sizes_and_wake_ups_go_past_the_ring() {
    for wait in EVERY {
        let sim = Sim::new();
        let builder = Builder::new().signals(Signals::TERM).wait(wait);
        let mut input = open_with(&sim, builder);
        sim.now_do(Step::Signal(Signals::TERM));
        let signal = Event::Signal(Signals::TERM);
        assert_eq!(input.next_event().unwrap(), Some(signal));
        let size = Size {
            columns: 90,
            rows: 20,
            ..Size::default()
        };
        sim.now_do(Step::Resize(size));
        assert_eq!(input.next_event().unwrap(), Some(Event::Resize(size)));
        let waker = input.waker();
        std::thread::scope(|scope| {
            scope.spawn(move || waker.wake());
            assert_eq!(input.next_event().unwrap(), Some(Event::Woken));
        });
        assert_eq!(name(input.poll(Duration::ZERO).unwrap()), "-");
    }
}

#[test]
fn waker_wakes_before_and_after_a_loan_which_leaves_no_wake_up_behind() {
    let sim = Sim::new();
    let mut input = open(&sim, Wait::Poll);
    let waker = input.waker();
    for _ in 0..10 {
        waker.wake();
        assert_eq!(input.next_event().unwrap(), Some(Event::Woken));
        input.lend(Unread::Keep, |_| ()).unwrap();
        assert_eq!(name(input.poll(Duration::ZERO).unwrap()), "-");
    }
    // A call while nobody reads is not lost.
    input.lend(Unread::Keep, move |_| waker.wake()).unwrap();
    assert_eq!(name(input.poll(PATIENCE).unwrap()), "Woken");
}

#[test]
fn each_event_has_the_time_of_its_read() {
    let sim = Sim::new();
    let start = Backend::now(&sim);
    // The whole script first: steps count from when they are added, and the thread moves the clock.
    for key in 1..=9 {
        let at = Duration::from_secs(key);
        sim.at(at, Step::Bytes(vec![b'a', b'0' + key as u8]));
    }
    let mut input = open(&sim, Wait::Poll);
    // The program comes late; the times are those of the thread.
    assert!(wait_until(|| sim.is_finished()));
    for key in 1..=9 {
        for _ in 0..2 {
            assert!(matches!(input.poll(PATIENCE).unwrap(), Polled::Event(_)));
            assert_eq!(
                input.read_at().unwrap().since(start),
                Duration::from_secs(key)
            );
        }
    }
}

#[test]
fn escape_key_waits_from_when_it_was_read() {
    let sim = Sim::new();
    let mut input = open(&sim, Wait::Poll);
    sim.type_bytes(b"\x1b");
    assert!(wait_until(|| sim.calls().reads > 0));
    // The program is busy for longer than an Escape waits.
    sim.advance(Duration::from_millis(30));
    assert!(wait_until(
        || name(input.poll(Duration::ZERO).unwrap()) == "escape"
    ));
}

#[test]
fn descriptor_is_readable_from_the_next_byte_on() {
    let sim = Sim::new();
    let mut input = open(&sim, Wait::Poll);
    // Something may have come before somebody polled: it is readable once.
    assert!(readable(&input, Duration::ZERO));
    for round in 0..100 {
        assert_eq!(name(input.poll(Duration::ZERO).unwrap()), "-");
        assert!(!readable(&input, Duration::ZERO), "round {round}");
        sim.type_bytes(b"x");
        assert!(readable(&input, PATIENCE), "round {round}");
        let mut keys = 0;
        while name(input.poll(Duration::ZERO).unwrap()) != "-" {
            keys += 1;
        }
        assert_eq!(keys, 1);
    }
    let waker = input.waker();
    waker.wake();
    assert!(readable(&input, PATIENCE));
    assert_eq!(name(input.poll(Duration::ZERO).unwrap()), "Woken");
    assert_eq!(name(input.poll(Duration::ZERO).unwrap()), "-");
    sim.now_do(Step::Hangup);
    assert!(readable(&input, PATIENCE));
    assert_eq!(name(input.poll(Duration::ZERO).unwrap()), "end");
}

fn readable(input: &Input<Sim>, timeout: Duration) -> bool {
    let descriptor = input.descriptor().unwrap();
    let mut fds = [PollFd::new(&descriptor, PollFlags::IN)];
    let timeout = Timespec::try_from(timeout).unwrap();
    poll(&mut fds, Some(&timeout)).unwrap() == 1
}

#[test]
fn bytes_come_out_of_the_same_ring() {
    let sim = Sim::new();
    let mut input = open(&sim, Wait::Poll);
    sim.type_bytes(b"a\x1b[");
    assert_eq!(name(input.poll(PATIENCE).unwrap()), "a");
    assert_eq!(input.bytes().fill_buf().unwrap(), b"\x1b[");
    sim.type_bytes(b"A!");
    assert_eq!(name(input.poll(PATIENCE).unwrap()), "up");
    let mut byte = [0];
    input.bytes().read_exact(&mut byte).unwrap();
    assert_eq!(&byte, b"!");
}

#[test]
fn nobody_reads_during_a_hand_over() {
    let sim = Sim::new();
    let mut input = open(&sim, Wait::Poll);
    sim.type_bytes(b"ab");
    assert_eq!(name(input.poll(PATIENCE).unwrap()), "a");
    let (given, reads) = input
        .lend(Unread::Give, |bytes| {
            let reads = sim.calls().reads;
            sim.type_bytes(b"for the child");
            assert!(!sim.is_blocking());
            let again = Instant::now() + Duration::from_millis(50);
            while Instant::now() < again {
                std::thread::yield_now();
            }
            (bytes.to_vec(), sim.calls().reads - reads)
        })
        .unwrap();
    assert_eq!(given, b"b");
    assert_eq!(reads, 0, "the thread went on reading");
    // What the child left is for the program again.
    assert_eq!(name(input.poll(PATIENCE).unwrap()), "f");
}

#[test]
fn dropping_it_ends_the_thread_and_puts_the_terminal_back() {
    let sim = Sim::new();
    let cooked = sim.termios();
    for wait in EVERY {
        let input = open(&sim, wait);
        assert_ne!(sim.termios(), cooked);
        drop(input);
        assert_eq!(sim.termios(), cooked);
        let reads = sim.calls().reads;
        sim.type_bytes(b"x");
        let mut input: Input<Sim> = Builder::new().open_on(sim.clone()).unwrap();
        assert!(input.next_event().unwrap().unwrap() == key!(x));
        assert_eq!(sim.calls().reads, reads + 1);
    }
}

#[test]
fn error_that_ended_the_thread_is_told_after_a_loan() {
    let sim = Sim::new();
    sim.now_do(Step::Fault(Operation::Read, libc::EIO));
    let mut input = open(&sim, Wait::Poll);
    sim.type_bytes(b"x");
    assert!(wait_until(|| sim.calls().reads > 0));
    input.lend(Unread::Keep, |_| ()).unwrap();
    let error = input.next_event().unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::EIO));
    assert_eq!(input.next_event().unwrap(), None);
}

/// The thread was not there any more, and the next wait had no end.
#[test]
fn thread_reads_again_after_a_borrower_that_panics() {
    let sim = Sim::new();
    let mut input = open(&sim, Wait::Poll);
    let lend = std::panic::AssertUnwindSafe(|| {
        let _ = input.lend(Unread::Keep, |_| panic!("as asked"));
    });
    assert!(std::panic::catch_unwind(lend).is_err());
    sim.type_bytes(b"a");
    assert_eq!(name(input.poll(PATIENCE).unwrap()), "a");
}

#[test]
fn signal_and_wake_up_that_came_together_are_both_told() {
    let sim = Sim::new();
    let mut input = open_with(&sim, Builder::new().signals(Signals::TERM));
    assert!(wait_until(|| sim.calls().waits == 1));
    sim.now_do(Step::Signal(Signals::TERM));
    // The thread waits again: it has passed the signal on.
    assert!(wait_until(|| sim.calls().waits == 2));
    input.waker().wake();
    let signal = name(Polled::Event(Event::Signal(Signals::TERM)));
    assert_eq!(name(input.poll(PATIENCE).unwrap()), signal);
    assert_eq!(name(input.poll(PATIENCE).unwrap()), "Woken");
    assert_eq!(name(input.poll(Duration::ZERO).unwrap()), "-");
}

#[test]
fn thread_that_reads_after_a_hand_over_is_not_ended_by_a_wake_up() {
    let sim = Sim::new();
    let mut input = open(&sim, Wait::Poll);
    let waker = input.waker();
    input.lend(Unread::Keep, |_| ()).unwrap();
    waker.wake();
    assert_eq!(name(input.poll(PATIENCE).unwrap()), "Woken");
    sim.type_bytes(b"a");
    assert_eq!(name(input.poll(PATIENCE).unwrap()), "a");
}
