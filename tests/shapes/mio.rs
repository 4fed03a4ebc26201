//! A `mio::Poll` that reports the terminal.

use std::time::Duration;

use mio::{Events, Interest, Poll, Token};
use ttyring::{Builder, Input, Polled};
use ttyring_test_support::{PATIENCE, Pty};

use super::{drain, name, open, open_with};

const TERMINAL: Token = Token(7);

fn register(input: &mut Input) -> Poll {
    let poll = Poll::new().unwrap();
    poll.registry()
        .register(input, TERMINAL, Interest::READABLE)
        .unwrap();
    poll
}

/// One round of the loop: waits as the input asks, and at most so long; takes what is there.
fn round(poll: &mut Poll, input: &mut Input, timeout: Duration) -> Vec<String> {
    let mut events = Events::with_capacity(4);
    let wait = input
        .poll_timeout()
        .map_or(timeout, |rest| rest.min(timeout));
    poll.poll(&mut events, Some(wait)).unwrap();
    assert!(events.iter().all(|event| event.token() == TERMINAL));
    drain(input)
}

#[test]
fn keys_are_reported_again_and_again() {
    let mut pty = Pty::open();
    let mut input = open(&pty);
    let mut poll = register(&mut input);
    for _ in 0..200 {
        pty.type_bytes(b"ab");
        let mut seen = Vec::new();
        while seen.len() < 2 {
            seen.extend(round(&mut poll, &mut input, PATIENCE));
        }
        assert_eq!(seen, ["a", "b"]);
    }
}

#[test]
fn burst_larger_than_the_ring_is_reported_to_its_end() {
    let mut pty = Pty::open();
    let mut input = open(&pty);
    let mut poll = register(&mut input);
    std::thread::scope(|scope| {
        scope.spawn(|| pty.type_bytes(&[b'x'; 100_000]));
        let mut seen = 0;
        while seen < 100_000 {
            seen += round(&mut poll, &mut input, PATIENCE).len();
        }
        assert_eq!(seen, 100_000);
    });
}

#[test]
fn escape_key_comes_when_its_time_is_over() {
    let mut pty = Pty::open();
    let mut input = open(&pty);
    let mut poll = register(&mut input);
    pty.type_bytes(b"\x1b");
    let mut seen = Vec::new();
    while seen.is_empty() {
        seen = round(&mut poll, &mut input, PATIENCE);
    }
    assert_eq!(seen, ["escape"]);
}

#[test]
fn wake_up_and_hangup_are_reported() {
    let pty = Pty::open();
    let mut input = open(&pty);
    let mut poll = register(&mut input);
    input.waker().wake();
    assert_eq!(round(&mut poll, &mut input, PATIENCE), ["Woken"]);
    pty.hang_up();
    let mut events = Events::with_capacity(4);
    poll.poll(&mut events, Some(PATIENCE)).unwrap();
    assert!(!events.is_empty());
    assert_eq!(input.poll(Duration::ZERO).unwrap(), Polled::End);
    poll.registry().deregister(&mut input).unwrap();
}

#[test]
fn capture_thread_is_a_source_too() {
    let mut pty = Pty::open();
    let mut capture = open_with(&pty, Builder::new().capture(true));
    let mut poll = Poll::new().unwrap();
    poll.registry()
        .register(&mut capture, TERMINAL, Interest::READABLE)
        .unwrap();
    let mut events = Events::with_capacity(4);
    for _ in 0..200 {
        assert_eq!(capture.poll(Duration::ZERO).unwrap(), Polled::Elapsed);
        pty.type_bytes(b"k");
        poll.poll(&mut events, Some(PATIENCE)).unwrap();
        assert!(!events.is_empty(), "the key was not reported");
        let event = capture.poll(PATIENCE).unwrap().event().unwrap();
        assert_eq!(name(&event), "k");
    }
}

#[test]
fn input_without_a_descriptor_is_refused() {
    let sim = ttyring_platform::sim::Sim::new();
    let mut input = ttyring::Builder::new().open_on(sim).unwrap();
    let poll = Poll::new().unwrap();
    let refused = poll
        .registry()
        .register(&mut input, TERMINAL, Interest::READABLE);
    let kind = refused.unwrap_err().kind();
    assert_eq!(kind, std::io::ErrorKind::Unsupported);
}
