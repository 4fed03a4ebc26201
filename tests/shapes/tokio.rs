//! A stream under tokio.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use futures_lite::StreamExt;
use tokio::runtime::Runtime;
use tokio::time::timeout;
use ttyring::adapter::EventStream;
use ttyring::{Event, Unread, key};
use ttyring_test_support::{PATIENCE, Pty};

use super::{name, open};

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

async fn next(stream: &mut EventStream) -> String {
    let event = timeout(PATIENCE, stream.next()).await.expect("in time");
    event.map_or("end".to_owned(), |event| name(&event.unwrap()))
}

#[test]
fn keys_wake_ups_and_the_end_come_out_of_the_stream() {
    runtime().block_on(async {
        let mut pty = Pty::open();
        let mut stream = EventStream::tokio(open(&pty)).unwrap();
        for _ in 0..100 {
            pty.type_bytes(b"a\x1b[A");
            assert_eq!(next(&mut stream).await, "a");
            assert_eq!(next(&mut stream).await, "up");
        }
        stream.input().waker().wake();
        assert_eq!(next(&mut stream).await, "Woken");
        pty.hang_up();
        assert_eq!(next(&mut stream).await, "end");
        assert_eq!(next(&mut stream).await, "end");
    });
}

#[test]
fn escape_key_comes_without_another_byte() {
    runtime().block_on(async {
        let mut pty = Pty::open();
        let mut stream = EventStream::tokio(open(&pty)).unwrap();
        pty.type_bytes(b"\x1b");
        assert_eq!(next(&mut stream).await, "escape");
        pty.type_bytes(b"\x1b");
        assert_eq!(next(&mut stream).await, "escape");
    });
}

#[test]
fn futures_dropped_in_the_middle_of_anything_lose_nothing() {
    runtime().block_on(async {
        let mut pty = Pty::open();
        let mut stream = EventStream::tokio(open(&pty)).unwrap();
        let typed: Vec<u8> = (0..2000).map(|n| b'a' + (n % 26) as u8).collect();
        let mut seen = Vec::new();
        for piece in typed.chunks(7) {
            pty.type_bytes(piece);
            // Most of these are dropped before anything came, some in the middle of it.
            for _ in 0..piece.len() + 3 {
                let dropped = Duration::from_micros(u64::from(piece[0]) % 50);
                if let Ok(event) = timeout(dropped, stream.next_event()).await {
                    seen.push(name(&event.unwrap().unwrap()));
                }
            }
        }
        while seen.len() < typed.len() {
            seen.push(next(&mut stream).await);
        }
        assert!(seen.concat().into_bytes() == typed, "lost or mixed up");
    });
}

#[test]
fn dropped_stream_returns_what_was_read() {
    runtime().block_on(async {
        let mut pty = Pty::open();
        let mut stream = EventStream::tokio(open(&pty)).unwrap();
        pty.type_bytes(b"abc\x1b[");
        assert_eq!(next(&mut stream).await, "a");
        let mut input = stream.into_input();
        assert!(input.next_event().unwrap().unwrap() == key!(b));
        let mut stream = EventStream::tokio(input).unwrap();
        pty.type_bytes(b"B");
        assert_eq!(next(&mut stream).await, "c");
        assert_eq!(next(&mut stream).await, "down");
    });
}

#[test]
fn paste_lets_other_tasks_run() {
    runtime().block_on(async {
        let mut pty = Pty::open();
        let mut stream = EventStream::tokio(open(&pty)).unwrap();
        let turns = Arc::new(AtomicU32::new(0));
        let theirs = Arc::clone(&turns);
        tokio::spawn(async move {
            loop {
                theirs.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
        });
        // All of it lies in the ring once the first key has come: no wait is left to yield in.
        pty.type_bytes(&[b'x'; 4000]);
        assert_eq!(next(&mut stream).await, "x");
        let before = turns.load(Ordering::Relaxed);
        for _ in 1..4000 {
            assert_eq!(next(&mut stream).await, "x");
        }
        let turns = turns.load(Ordering::Relaxed) - before;
        assert!(turns >= 30, "another task ran {turns} times in 4,000 keys");
    });
}

#[test]
fn paste_in_pieces_is_one_event() {
    runtime().block_on(async {
        let pty = Pty::open();
        let mut stream = EventStream::tokio(open(&pty)).unwrap();
        let text = "two words €".repeat(2000);
        let typed = format!("\x1b[200~{text}\x1b[201~k");
        let mut master = File::from(pty.master().try_clone_to_owned().unwrap());
        // A thread, since a terminal takes less at once than this.
        let typing = thread::spawn(move || master.write_all(typed.as_bytes()));
        let paste = timeout(PATIENCE, stream.next()).await.expect("in time");
        let Some(Ok(Event::Paste(paste))) = paste else {
            panic!("{paste:?} is no paste");
        };
        assert_eq!(paste.text(), Ok(text.as_str()));
        assert!(paste.first && paste.last && !paste.truncated);
        assert_eq!(next(&mut stream).await, "k");
        typing.join().unwrap().unwrap();
    });
}

#[test]
fn pieces_of_a_paste_that_goes_on_are_the_next_event_of_the_input() {
    runtime().block_on(async {
        let mut pty = Pty::open();
        let mut stream = EventStream::tokio(open(&pty)).unwrap();
        pty.type_bytes(b"\x1b[200~one ");
        let waiting = timeout(Duration::from_millis(20), stream.next()).await;
        assert!(waiting.is_err(), "{waiting:?} is only a piece");
        let mut input = stream.into_input();
        pty.type_bytes(b"two\x1b[201~");
        let mut text = String::new();
        loop {
            let Some(Event::Paste(paste)) = input.next_event().unwrap() else {
                panic!("no paste");
            };
            assert_eq!(paste.first, text.is_empty());
            text += paste.text().unwrap();
            if paste.last {
                break;
            }
        }
        assert_eq!(text, "one two");
    });
}

#[test]
fn nobody_reads_while_a_child_has_the_terminal() {
    runtime().block_on(async {
        let mut pty = Pty::open();
        let mut stream = EventStream::tokio(open(&pty)).unwrap();
        // The stream was polled and waits: that is when others steal a child's input.
        let waiting = timeout(Duration::from_millis(1), stream.next()).await;
        assert!(waiting.is_err());
        let given = stream.input().lend(Unread::Keep, |_| {
            pty.type_bytes(b"child\n");
            let mut line = [0; 64];
            let count = rustix::io::read(pty.slave(), &mut line).unwrap();
            line[..count].to_vec()
        });
        assert_eq!(given.unwrap(), b"child\n");
        pty.type_bytes(b"k");
        assert_eq!(next(&mut stream).await, "k");
    });
}

#[test]
fn stream_moves_to_a_task_of_another_thread() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut pty = Pty::open();
        let mut stream = EventStream::tokio(open(&pty)).unwrap();
        let task = tokio::spawn(async move { next(&mut stream).await });
        pty.type_bytes(b"t");
        assert_eq!(task.await.unwrap(), "t");
    });
}
