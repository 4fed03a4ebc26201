//! `Input` over a scripted terminal: what comes when, in which order, and how long it waits.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, Read};
use std::time::Duration;

use ttyring::decode::{Decoder, Settings};
use ttyring::{Builder, Event, Input, Modes, Polled, Signals, Size, Unread, Wait, key};
use ttyring_platform::sim::{Operation, Sim, Step};

const MS: Duration = Duration::from_millis(1);

fn open(sim: &Sim) -> Input<Sim> {
    Builder::new().open_on(sim.clone()).unwrap()
}

/// The next event as text, a key by its name; "-" when the time ran out, "end" at the end.
fn next(input: &mut Input<Sim>, timeout: Duration) -> String {
    match input.poll(timeout).unwrap() {
        Polled::Event(Event::Key(key)) => key.to_string(),
        Polled::Event(event) => format!("{event:?}"),
        Polled::Elapsed => "-".to_owned(),
        Polled::End => "end".to_owned(),
    }
}

/// All events until the end, each as text.
fn all(input: &mut Input<Sim>) -> Vec<String> {
    std::iter::repeat_with(|| next(input, Duration::from_secs(3600)))
        .take_while(|event| event != "end")
        .collect()
}

#[test]
fn keys_come_in_their_order_and_one_read_serves_a_burst() {
    let sim = Sim::new();
    let mut input = open(&sim);
    sim.type_bytes(b"ab\x1b[A\x01");
    for name in ["a", "b", "up", "ctrl-a"] {
        assert_eq!(next(&mut input, Duration::ZERO), name);
    }
    assert_eq!(sim.calls().reads, 1);
    assert_eq!(next(&mut input, Duration::ZERO), "-");
}

#[test]
fn bytes_at_both_ends_of_the_plain_ones_are_keys_of_their_own() {
    let sim = Sim::new();
    let mut input = open(&sim);
    sim.type_bytes(b"\x1f ~\x7f\x1f ~\x7f\x7f");
    sim.at(MS, Step::Hangup);
    let keys = ["ctrl-_", "space", "~", "backspace"];
    assert_eq!(all(&mut input), [&keys[..], &keys, &keys[3..]].concat());
}

#[test]
fn iterator_ends_at_the_hangup() {
    let sim = Sim::new();
    let mut input = open(&sim);
    sim.type_bytes("aé\x1b[200~two\nlines\x1b[201~".as_bytes());
    sim.at(MS, Step::Hangup);
    let events: Vec<Event> = input.events().map(Result::unwrap).collect();
    assert!(events[0] == key!(a) && events[1] == key!('é'));
    let pasted: Vec<u8> = events[2..]
        .iter()
        .flat_map(|event| match event {
            Event::Paste(paste) => paste.bytes.to_vec(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(pasted, b"two\nlines");
    assert!(input.events().next().is_none(), "the end stays the end");
}

#[test]
fn timeout_is_kept_to_the_nanosecond_when_nothing_comes() {
    let sim = Sim::new();
    let mut input = open(&sim);
    let start = input.now();
    assert_eq!(next(&mut input, 16 * MS), "-");
    assert_eq!(input.now().since(start), 16 * MS);
}

#[test]
fn escape_key_comes_after_its_own_time_and_no_later() {
    let sim = Sim::new();
    let mut input = open(&sim);
    let start = input.now();
    sim.type_bytes(b"\x1b");
    assert_eq!(next(&mut input, Duration::from_secs(5)), "escape");
    assert_eq!(input.now().since(start), 25 * MS);
    assert_eq!(input.raw(), b"\x1b");
}

#[test]
fn timeout_says_when_a_pending_sequence_is_due() {
    let sim = Sim::new();
    let mut input = open(&sim);
    assert_eq!(input.poll_timeout(), None);
    sim.type_bytes(b"\x1b");
    assert_eq!(next(&mut input, Duration::ZERO), "-");
    assert_eq!(input.poll_timeout(), Some(25 * MS));
    sim.advance(10 * MS);
    assert_eq!(input.poll_timeout(), Some(15 * MS));
    sim.advance(20 * MS);
    assert_eq!(input.poll_timeout(), Some(Duration::ZERO));
    assert_eq!(next(&mut input, Duration::ZERO), "escape");
    assert_eq!(input.poll_timeout(), None);
}

#[test]
fn late_caller_does_not_tear_a_sequence_whose_rest_has_come() {
    let sim = Sim::new();
    let mut input = open(&sim);
    sim.type_bytes(b"\x1b");
    assert_eq!(next(&mut input, Duration::ZERO), "-");
    // The program was busy for longer than an Escape waits, and the rest came meanwhile.
    sim.at(10 * MS, Step::Bytes(b"[A".to_vec()));
    sim.advance(500 * MS);
    assert_eq!(next(&mut input, Duration::ZERO), "up");
}

#[test]
fn timeouts_of_a_slow_line_holds_sequences_together() {
    let sim = Sim::new();
    let mut decoder = Decoder::new();
    decoder.settings = Settings::REMOTE;
    let mut input = Builder::new()
        .decoder(decoder)
        .open_on(sim.clone())
        .unwrap();
    sim.type_bytes(b"\x1b");
    sim.at(90 * MS, Step::Bytes(b"[".to_vec()));
    sim.at(900 * MS, Step::Bytes(b"A".to_vec()));
    assert_eq!(next(&mut input, Duration::from_secs(2)), "up");
}

#[test]
fn bytes_and_events_take_turns_without_losing_a_byte() {
    let sim = Sim::new();
    let mut input = open(&sim);
    sim.type_bytes(b"abc");
    assert_eq!(next(&mut input, Duration::ZERO), "a");
    let mut byte = [0];
    input.bytes().read_exact(&mut byte).unwrap();
    assert_eq!(&byte, b"b");
    assert_eq!(next(&mut input, Duration::ZERO), "c");
    // An unfinished sequence goes back to being bytes, and on to being an event.
    sim.type_bytes(b"\x1b[1;5");
    assert_eq!(next(&mut input, Duration::ZERO), "-");
    assert_eq!(input.bytes().fill_buf().unwrap(), b"\x1b[1;5");
    sim.type_bytes(b"C");
    assert_eq!(next(&mut input, Duration::ZERO), "ctrl-right");
    assert_eq!(input.raw(), b"\x1b[1;5C");
}

#[test]
fn lines_can_be_read_from_the_bytes_and_end_with_the_terminal() {
    let sim = Sim::new();
    let mut input = open(&sim);
    sim.type_bytes(b"one\ntw");
    sim.at(MS, Step::Bytes(b"o\nrest".to_vec()));
    let mut lines = input.bytes();
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    lines.read_line(&mut line).unwrap();
    assert_eq!(line, "one\ntwo\n");
    sim.at(MS, Step::Hangup);
    line.clear();
    lines.read_to_string(&mut line).unwrap();
    assert_eq!(line, "rest");
}

#[test]
fn waker_ends_a_wait_once_however_often_it_was_called() {
    let sim = Sim::new();
    let mut input = open(&sim);
    let waker = input.waker();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            waker.wake();
            waker.wake();
        });
        assert_eq!(input.next_event().unwrap(), Some(Event::Woken));
    });
    // Both calls are over; the second may still have to be told.
    let _ = next(&mut input, Duration::ZERO);
    assert_eq!(next(&mut input, Duration::ZERO), "-");
}

#[test]
fn waker_interrupts_a_read_of_bytes() {
    let sim = Sim::new();
    let mut input = open(&sim);
    input.waker().wake();
    let error = input.bytes().fill_buf().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::Interrupted);
}

#[test]
fn resize_is_an_event_with_the_new_size_and_several_are_one() {
    let sim = Sim::new();
    let mut input = open(&sim);
    let size = |columns, rows| Size {
        columns,
        rows,
        ..Size::default()
    };
    sim.now_do(Step::Resize(size(100, 30)));
    sim.now_do(Step::Resize(size(120, 40)));
    assert_eq!(
        input.poll(Duration::ZERO).unwrap(),
        Polled::Event(Event::Resize(size(120, 40)))
    );
    assert_eq!(next(&mut input, Duration::ZERO), "-");
}

#[test]
fn signals_that_are_asked_for_are_events_and_others_are_not() {
    let sim = Sim::new();
    let mut input = Builder::new()
        .signals(Signals::TERM | Signals::USR1)
        .open_on(sim.clone())
        .unwrap();
    sim.now_do(Step::Signal(Signals::TERM | Signals::USR2));
    assert_eq!(
        input.next_event().unwrap(),
        Some(Event::Signal(Signals::TERM))
    );
    assert_eq!(next(&mut input, Duration::ZERO), "-");
}

#[test]
fn signal_does_not_swallow_the_resize_that_came_with_it() {
    let sim = Sim::new();
    let mut input = Builder::new()
        .signals(Signals::USR1)
        .open_on(sim.clone())
        .unwrap();
    sim.now_do(Step::Signal(Signals::USR1 | Signals::WINCH));
    assert!(next(&mut input, Duration::ZERO).starts_with("Signal"));
    assert_eq!(input.poll_timeout(), Some(Duration::ZERO));
    assert!(next(&mut input, Duration::ZERO).starts_with("Resize"));
}

#[test]
fn continuation_is_told_then_the_size() {
    let sim = Sim::new();
    let mut input = open(&sim);
    sim.now_do(Step::Signal(Signals::CONT));
    assert_eq!(next(&mut input, Duration::ZERO), "Resumed");
    assert!(next(&mut input, Duration::ZERO).starts_with("Resize"));
    assert_eq!(next(&mut input, Duration::ZERO), "-");
}

#[test]
fn shared_description_is_read_only_when_it_is_ready() {
    let sim = Sim::new();
    sim.share();
    let mut input = Builder::new()
        .wait(Wait::Read)
        .open_on(sim.clone())
        .unwrap();
    assert!(!sim.is_blocking(), "a shared description keeps its flags");
    sim.type_bytes(&[b'x'; 10_000]);
    sim.at(MS, Step::Hangup);
    assert_eq!(all(&mut input).len(), 10_000);
}

#[test]
fn bursts_of_any_size_arrive_whole() {
    for size in [1, 1023, 1024, 1025, 4095, 4096, 4097, 65_536, 262_145] {
        for limit in [None, Some(1), Some(1000)] {
            if size > 10_000 && limit == Some(1) {
                continue;
            }
            let sim = Sim::new();
            let mut input = open(&sim);
            sim.now_do(Step::ShortReads(limit));
            sim.type_bytes(&vec![b'x'; size]);
            for count in 0..size {
                assert_eq!(next(&mut input, Duration::ZERO), "x", "{count} of {size}");
            }
            assert_eq!(next(&mut input, Duration::ZERO), "-");
        }
    }
}

#[test]
fn spurious_readiness_does_not_shorten_the_wait() {
    let sim = Sim::new();
    let mut input = open(&sim);
    let start = input.now();
    sim.at(3 * MS, Step::Spurious);
    assert_eq!(next(&mut input, 10 * MS), "-");
    assert_eq!(input.now().since(start), 10 * MS);
}

#[test]
fn error_of_the_system_is_told_and_reading_can_go_on() {
    let sim = Sim::new();
    let mut input = open(&sim);
    sim.now_do(Step::Fault(Operation::Read, libc::EIO));
    sim.type_bytes(b"a");
    let error = input.poll(Duration::ZERO).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::EIO));
    assert_eq!(next(&mut input, Duration::ZERO), "a");
}

#[test]
fn hand_over_gives_a_cooked_terminal_and_takes_it_again() {
    let sim = Sim::new();
    let cooked = sim.termios();
    let mut input = open(&sim);
    input.enable(Modes::MOUSE | Modes::PASTE).unwrap();
    let raw = sim.termios();
    let inside = input.lend(Unread::Keep, |_| sim.termios()).unwrap();
    assert_eq!(inside, cooked);
    assert_eq!(sim.termios(), raw);
    let written = String::from_utf8(sim.written()).unwrap();
    assert_eq!(written.matches("\x1b[?2004h").count(), 2, "{written:?}");
    assert_eq!(written.matches("\x1b[?2004l").count(), 1, "{written:?}");
}

#[test]
fn unread_bytes_come_back_are_given_or_are_discarded_as_chosen() {
    for (unread, given, events) in [
        (Unread::Keep, &b""[..], &["b", "up"][..]),
        (Unread::Give, b"b\x1b[A", &[]),
        (Unread::Discard, b"", &[]),
    ] {
        let sim = Sim::new();
        let mut input = open(&sim);
        sim.type_bytes(b"ab\x1b[A");
        assert_eq!(next(&mut input, Duration::ZERO), "a");
        let seen = input.lend(unread, |bytes| bytes.to_vec()).unwrap();
        assert_eq!(seen, given, "{unread:?}");
        for name in events {
            assert_eq!(next(&mut input, Duration::ZERO), *name);
        }
        assert_eq!(next(&mut input, Duration::ZERO), "-");
    }
}

#[test]
fn discarding_reaches_what_was_not_read_yet() {
    let sim = Sim::new();
    let mut input = open(&sim);
    sim.type_bytes(b"typed ahead");
    // The borrower does not see it either.
    let before = input.lend(Unread::Discard, |_| sim.discarded()).unwrap();
    assert_eq!(before, 11);
    assert_eq!(next(&mut input, Duration::ZERO), "-");
}

#[test]
fn new_size_after_a_hand_over_is_an_event() {
    let sim = Sim::new();
    let mut input = open(&sim);
    input
        .lend(Unread::Keep, |_| {
            sim.now_do(Step::Resize(Size {
                columns: 33,
                rows: 7,
                ..Size::default()
            }));
        })
        .unwrap();
    assert!(next(&mut input, Duration::ZERO).contains("columns: 33"));
}

#[test]
fn parts_are_the_terminal_as_it_is_and_the_unread_bytes() {
    let sim = Sim::new();
    let cooked = sim.termios();
    let mut input = open(&sim);
    sim.type_bytes(b"ab\x1b[");
    assert_eq!(next(&mut input, Duration::ZERO), "a");
    let (terminal, unread) = input.into_parts();
    assert_eq!(unread, b"b\x1b[");
    assert_ne!(sim.termios(), cooked);
    drop(terminal);
    assert_eq!(sim.termios(), cooked);
}

#[test]
fn input_can_move_to_another_thread() {
    fn send<T: Send>() {}
    send::<Input>();
    send::<Input<Sim>>();
}
