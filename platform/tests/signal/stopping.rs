//! Stopping: the handler survives it, whichever threads do it at once, and the group stops as one.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::sync::Barrier;
use std::thread;

use libc::c_int;
use ttyring_platform::unix::process::{STOP, stop, stop_group};
use ttyring_platform::unix::signal::{self, Hook, Next, Then};
use ttyring_test_support::wait_until;

use crate::process::{again, disposition, in_child, leave_session, play, raise};

/// What the restore path does: it stops the process itself.
unsafe fn stop_itself(number: c_int, next: Next) -> Then {
    assert_eq!(next, Next::Default);
    stop(number);
    Then::Skip
}

unsafe fn pass(_: c_int, _: Next) -> Then {
    Then::Chain
}

/// Lets several threads stop at the same moment, again and again, where nothing stops.
fn race(hook: Hook, stop: fn(c_int)) {
    const THREADS: usize = 4;
    const EACH: usize = 100;
    // SAFETY: the hooks make only async-signal-safe calls.
    let _hooked = unsafe { signal::hook([(STOP, hook as Hook)]) }.expect("hooked");
    let ours = disposition(STOP);
    for round in 0..100 {
        let start = Barrier::new(THREADS);
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    start.wait();
                    for _ in 0..EACH {
                        stop(STOP);
                    }
                });
            }
        });
        assert_eq!(disposition(STOP), ours, "round {round}");
    }
}

#[test]
fn threads_that_stop_in_their_handlers_keep_the_handler() {
    let status = in_child(
        "stopping::threads_that_stop_in_their_handlers_keep_the_handler",
        leave_session,
        || race(stop_itself, raise),
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn threads_that_are_stopped_by_default_keep_the_handler() {
    let status = in_child(
        "stopping::threads_that_are_stopped_by_default_keep_the_handler",
        leave_session,
        || race(pass, raise),
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn threads_that_stop_outside_of_handlers_keep_the_handler() {
    let status = in_child(
        "stopping::threads_that_stop_outside_of_handlers_keep_the_handler",
        leave_session,
        || race(pass, stop),
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

#[test]
fn threads_that_stop_while_hooks_come_and_go_keep_the_handler() {
    let status = in_child(
        "stopping::threads_that_stop_while_hooks_come_and_go_keep_the_handler",
        leave_session,
        || {
            thread::spawn(|| {
                loop {
                    stop(STOP);
                }
            });
            for round in 0..5_000 {
                // SAFETY: the hook makes no calls.
                let hooked = unsafe { signal::hook([(STOP, pass as Hook)]) }.expect("hooked");
                // A stop takes the handler away for a moment.
                let back = wait_until(|| disposition(STOP) != libc::SIG_DFL);
                assert!(back, "the handler is lost in round {round}");
                drop(hooked);
            }
            assert_eq!(disposition(STOP), libc::SIG_DFL);
        },
    );
    assert_eq!(status.and_then(|status| status.code()), Some(0));
}

/// Waits until a child has stopped; false when it has ended instead.
fn wait_for_stop(child: &Child) -> bool {
    let mut status = 0;
    let id = child.id() as c_int;
    // SAFETY: the kernel writes to a place of the right size; a child that has ended is reaped by
    // this call.
    let waited = unsafe { libc::waitpid(id, &mut status, libc::WUNTRACED) };
    assert_eq!(waited, id);
    if !libc::WIFSTOPPED(status) {
        assert!(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0);
    }
    libc::WIFSTOPPED(status)
}

/// The state of each process of a group (`ps`), for example `T` for a stopped one.
fn states(group: u32) -> Vec<String> {
    let listed = Command::new("ps")
        .args(["-A", "-o", "pgid=,stat="])
        .output();
    let listed = String::from_utf8(listed.expect("ps runs").stdout).expect("text");
    let own = |line: &str| {
        let (pgid, state) = line.trim().split_once(' ')?;
        (pgid == group.to_string()).then(|| state.trim().to_owned())
    };
    listed.lines().filter_map(own).collect()
}

#[test]
fn group_stops_as_one_and_once() {
    const TEST: &str = "stopping::group_stops_as_one_and_once";
    const ROUNDS: usize = 50;
    play(TEST, || {
        // SAFETY: the hook makes no calls.
        let _hooked = unsafe { signal::hook([(STOP, stop_itself as Hook)]) }.expect("hooked");
        let ours = disposition(STOP);
        for _ in 0..2 {
            thread::spawn(|| while std::hint::black_box(true) {});
        }
        let mut other = Command::new("sleep").arg("60").spawn().expect("sleep runs");
        for _ in 0..ROUNDS {
            stop_group();
            assert_eq!(disposition(STOP), ours);
        }
        other.kill().expect("it sleeps");
        other.wait().expect("it ends");
    });
    let mut command = again(TEST);
    let mut child = command.process_group(0).spawn().expect("it runs again");
    let mut stops = 0;
    while wait_for_stop(&child) {
        stops += 1;
        let all_stopped = || {
            states(child.id())
                .iter()
                .all(|state| state.starts_with('T'))
        };
        assert!(
            stops > 1 || wait_until(all_stopped),
            "{:?}",
            states(child.id())
        );
        assert_eq!(states(child.id()).len().max(2), 2);
        // SAFETY: the group has a process that is not reaped.
        unsafe { libc::kill(-(child.id() as c_int), libc::SIGCONT) };
    }
    // Reaped already by the wait for its next stop.
    let _ = child.wait();
    assert_eq!(stops, ROUNDS);
}
