//! Waits that a signal interrupts go on, and no longer than they should.

use std::os::unix::thread::JoinHandleExt;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use ttyring_platform::unix::child::{lifeline, wait_for_end};
use ttyring_platform::{Backend, Os, Poller, Signals, Wake};
use ttyring_test_support::{Pty, join, receive, wait_until};

/// Has SIGUSR1 interrupt system calls.
fn handle() {
    extern "C" fn nothing(_: libc::c_int) {}
    let nothing: extern "C" fn(libc::c_int) = nothing;
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: a place of the right size; no flag is set, so no call is restarted.
    unsafe { (*action.as_mut_ptr()).sa_sigaction = nothing as libc::sighandler_t };
    // SAFETY: the handler does nothing.
    let set = unsafe { libc::sigaction(libc::SIGUSR1, action.as_ptr(), std::ptr::null_mut()) };
    assert_eq!(set, 0);
}

/// Interrupts a thread for so long, or until it ends.
fn interrupt<T>(thread: &JoinHandle<T>, time: Duration) {
    let begun = Instant::now();
    assert!(wait_until(|| {
        // SAFETY: the thread is not joined yet, and the signal has a handler.
        unsafe { libc::pthread_kill(thread.as_pthread_t(), libc::SIGUSR1) };
        thread.is_finished() || begun.elapsed() > time
    }));
}

#[test]
fn lifeline_that_is_interrupted_has_not_ended() {
    handle();
    let (reader, holder) = lifeline().expect("a pair");
    let waiting = thread::spawn(move || wait_for_end(&reader));
    interrupt(&waiting, Duration::from_millis(50));
    assert!(!waiting.is_finished(), "the other end is open");
    drop(holder);
    join("the end of the lifeline", waiting);
}

#[test]
fn wait_that_is_interrupted_ends_in_its_time() {
    handle();
    let pty = Pty::open();
    let slave = pty.slave().try_clone_to_owned().expect("a descriptor");
    let time = Duration::from_secs(1);
    let waiting = thread::spawn(move || {
        let tty = Os.adopt(slave).expect("a terminal");
        let mut poller = Os.poller(&tty, Signals::empty()).expect("a poller");
        let begun = Instant::now();
        let ready = poller.wait(Some(time)).expect("a wait");
        assert!(ready.is_empty(), "{ready:?}");
        begun.elapsed()
    });
    interrupt(&waiting, time * 9 / 10);
    let taken = join("the wait", waiting);
    assert!(taken >= time && taken < time * 18 / 10, "{taken:?}");
}

#[test]
fn longest_wait_there_is_can_be_woken() {
    let pty = Pty::open();
    let slave = pty.slave().try_clone_to_owned().expect("a descriptor");
    let (sender, receiver) = mpsc::channel();
    let waiting = thread::spawn(move || {
        let tty = Os.adopt(slave).expect("a terminal");
        let mut poller = Os.poller(&tty, Signals::empty()).expect("a poller");
        sender.send(poller.waker()).expect("somebody waits");
        poller.wait(Some(Duration::MAX)).expect("a wait").woken
    });
    let waker = receive("the waker", &receiver);
    let begun = Instant::now();
    assert!(wait_until(
        || waiting.is_finished() || begun.elapsed() > Duration::from_millis(50)
    ));
    assert!(!waiting.is_finished(), "it waits");
    waker.wake();
    assert!(join("the wait", waiting));
}
