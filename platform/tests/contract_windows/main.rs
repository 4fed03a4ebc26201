//! The contract of every backend, run over the Windows driver and an emulated console: one that
//! delivers VT sequences, as Windows Terminal does, and one that delivers keys, as Wine does.
#![cfg(unix)]

#[path = "../console/mod.rs"]
mod console;
#[path = "../contract/fixture.rs"]
mod fixture;
#[path = "../contract/suite/mod.rs"]
mod suite;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use console::{Emulated, Vt};
use fixture::{Fixture, Raising};
use ttyring_platform::windows::abi::Code;
use ttyring_platform::windows::record::Window;
use ttyring_platform::windows::{Windows, WindowsTty, signal};
use ttyring_platform::{Backend, LineMode, Signals, Size, Termios, Tty, When};
use ttyring_test_support::{Deadline, LONG_PATIENCE, join};

/// A console in raw mode.
struct ConsoleFixture<const KEYS: bool> {
    console: Emulated,
    backend: Windows<Emulated>,
    /// Many of the waits are without a limit, which is what is tested.
    _deadline: Deadline,
}

impl<const KEYS: bool> Fixture for ConsoleFixture<KEYS> {
    type Backend = Windows<Emulated>;

    const SIGNALS: (Signals, Signals) = (Signals::QUIT, Signals::INT);
    const GONE: i32 = Code::INVALID_HANDLE.0 as i32;
    const LARGEST: u16 = i16::MAX as u16;
    const PIXELS: bool = false;

    /// Control characters, and characters of one to four bytes; the last two of UTF-16 are a pair.
    fn alphabet() -> Vec<u8> {
        let characters = (1..=0x2ff).chain(0x20a0..=0x20bf).chain(0x1f600..=0x1f64f);
        let text: String = characters.filter_map(char::from_u32).collect();
        text.into_bytes()
    }

    fn byte(at: usize) -> u8 {
        b' ' + (at % 95) as u8
    }

    fn new() -> Self {
        let console = Emulated::new(if KEYS { Vt::Ignored } else { Vt::Heeded });
        let backend = Windows::new(console.clone());
        let tty = backend.open().expect("a console");
        let raw = tty.termios().expect("GetConsoleMode").with(&LineMode::RAW);
        tty.set_termios(When::Now, &raw).expect("SetConsoleMode");
        ConsoleFixture {
            console,
            backend,
            _deadline: Deadline::new("the end of the test", LONG_PATIENCE),
        }
    }

    fn backend(&self) -> &Self::Backend {
        &self.backend
    }

    fn private(&self) -> WindowsTty<Emulated> {
        let tty = self.backend.open().expect("a console");
        // Each opening remembers what it has set itself.
        let raw = tty.termios().expect("GetConsoleMode").with(&LineMode::RAW);
        tty.set_termios(When::Now, &raw).expect("SetConsoleMode");
        tty
    }

    fn shared(&self) -> Option<WindowsTty<Emulated>> {
        None
    }

    fn type_bytes(&mut self, bytes: &[u8]) {
        self.console
            .text(std::str::from_utf8(bytes).expect("characters"));
    }

    fn type_soon(&mut self, bytes: &[u8]) {
        let (console, text) = (self.console.clone(), String::from_utf8(bytes.to_vec()));
        let text = text.expect("characters");
        thread::spawn(move || console.text(&text));
    }

    fn raise(&mut self, signals: Signals) {
        raise(&self.console, signals);
    }

    fn raise_soon(&mut self, signals: Signals) -> Raising {
        let (console, stop) = (self.console.clone(), Arc::new(AtomicBool::new(false)));
        let stopped = Arc::clone(&stop);
        let raiser = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                raise(&console, signals);
                // Not a wait for anything: the reader is to get into its call in between.
                thread::sleep(Duration::from_millis(1));
            }
        });
        Raising(Some(Box::new(move || {
            stop.store(true, Ordering::Relaxed);
            join("the thread that raises signals", raiser);
        })))
    }

    fn resize(&mut self, size: Size) {
        let edge = |cells: u16| i16::try_from(cells).expect("a size") - 1;
        self.console.resize(Window {
            left: 0,
            top: 0,
            right: edge(size.columns),
            bottom: edge(size.rows),
        });
    }

    fn shown(&mut self, count: usize) -> Vec<u8> {
        let written = self.console.written().into_bytes();
        assert!(written.len() >= count);
        written
    }

    fn hang_up(&mut self) {
        self.console.close();
    }
}

/// A change of the window comes from the console, the rest from the system.
fn raise(console: &Emulated, signals: Signals) {
    if signals.contains(Signals::WINCH) {
        let window = console.state().window;
        console.resize(window);
    }
    signal::deliver(signals - Signals::WINCH);
}

contract!(vt, ConsoleFixture<false>);
contract!(keys, ConsoleFixture<true>);
