//! Giving a node back while a handler is in it, or seems to be.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::*;

/// A node that a handler has entered.
fn visited() -> &'static Node {
    let (_, wake) = std::os::unix::net::UnixStream::pair().expect("a pair of sockets");
    let node = acquire(Signals::WINCH, &OwnedFd::from(wake));
    node.visitors.fetch_add(1, Ordering::SeqCst);
    node
}

#[test]
fn node_is_free_once_the_handler_in_it_has_left() {
    let node = visited();
    let (sender, released) = mpsc::channel();
    let releasing = thread::spawn(move || {
        node.release();
        sender.send(()).expect("somebody waits");
    });
    let waits = released.recv_timeout(Duration::from_millis(50)).is_err();
    assert!(waits, "the handler may still use the descriptor");
    assert!(node.taken.load(Ordering::Relaxed));
    node.visitors.fetch_sub(1, Ordering::SeqCst);
    ttyring_test_support::join("the release", releasing);
    assert!(!node.taken.load(Ordering::Relaxed));
}

#[test]
fn forked_child_does_not_wait_for_the_handlers_of_its_parent() {
    let node = visited();
    node.owner.store(std::process::id() + 1, Ordering::Relaxed);
    let releasing = thread::spawn(move || node.release());
    ttyring_test_support::join("the release in a child", releasing);
    // What was left behind is never used again.
    let (_, wake) = std::os::unix::net::UnixStream::pair().expect("a pair of sockets");
    let next = acquire(Signals::WINCH, &OwnedFd::from(wake));
    assert!(!ptr::eq(node, next));
    next.release();
}
