//! The Windows driver over a real console: the contract, as far as one console for the whole
//! process allows, and what only the system can show.
//!
//! Needs a console, in which it writes and whose modes it changes: `ci/check/windows.sh` gives it
//! one. Records are put into the console's input by `WriteConsoleInputW`, as the system does it.
#![cfg(windows)]
#![allow(
    dead_code,
    unused_macros,
    reason = "a hangup and two terminals at once are not to be had"
)]

#[path = "../contract/fixture.rs"]
mod fixture;
#[path = "../contract/suite/mod.rs"]
mod suite;

mod system;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use fixture::{Fixture, Raising};
use ttyring_platform::windows::record::Record;
use ttyring_platform::windows::{WindowsTty, signal};
use ttyring_platform::{Backend, Kernel, LineMode, Os, Signals, Size, Termios, Tty, When};
use ttyring_test_support::{Deadline, LONG_PATIENCE, join};

/// The console of this process in raw mode; its modes come back when the test is over.
struct ConsoleFixture {
    backend: Os,
    before: <WindowsTty<Kernel> as Tty>::Termios,
    /// There is one console.
    _alone: MutexGuard<'static, ()>,
    _deadline: Deadline,
}

impl Fixture for ConsoleFixture {
    type Backend = Os;

    const SIGNALS: (Signals, Signals) = (Signals::QUIT, Signals::INT);
    /// Each record is a call to the console's host under Wine.
    const BURST: usize = 4 << 10;
    const PIXELS: bool = false;

    fn alphabet() -> Vec<u8> {
        let characters = (1..=0x2ff).chain(0x20a0..=0x20bf).chain(0x1f600..=0x1f64f);
        let text: String = characters.filter_map(char::from_u32).collect();
        text.into_bytes()
    }

    fn byte(at: usize) -> u8 {
        b' ' + (at % 95) as u8
    }

    fn new() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let tty = Os.open().expect("a console");
        let before = tty.termios().expect("GetConsoleMode");
        raw(&tty);
        tty.discard_input().expect("FlushConsoleInputBuffer");
        ConsoleFixture {
            backend: Os,
            before,
            _alone: alone,
            _deadline: Deadline::new("the end of the test", LONG_PATIENCE),
        }
    }

    fn backend(&self) -> &Os {
        &self.backend
    }

    fn private(&self) -> WindowsTty<Kernel> {
        let tty = Os.open().expect("a console");
        raw(&tty);
        tty
    }

    fn shared(&self) -> Option<WindowsTty<Kernel>> {
        None
    }

    fn type_bytes(&mut self, bytes: &[u8]) {
        system::type_text(std::str::from_utf8(bytes).expect("characters"));
    }

    fn type_soon(&mut self, bytes: &[u8]) {
        self.type_bytes(bytes);
    }

    fn raise(&mut self, signals: Signals) {
        raise(signals);
    }

    fn raise_soon(&mut self, signals: Signals) -> Raising {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let raiser = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                raise(signals);
                // Not a wait for anything: the reader is to get into its call in between.
                thread::sleep(Duration::from_millis(1));
            }
        });
        Raising(Some(Box::new(move || {
            stop.store(true, Ordering::Relaxed);
            join("the thread that raises signals", raiser);
        })))
    }

    fn resize(&mut self, _size: Size) {
        unreachable!("the size is the window's");
    }

    fn shown(&mut self, _count: usize) -> Vec<u8> {
        unreachable!("what is written is shown in the window");
    }

    fn hang_up(&mut self) {
        unreachable!("the console is the process's only one");
    }
}

impl Drop for ConsoleFixture {
    fn drop(&mut self) {
        let restored = Os
            .open()
            .and_then(|tty| tty.set_termios(When::Flush, &self.before));
        if !thread::panicking() {
            restored.expect("the console takes its modes back");
        }
    }
}

fn raw(tty: &WindowsTty<Kernel>) {
    let raw = tty.termios().expect("GetConsoleMode").with(&LineMode::RAW);
    tty.set_termios(When::Now, &raw).expect("SetConsoleMode");
}

fn raise(signals: Signals) {
    if signals.contains(Signals::WINCH) {
        system::write_records(&[Record::Resize]);
    }
    signal::deliver(signals - Signals::WINCH);
}

contract_tests! { real, ConsoleFixture:
    bytes_arrive_in_order
    vectored_read_fills_buffers_in_order
    burst_of_every_size_arrives_whole
    nothing_typed_is_not_ready
    empty_buffer_is_not_the_end
    readiness_is_a_level
    pending_counts_unread_bytes
    discard_throws_away_what_was_typed
    wait_of_no_time_returns_at_once
    wait_is_never_shorter_than_asked
    wake_before_the_wait_is_not_lost
    several_wakes_are_one
    wake_from_another_thread_ends_the_wait
    every_wake_of_many_threads_is_seen
    wake_without_a_poller_is_harmless
    terminal_and_wake_are_reported_together
    wakes_do_not_hide_the_terminal
    signals_are_reported_once
    signals_nobody_asked_for_are_not_reported
    signal_ends_a_wait
    settings_round_trip
    every_preset_reads_back
    raw_mode_touches_only_its_mask
    entering_raw_mode_keeps_what_was_typed
    flush_throws_away_what_was_typed
    polling_read_returns_at_once
    timed_read_gives_up_after_its_time
    timed_read_returns_the_first_byte
    counted_read_waits_for_all_bytes
    interbyte_read_returns_what_came_before_the_pause
    blocking_read_sees_signals
    descriptor_polls_as_the_wait
}

mod only_real {
    use super::*;
    use ttyring_platform::Poller;

    #[test]
    fn break_key_of_the_console_is_a_signal() {
        let fixture = ConsoleFixture::new();
        let tty = fixture.private();
        let mut poller = fixture
            .backend()
            .poller(&tty, Signals::QUIT)
            .expect("a poller");
        if let Err(error) = system::send_break() {
            // Wine's console on a terminal of Unix has no handle for events.
            println!("SKIPPED: GenerateConsoleCtrlEvent: {error}");
            return;
        }
        let ready = poller.wait(fixture::LONG).expect("wait");
        assert_eq!(ready.signals, Signals::QUIT);
    }

    #[test]
    fn size_is_that_of_the_window() {
        let fixture = ConsoleFixture::new();
        let size = fixture.private().size().expect("a console");
        assert!(size.columns > 1 && size.rows > 1, "{size:?}");
    }

    #[test]
    fn key_and_mouse_are_read_as_sequences() {
        use ttyring_platform::Reports;
        use ttyring_platform::windows::record::{KeyRecord, MouseRecord};

        let fixture = ConsoleFixture::new();
        let tty = fixture.private();
        tty.set_reports(Reports::BUTTONS | Reports::FOCUS)
            .expect("SetConsoleMode");
        let up = KeyRecord {
            down: true,
            repeat: 1,
            key: 0x26,
            scan: 0x48,
            unit: 0,
            state: 0x100,
        };
        let click = MouseRecord {
            buttons: 1,
            ..MouseRecord::default()
        };
        system::write_records(&[Record::Key(up), Record::Mouse(click), Record::Focus(true)]);
        let mut buffer = [0; 256];
        let ttyring_platform::Transfer::Bytes(count) = tty.read(&mut buffer).expect("read") else {
            panic!("nothing came");
        };
        let read = String::from_utf8_lossy(&buffer[..count]);
        assert_eq!(read, "\x1b[38;72;0;1;256;1_\x1b[<0;1;1M\x1b[I");
    }
}
