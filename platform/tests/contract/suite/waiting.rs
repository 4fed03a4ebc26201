//! Waits: timeouts, wake-ups, and the descriptor for other event loops.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use ttyring_platform::{Backend, Poller, Ready, Signals, Wake};
use ttyring_test_support::join;

use super::{TTY_ONLY, WOKEN_ONLY, read_exactly, set_up, wait_for_pending};
use crate::fixture::{Fixture, LONG, NOW};

pub(crate) fn wait_of_no_time_returns_at_once<S: Fixture>() {
    let (mut fixture, tty, mut poller) = set_up::<S>(Signals::empty());
    assert_eq!(poller.wait(NOW).expect("wait"), Ready::default());
    fixture.type_bytes(b"x");
    wait_for_pending(&tty, 1);
    assert_eq!(poller.wait(NOW).expect("wait"), TTY_ONLY);
}

pub(crate) fn wait_is_never_shorter_than_asked<S: Fixture>() {
    let (fixture, _tty, mut poller) = set_up::<S>(Signals::empty());
    for nanos in [
        1, 999, 60_000, 999_999, 1_000_000, 1_000_001, 2_500_000, 12_345_678,
    ] {
        let timeout = Duration::from_nanos(nanos);
        for _ in 0..5 {
            let start = fixture.backend().now();
            let ready = poller.wait(Some(timeout)).expect("wait");
            let waited = fixture.backend().now().since(start);
            assert_eq!(ready, Ready::default());
            assert!(waited >= timeout, "{waited:?} instead of {timeout:?}");
        }
    }
}

pub(crate) fn wake_before_the_wait_is_not_lost<S: Fixture>() {
    let (_fixture, _tty, mut poller) = set_up::<S>(Signals::empty());
    poller.waker().wake();
    assert_eq!(poller.wait(None).expect("wait"), WOKEN_ONLY);
    assert_eq!(poller.wait(NOW).expect("wait"), Ready::default());
}

pub(crate) fn several_wakes_are_one<S: Fixture>() {
    let (_fixture, _tty, mut poller) = set_up::<S>(Signals::empty());
    let waker = poller.waker();
    for round in 0..3 {
        for _ in 0..1000 {
            waker.clone().wake();
        }
        assert_eq!(poller.wait(LONG).expect("wait"), WOKEN_ONLY, "{round}");
        assert_eq!(poller.wait(NOW).expect("wait"), Ready::default(), "{round}");
    }
}

pub(crate) fn wake_from_another_thread_ends_the_wait<S: Fixture>() {
    let (_fixture, _tty, mut poller) = set_up::<S>(Signals::empty());
    let waker = poller.waker();
    let other = thread::spawn(move || waker.wake());
    assert_eq!(poller.wait(None).expect("wait"), WOKEN_ONLY);
    join("the thread that wakes", other);
}

/// Each thread wakes only after its last wake-up was seen: a lost one stops the test for ever.
pub(crate) fn every_wake_of_many_threads_is_seen<S: Fixture>() {
    const ROUNDS: usize = 500;
    let (_fixture, _tty, mut poller) = set_up::<S>(Signals::empty());
    let seen = Arc::new(AtomicUsize::new(0));
    let threads: Vec<_> = (0..3)
        .map(|_| {
            let (waker, seen) = (poller.waker(), Arc::clone(&seen));
            thread::spawn(move || {
                for _ in 0..ROUNDS {
                    let before = seen.load(Ordering::SeqCst);
                    waker.wake();
                    while seen.load(Ordering::SeqCst) == before {
                        thread::yield_now();
                    }
                }
            })
        })
        .collect();
    while !threads.iter().all(|thread| thread.is_finished()) {
        let ready = poller.wait(Some(Duration::from_millis(1))).expect("wait");
        if ready.woken {
            seen.fetch_add(1, Ordering::SeqCst);
        }
    }
    for thread in threads {
        join("a thread that wakes", thread);
    }
    assert!(seen.load(Ordering::SeqCst) >= ROUNDS);
}

pub(crate) fn wake_without_a_poller_is_harmless<S: Fixture>() {
    let (_fixture, tty, poller) = set_up::<S>(Signals::empty());
    let waker = poller.waker();
    drop(poller);
    drop(tty);
    waker.wake();
}

pub(crate) fn terminal_and_wake_are_reported_together<S: Fixture>() {
    let (mut fixture, tty, mut poller) = set_up::<S>(Signals::empty());
    fixture.type_bytes(b"x");
    wait_for_pending(&tty, 1);
    poller.waker().wake();
    let both = Ready {
        tty: true,
        ..WOKEN_ONLY
    };
    assert_eq!(poller.wait(LONG).expect("wait"), both);
    assert_eq!(poller.wait(LONG).expect("wait"), TTY_ONLY);
}

pub(crate) fn wakes_do_not_hide_the_terminal<S: Fixture>() {
    let (mut fixture, tty, mut poller) = set_up::<S>(Signals::empty());
    let waker = poller.waker();
    for key in b'a'..=b'z' {
        waker.wake();
        fixture.type_bytes(&[key]);
        wait_for_pending(&tty, 1);
        assert!(poller.wait(LONG).expect("wait").tty);
        assert_eq!(read_exactly(&tty, &mut poller, 1), [key]);
    }
}
