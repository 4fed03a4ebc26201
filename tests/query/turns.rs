//! Another thread that reads the terminal itself, while the one that has the input may want to.

use std::io::BufRead;
use std::sync::mpsc::channel;
use std::time::Duration;

use ttyring::platform::Os;
use ttyring::{Builder, Input, Polled, key};
use ttyring_test_support::{Pty, wait_until, within};

use crate::simulated::open;

fn adopt(pty: &Pty) -> Input {
    let slave = pty.slave().try_clone_to_owned().unwrap();
    Builder::new().adopt(Os, Os.adopt(slave).unwrap()).unwrap()
}

#[test]
fn nobody_waits_for_events_while_another_thread_reads() {
    let (sim, mut input) = open();
    let handle = input.query_handle();
    sim.type_bytes(b"a");
    let polled = handle.hold_off(|| input.poll(Duration::ZERO).unwrap() == Polled::Elapsed);
    assert_eq!(polled, Some(true), "it has read in another one's turn");
    assert!(input.next_event().unwrap().unwrap() == key!(a));
}

#[test]
fn thread_that_waits_for_events_is_not_held_off() {
    let mut pty = Pty::open();
    let mut input = adopt(&pty);
    let handle = input.query_handle();
    assert_eq!(handle.hold_off(|| 1), Some(1));
    std::thread::scope(|scope| {
        let waits = scope.spawn(move || input.next_event().unwrap().unwrap() == key!(a));
        assert!(wait_until(|| handle.hold_off(|| ()).is_none()));
        pty.type_bytes(b"a");
        assert!(within("the event", || waits.join()).unwrap());
    });
    assert_eq!(handle.hold_off(|| 2), Some(2));
}

#[test]
fn capture_thread_is_never_held_off() {
    let sim = ttyring_platform::sim::Sim::new();
    let builder = Input::builder().capture(true);
    let mut input = builder.open_on(sim).unwrap();
    assert_eq!(input.query_handle().hold_off(|| ()), None);
}

#[test]
fn what_another_thread_has_left_comes_first() {
    let mut pty = Pty::open();
    let (mut input, mut other) = (adopt(&pty), adopt(&pty));
    let handle = input.query_handle();
    let (tell, told) = channel();
    std::thread::scope(|scope| {
        let held_off = handle.hold_off(|| {
            let waits = scope.spawn(move || {
                tell.send(()).unwrap();
                input.next_event().unwrap().unwrap() == key!(a)
            });
            within("the other thread", || told.recv()).unwrap();
            pty.type_bytes(b"a");
            let read = other.bytes().fill_buf().unwrap().to_vec();
            assert_eq!(read, b"a");
            drop(other);
            waits
        });
        let waits = held_off.expect("nobody waits yet");
        assert!(within("the event", || waits.join()).unwrap());
    });
}
