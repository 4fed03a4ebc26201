//! A stream on the reactor of async-io.

use std::time::Duration;

use async_io::Timer;
use futures_lite::{FutureExt, StreamExt, future::block_on};
use ttyring::adapter::EventStream;
use ttyring_test_support::{PATIENCE, Pty};

use super::{name, open};

async fn next(stream: &mut EventStream) -> String {
    let late = async {
        Timer::after(PATIENCE).await;
        panic!("nothing came");
    };
    let event = stream.next().or(late).await;
    event.map_or("end".to_owned(), |event| name(&event.unwrap()))
}

#[test]
fn keys_escape_wake_ups_and_the_end_come_out_of_the_stream() {
    block_on(async {
        let mut pty = Pty::open();
        let mut stream = EventStream::async_io(open(&pty)).unwrap();
        for _ in 0..100 {
            pty.type_bytes(b"a\x1b[A");
            assert_eq!(next(&mut stream).await, "a");
            assert_eq!(next(&mut stream).await, "up");
        }
        pty.type_bytes(b"\x1b");
        assert_eq!(next(&mut stream).await, "escape");
        stream.input().waker().wake();
        assert_eq!(next(&mut stream).await, "Woken");
        pty.hang_up();
        assert_eq!(next(&mut stream).await, "end");
        assert_eq!(next(&mut stream).await, "end");
    });
}

#[test]
fn futures_dropped_in_the_middle_of_anything_lose_nothing() {
    block_on(async {
        let mut pty = Pty::open();
        let mut stream = EventStream::async_io(open(&pty)).unwrap();
        let mut seen = String::new();
        for round in 0..100 {
            pty.type_bytes(b"abc");
            for _ in 0..5 {
                let dropped = async {
                    Timer::after(Duration::from_micros(round % 40)).await;
                    None
                };
                let event =
                    async { Some(stream.next_event().await.unwrap().unwrap().into_owned()) };
                if let Some(event) = dropped.or(event).await {
                    seen += &name(&event);
                }
            }
        }
        while seen.len() < 300 {
            seen += &next(&mut stream).await;
        }
        assert_eq!(seen, "abc".repeat(100));
    });
}
