//! The caller's own thread, and what only a kernel can show.

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::SpecialCodeIndex;
use ttyring::platform::{Os, Reading};
use ttyring::{Builder, LineMode, Polled, Unread, Wait, key};
use ttyring_test_support::{PATIENCE, Pty};

use super::{drain, name, open, open_with};

#[test]
fn poll_of_zero_finds_what_was_typed_and_what_is_buffered() {
    let mut pty = Pty::open();
    let mut input = open(&pty);
    pty.type_bytes(b"abc");
    assert!(matches!(input.poll(PATIENCE).unwrap(), Polled::Event(_)));
    assert_eq!(drain(&mut input), ["b", "c"]);
}

#[test]
fn hangup_is_the_end_and_not_an_error() {
    let mut pty = Pty::open();
    let mut input = open(&pty);
    pty.type_bytes(b"x");
    assert!(input.next_event().unwrap().unwrap() == key!(x));
    pty.hang_up();
    assert_eq!(input.next_event().unwrap(), None);
    let start = Instant::now();
    for _ in 0..1000 {
        assert_eq!(input.poll(PATIENCE).unwrap(), Polled::End);
    }
    assert!(start.elapsed() < PATIENCE, "the end is told at once");
}

#[test]
fn bursts_arrive_whole_without_another_key() {
    let mut pty = Pty::open();
    let mut input = open(&pty);
    for size in [1, 1023, 1024, 1025, 4096, 65_537] {
        std::thread::scope(|scope| {
            scope.spawn(|| pty.type_bytes(&vec![b'x'; size]));
            for count in 0..size {
                let event = input.poll(PATIENCE).unwrap().event();
                assert!(event.unwrap() == key!(x), "{count} of {size}");
            }
        });
    }
    assert_eq!(drain(&mut input), [""; 0]);
}

#[test]
fn descriptor_polls_readable_for_bytes_and_for_a_wake_up() {
    let mut pty = Pty::open();
    let mut input = open(&pty);
    assert!(!readable(&input, Duration::ZERO));
    pty.type_bytes(b"k");
    assert!(readable(&input, PATIENCE));
    assert_eq!(drain(&mut input), ["k"]);
    assert!(!readable(&input, Duration::ZERO));
    input.waker().wake();
    assert!(readable(&input, PATIENCE));
    assert_eq!(drain(&mut input), ["Woken"]);
    assert!(!readable(&input, Duration::ZERO));
}

fn readable(input: &impl AsFd, timeout: Duration) -> bool {
    let mut fds = [PollFd::new(input, PollFlags::IN)];
    let timeout = Timespec::try_from(timeout).unwrap();
    poll(&mut fds, Some(&timeout)).unwrap() == 1
}

#[test]
fn all_four_ways_of_reading_are_set_and_give_the_keys() {
    for (reading, min, time) in [
        (Reading::Polling, 0, 0),
        (Reading::Timed { deciseconds: 1 }, 0, 1),
        (Reading::Counted { bytes: 3 }, 3, 0),
        (
            Reading::Interbyte {
                bytes: 3,
                deciseconds: 1,
            },
            3,
            1,
        ),
    ] {
        for wait in [Wait::Poll, Wait::Read] {
            let mut pty = Pty::open();
            let slave = pty.slave().try_clone_to_owned().unwrap();
            let mode = LineMode {
                reading,
                ..LineMode::RAW
            };
            let mut input = Builder::new()
                .line_mode(mode)
                .wait(wait)
                .adopt(Os, Os.adopt(slave).unwrap())
                .unwrap();
            let codes = pty.termios().special_codes;
            assert_eq!(codes[SpecialCodeIndex::VMIN], min, "{reading:?}");
            assert_eq!(codes[SpecialCodeIndex::VTIME], time, "{reading:?}");
            pty.type_bytes(b"abc");
            for wanted in ["a", "b", "c"] {
                let event = input.next_event().unwrap().unwrap();
                assert_eq!(name(&event), wanted, "{reading:?}, {wait:?}");
            }
        }
    }
}

#[test]
fn capture_thread_reads_while_nobody_asks_and_hands_back_the_rest() {
    for wait in [Wait::Poll, Wait::Spin(Duration::from_millis(1)), Wait::Busy] {
        let mut pty = Pty::open();
        let mut input = open_with(&pty, Builder::new().capture(true).wait(wait));
        pty.type_bytes(b"one");
        let event = input.poll(PATIENCE).unwrap().event();
        assert!(event.unwrap() == key!(o));
        assert!(input.read_at().unwrap() <= input.now());
        let given = input.lend(Unread::Give, <[u8]>::to_vec).unwrap();
        assert_eq!(given, b"ne");
        pty.type_bytes(b"two");
        for wanted in ["t", "w", "o"] {
            assert_eq!(name(&input.next_event().unwrap().unwrap()), wanted);
        }
    }
}

#[test]
fn type_ahead_of_the_child_is_the_childs() {
    let mut pty = Pty::open();
    let mut input = open(&pty);
    pty.type_bytes(b"a");
    assert!(input.next_event().unwrap().unwrap() == key!(a));
    let line = input
        .lend(Unread::Keep, |_| {
            pty.type_bytes(b"for the child\n");
            let mut line = [0; 64];
            let count = rustix::io::read(pty.slave(), &mut line).unwrap();
            line[..count].to_vec()
        })
        .unwrap();
    assert_eq!(line, b"for the child\n");
    pty.type_bytes(b"b");
    assert!(input.next_event().unwrap().unwrap() == key!(b));
}
