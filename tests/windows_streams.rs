//! Streams and mio on a Windows console, emulated: a thread waits, and the loop hears of everything.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

#[path = "../platform/tests/console/mod.rs"]
mod console;

use std::thread;
use std::time::{Duration, Instant};

use console::{Emulated, Vt};
use futures_lite::StreamExt;
use ttyring::adapter::{EventStream, MioWaker};
use ttyring::{Event, Input, KeyKind, Modes, Polled};
use ttyring_platform::windows::Windows;
use ttyring_platform::windows::abi::input;
use ttyring_platform::windows::record::{KeyRecord, Window};

type Console = Windows<Emulated>;

const A: KeyRecord = KeyRecord {
    down: true,
    repeat: 1,
    key: 0x41,
    scan: 0x1e,
    unit: b'a' as u16,
    state: 0,
};
/// The longest wait of a test.
const PATIENCE: Duration = Duration::from_secs(30);

fn open(console: &Emulated) -> Input<Console> {
    Input::builder()
        .open_on(Windows::new(console.clone()))
        .unwrap()
}

fn named(event: Event<'_>) -> String {
    match event {
        Event::Key(key) if key.kind == KeyKind::Release => format!("{key} up"),
        Event::Key(key) => key.to_string(),
        Event::Resize(size) => format!("{} × {}", size.columns, size.rows),
        other => format!("{other:?}"),
    }
}

/// Does things to the console, one after the other has had its effect on the stream.
async fn exercise(console: Emulated, mut stream: EventStream<Console>) {
    let waker = stream.input().waker();
    let (sender, receiver) = std::sync::mpsc::channel();
    let user = thread::spawn({
        let console = console.clone();
        let next = move || {
            receiver
                .recv_timeout(PATIENCE)
                .expect("an event before the next")
        };
        move || {
            console.press(A);
            next();
            next();
            // A record that means nothing wakes nobody for good.
            console.key(KeyRecord { down: false, ..A });
            console.press(A);
            next();
            next();
            console.resize(Window {
                left: 0,
                top: 0,
                right: 99,
                bottom: 39,
            });
            next();
            waker.wake();
            next();
            console.close();
        }
    });
    let mut all = Vec::new();
    while let Some(event) = stream.next().await {
        all.push(named(event.unwrap()));
        sender.send(()).unwrap();
    }
    user.join().unwrap();
    assert_eq!(all, ["a", "a up", "a", "a up", "100 × 40", "Woken"]);
}

#[test]
fn tokio_hears_of_everything() {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(async {
        let console = Emulated::new(Vt::Heeded);
        let stream = EventStream::tokio(open(&console)).unwrap();
        tokio::time::timeout(PATIENCE, exercise(console, stream))
            .await
            .expect("in time");
    });
}

#[test]
fn async_io_hears_of_everything() {
    let console = Emulated::new(Vt::Ignored);
    let stream = EventStream::async_io(open(&console)).unwrap();
    async_io::block_on(exercise(console, stream));
}

#[test]
fn unfinished_sequence_is_resolved_by_the_timer_of_the_runtime() {
    let console = Emulated::new(Vt::Heeded);
    let mut input = open(&console);
    input.disable(Modes::WIN32_INPUT).unwrap();
    let mut stream = EventStream::async_io(input).unwrap();
    console.text("\x1b");
    let event = async_io::block_on(stream.next()).unwrap().unwrap();
    assert_eq!(named(event), "escape");
}

#[test]
fn stream_ends_its_thread_and_gives_the_input_back() {
    let console = Emulated::new(Vt::Heeded);
    let stream = EventStream::async_io(open(&console)).unwrap();
    let mut input = stream.into_input();
    console.press(A);
    assert_eq!(input.next_event().unwrap().map(named).unwrap(), "a");
    // And another one can be made of it.
    let mut stream = EventStream::async_io(input).unwrap();
    console.press(A);
    for name in ["a up", "a", "a up"] {
        let event = async_io::block_on(stream.next()).unwrap().unwrap();
        assert_eq!(named(event), name);
    }
    drop(stream);
    assert_ne!(console.state().input_mode() & input::LINE, 0, "restored");
}

#[test]
fn mio_is_woken_once_for_what_is_not_taken_yet() {
    let console = Emulated::new(Vt::Heeded);
    let mut input = open(&console);
    let mut poll = mio::Poll::new().unwrap();
    let _waker = MioWaker::new(&mut input, poll.registry(), mio::Token(7)).unwrap();
    let mut events = mio::Events::with_capacity(4);
    let mut all = Vec::new();
    let (start, mut typed) = (Instant::now(), 0);
    while all.len() < 6 {
        assert!(start.elapsed() < PATIENCE, "six events: {all:?}");
        while let Polled::Event(event) = input.poll(Duration::ZERO).unwrap() {
            all.push(named(event));
        }
        if typed < 3 && all.len() == 2 * typed {
            console.press(A);
            typed += 1;
        }
        poll.poll(&mut events, Some(Duration::from_secs(1)))
            .unwrap();
        assert!(events.iter().all(|event| event.token() == mio::Token(7)));
    }
    assert_eq!(all, ["a", "a up", "a", "a up", "a", "a up"]);
}
