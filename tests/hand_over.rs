//! What the terminal still sends when it is handed over: it reaches neither the shell nor a child,
//! and an `Input` loses none of it.
#![allow(clippy::unwrap_used)]

use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use ttyring::platform::Os;
use ttyring::query::VERSION;
use ttyring::{Builder, Event, Input, Modes, Polled, Signals, Unread};
use ttyring_platform::sim::{Sim, Step};
use ttyring_test_support::{PATIENCE, Pty, contains, join, wait_until};

/// Primary device attributes: asked last, so that what comes before the answer was under way.
const QUESTION: &[u8] = b"\x1b[c";
const REPORT: &[u8] = b"\x1b[<0;2;3M";
const ANSWER: &[u8] = b"\x1b[?62;22c";

/// An input with mouse reports on that has read `ab` and used the `a`.
fn open(pty: &mut Pty, builder: Builder) -> Input {
    let slave = pty.slave().try_clone_to_owned().unwrap();
    let tty = Os.adopt(slave).unwrap();
    let mut input = builder.adopt(Os, tty).unwrap();
    input.enable(Modes::MOUSE).unwrap();
    pty.type_bytes(b"ab");
    assert_eq!(next(&mut input, PATIENCE), "a");
    input
}

/// Sends a key and a report while the question is on its way, then answers it.
fn answer_late(mut pty: Pty) -> JoinHandle<Pty> {
    spawn(move || {
        let asked = pty.read_until(|seen| seen.ends_with(QUESTION));
        assert!(asked, "no question: {:?}", pty.seen());
        pty.type_bytes(&[b"c", REPORT, ANSWER].concat());
        pty
    })
}

/// The next event as text; "-" when there is none in time.
fn next(input: &mut Input, timeout: Duration) -> String {
    match input.poll(timeout).unwrap() {
        Polled::Event(Event::Key(key)) => key.to_string(),
        Polled::Event(Event::Mouse(_)) => "mouse".to_owned(),
        Polled::Event(event) => format!("{event:?}"),
        Polled::Elapsed => "-".to_owned(),
        Polled::End => "end".to_owned(),
    }
}

#[test]
fn discarding_reaches_what_was_typed_while_the_terminal_was_lent() {
    for capture in [false, true] {
        let mut pty = Pty::open();
        let slave = pty.slave().try_clone_to_owned().unwrap();
        let builder = Builder::new().capture(capture);
        let mut input = builder.adopt(Os, Os.adopt(slave).unwrap()).unwrap();
        let during = |pty: &mut Pty| {
            pty.type_bytes(b"for the child\r");
            let arrived = || rustix::io::ioctl_fionread(pty.slave()).unwrap() > 0;
            assert!(wait_until(arrived), "what was typed does not arrive");
        };
        input.lend(Unread::Discard, |_| during(&mut pty)).unwrap();
        pty.type_bytes(b"x");
        assert_eq!(next(&mut input, PATIENCE), "x", "capture: {capture}");
        input.lend(Unread::Keep, |_| during(&mut pty)).unwrap();
        assert_eq!(next(&mut input, PATIENCE), "f", "capture: {capture}");
    }
}

#[test]
fn late_report_comes_back_is_given_or_is_discarded_as_chosen() {
    let whole = [b"bc", REPORT].concat();
    for (unread, given, events) in [
        (Unread::Keep, &b""[..], &["b", "c", "mouse"][..]),
        (Unread::Give, &whole, &[]),
        (Unread::Discard, b"", &[]),
    ] {
        let mut pty = Pty::open();
        let mut input = open(&mut pty, Builder::new());
        let slave = pty.slave().try_clone_to_owned().unwrap();
        let terminal = answer_late(pty);
        let (seen, left) = input
            .lend(unread, |bytes| {
                (bytes.to_vec(), rustix::io::ioctl_fionread(&slave).unwrap())
            })
            .unwrap();
        assert_eq!(seen, given, "{unread:?}");
        assert_eq!(left, 0, "{unread:?}: a child would read it");
        let mut pty = join("the terminal's side", terminal);
        for event in events {
            assert_eq!(next(&mut input, PATIENCE), *event, "{unread:?}");
        }
        pty.type_bytes(b"d");
        assert_eq!(next(&mut input, PATIENCE), "d", "{unread:?}");
    }
}

#[test]
fn late_report_comes_back_before_what_a_capture_reads_afterwards() {
    let mut pty = Pty::open();
    let mut capture = open(&mut pty, Builder::new().capture(true));
    let terminal = answer_late(pty);
    capture.lend(Unread::Keep, |_| ()).unwrap();
    let mut pty = join("the terminal's side", terminal);
    pty.type_bytes(b"d");
    let mut seen = Vec::new();
    while seen.last() != Some(&"d".to_owned()) {
        match capture.poll(PATIENCE).unwrap().event().expect("an event") {
            Event::Mouse(_) => seen.push("mouse".to_owned()),
            Event::Key(key) => seen.push(key.to_string()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen, ["b", "c", "mouse", "d"]);
}

#[test]
fn nothing_is_asked_where_no_report_was_on() {
    let mut pty = Pty::open();
    let slave = pty.slave().try_clone_to_owned().unwrap();
    let mut input = Builder::new().adopt(Os, Os.adopt(slave).unwrap()).unwrap();
    input.enable(Modes::PASTE).unwrap();
    input.lend(Unread::Keep, |_| ()).unwrap();
    input.disable(Modes::PASTE).unwrap();
    let twice = |seen: &[u8]| {
        seen.windows(8)
            .filter(|part| part == b"\x1b[?2004l")
            .count()
            == 2
    };
    assert!(pty.read_until(twice));
    assert!(!contains(pty.seen(), QUESTION), "{:?}", pty.seen());
}

#[test]
fn reply_that_may_still_come_is_waited_for_at_the_end_of_who_has_asked() {
    let ask: [fn(&mut Input); 2] = [
        |input| assert!(input.query(VERSION, Duration::ZERO).is_err()),
        |input| assert!(input.query_handle().query(VERSION, Duration::ZERO).is_err()),
    ];
    for ask in ask {
        let mut pty = Pty::open();
        let slave = pty.slave().try_clone_to_owned().unwrap();
        let mut input = Builder::new().adopt(Os, Os.adopt(slave).unwrap()).unwrap();
        ask(&mut input);
        let asked = |seen: &[u8]| seen.windows(3).filter(|part| part == &QUESTION).count();
        assert!(pty.read_until(|seen| asked(seen) == 1), "the fence");
        drop(input);
        assert!(pty.read_until(|seen| asked(seen) == 2), "{:?}", pty.seen());
    }
}

/// A script has no signal handlers: whoever takes the continuation as an event has to look.
#[test]
fn continuation_puts_a_terminal_right_that_somebody_has_restored() {
    let sim = Sim::new();
    let found = sim.termios();
    let mut input = Builder::new().open_on(sim.clone()).unwrap();
    let raw = sim.termios();
    assert_ne!(raw, found);
    sim.set_termios(found);
    sim.now_do(Step::Signal(Signals::CONT));
    let event = input.poll(PATIENCE).unwrap().event();
    assert!(matches!(event, Some(Event::Resumed)), "{event:?}");
    assert_eq!(sim.termios(), raw);
    drop(input);
    assert_eq!(sim.termios(), found);
}
