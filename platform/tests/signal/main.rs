//! The signal table: counting, chaining, inherited dispositions, dropping while handlers run.
//!
//! Tests that need a process of their own run this binary again with one of them named.

mod beside;
mod earlier;
mod endings;
mod process;
mod stopping;

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicUsize, Ordering};

use libc::c_int;
use process::{disposition, ignore, in_child, killed_by, raise};
use ttyring_platform::Signals;
use ttyring_platform::unix::signal::{self, Hook, Next, Then};
use ttyring_test_support::join;

fn pipe() -> (UnixStream, Arc<OwnedFd>) {
    let (reader, writer) = UnixStream::pair().expect("a pair of sockets");
    (reader, Arc::new(OwnedFd::from(writer)))
}

#[test]
fn every_signal_has_one_number() {
    for signal in Signals::all() {
        let numbers: Vec<_> = signal::numbers(signal).collect();
        assert_eq!(numbers.len(), 1, "{signal:?}");
        assert_eq!(signal::from_number(numbers[0]), signal);
    }
    assert_eq!(signal::from_number(libc::SIGKILL), Signals::empty());
}

#[test]
fn arrivals_are_remembered_once_and_counted_each() {
    let status = in_child(
        "arrivals_are_remembered_once_and_counted_each",
        || (),
        || {
            let (_reader, wake) = pipe();
            let subscription =
                signal::subscribe(Signals::WINCH | Signals::USR2, wake).expect("subscribed");
            for _ in 0..3 {
                raise(libc::SIGWINCH);
            }
            raise(libc::SIGUSR2);
            assert_eq!(subscription.count(Signals::WINCH), 3);
            assert_eq!(subscription.count(Signals::all()), 4);
            assert_eq!(subscription.take(), Signals::WINCH | Signals::USR2);
            assert_eq!(subscription.take(), Signals::empty());
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn each_subscriber_hears_only_its_signals() {
    let status = in_child(
        "each_subscriber_hears_only_its_signals",
        || (),
        || {
            let (_r, wake) = pipe();
            let one = signal::subscribe(Signals::USR1, wake).expect("subscribed");
            let (_s, wake) = pipe();
            let both = signal::subscribe(Signals::USR1 | Signals::TERM, wake).expect("subscribed");
            raise(libc::SIGUSR1);
            raise(libc::SIGTERM);
            assert_eq!(one.take(), Signals::USR1);
            assert_eq!(both.take(), Signals::USR1 | Signals::TERM);
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn dropping_the_last_subscription_restores_the_default_action() {
    let status = in_child(
        "dropping_the_last_subscription_restores_the_default_action",
        || (),
        || {
            let (_reader, wake) = pipe();
            let subscription = signal::subscribe(Signals::TERM, wake).expect("subscribed");
            raise(libc::SIGTERM);
            assert_ne!(disposition(libc::SIGTERM), libc::SIG_DFL);
            drop(subscription);
            assert_eq!(disposition(libc::SIGTERM), libc::SIG_DFL);
            raise(libc::SIGTERM);
        },
    );
    assert_eq!(killed_by(status), Some(libc::SIGTERM));
}

#[test]
fn an_ignored_signal_stays_ignored() {
    let status = in_child(
        "an_ignored_signal_stays_ignored",
        || ignore(libc::SIGHUP),
        || {
            let (_reader, wake) = pipe();
            let wanted = Signals::HUP | Signals::TERM;
            let subscription = signal::subscribe(wanted, wake).expect("subscribed");
            assert_eq!(subscription.heard(), Signals::TERM);
            assert_eq!(disposition(libc::SIGHUP), libc::SIG_IGN);
            raise(libc::SIGHUP);
            assert_eq!(subscription.take(), Signals::empty());
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn programs_under_test_start_with_no_signal_ignored() {
    const USUAL: [c_int; 4] = [libc::SIGHUP, libc::SIGINT, libc::SIGTERM, libc::SIGCHLD];
    let status = in_child(
        "programs_under_test_start_with_no_signal_ignored",
        || USUAL.into_iter().for_each(ignore),
        || {
            assert_eq!(USUAL.map(disposition), [libc::SIG_IGN; 4]);
            ttyring_test_support::default_signals();
            assert_eq!(USUAL.map(disposition), [libc::SIG_DFL; 4]);
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn an_earlier_handler_is_still_called() {
    static CALLED: AtomicI32 = AtomicI32::new(0);
    extern "C" fn earlier(number: c_int) {
        CALLED.store(number, Ordering::Relaxed);
    }
    let status = in_child(
        "an_earlier_handler_is_still_called",
        || (),
        || {
            let handler = earlier as extern "C" fn(c_int) as libc::sighandler_t;
            // SAFETY: the handler stores to an atomic.
            unsafe { libc::signal(libc::SIGTERM, handler) };
            let (_reader, wake) = pipe();
            let subscription = signal::subscribe(Signals::TERM, wake).expect("subscribed");
            raise(libc::SIGTERM);
            assert_eq!(CALLED.load(Ordering::Relaxed), libc::SIGTERM);
            assert_eq!(subscription.take(), Signals::TERM);
            drop(subscription);
            assert_eq!(disposition(libc::SIGTERM), handler);
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn a_handler_that_came_later_is_left_in_place_and_not_looped_into() {
    static BELOW: AtomicUsize = AtomicUsize::new(0);
    static CALLS: AtomicU32 = AtomicU32::new(0);
    extern "C" fn later(number: c_int) {
        type Below = extern "C" fn(c_int, *mut libc::siginfo_t, *mut libc::c_void);
        CALLS.fetch_add(1, Ordering::Relaxed);
        let below = BELOW.load(Ordering::Relaxed);
        // SAFETY: the handler that was installed when this one came; it takes three arguments.
        let below = unsafe { std::mem::transmute::<usize, Below>(below) };
        below(number, std::ptr::null_mut(), std::ptr::null_mut());
    }
    let status = in_child(
        "a_handler_that_came_later_is_left_in_place_and_not_looped_into",
        || (),
        || {
            let (_r, wake) = pipe();
            let first = signal::subscribe(Signals::USR1, wake).expect("subscribed");
            BELOW.store(disposition(libc::SIGUSR1), Ordering::Relaxed);
            let handler = later as extern "C" fn(c_int) as libc::sighandler_t;
            // SAFETY: the handler stores to atomics and calls ours.
            unsafe { libc::signal(libc::SIGUSR1, handler) };
            drop(first);
            assert_eq!(disposition(libc::SIGUSR1), handler);
            let (_s, wake) = pipe();
            let second = signal::subscribe(Signals::USR1, wake).expect("subscribed");
            raise(libc::SIGUSR1);
            assert_eq!(CALLS.load(Ordering::Relaxed), 1);
            assert_eq!(second.take(), Signals::USR1);
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

static HOOKED: AtomicI32 = AtomicI32::new(0);

pub(crate) unsafe fn note(number: c_int, next: Next) -> Then {
    HOOKED.store(number * 10 + next as c_int, Ordering::Relaxed);
    Then::Chain
}

pub(crate) unsafe fn leave(_: c_int, next: Next) -> Then {
    let code = if next == Next::Default { 42 } else { 43 };
    // SAFETY: ends the process; async-signal-safe.
    unsafe { libc::_exit(code) }
}

#[test]
fn hook_runs_before_the_default_action() {
    let status = in_child(
        "hook_runs_before_the_default_action",
        || (),
        || {
            // SAFETY: the hook only calls `_exit`.
            let _hooked =
                unsafe { signal::hook([(libc::SIGTERM, leave as Hook)]) }.expect("hooked");
            raise(libc::SIGTERM);
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(42));
}

#[test]
fn hooked_signal_still_ends_the_process() {
    let status = in_child(
        "hooked_signal_still_ends_the_process",
        || (),
        || {
            // SAFETY: the hook stores to an atomic.
            let _hooked = unsafe { signal::hook([(libc::SIGINT, note as Hook)]) }.expect("hooked");
            raise(libc::SIGINT);
        },
    );
    assert_eq!(killed_by(status), Some(libc::SIGINT));
}

#[test]
fn sent_fault_signal_ends_the_process_although_the_runtime_swallows_it() {
    let status = in_child(
        "sent_fault_signal_ends_the_process_although_the_runtime_swallows_it",
        || (),
        || {
            // SAFETY: the hook stores to an atomic.
            let _hooked = unsafe { signal::hook([(libc::SIGSEGV, note as Hook)]) }.expect("hooked");
            raise(libc::SIGSEGV);
            assert_eq!(HOOKED.load(Ordering::Relaxed), 0, "the process goes on");
        },
    );
    assert_eq!(killed_by(status), Some(libc::SIGSEGV));
}

#[test]
fn aborting_runs_the_hook_and_ends_by_abort() {
    let status = in_child(
        "aborting_runs_the_hook_and_ends_by_abort",
        || (),
        || {
            // SAFETY: the hook stores to an atomic.
            let hooked = unsafe { signal::hook([(libc::SIGABRT, note as Hook)]) }.expect("hooked");
            std::mem::forget(hooked);
            std::process::abort();
        },
    );
    assert_eq!(killed_by(status), Some(libc::SIGABRT));
}

#[test]
fn hook_is_told_that_a_subscriber_keeps_the_process_alive() {
    let status = in_child(
        "hook_is_told_that_a_subscriber_keeps_the_process_alive",
        || (),
        || {
            // SAFETY: the hook stores to an atomic.
            let hooked = unsafe { signal::hook([(libc::SIGTERM, note as Hook)]) }.expect("hooked");
            let (_reader, wake) = pipe();
            let subscription = signal::subscribe(Signals::TERM, wake).expect("subscribed");
            raise(libc::SIGTERM);
            let expected = libc::SIGTERM * 10 + Next::Event as c_int;
            assert_eq!(HOOKED.load(Ordering::Relaxed), expected);
            drop((subscription, hooked));
            assert_eq!(disposition(libc::SIGTERM), libc::SIG_DFL);
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn another_hook_is_refused_and_the_same_counts() {
    let status = in_child(
        "another_hook_is_refused_and_the_same_counts",
        || (),
        || {
            // SAFETY: the hooks are async-signal-safe.
            let hook = |function: Hook| unsafe { signal::hook([(libc::SIGUSR2, function)]) };
            let first = hook(note).expect("hooked");
            let again = hook(note).expect("hooked");
            let refused = hook(leave).expect_err("refused");
            assert_eq!(refused.raw_os_error(), Some(libc::EBUSY));
            drop(first);
            let (_reader, wake) = pipe();
            let _subscription = signal::subscribe(Signals::USR2, wake).expect("subscribed");
            raise(libc::SIGUSR2);
            assert_ne!(HOOKED.load(Ordering::Relaxed), 0);
            drop(again);
            assert!(hook(leave).is_ok());
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn handler_keeps_errno() {
    let status = in_child(
        "handler_keeps_errno",
        || (),
        || {
            let (_reader, wake) = pipe();
            let _subscription = signal::subscribe(Signals::USR1, wake).expect("subscribed");
            errno::set_errno(errno::Errno(libc::EXDEV));
            raise(libc::SIGUSR1);
            assert_eq!(errno::errno().0, libc::EXDEV);
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn subscriptions_come_and_go_while_signals_arrive() {
    let status = in_child(
        "subscriptions_come_and_go_while_signals_arrive",
        || (),
        || {
            // One subscription holds the default action off all the time.
            let (_reader, wake) = pipe();
            let lasting = signal::subscribe(Signals::USR1, non_blocking(wake)).expect("subscribed");
            static STOP: AtomicBool = AtomicBool::new(false);
            let sender = std::thread::spawn(|| {
                let mut sent = 0u32;
                while !STOP.load(Ordering::Relaxed) {
                    raise(libc::SIGUSR1);
                    sent += 1;
                }
                sent
            });
            for _ in 0..2_000 {
                let (reader, wake) = pipe();
                let subscription =
                    signal::subscribe(Signals::USR1, non_blocking(wake)).expect("subscribed");
                drop(subscription);
                // Whoever opens a descriptor next gets the number of the wake descriptor.
                drop(reader);
            }
            STOP.store(true, Ordering::Relaxed);
            let sent = join("the thread that sends", sender);
            assert_eq!(lasting.count(Signals::USR1), sent);
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

fn non_blocking(wake: Arc<OwnedFd>) -> Arc<OwnedFd> {
    rustix::io::ioctl_fionbio(&wake, true).expect("a pipe can be non-blocking");
    wake
}
