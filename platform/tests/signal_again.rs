//! Subscriptions and hooks that go and come again: the next one starts anew, and nothing of the
//! last one is left. Each test has a signal of its own.

use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use libc::c_int;
use ttyring_platform::Signals;
use ttyring_platform::unix::signal::{self, Interrupting, Next, Then};

fn raise(number: c_int) {
    // SAFETY: sends a signal to this thread, which has a handler for it.
    assert_eq!(unsafe { libc::raise(number) }, 0);
}

fn pipe() -> (UnixStream, Arc<OwnedFd>) {
    let (reader, writer) = UnixStream::pair().expect("a pair of sockets");
    reader.set_nonblocking(true).expect("it can be so");
    writer.set_nonblocking(true).expect("it can be so");
    (reader, Arc::new(OwnedFd::from(writer)))
}

/// How many bytes are there.
fn told(reader: &mut UnixStream) -> usize {
    reader.read(&mut [0; 64]).unwrap_or(0)
}

fn flags(number: c_int) -> c_int {
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: asks for the disposition and changes nothing.
    unsafe { libc::sigaction(number, std::ptr::null(), action.as_mut_ptr()) };
    // SAFETY: zeroed and written by the call.
    unsafe { action.assume_init() }.sa_flags
}

#[test]
fn next_subscription_knows_nothing_of_what_came_to_the_last() {
    let (_reader, wake) = pipe();
    // The signal stays an event throughout.
    let _lasting = signal::subscribe(Signals::USR1, Arc::clone(&wake)).expect("subscribed");
    for _ in 0..3 {
        let subscription = signal::subscribe(Signals::USR1, Arc::clone(&wake)).expect("subscribed");
        assert_eq!(subscription.take(), Signals::empty());
        assert_eq!(subscription.count(Signals::USR1), 0);
        assert_eq!(subscription.heard(), Signals::USR1);
        raise(libc::SIGUSR1);
        assert_eq!(subscription.count(Signals::USR1), 1);
    }
}

#[test]
fn subscription_that_is_gone_is_not_told() {
    let (mut first, first_wake) = pipe();
    let (mut second, second_wake) = pipe();
    let lasting = signal::subscribe(Signals::USR2, second_wake).expect("subscribed");
    let gone = signal::subscribe(Signals::USR2, Arc::clone(&first_wake)).expect("subscribed");
    raise(libc::SIGUSR2);
    assert_eq!((told(&mut first), told(&mut second)), (8, 8));
    drop(gone);
    raise(libc::SIGUSR2);
    assert_eq!((told(&mut first), told(&mut second)), (0, 8));
    assert_eq!(lasting.count(Signals::USR2), 2);
}

static NEXT: AtomicI32 = AtomicI32::new(-1);

unsafe fn note(_: c_int, next: Next) -> Then {
    NEXT.store(next as c_int, Ordering::Relaxed);
    Then::Skip
}

#[test]
fn signal_is_an_event_only_as_long_as_somebody_subscribes() {
    // SAFETY: the hook stores to an atomic.
    let hooked = unsafe { signal::hook(libc::SIGTERM, note) }.expect("hooked");
    let raised = || {
        raise(libc::SIGTERM);
        NEXT.load(Ordering::Relaxed)
    };
    for _ in 0..2 {
        assert_eq!(raised(), Next::Default as c_int);
        let (_reader, wake) = pipe();
        let _subscription = signal::subscribe(Signals::TERM, wake).expect("subscribed");
        assert_eq!(raised(), Next::Event as c_int);
    }
    drop(hooked);
}

#[test]
fn calls_are_interrupted_only_as_long_as_somebody_wants_that() {
    let (_reader, wake) = pipe();
    let _subscription = signal::subscribe(Signals::INT, wake).expect("subscribed");
    let restarts = || flags(libc::SIGINT) & libc::SA_RESTART != 0;
    for _ in 0..2 {
        assert!(restarts());
        let first = Interrupting::new();
        assert!(!restarts());
        let second = Interrupting::new();
        drop(first);
        assert!(!restarts(), "one still wants it");
        drop(second);
    }
    assert!(restarts());
}
