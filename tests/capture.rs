//! The capture thread over a scripted terminal: nothing is lost, mixed up or left running.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, Read};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use ttyring::{Builder, Capture, CaptureWait, Event, Input, Polled, Signals, Size, Unread, key};
use ttyring_platform::sim::{Operation, Sim, Step};
use ttyring_test_support::{PATIENCE, wait_until};

const EVERY: [CaptureWait; 3] = [
    CaptureWait::Park,
    CaptureWait::Spin,
    CaptureWait::Descriptor,
];

fn open(sim: &Sim, waiting: CaptureWait) -> Capture<Sim> {
    let input = Builder::new().open_on(sim.clone()).unwrap();
    input.spawn_capture(waiting).unwrap()
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
    for waiting in EVERY {
        let sim = Sim::new();
        let mut capture = open(&sim, waiting);
        sim.type_bytes(b"a\x1b[A");
        assert_eq!(name(capture.poll(PATIENCE).unwrap()), "a", "{waiting:?}");
        assert_eq!(name(capture.poll(PATIENCE).unwrap()), "up");
        assert_eq!(capture.raw(), b"\x1b[A");
        assert_eq!(name(capture.poll(Duration::ZERO).unwrap()), "-");
    }
}

#[test]
fn what_was_read_before_the_thread_comes_first_and_has_its_bytes() {
    let sim = Sim::new();
    sim.type_bytes(b"abc");
    let mut input = Builder::new().open_on(sim.clone()).unwrap();
    assert_eq!(name(input.poll(PATIENCE).unwrap()), "a");
    assert_eq!(name(input.poll(PATIENCE).unwrap()), "b");
    assert_eq!(input.raw(), b"b");
    let waits = sim.calls().waits;
    let mut capture = input.spawn_capture(CaptureWait::Park).unwrap();
    assert_eq!(capture.raw(), b"", "nothing has come of the capture yet");
    assert!(wait_until(|| sim.calls().waits == waits + 1));
    let started = capture.now();
    sim.advance(Duration::from_secs(1));
    sim.type_bytes(b"d");
    // The thread waits again: what it has read is in the ring.
    assert!(wait_until(|| sim.calls().waits == waits + 2));
    for (key, seconds) in [("c", 0), ("d", 1)] {
        assert_eq!(name(capture.poll(PATIENCE).unwrap()), key);
        assert_eq!(capture.raw(), key.as_bytes());
        let read = capture.read_at().since(started);
        assert_eq!(read, Duration::from_secs(seconds), "{key}");
    }
    let mut input = capture.stop().unwrap();
    sim.type_bytes(b"ef");
    for key in ["e", "f"] {
        assert_eq!(name(input.poll(PATIENCE).unwrap()), key);
        assert_eq!(input.raw(), key.as_bytes());
    }
    assert!(
        input.read_at().is_some(),
        "a capture has the time of each read"
    );
    sim.advance(Duration::from_secs(1));
    let capture = input.spawn_capture(CaptureWait::Park).unwrap();
    assert_eq!(capture.read_at(), capture.now(), "it has read nothing yet");
}

#[test]
fn hangup_is_the_end_after_the_last_byte() {
    for waiting in EVERY {
        let sim = Sim::new();
        let mut capture = open(&sim, waiting);
        sim.type_bytes(b"x");
        assert!(wait_until(|| sim.calls().reads > 0));
        sim.now_do(Step::Hangup);
        assert_eq!(name(capture.poll(PATIENCE).unwrap()), "x");
        assert_eq!(capture.next_event().unwrap(), None);
        assert_eq!(capture.next_event().unwrap(), None, "it stays so");
    }
}

#[test]
fn error_in_the_thread_is_told_once_then_the_end() {
    let sim = Sim::new();
    sim.now_do(Step::Fault(Operation::Read, libc::EIO));
    let mut capture = open(&sim, CaptureWait::Park);
    sim.type_bytes(b"x");
    let error = capture.next_event().unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::EIO));
    assert_eq!(capture.next_event().unwrap(), None);
}

#[test]
fn more_than_the_ring_holds_arrives_whole_behind_a_busy_program() {
    let sim = Sim::new();
    let input = Builder::new().capacity(64).open_on(sim.clone()).unwrap();
    let mut capture = input.spawn_capture(CaptureWait::Park).unwrap();
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
        assert!(matches!(capture.poll(PATIENCE).unwrap(), Polled::Event(_)));
        seen.extend_from_slice(capture.raw());
    }
    assert!(seen == typed, "bytes were lost or mixed up");
}

#[test]
fn stop_returns_everything_that_was_read_and_not_used() {
    for waiting in EVERY {
        let sim = Sim::new();
        let mut capture = open(&sim, waiting);
        sim.type_bytes(b"abc\x1b[1;5");
        assert_eq!(name(capture.poll(PATIENCE).unwrap()), "a");
        let mut input = capture.stop().unwrap();
        sim.type_bytes(b"Cd");
        for wanted in ["b", "c", "ctrl-right", "d", "-"] {
            assert_eq!(name(input.poll(Duration::ZERO).unwrap()), wanted);
        }
        let mut capture = input.spawn_capture(waiting).unwrap();
        sim.type_bytes(b"e");
        assert_eq!(name(capture.poll(PATIENCE).unwrap()), "e");
        let (_, unread) = capture.stop().unwrap().into_parts();
        assert_eq!(unread, b"");
    }
}

#[test]
fn stop_ends_a_thread_that_waits_for_room() {
    let sim = Sim::new();
    let input = Builder::new().capacity(16).open_on(sim.clone()).unwrap();
    let capture = input.spawn_capture(CaptureWait::Park).unwrap();
    sim.type_bytes(&[b'x'; 100]);
    assert!(wait_until(|| sim.calls().reads > 0));
    let mut input = capture.stop().unwrap();
    for _ in 0..100 {
        assert_eq!(name(input.poll(Duration::ZERO).unwrap()), "x");
    }
    assert_eq!(name(input.poll(Duration::ZERO).unwrap()), "-");
}

#[test]
fn signals_sizes_and_wake_ups_go_past_the_ring() {
    for waiting in EVERY {
        let sim = Sim::new();
        let mut capture = Builder::new()
            .signals(Signals::TERM)
            .open_on(sim.clone())
            .unwrap()
            .spawn_capture(waiting)
            .unwrap();
        sim.now_do(Step::Signal(Signals::TERM));
        let signal = Event::Signal(Signals::TERM);
        assert_eq!(capture.next_event().unwrap(), Some(signal));
        let size = Size {
            columns: 90,
            rows: 20,
            ..Size::default()
        };
        sim.now_do(Step::Resize(size));
        assert_eq!(capture.next_event().unwrap(), Some(Event::Resize(size)));
        let waker = capture.waker();
        std::thread::scope(|scope| {
            scope.spawn(move || waker.wake());
            assert_eq!(capture.next_event().unwrap(), Some(Event::Woken));
        });
        assert_eq!(name(capture.poll(Duration::ZERO).unwrap()), "-");
    }
}

#[test]
fn waker_of_the_input_still_wakes_and_stopping_leaves_no_wake_up_behind() {
    let sim = Sim::new();
    let input = Builder::new().open_on(sim.clone()).unwrap();
    let waker = input.waker();
    let mut capture = input.spawn_capture(CaptureWait::Park).unwrap();
    ttyring::Wake::wake(&waker);
    assert_eq!(capture.next_event().unwrap(), Some(Event::Woken));
    let mut input = capture.stop().unwrap();
    assert_eq!(name(input.poll(Duration::ZERO).unwrap()), "-");
}

#[test]
fn each_event_has_the_time_of_its_read() {
    let sim = Sim::new();
    let input = Builder::new().open_on(sim.clone()).unwrap();
    let start = input.now();
    // The whole script first: steps count from when they are added, and the thread moves the clock.
    for key in 1..=5 {
        let at = Duration::from_secs(key);
        sim.at(at, Step::Bytes(vec![b'a', b'0' + key as u8]));
    }
    let mut capture = input.spawn_capture(CaptureWait::Park).unwrap();
    // The program comes late; the times are those of the thread.
    assert!(wait_until(|| sim.is_finished()));
    for key in 1..=5 {
        for _ in 0..2 {
            assert!(matches!(capture.poll(PATIENCE).unwrap(), Polled::Event(_)));
            assert_eq!(capture.read_at().since(start), Duration::from_secs(key));
        }
    }
}

#[test]
fn escape_key_waits_from_when_it_was_read() {
    let sim = Sim::new();
    let mut capture = open(&sim, CaptureWait::Park);
    sim.type_bytes(b"\x1b");
    assert!(wait_until(|| sim.calls().reads > 0));
    // The program is busy for longer than an Escape waits.
    sim.advance(Duration::from_millis(30));
    assert!(wait_until(
        || name(capture.poll(Duration::ZERO).unwrap()) == "escape"
    ));
}

#[test]
fn descriptor_is_readable_from_the_next_byte_on() {
    let sim = Sim::new();
    let mut capture = open(&sim, CaptureWait::Descriptor);
    for round in 0..100 {
        assert_eq!(name(capture.poll(Duration::ZERO).unwrap()), "-");
        assert!(!readable(&capture, Duration::ZERO), "round {round}");
        sim.type_bytes(b"x");
        assert!(readable(&capture, PATIENCE), "round {round}");
        let mut keys = 0;
        while name(capture.poll(Duration::ZERO).unwrap()) != "-" {
            keys += 1;
        }
        assert_eq!(keys, 1);
    }
    let waker = capture.waker();
    waker.wake();
    assert!(readable(&capture, PATIENCE));
    assert_eq!(name(capture.poll(Duration::ZERO).unwrap()), "Woken");
    assert_eq!(name(capture.poll(Duration::ZERO).unwrap()), "-");
    sim.now_do(Step::Hangup);
    assert!(readable(&capture, PATIENCE));
    assert_eq!(name(capture.poll(Duration::ZERO).unwrap()), "end");
}

fn readable(capture: &Capture<Sim>, timeout: Duration) -> bool {
    let descriptor = capture.descriptor().unwrap();
    let mut fds = [PollFd::new(&descriptor, PollFlags::IN)];
    let timeout = Timespec::try_from(timeout).unwrap();
    poll(&mut fds, Some(&timeout)).unwrap() == 1
}

#[test]
fn bytes_come_out_of_the_same_ring() {
    let sim = Sim::new();
    let mut capture = open(&sim, CaptureWait::Park);
    sim.type_bytes(b"a\x1b[");
    assert_eq!(name(capture.poll(PATIENCE).unwrap()), "a");
    assert_eq!(capture.bytes().fill_buf().unwrap(), b"\x1b[");
    sim.type_bytes(b"A!");
    assert_eq!(name(capture.poll(PATIENCE).unwrap()), "up");
    let mut byte = [0];
    capture.bytes().read_exact(&mut byte).unwrap();
    assert_eq!(&byte, b"!");
}

#[test]
fn nobody_reads_during_a_hand_over() {
    let sim = Sim::new();
    let mut capture = open(&sim, CaptureWait::Park);
    sim.type_bytes(b"ab");
    assert_eq!(name(capture.poll(PATIENCE).unwrap()), "a");
    let (given, reads) = capture
        .suspend_with(Unread::Give, |bytes| {
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
    assert_eq!(name(capture.poll(PATIENCE).unwrap()), "f");
}

#[test]
fn dropping_it_ends_the_thread_and_puts_the_terminal_back() {
    let sim = Sim::new();
    let cooked = sim.termios();
    for waiting in EVERY {
        let capture = open(&sim, waiting);
        assert_ne!(sim.termios(), cooked);
        drop(capture);
        assert_eq!(sim.termios(), cooked);
        let reads = sim.calls().reads;
        sim.type_bytes(b"x");
        let mut input: Input<Sim> = Builder::new().open_on(sim.clone()).unwrap();
        assert!(input.next_event().unwrap().unwrap() == key!(x));
        assert_eq!(sim.calls().reads, reads + 1);
    }
}

#[test]
fn error_that_ended_the_thread_is_told_when_it_is_stopped() {
    let sim = Sim::new();
    sim.now_do(Step::Fault(Operation::Read, libc::EIO));
    let capture = open(&sim, CaptureWait::Park);
    sim.type_bytes(b"x");
    assert!(wait_until(|| sim.calls().reads > 0));
    let error = capture.stop().unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::EIO));
}

#[test]
fn signal_and_wake_up_that_came_together_are_both_told() {
    let sim = Sim::new();
    let builder = Builder::new().signals(Signals::TERM);
    let input = builder.open_on(sim.clone()).unwrap();
    let mut capture = input.spawn_capture(CaptureWait::Park).unwrap();
    assert!(wait_until(|| sim.calls().waits == 1));
    sim.now_do(Step::Signal(Signals::TERM));
    // The thread waits again: it has passed the signal on.
    assert!(wait_until(|| sim.calls().waits == 2));
    capture.waker().wake();
    let signal = name(Polled::Event(Event::Signal(Signals::TERM)));
    assert_eq!(name(capture.poll(PATIENCE).unwrap()), signal);
    assert_eq!(name(capture.poll(PATIENCE).unwrap()), "Woken");
    assert_eq!(name(capture.poll(Duration::ZERO).unwrap()), "-");
}

#[test]
fn thread_that_reads_after_a_hand_over_is_not_ended_by_a_wake_up() {
    let sim = Sim::new();
    let input = Builder::new().open_on(sim.clone()).unwrap();
    let waker = input.waker();
    let mut capture = input.spawn_capture(CaptureWait::Park).unwrap();
    capture.suspend_with(Unread::Keep, |_| ()).unwrap();
    ttyring::Wake::wake(&waker);
    assert_eq!(name(capture.poll(PATIENCE).unwrap()), "Woken");
    sim.type_bytes(b"a");
    assert_eq!(name(capture.poll(PATIENCE).unwrap()), "a");
}
