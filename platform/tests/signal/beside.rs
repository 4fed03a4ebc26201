//! Handlers of subscriptions that are installed with the hooks.

use super::*;

fn has_handler(number: c_int) -> bool {
    ![libc::SIG_DFL, libc::SIG_IGN].contains(&disposition(number))
}

/// Hooks SIGTERM, beside SIGWINCH.
fn hook() -> signal::Hooked {
    let hooks = [(libc::SIGTERM, note as Hook)];
    // SAFETY: the hook stores to an atomic.
    unsafe { signal::hook_beside(hooks, Signals::WINCH) }.expect("hooked")
}

#[test]
fn handler_of_a_subscription_is_there_before_it_and_after_it() {
    let status = in_child(
        "beside::handler_of_a_subscription_is_there_before_it_and_after_it",
        || (),
        || {
            let hooked = hook();
            assert!(has_handler(libc::SIGWINCH));
            let (_reader, wake) = pipe();
            let subscription = signal::subscribe(Signals::WINCH, wake).expect("subscribed");
            raise(libc::SIGWINCH);
            assert_eq!(subscription.take(), Signals::WINCH);
            drop(subscription);
            assert!(has_handler(libc::SIGWINCH), "it goes with the hooks");
            raise(libc::SIGWINCH);
            drop(hooked);
            assert!(!has_handler(libc::SIGWINCH));
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn handler_goes_with_its_subscription_where_only_the_hooks_are_kept() {
    let status = in_child(
        "beside::handler_goes_with_its_subscription_where_only_the_hooks_are_kept",
        || (),
        || {
            let mut hooked = hook();
            let (_reader, wake) = pipe();
            let subscription = signal::subscribe(Signals::WINCH, wake).expect("subscribed");
            hooked.keep_hooks();
            raise(libc::SIGWINCH);
            assert_eq!(subscription.take(), Signals::WINCH);
            drop(subscription);
            assert!(!has_handler(libc::SIGWINCH));
            assert!(has_handler(libc::SIGTERM));
            drop(hooked);
            assert!(!has_handler(libc::SIGTERM));
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn signals_that_are_ignored_get_no_handler_however_many_are_hooked() {
    let status = in_child(
        "beside::signals_that_are_ignored_get_no_handler_however_many_are_hooked",
        || {
            ignore(libc::SIGHUP);
            ignore(libc::SIGWINCH);
        },
        || {
            // One question to the system for all of them, or one for each.
            let many = [libc::SIGHUP, libc::SIGTERM, libc::SIGINT, libc::SIGQUIT];
            for count in [1, many.len()] {
                let hooks = many[..count].iter().map(|&number| (number, note as Hook));
                // SAFETY: the hook stores to an atomic.
                let hooked = unsafe { signal::hook_beside(hooks, Signals::WINCH) };
                let hooked = hooked.expect("hooked");
                assert_eq!(disposition(libc::SIGHUP), libc::SIG_IGN);
                assert_eq!(disposition(libc::SIGWINCH), libc::SIG_IGN);
                drop(hooked);
                assert_eq!(disposition(libc::SIGHUP), libc::SIG_IGN);
            }
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}
