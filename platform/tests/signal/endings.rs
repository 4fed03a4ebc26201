//! Every signal that ends the process is known, and ends it also where the kernel would not.

use std::collections::HashSet;
use std::process::Command;

use libc::c_int;
use ttyring_platform::unix::process::{FAULTS, endings};
use ttyring_platform::unix::signal::{self, Hook};

use crate::process::{action, again, in_child, play, raise};
use crate::{leave, note};

/// Whether the kernel ends a process that gets this signal, as tried out.
fn ends(number: c_int) -> bool {
    // SAFETY: the child makes only async-signal-safe calls.
    match unsafe { libc::fork() } {
        0 => {
            // SAFETY: gives the signal its default action, if it can have another.
            unsafe { libc::signal(number, libc::SIG_DFL) };
            // SAFETY: sends it.
            unsafe { libc::raise(number) };
            // SAFETY: ends the child.
            unsafe { libc::_exit(0) }
        }
        child => {
            let mut status = 0;
            // SAFETY: the kernel writes to a place of the right size.
            let waited = unsafe { libc::waitpid(child, &mut status, libc::WUNTRACED) };
            assert_eq!(waited, child);
            if libc::WIFSTOPPED(status) {
                // SAFETY: the child is not reaped yet.
                unsafe { libc::kill(child, libc::SIGKILL) };
                // SAFETY: as above.
                unsafe { libc::waitpid(child, &mut status, 0) };
                return false;
            }
            libc::WIFSIGNALED(status)
        }
    }
}

/// Signals of this system that a program can have a handler for.
fn catchable() -> impl Iterator<Item = c_int> {
    (1..=64).filter(|&number| {
        let fixed = [libc::SIGKILL, libc::SIGSTOP].contains(&number);
        let mut action = action(libc::SIGCONT);
        // SAFETY: the kernel writes to a place of the right size.
        !fixed && unsafe { libc::sigaction(number, std::ptr::null(), &mut action) } == 0
    })
}

#[test]
fn every_signal_that_ends_the_process_is_known() {
    let status = in_child(
        "endings::every_signal_that_ends_the_process_is_known",
        || {
            let none = libc::rlimit {
                rlim_cur: 0,
                rlim_max: 0,
            };
            // SAFETY: a complete limit; no core file is wanted.
            unsafe { libc::setrlimit(libc::RLIMIT_CORE, &none) };
        },
        || {
            let known: HashSet<c_int> = endings().chain(FAULTS).collect();
            for number in catchable() {
                assert_eq!(known.contains(&number), ends(number), "signal {number}");
            }
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn each_of_them_can_be_hooked_and_ends_the_process_all_the_same() {
    let status = in_child(
        "endings::each_of_them_can_be_hooked_and_ends_the_process_all_the_same",
        || (),
        || {
            // SAFETY: the hook only calls `_exit`.
            let _hooked = unsafe {
                signal::hook(
                    endings()
                        .chain(FAULTS)
                        .map(|number| (number, leave as Hook)),
                )
            }
            .expect("hooked");
            for number in endings() {
                let ours = action(number).sa_sigaction;
                // Rust's runtime ignores SIGPIPE.
                assert!(ours > 1 || number == libc::SIGPIPE, "signal {number}");
            }
            raise(endings().last().expect("there are some"));
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(42));
}

/// pid_namespaces(7): a signal that is sent from inside to the first process of a namespace has no
/// default action.
#[test]
fn first_process_of_a_namespace_ends_like_any_other() {
    const TEST: &str = "endings::first_process_of_a_namespace_ends_like_any_other";
    for (name, number) in [("TERM", libc::SIGTERM), ("SEGV", libc::SIGSEGV)] {
        play(TEST, || {
            // SAFETY: the hook stores to an atomic.
            let _hooked = unsafe {
                signal::hook([libc::SIGTERM, libc::SIGSEGV].map(|number| (number, note as Hook)))
            };
            assert_eq!(std::process::id(), 1, "the first process");
            let number = std::env::var("TTYRING_SIGNAL_NUMBER").expect("a number");
            raise(number.parse().expect("a number"));
        });
        let unshare = ["--pid", "--fork", "--kill-child"];
        let tried = Command::new("unshare").args(unshare).arg("true").status();
        if !tried.is_ok_and(|status| status.success()) {
            return println!("SKIPPED: no PID namespace can be made here (unshare --pid)");
        }
        let program = again(TEST);
        let status = Command::new("unshare")
            .args(unshare)
            .arg(program.get_program())
            .args(program.get_args())
            .envs(
                program
                    .get_envs()
                    .filter_map(|(key, value)| Some((key, value?))),
            )
            .env("TTYRING_SIGNAL_NUMBER", number.to_string())
            .status()
            .expect("unshare runs");
        assert_eq!(status.code(), Some(128 + number), "SIG{name}");
    }
}
