//! What an input holds between two events: what is due, what was the last, and how it waits.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::io::BufRead;
use std::time::{Duration, Instant};

use rustix::termios::{OptionalActions, SpecialCodeIndex, tcsetattr};
use ttyring::decode::Decoder;
use ttyring::platform::Os;
use ttyring::query::CURSOR_POSITION;
use ttyring::{Builder, Event, Input, Polled, Signals, Size, Unread, Wait, key};
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
    for (builder, suspend) in [
        (Builder::new(), false),
        (Builder::new().suspend_on_ctrl_z(false), false),
        (Builder::new().suspend_on_ctrl_z(true), true),
    ] {
        let (sim, mut input) = scripted(builder);
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
fn no_time_is_left_while_events_are_kept() {
    let (sim, mut input) = scripted(Builder::new());
    sim.at(MS, Step::Bytes(b"ab\x1b[5;6R\x1b[?62c".to_vec()));
    input.query(CURSOR_POSITION, 10 * MS).unwrap();
    for key in ["a", "b"] {
        assert_eq!(input.poll_timeout(), Some(Duration::ZERO));
        assert_eq!(next(&mut input), key);
    }
    assert_eq!(input.poll_timeout(), None);
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
        input.lend(Unread::Keep, |_| ()).unwrap();
        assert_eq!(input.raw(), b"");
        assert_eq!(next(&mut input), "b");
        assert_eq!(input.raw(), b"b");
    }
}

#[test]
fn hand_over_without_a_new_size_is_no_event() {
    let (_sim, mut input) = scripted(Builder::new());
    input.lend(Unread::Keep, |_| ()).unwrap();
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
    let builder = Builder::new().wait(Wait::Read);
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
    assert!(
        input.poll_timeout().is_some(),
        "the time of the read is known"
    );
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
    let (sim, mut input) = scripted(Builder::new().wait(Wait::Busy));
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
    let (sim, mut input) = scripted(Builder::new().wait(Wait::Read));
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
    for (wait, shared, size, reads) in [
        (Wait::Poll, false, 4000, 2),
        (Wait::Poll, false, 2096, 2),
        (Wait::Poll, false, 2095, 1),
        (Wait::Read, false, 2096, 1),
        (Wait::Poll, true, 2096, 1),
    ] {
        let sim = Sim::new();
        if shared {
            sim.share();
        }
        let builder = Builder::new().wait(wait);
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
        assert_eq!(made, reads, "{wait:?}, shared {shared}, {size} bytes");
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
    let builder = Builder::new().wait(Wait::Read).signals(Signals::TERM);
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
    for capture in [false, true] {
        let builder = Builder::new().wait(Wait::Read).capture(capture);
        let (sim, input) = scripted(builder);
        assert_eq!(sim.is_blocking(), !capture, "nobody could end its thread");
        drop(input);
    }
}

/// The kernel sends no signal here: the terminal is not the controlling one.
#[test]
fn new_size_after_a_hand_over_needs_no_signal() {
    let pty = Pty::open();
    let mut input = on_terminal(&pty, Builder::new());
    input.lend(Unread::Keep, |_| pty.resize(33, 7)).unwrap();
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

/// As on a serial line: nobody has set a size.
#[test]
fn size_that_nobody_knows_is_none_and_no_event() {
    let mut pty = Pty::open();
    for (columns, rows) in [(0, 0), (80, 0), (0, 24)] {
        pty.resize(columns, rows);
        let input = on_terminal(&pty, Builder::new());
        assert_eq!(input.size().unwrap(), None, "{columns} x {rows}");
    }
    let mut input = on_terminal(&pty, Builder::new());
    input.lend(Unread::Keep, |_| pty.resize(80, 24)).unwrap();
    let event = input.poll(Duration::ZERO).unwrap().event();
    assert!(matches!(event, Some(Event::Resize(_))), "{event:?}");
    assert!(input.size().unwrap().is_some());
    input.lend(Unread::Keep, |_| pty.resize(0, 0)).unwrap();
    pty.type_bytes(b"k");
    assert!(input.poll(PATIENCE).unwrap().event().unwrap() == key!(k));
}

/// Backspace is what the terminal's settings say, unless the decoder was told.
#[test]
fn backspace_is_the_byte_in_the_settings_of_the_terminal() {
    let mut told = Decoder::new();
    told.settings.erase = Some(0x7f);
    for (erase, decoder, expected) in [
        (0x7f, Decoder::new(), key!(ctrl - h)),
        (0x08, Decoder::new(), key!(backspace)),
        (0x08, told, key!(ctrl - h)),
    ] {
        let mut pty = Pty::open();
        let mut termios = pty.termios();
        termios.special_codes[SpecialCodeIndex::VERASE] = erase;
        tcsetattr(pty.slave(), OptionalActions::Now, &termios).unwrap();
        let mut input = on_terminal(&pty, Builder::new().decoder(decoder));
        pty.type_bytes(b"\x08");
        let event = input.poll(PATIENCE).unwrap().event();
        assert!(event == Some(Event::Key(expected)), "{erase}: {event:?}");
        pty.type_bytes(b"\x7f");
        let event = input.poll(PATIENCE).unwrap().event();
        assert!(event.unwrap() == key!(backspace), "{erase}");
    }
}

/// Without end, or for longer than any test lasts.
const BUSY: [Wait; 2] = [Wait::Busy, Wait::Spin(Duration::from_secs(3600))];

#[test]
fn waker_and_signals_end_a_wait_that_never_sleeps() {
    let pty = Pty::open();
    let builder = Builder::new().signals(Signals::USR1).wait(Wait::Busy);
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
