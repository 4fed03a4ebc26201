//! What an input holds between two events: what is due, what was the last, and how it waits.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::io::BufRead;
use std::time::{Duration, Instant};

use ttyring::query::CursorPosition;
use ttyring::{
    Builder, CaptureWait, Event, Input, Os, Polled, Signals, Size, Unread, Wait, Wake, key,
};
use ttyring_platform::sim::{Operation, Sim, Step};
use ttyring_test_support::{PATIENCE, Pty};

const MS: Duration = Duration::from_millis(1);

fn scripted(builder: Builder) -> (Sim, Input<Sim>) {
    let sim = Sim::new();
    let input = builder.open_on(sim.clone()).unwrap();
    (sim, input)
}

fn next(input: &mut Input<Sim>) -> String {
    match input.poll(Duration::ZERO).unwrap() {
        Polled::Event(Event::Key(key)) => key.to_string(),
        Polled::Event(event) => format!("{event:?}"),
        Polled::Elapsed => "-".to_owned(),
        Polled::End => "end".to_owned(),
    }
}

#[test]
fn ctrl_z_is_a_key_unless_it_is_to_stop_the_program_and_no_other_key_stops_it() {
    for suspend in [false, true] {
        let (sim, mut input) = scripted(Builder::new().suspend_on_ctrl_z(suspend));
        let changes = sim.changes().len();
        sim.type_bytes(b"\x1b[A\r\x1ab");
        assert_eq!(next(&mut input), "up");
        assert_eq!(next(&mut input), "enter");
        assert_eq!(sim.changes().len(), changes, "no key has stopped it");
        if !suspend {
            assert_eq!(next(&mut input), "ctrl-z");
        }
        assert_eq!(next(&mut input), "b");
        assert_eq!(sim.changes().len() > changes, suspend);
    }
}

#[test]
fn patience_is_none_left_while_events_are_kept() {
    let (sim, mut input) = scripted(Builder::new());
    sim.at(MS, Step::Bytes(b"ab\x1b[5;6R\x1b[?62c".to_vec()));
    input.query(CursorPosition, 10 * MS).unwrap();
    for key in ["a", "b"] {
        assert_eq!(input.patience(), Some(Duration::ZERO));
        assert_eq!(next(&mut input), key);
    }
    assert_eq!(input.patience(), None);
}

#[test]
fn end_of_the_input_resolves_what_is_unfinished() {
    for limit in [None, Some(MS)] {
        let (sim, mut input) = scripted(Builder::new());
        sim.type_bytes(b"\x1b[1;");
        assert_eq!(next(&mut input), "-");
        sim.now_do(Step::Hangup);
        let event = match limit {
            None => input.next_event().unwrap().unwrap(),
            Some(limit) => input.poll(limit).unwrap().event().unwrap(),
        };
        assert!(matches!(event, Event::Unknown(_)), "{event:?}");
        assert_eq!(input.raw(), b"\x1b[1;");
        assert_eq!(next(&mut input), "end");
        assert_eq!(next(&mut input), "end");
    }
}

#[test]
fn nothing_is_the_last_event_after_a_hand_over() {
    for typed in [&b"ab"[..], b"\x1b[Ab"] {
        let (sim, mut input) = scripted(Builder::new());
        sim.type_bytes(typed);
        assert_ne!(next(&mut input), "-");
        assert_eq!(input.raw(), &typed[..typed.len() - 1]);
        input.suspend_with(Unread::Keep, |_| ()).unwrap();
        assert_eq!(input.raw(), b"");
        assert_eq!(next(&mut input), "b");
        assert_eq!(input.raw(), b"b");
    }
}

#[test]
fn hand_over_without_a_new_size_is_no_event() {
    let (_sim, mut input) = scripted(Builder::new());
    input.suspend_with(Unread::Keep, |_| ()).unwrap();
    assert_eq!(next(&mut input), "-");
}

#[test]
fn continuation_that_is_wanted_as_a_signal_is_told_as_nothing_else() {
    let (sim, mut input) = scripted(Builder::new().signals(Signals::CONT));
    sim.now_do(Step::Signal(Signals::CONT));
    assert!(next(&mut input).starts_with("Signal"));
    assert!(next(&mut input).starts_with("Resize"));
    assert_eq!(next(&mut input), "-");
}

#[test]
fn shared_terminal_is_waited_for_before_each_read() {
    let sim = Sim::new();
    sim.share();
    let builder = Builder::new().alone(true);
    let mut input = builder.open_on(sim.clone()).unwrap();
    for _ in 0..10 {
        sim.type_bytes(&[b'x'; 4096]);
        for _ in 0..4096 {
            assert!(input.next_event().unwrap().unwrap() == key!(x));
        }
    }
    let calls = sim.calls();
    assert!(calls.waits >= calls.reads, "{calls:?}");
}

#[test]
fn reads_have_no_time_where_nobody_has_asked_for_it() {
    let (sim, mut input) = scripted(Builder::new());
    sim.type_bytes(b"a\x1b");
    assert_eq!(next(&mut input), "a");
    assert_eq!(next(&mut input), "-");
    assert!(input.patience().is_some(), "the time of the read is known");
    assert_eq!(input.read_at(), None);
}

#[test]
fn new_size_ends_a_read_of_bytes_and_is_an_event_later() {
    let (sim, mut input) = scripted(Builder::new());
    sim.now_do(Step::Resize(Size {
        columns: 7,
        rows: 7,
        ..Size::default()
    }));
    let error = input.bytes().fill_buf().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::Interrupted);
}

#[test]
fn wait_that_never_sleeps_makes_no_call_for_it_where_there_are_bytes() {
    let (sim, mut input) = scripted(Builder::new().wait(Wait::BusyPoll));
    for _ in 0..10 {
        sim.type_bytes(b"a");
        assert!(input.next_event().unwrap().unwrap() == key!(a));
    }
    assert_eq!(sim.calls().waits, 0);
}

#[test]
fn key_by_key_is_a_wait_and_a_read_each() {
    let (sim, mut input) = scripted(Builder::new());
    for _ in 0..100 {
        sim.type_bytes(b"a");
        assert!(input.next_event().unwrap().unwrap() == key!(a));
    }
    let calls = sim.calls();
    assert_eq!((calls.waits, calls.reads), (100, 100));
}

#[test]
fn wait_with_a_limit_makes_no_read_that_blocks() {
    let (sim, mut input) = scripted(Builder::new().alone(true));
    sim.type_bytes(&[b'x'; 8192]);
    for _ in 0..8192 {
        assert!(input.next_event().unwrap().unwrap() == key!(x));
    }
    let reads = sim.calls().reads;
    assert_eq!(input.poll(MS).unwrap(), Polled::Elapsed);
    assert_eq!(sim.calls().reads, reads);
}

/// The ring has 4096 bytes, and 2000 of them are used up: 2096 lie together.
#[test]
fn full_read_is_followed_by_another_only_where_that_cannot_block() {
    for (alone, shared, size, reads) in [
        (false, false, 4000, 2),
        (false, false, 2096, 2),
        (false, false, 2095, 1),
        (true, false, 2096, 1),
        (false, true, 2096, 1),
    ] {
        let sim = Sim::new();
        if shared {
            sim.share();
        }
        let builder = Builder::new().alone(alone);
        let mut input = builder.open_on(sim.clone()).unwrap();
        sim.type_bytes(&[b'x'; 2000]);
        for _ in 0..2000 {
            assert!(input.next_event().unwrap().unwrap() == key!(x));
        }
        // No text flows: what comes now is waited for.
        sim.type_bytes(b"y");
        assert!(input.next_event().unwrap().unwrap() == key!(y));
        let before = sim.calls().reads;
        sim.type_bytes(&vec![b'z'; size - 1]);
        assert!(input.next_event().unwrap().unwrap() == key!(z));
        let made = sim.calls().reads - before;
        assert_eq!(made, reads, "alone {alone}, shared {shared}, {size} bytes");
    }
}

#[test]
fn read_into_both_ends_of_the_ring_is_not_made_again() {
    let (sim, mut input) = scripted(Builder::new());
    for size in [1000, 1000, 1000, 500] {
        sim.type_bytes(&vec![b'x'; size]);
        for _ in 0..size {
            assert!(input.next_event().unwrap().unwrap() == key!(x));
        }
    }
    let before = sim.calls().reads;
    sim.type_bytes(&[b'y'; 900]);
    for _ in 0..900 {
        assert!(input.next_event().unwrap().unwrap() == key!(y));
    }
    assert_eq!(sim.calls().reads - before, 1);
}

#[test]
fn signal_that_interrupts_a_blocking_read_comes_before_the_next_key() {
    let builder = Builder::new().alone(true).signals(Signals::TERM);
    let (sim, mut input) = scripted(builder);
    sim.now_do(Step::Fault(Operation::Read, libc::EAGAIN));
    sim.now_do(Step::Signal(Signals::TERM));
    sim.type_bytes(b"a");
    let event = input.next_event().unwrap();
    assert_eq!(event, Some(Event::Signal(Signals::TERM)));
    assert!(input.next_event().unwrap().unwrap() == key!(a));
}

#[test]
fn text_that_has_ended_is_not_read_ahead_again_and_again() {
    let (sim, mut input) = scripted(Builder::new());
    sim.type_bytes(&[b'x'; 8192]);
    while next(&mut input) != "-" {}
    let reads = sim.calls().reads;
    for _ in 0..10 {
        assert_eq!(input.poll(MS).unwrap(), Polled::Elapsed);
    }
    assert!(sim.calls().reads <= reads + 1, "{:?}", sim.calls());
}

#[test]
fn size_that_cannot_be_told_does_not_end_a_read_of_bytes() {
    let (sim, mut input) = scripted(Builder::new());
    sim.now_do(Step::Fault(Operation::Size, libc::EIO));
    sim.now_do(Step::Signal(Signals::WINCH));
    sim.at(MS, Step::Bytes(b"a".to_vec()));
    assert_eq!(input.bytes().fill_buf().unwrap(), b"a");
}

#[test]
fn capture_of_an_input_that_blocks_in_its_reads_does_not() {
    let (sim, input) = scripted(Builder::new().alone(true));
    assert!(sim.is_blocking());
    let capture = input.spawn_capture(CaptureWait::Park).unwrap();
    assert!(!sim.is_blocking(), "nobody could end its thread");
    drop(capture);
}

/// The kernel sends no signal here: the terminal is not the controlling one.
#[test]
fn new_size_after_a_hand_over_needs_no_signal() {
    let pty = Pty::open();
    let mut input = on_terminal(&pty, Builder::new());
    input
        .suspend_with(Unread::Keep, |_| pty.resize(33, 7))
        .unwrap();
    let event = input.poll(Duration::ZERO).unwrap().event();
    let Some(Event::Resize(size)) = event else {
        panic!("{event:?}");
    };
    assert_eq!((size.columns, size.rows), (33, 7));
}

fn on_terminal(pty: &Pty, builder: Builder) -> Input {
    let slave = pty.slave().try_clone_to_owned().unwrap();
    builder.adopt(Os, Os.adopt(slave).unwrap()).unwrap()
}

/// Without end, or for longer than any test lasts.
const BUSY: [Wait; 2] = [Wait::BusyPoll, Wait::Spin(Duration::from_secs(3600))];

#[test]
fn waker_and_signals_end_a_wait_that_never_sleeps() {
    let pty = Pty::open();
    let builder = Builder::new().signals(Signals::USR1).wait(Wait::BusyPoll);
    let mut input = on_terminal(&pty, builder);
    input.waker().wake();
    assert_eq!(input.poll(PATIENCE).unwrap(), Polled::Event(Event::Woken));
    // SAFETY: the signal has a handler now.
    unsafe { libc::raise(libc::SIGUSR1) };
    let told = input.poll(PATIENCE).unwrap();
    assert_eq!(told, Polled::Event(Event::Signal(Signals::USR1)));
    // Both at once: neither hides the other.
    input.waker().wake();
    // SAFETY: as above.
    unsafe { libc::raise(libc::SIGUSR1) };
    let mut both = Vec::new();
    for _ in 0..2 {
        both.push(input.poll(PATIENCE).unwrap().event().map(Event::into_owned));
    }
    assert!(both.contains(&Some(Event::Woken)), "{both:?}");
    assert!(both.contains(&Some(Event::Signal(Signals::USR1))));
}

#[test]
fn waker_ends_a_wait_once_the_budget_of_its_spin_is_over() {
    let pty = Pty::open();
    let mut input = on_terminal(&pty, Builder::new().wait(Wait::Spin(MS)));
    let start = Instant::now();
    input.waker().wake();
    assert_eq!(input.poll(PATIENCE).unwrap(), Polled::Event(Event::Woken));
    assert!(start.elapsed() < PATIENCE / 2, "{:?}", start.elapsed());
}

#[test]
fn wait_that_never_sleeps_keeps_to_its_limit_and_finds_keys_and_the_end() {
    for wait in BUSY {
        let mut pty = Pty::open();
        let mut input = on_terminal(&pty, Builder::new().wait(wait));
        let start = Instant::now();
        assert_eq!(input.poll(5 * MS).unwrap(), Polled::Elapsed);
        let waited = start.elapsed();
        assert!(
            waited >= 5 * MS && waited < PATIENCE,
            "{wait:?}: {waited:?}"
        );
        // The deadline of the Escape key is one, too.
        pty.type_bytes(b"\x1b");
        let event = input.poll(PATIENCE).unwrap().event();
        assert!(event.unwrap() == key!(escape), "{wait:?}");
        assert!(start.elapsed() < PATIENCE / 2, "{wait:?}");
        pty.type_bytes(b"k");
        let event = input.next_event().unwrap();
        assert!(event.unwrap() == key!(k), "{wait:?}");
        pty.hang_up();
        assert_eq!(input.poll(PATIENCE).unwrap(), Polled::End, "{wait:?}");
        assert!(start.elapsed() < PATIENCE / 2, "{wait:?}: the end is seen");
    }
}
