//! Bytes: order, bursts of every size, what is and is not "not ready".

use std::io::IoSliceMut;

use ttyring_platform::{Poller, Signals, Transfer, Tty};

use super::{TTY_ONLY, read_exactly, set_up, wait_for_pending, wait_for_tty};
use crate::fixture::{Fixture, NOW};

pub(crate) fn bytes_arrive_in_order<S: Fixture>() {
    let (mut fixture, tty, mut poller) = set_up::<S>(Signals::empty());
    let typed = S::alphabet();
    fixture.type_bytes(&typed);
    assert_eq!(read_exactly(&tty, &mut poller, typed.len()), typed);
}

pub(crate) fn vectored_read_fills_buffers_in_order<S: Fixture>() {
    let (mut fixture, tty, _poller) = set_up::<S>(Signals::empty());
    fixture.type_bytes(b"abcdef");
    wait_for_pending(&tty, 6);
    let (mut first, mut second) = ([0; 4], [0; 8]);
    let mut buffers = [IoSliceMut::new(&mut first), IoSliceMut::new(&mut second)];
    let read = tty.read_vectored(&mut buffers).expect("readv");
    assert_eq!(read, Transfer::Bytes(6));
    assert_eq!((&first, &second[..2]), (b"abcd", &b"ef"[..]));
}

/// A reader that reads once a wait must not be left waiting with bytes unread: the stall of
/// edge-triggered readers on any burst that is longer than their buffer.
pub(crate) fn burst_of_every_size_arrives_whole<S: Fixture>() {
    let (mut fixture, tty, mut poller) = set_up::<S>(Signals::empty());
    for exponent in 0..=18 {
        let power = 1usize << exponent;
        if power > S::BURST {
            break;
        }
        for size in [power - 1, power, power + 1] {
            let size = size.min(S::BURST);
            let burst: Vec<u8> = (0..size).map(S::byte).collect();
            fixture.type_bytes(&burst);
            let read = read_exactly(&tty, &mut poller, size);
            assert!(read == burst, "a burst of {size} bytes came out different");
        }
    }
    assert!(poller.wait(NOW).expect("wait").is_empty());
}

pub(crate) fn nothing_typed_is_not_ready<S: Fixture>() {
    let (_fixture, tty, mut poller) = set_up::<S>(Signals::empty());
    assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::NotReady);
    assert!(poller.wait(NOW).expect("wait").is_empty());
}

pub(crate) fn empty_buffer_is_not_the_end<S: Fixture>() {
    let (mut fixture, tty, mut poller) = set_up::<S>(Signals::empty());
    fixture.type_bytes(b"x");
    wait_for_tty(&mut poller);
    assert_eq!(tty.read(&mut []).expect("read"), Transfer::NotReady);
    assert_eq!(read_exactly(&tty, &mut poller, 1), b"x");
}

pub(crate) fn readiness_is_a_level<S: Fixture>() {
    let (mut fixture, tty, mut poller) = set_up::<S>(Signals::empty());
    fixture.type_bytes(b"0123456789");
    wait_for_pending(&tty, 10);
    let mut buffer = [0; 3];
    for _ in 0..3 {
        // Asked twice: the report does not consume anything.
        assert_eq!(poller.wait(NOW).expect("wait"), TTY_ONLY);
        assert_eq!(poller.wait(None).expect("wait"), TTY_ONLY);
        assert_eq!(tty.read(&mut buffer).expect("read"), Transfer::Bytes(3));
    }
    assert_eq!(read_exactly(&tty, &mut poller, 1), b"9");
    assert!(poller.wait(NOW).expect("wait").is_empty());
    fixture.type_bytes(b"a");
    assert_eq!(read_exactly(&tty, &mut poller, 1), b"a");
}

pub(crate) fn pending_counts_unread_bytes<S: Fixture>() {
    let (mut fixture, tty, _poller) = set_up::<S>(Signals::empty());
    assert_eq!(tty.pending().expect("FIONREAD"), 0);
    fixture.type_bytes(b"12345");
    wait_for_pending(&tty, 5);
    assert_eq!(tty.read(&mut [0; 2]).expect("read"), Transfer::Bytes(2));
    assert_eq!(tty.pending().expect("FIONREAD"), 3);
}

pub(crate) fn discard_throws_away_what_was_typed<S: Fixture>() {
    let (mut fixture, tty, mut poller) = set_up::<S>(Signals::empty());
    fixture.type_bytes(b"12345");
    wait_for_pending(&tty, 5);
    tty.discard_input().expect("tcflush");
    assert_eq!(tty.pending().expect("FIONREAD"), 0);
    assert!(poller.wait(NOW).expect("wait").is_empty());
}

pub(crate) fn written_bytes_are_shown<S: Fixture>() {
    let (mut fixture, tty, _poller) = set_up::<S>(Signals::empty());
    assert_eq!(tty.write(b"\x1b[6n\n").expect("write"), Transfer::Bytes(5));
    assert_eq!(fixture.shown(5), b"\x1b[6n\n");
}
