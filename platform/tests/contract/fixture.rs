//! What the contract needs from the other side of a terminal.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ttyring_platform::{Backend, Signals, Size};

pub(crate) use ttyring_test_support::PATIENCE;

/// A terminal with somebody on its other side.
pub(crate) trait Fixture {
    type Backend: Backend;

    /// A signal that any test may raise, and another one.
    const SIGNALS: (Signals, Signals) = (Signals::USR1, Signals::USR2);
    /// What the system answers once the terminal is gone.
    const GONE: i32 = libc::EIO;
    /// The largest number of columns and rows.
    const LARGEST: u16 = u16::MAX;
    /// The longest text that is typed at once, in bytes.
    const BURST: usize = 256 << 10;
    /// Whether a size is also known in pixels.
    const PIXELS: bool = true;

    /// Everything that can be typed, once.
    fn alphabet() -> Vec<u8> {
        (0..=255).collect()
    }

    /// One byte of a long text; some terminals carry characters only.
    fn byte(at: usize) -> u8 {
        (at % 251) as u8
    }

    /// Puts up a terminal in raw mode with nobody reading it.
    fn new() -> Self;

    fn backend(&self) -> &Self::Backend;

    /// Opens a private description of the terminal.
    fn private(&self) -> <Self::Backend as Backend>::Tty;

    /// Takes a description that others share, where there is such a thing.
    fn shared(&self) -> Option<<Self::Backend as Backend>::Tty>;

    /// Types bytes, from another thread if they are more than the terminal holds.
    fn type_bytes(&mut self, bytes: &[u8]);

    /// Types bytes while the caller is already waiting; may be at once where that is the same.
    fn type_soon(&mut self, bytes: &[u8]);

    /// Lets signals arrive, to this thread.
    fn raise(&mut self, signals: Signals);

    /// Lets signals arrive at this thread while it waits, until the answer is dropped.
    fn raise_soon(&mut self, signals: Signals) -> Raising;

    fn resize(&mut self, size: Size);

    /// Returns what was written to the terminal, once `count` bytes are there.
    fn shown(&mut self, count: usize) -> Vec<u8>;

    fn hang_up(&mut self);
}

/// Signals keep arriving until this is dropped.
pub(crate) struct Raising(pub(crate) Option<Box<dyn FnOnce()>>);

impl Drop for Raising {
    fn drop(&mut self) {
        if let Some(stop) = self.0.take() {
            stop();
        }
    }
}

/// The signals of a process reach every subscriber in it: one test at a time. A signal that was
/// ignored at the start would reach none.
pub(crate) fn signals_alone() -> MutexGuard<'static, ()> {
    ttyring_test_support::default_signals();
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Long enough for what must happen.
pub(crate) const LONG: Option<Duration> = Some(PATIENCE);
/// A look without waiting.
pub(crate) const NOW: Option<Duration> = Some(Duration::ZERO);

/// Makes a module of tests that runs the whole contract over one fixture.
#[macro_export]
macro_rules! contract {
    ($name:ident, $fixture:ty) => {
        $crate::contract_tests! { $name, $fixture:
            bytes_arrive_in_order
            vectored_read_fills_buffers_in_order
            burst_of_every_size_arrives_whole
            nothing_typed_is_not_ready
            empty_buffer_is_not_the_end
            readiness_is_a_level
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
            resize_changes_the_size
            settings_round_trip
            every_preset_reads_back
            raw_mode_touches_only_its_mask
            entering_raw_mode_keeps_what_was_typed
            flush_throws_away_what_was_typed
            discard_throws_away_what_was_typed
            pending_counts_unread_bytes
            written_bytes_are_shown
            polling_read_returns_at_once
            timed_read_gives_up_after_its_time
            timed_read_returns_the_first_byte
            counted_read_waits_for_all_bytes
            interbyte_read_returns_what_came_before_the_pause
            blocking_read_sees_signals
            shared_description_is_never_made_blocking
            hangup_ends_reads_and_stays
            hangup_ends_a_wait
            hangup_refuses_settings
            descriptor_polls_as_the_wait
            device_tells_terminals_apart
        }
    };
}

/// Names each test of the contract once.
#[macro_export]
macro_rules! contract_tests {
    ($name:ident, $fixture:ty: $($test:ident)*) => {
        mod $name {
            #[allow(unused_imports, reason = "the fixture may be named by a path or from the root")]
            use super::*;
            $(
                #[test]
                fn $test() {
                    $crate::suite::$test::<$fixture>();
                }
            )*
        }
    };
}
