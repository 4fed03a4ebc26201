//! Ten thousand questions while somebody types, over a real pseudo-terminal.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ttyring::platform::Os;
use ttyring::query::{CURSOR_POSITION, QueryError, QueryHandle};
use ttyring::{Event, Input, KeyCode, Polled};
use ttyring_test_support::{Pty, wait_until, within, within_long};

use crate::terminal::{self, Dice, Shared};

const QUESTIONS: usize = 10_000;
const PATIENCE: Duration = Duration::from_millis(20);

/// Checks that the keys come in the order in which they were typed, pasted ones included.
#[derive(Debug, Default)]
struct Keys {
    seen: usize,
}

impl Keys {
    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Key(key) => match key.code {
                KeyCode::Char(char) => self.one(u8::try_from(char).unwrap()),
                code => panic!("nobody has typed {code:?}"),
            },
            Event::Paste(paste) => paste.bytes.iter().for_each(|&byte| self.one(byte)),
            Event::Unknown(_) => {}
            event => panic!("{event:?} is the terminal's and has leaked"),
        }
    }

    fn one(&mut self, byte: u8) {
        assert_eq!(byte, terminal::key(self.seen), "key number {}", self.seen);
        self.seen += 1;
    }
}

/// Ends the terminal when it is dropped.
struct Over<'a>(&'a Shared);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::Release);
    }
}

/// Opens an input on `pty`, and a terminal on its other side until `body` is done.
fn with_terminal(seed: u64, body: impl FnOnce(Input, &Shared)) {
    let pty = Pty::open();
    let tty = Os.adopt(pty.slave().try_clone_to_owned().unwrap()).unwrap();
    let input = Input::builder().adopt(Os, tty).unwrap();
    let shared = Shared::default();
    std::thread::scope(|scope| {
        let side = scope.spawn(|| terminal::run(pty.master(), &shared, Dice::new(seed), PATIENCE));
        // Also when an assertion fails: the scope waits for the other side.
        let over = Over(&shared);
        body(input, &shared);
        drop(over);
        within_long("the terminal's side", || side.join()).unwrap();
    });
}

#[test]
fn ten_thousand_questions_lose_no_key_and_mix_nothing_up() {
    with_terminal(0x9e37_79b9_7f4a_7c15, |mut input, shared| {
        let mut keys = Keys::default();
        let mut answered = 0;
        for index in 0..QUESTIONS {
            match input.query(CURSOR_POSITION, PATIENCE) {
                Ok((_, row)) => {
                    assert_eq!(
                        u32::from(row) + 1,
                        terminal::row(index),
                        "the answer to another question"
                    );
                    answered += 1;
                }
                Err(QueryError::Unsupported | QueryError::TimedOut) => {}
                Err(error) => panic!("{error}"),
            }
            while let Polled::Event(event) = input.poll(Duration::ZERO).unwrap() {
                keys.take(&event);
            }
        }
        while keys.seen < shared.typed.load(Ordering::Acquire) {
            match input.poll(ttyring_test_support::PATIENCE).unwrap() {
                Polled::Event(event) => keys.take(&event),
                end => panic!("{end:?} after {} of {:?} keys", keys.seen, shared.typed),
            }
        }
        assert!(answered > QUESTIONS / 2, "only {answered} answers");
    });
}

#[test]
fn other_threads_ask_while_one_reads() {
    with_terminal(0xd1b5_4a32_d192_ed03, |mut input, shared| {
        let handle: QueryHandle = input.query_handle();
        let waker = input.waker();
        let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let flag = Arc::clone(&done);
        let other = std::thread::spawn(move || {
            let mut answered = 0;
            for index in 0..1000 {
                if let Ok((_, row)) = handle.query(CURSOR_POSITION, PATIENCE) {
                    assert_eq!(
                        u32::from(row) + 1,
                        terminal::row(index),
                        "the answer to another question"
                    );
                    answered += 1;
                }
            }
            flag.store(true, Ordering::Release);
            waker.wake();
            answered
        });
        let mut keys = Keys::default();
        while !(done.load(Ordering::Acquire) && keys.seen == shared.typed.load(Ordering::Acquire)) {
            match input.next_event().unwrap().unwrap() {
                Event::Woken => {}
                event => keys.take(&event),
            }
        }
        let answered = within("the thread that asks", || other.join()).unwrap();
        assert!(answered > 500, "only {answered} answers");
        assert!(wait_until(
            || keys.seen == shared.typed.load(Ordering::Acquire)
        ));
    });
}
