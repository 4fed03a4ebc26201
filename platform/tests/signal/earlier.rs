//! A handler from before is called as the kernel would have called it, whatever its flags.

use std::sync::atomic::{AtomicU32, Ordering};

use libc::c_int;
use ttyring_platform::unix::signal::{self, Hook};

use crate::note;
use crate::process::{action, in_child, install, killed_by, raise};

static CALLS: AtomicU32 = AtomicU32::new(0);

extern "C" fn count(_: c_int) {
    CALLS.fetch_add(1, Ordering::Relaxed);
}

/// Raises the signal again inside the handler, once.
extern "C" fn again(number: c_int) {
    if CALLS.fetch_add(1, Ordering::Relaxed) == 0 {
        raise(number);
        // Counted only if the second call came before the first returned.
        let nested = u32::from(CALLS.load(Ordering::Relaxed) == 2);
        CALLS.fetch_add(10 * nested, Ordering::Relaxed);
    }
}

/// The runtime of Go ends the program over a handler without SA_ONSTACK.
#[test]
fn alternate_stack_of_an_earlier_handler_is_kept() {
    let status = in_child(
        "earlier::alternate_stack_of_an_earlier_handler_is_kept",
        || (),
        || {
            install(libc::SIGTERM, count, libc::SA_ONSTACK);
            // SAFETY: the hook stores to an atomic.
            let _hooked = unsafe {
                signal::hook([libc::SIGTERM, libc::SIGINT].map(|number| (number, note as Hook)))
            };
            assert_ne!(action(libc::SIGTERM).sa_flags & libc::SA_ONSTACK, 0);
            assert_eq!(action(libc::SIGINT).sa_flags & libc::SA_ONSTACK, 0);
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn earlier_handler_that_does_not_defer_is_interrupted_by_its_own_signal() {
    let status = in_child(
        "earlier::earlier_handler_that_does_not_defer_is_interrupted_by_its_own_signal",
        || (),
        || {
            for (flags, calls) in [(0, 2), (libc::SA_NODEFER, 12)] {
                CALLS.store(0, Ordering::Relaxed);
                install(libc::SIGUSR1, again, flags);
                // SAFETY: the hook stores to an atomic.
                let _hooked = unsafe { signal::hook([(libc::SIGUSR1, note as Hook)]) };
                raise(libc::SIGUSR1);
                assert_eq!(CALLS.load(Ordering::Relaxed), calls);
            }
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn earlier_handler_for_one_signal_is_called_once() {
    let status = in_child(
        "earlier::earlier_handler_for_one_signal_is_called_once",
        || (),
        || {
            install(libc::SIGUSR1, count, libc::SA_RESETHAND);
            // SAFETY: the hook stores to an atomic.
            let _hooked = unsafe { signal::hook([(libc::SIGUSR1, note as Hook)]) };
            raise(libc::SIGUSR1);
            assert_eq!(CALLS.load(Ordering::Relaxed), 1);
            raise(libc::SIGUSR1);
        },
    );
    assert_eq!(killed_by(status), Some(libc::SIGUSR1));
}
