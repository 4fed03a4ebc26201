//! What users of other libraries report about reading, async and hand-over. Each test guards a
//! class, and its comment says what went wrong elsewhere.
#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use rustix::fs::{OFlags, fcntl_getfl};
use ttyring::platform::Os;
use ttyring::{Builder, Event, Input, Paste, Polled, Signals, Unread, Wait, key};
use ttyring_platform::When;
use ttyring_platform::sim::{Sim, Step};
use ttyring_test_support::{PATIENCE, Pty};

const MS: Duration = Duration::from_millis(1);

fn scripted() -> (Sim, Input<Sim>) {
    let sim = Sim::new();
    let input = Builder::new().open_on(sim.clone()).unwrap();
    (sim, input)
}

fn open(pty: &Pty) -> Input {
    let slave = pty.slave().try_clone_to_owned().unwrap();
    let tty = Os.adopt(slave).unwrap();
    Builder::new().adopt(Os, tty).unwrap()
}

fn names(input: &mut Input<Sim>) -> Vec<String> {
    let mut seen = Vec::new();
    while let Polled::Event(event) = input.poll(Duration::ZERO).unwrap() {
        seen.push(match event {
            Event::Key(key) => key.to_string(),
            other => format!("{other:?}"),
        });
    }
    seen
}

/// A terminal that is gone made a program spin, and its time-outs were ignored.
#[test]
fn dead_terminal_is_a_typed_end_and_costs_no_reads() {
    let (sim, mut input) = scripted();
    sim.now_do(Step::Hangup);
    assert_eq!(input.poll(PATIENCE).unwrap(), Polled::End);
    let calls = sim.calls();
    for _ in 0..1000 {
        assert_eq!(input.poll(PATIENCE).unwrap(), Polled::End);
    }
    assert_eq!(sim.calls(), calls, "the end is remembered");
}

/// The kernel sends SIGCONT with a hangup, and a program that ignores SIGHUP was told that a setting
/// could not be changed.
#[test]
fn terminal_that_is_gone_is_the_end_also_for_a_program_that_is_continued() {
    let (sim, mut input) = scripted();
    sim.now_do(Step::Hangup);
    sim.now_do(Step::Signal(Signals::CONT));
    assert_eq!(input.poll(PATIENCE).unwrap(), Polled::End);
}

/// Whether an ESC is a key was decided by how many bytes one read returned.
#[test]
fn escape_sequence_is_one_key_however_reads_cut_it() {
    for limit in 1..=6 {
        let (sim, mut input) = scripted();
        sim.now_do(Step::ShortReads(Some(limit)));
        sim.type_bytes(b"\x1b[1;5C\x1b\x1b[A\x1bOP");
        assert_eq!(names(&mut input), ["ctrl-right", "alt-up", "f1"], "{limit}");
    }
}

/// A program under load, or a slow line, had sequences torn by a fixed timer.
#[test]
fn program_that_is_late_gets_whole_sequences() {
    let (sim, mut input) = scripted();
    for _ in 0..20 {
        sim.type_bytes(b"\x1b");
        assert_eq!(names(&mut input), [""; 0]);
        sim.type_bytes(b"[");
        sim.advance(400 * MS);
        assert_eq!(names(&mut input), [""; 0]);
        sim.type_bytes(b"A");
        sim.advance(400 * MS);
        assert_eq!(names(&mut input), ["up"]);
    }
}

/// A second, blocking read after a partial sequence outlived the time-out of `poll`.
#[test]
fn partial_sequence_never_makes_a_timeout_late() {
    for partial in [
        &b"\x1b"[..],
        b"\x1b[1;",
        b"\x1b]11;rgb:",
        b"\x1b[200~abc",
        b"\xe2\x82",
    ] {
        let (sim, mut input) = scripted();
        sim.type_bytes(partial);
        let start = input.now();
        // A paste gives its pieces first; then there is nothing.
        while input.poll(10 * MS).unwrap() != Polled::Elapsed {}
        let waited = input.now().since(start);
        assert!(waited <= 10 * MS, "{}: {waited:?}", partial.escape_ascii());
    }
}

/// `poll(0)` said false while events were buffered already.
#[test]
fn poll_of_zero_is_true_for_every_buffered_event() {
    let (sim, mut input) = scripted();
    sim.type_bytes(&[b'x'; 3000]);
    for _ in 0..3000 {
        assert!(input.poll(Duration::ZERO).unwrap() != Polled::Elapsed);
    }
    assert_eq!(sim.calls().reads, 1, "all but the first were buffered");
}

/// Bursts over 1024 bytes stalled until a further key arrived.
#[test]
fn bursts_do_not_wait_for_a_further_key() {
    let mut pty = Pty::open();
    let mut input = open(&pty);
    for size in [1023, 1024, 1025, 2048, 2049, 16_384] {
        std::thread::scope(|scope| {
            scope.spawn(|| pty.type_bytes(&vec![b'x'; size]));
            for _ in 0..size {
                assert!(input.poll(PATIENCE).unwrap().event().is_some());
            }
        });
    }
}

/// O_NONBLOCK on standard input also hit standard output, which then lost output.
#[test]
fn shared_description_never_becomes_nonblocking() {
    let pty = Pty::open();
    let before = fcntl_getfl(pty.slave()).unwrap();
    let input = open(&pty);
    assert_eq!(fcntl_getfl(pty.slave()).unwrap(), before);
    drop(input);
    let shared = Os.share(pty.slave().try_clone_to_owned().unwrap()).unwrap();
    let input = Builder::new().wait(Wait::Read).adopt(Os, shared).unwrap();
    assert_eq!(fcntl_getfl(pty.slave()).unwrap(), before);
    assert!(!before.contains(OFlags::NONBLOCK));
    drop(input);
}

/// Entering raw mode threw away what was typed ahead.
#[test]
fn type_ahead_survives_entering_and_leaving_raw_mode() {
    let sim = Sim::new();
    sim.type_bytes(b"typed ahead");
    let mut input = Builder::new().open_on(sim.clone()).unwrap();
    assert_eq!(names(&mut input).concat(), "typedspaceahead");
    drop(input);
    assert_eq!(sim.discarded(), 0);
    assert!(sim.changes().iter().all(|(when, _)| *when != When::Flush));
}

/// An unterminated paste froze input for ever, or a short pause in it ran its lines.
#[test]
fn unterminated_paste_neither_freezes_nor_becomes_keys() {
    let (sim, mut input) = scripted();
    sim.type_bytes(b"\x1b[200~rm -rf\n");
    while let Polled::Event(event) = input.poll(Duration::from_millis(900)).unwrap() {
        assert!(matches!(event, Event::Paste(_)), "{event:?}");
    }
    sim.type_bytes(b"more\n\x1b[201~k");
    let last = loop {
        match input.poll(MS).unwrap() {
            Polled::Event(Event::Paste(piece)) => assert!(!piece.unterminated),
            other => break other,
        }
    };
    assert!(last.event().unwrap() == key!(k));
    // The end never comes: after a second the keyboard is back.
    sim.type_bytes(b"\x1b[200~lost");
    let mut pasted = Paste::default();
    while let Polled::Event(event) = input.poll(Duration::from_secs(60)).unwrap() {
        match event {
            Event::Paste(piece) => drop(pasted.join(piece)),
            other => panic!("{other:?}"),
        }
    }
    assert!(pasted.last && pasted.unterminated && *pasted.bytes == *b"lost");
    sim.type_bytes(b"\x03");
    assert!(input.poll(MS).unwrap().event().unwrap() == key!(ctrl - c));
}

/// A paste that never ends kept growing.
#[test]
fn paste_beyond_the_limit_is_cut_and_drained() {
    let sim = Sim::new();
    let mut decoder = ttyring::decode::Decoder::new();
    decoder.settings.paste_limit = 100;
    let mut input = Builder::new()
        .decoder(decoder)
        .open_on(sim.clone())
        .unwrap();
    sim.type_bytes(b"\x1b[200~");
    sim.type_bytes(&[b'\n'; 50_000]);
    sim.type_bytes(b"\x1b[201~k");
    let (mut pasted, mut truncated) = (0, false);
    loop {
        match input.poll(MS).unwrap() {
            Polled::Event(Event::Paste(piece)) => {
                pasted += piece.bytes.len();
                truncated |= piece.truncated;
            }
            other => break assert!(other.event().unwrap() == key!(k)),
        }
    }
    assert_eq!((pasted, truncated), (100, true));
}

/// Bytes that are not UTF-8 panicked in a paste, and swallowed the next key elsewhere.
#[test]
fn invalid_bytes_neither_panic_nor_take_a_key_with_them() {
    let (sim, mut input) = scripted();
    sim.type_bytes(b"\xffa\xc3b\x1b[200~\xff\xfe\x1b[201~c");
    let mut keys = String::new();
    let mut pasted = Vec::new();
    while let Polled::Event(event) = input.poll(Duration::ZERO).unwrap() {
        match event {
            Event::Key(key) => keys += &key.to_string(),
            Event::Paste(piece) => pasted.extend_from_slice(&piece.bytes),
            Event::Unknown(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((keys.as_str(), &pasted[..]), ("abc", &b"\xff\xfe"[..]));
}

/// Bytes were lost when the terminal was handed to a child, and at the end.
#[test]
fn no_byte_is_lost_at_a_hand_over_or_at_the_end() {
    let (sim, mut input) = scripted();
    let mut seen = Vec::new();
    for round in 0..26_u8 {
        sim.type_bytes(&[b'a' + round, b'A' + round]);
        if let Polled::Event(_) = input.poll(Duration::ZERO).unwrap() {
            seen.extend_from_slice(input.raw());
        }
        match round % 3 {
            0 => input.lend(Unread::Keep, |_| ()).unwrap(),
            1 => seen.extend(input.lend(Unread::Give, <[u8]>::to_vec).unwrap()),
            _ => input.suspend().unwrap(),
        }
    }
    sim.type_bytes(b"!?");
    // One more look reads what is left; one event of it is used, the rest comes back.
    while !seen.ends_with(b"!") {
        assert!(matches!(
            input.poll(Duration::ZERO).unwrap(),
            Polled::Event(_)
        ));
        seen.extend_from_slice(input.raw());
    }
    let (_, rest) = input.into_parts();
    assert_eq!(rest, b"?");
    seen.pop();
    let typed: Vec<u8> = (0..26).flat_map(|n| [b'a' + n, b'A' + n]).collect();
    assert_eq!(
        seen.escape_ascii().to_string(),
        typed.escape_ascii().to_string()
    );
}

/// The async stream parked with the only lock held, or went on reading for a child.
#[test]
fn nothing_reads_while_the_program_does_not_ask() {
    let (sim, mut input) = scripted();
    assert_eq!(input.poll(MS).unwrap(), Polled::Elapsed);
    let reads = sim.calls().reads;
    sim.type_bytes(b"for the child");
    input
        .lend(Unread::Keep, |_| assert_eq!(sim.calls().reads, reads))
        .unwrap();
    assert_eq!(sim.calls().reads, reads);
}

/// Raw mode makes Ctrl-Z a byte; programs that wanted it never stopped.
#[test]
fn ctrl_z_suspends_where_the_program_wants_that_and_loses_nothing() {
    let sim = Sim::new();
    let mut input = Builder::new()
        .suspend_on_ctrl_z(true)
        .open_on(sim.clone())
        .unwrap();
    let changes = sim.changes().len();
    sim.type_bytes(b"a\x1ab");
    assert_eq!(names(&mut input), ["a", "b"]);
    assert!(sim.changes().len() > changes, "it was given back");
    sim.now_do(Step::Signal(Signals::CONT));
    let resumed = names(&mut input);
    assert_eq!(resumed[0], "Resumed");
    assert!(resumed[1].starts_with("Resize"));
}

/// A thread blocked in a read could not be ended.
#[test]
fn blocked_wait_can_be_ended_from_any_thread() {
    let pty = Pty::open();
    let mut input = open(&pty);
    let waker = input.waker();
    let start = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| waker.wake());
        assert_eq!(input.next_event().unwrap(), Some(Event::Woken));
    });
    assert!(start.elapsed() < PATIENCE);
}
