//! Faults of a scripted terminal come out as the traits say.

use std::time::Duration;

use ttyring_platform::sim::{Operation, Sim, Step};
use ttyring_platform::{Backend, Poller, Ready, Signals, Transfer, Tty};

fn fault(operation: Operation, errno: i32) -> Step {
    Step::Fault(operation, errno)
}

#[test]
fn interrupted_read_is_made_again_unless_it_blocks() {
    let sim = Sim::new();
    let tty = sim.open().expect("open");
    sim.type_bytes(b"ab")
        .now_do(fault(Operation::Read, libc::EINTR));
    assert_eq!(tty.read(&mut [0; 1]).expect("read"), Transfer::Bytes(1));
    tty.set_blocking(true).expect("fcntl");
    sim.now_do(fault(Operation::Read, libc::EINTR));
    assert_eq!(tty.read(&mut [0; 1]).expect("read"), Transfer::NotReady);
    assert_eq!(tty.read(&mut [0; 1]).expect("read"), Transfer::Bytes(1));
}

#[test]
fn refused_operations_name_themselves_once() {
    let sim = Sim::new();
    let tty = sim.open().expect("open");
    for errno in [libc::EIO, libc::ENXIO, libc::EBADF] {
        sim.type_bytes(b"x").now_do(fault(Operation::Read, errno));
        let error = tty.read(&mut [0; 8]).expect_err("refused");
        assert_eq!(error.raw_os_error(), Some(errno));
        assert!(error.to_string().starts_with("read: "), "{error}");
        assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::Bytes(1));
    }
}

#[test]
fn short_reads_and_writes_move_no_more_than_their_limit() {
    let sim = Sim::new();
    let tty = sim.open().expect("open");
    sim.type_bytes(b"abc")
        .now_do(Step::ShortReads(Some(2)))
        .now_do(Step::ShortWrites(Some(1)));
    assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::Bytes(2));
    assert_eq!(tty.write(b"xyz").expect("write"), Transfer::Bytes(1));
    assert_eq!(sim.written(), b"x");
    sim.now_do(Step::ShortWrites(Some(0)));
    assert_eq!(tty.write(b"yz").expect("write"), Transfer::NotReady);
}

#[test]
fn spurious_readiness_finds_nothing_and_passes() {
    let sim = Sim::new();
    let tty = sim.open().expect("open");
    let mut poller = sim.poller(&tty, Signals::empty()).expect("a poller");
    sim.now_do(Step::Spurious);
    assert!(poller.wait(None).expect("wait").tty);
    assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::NotReady);
    let nothing = poller.wait(Some(Duration::from_secs(1))).expect("wait");
    assert_eq!(nothing, Ready::default());
}

#[test]
fn wait_that_nothing_can_end_is_refused() {
    let sim = Sim::new();
    let tty = sim.open().expect("open");
    let mut poller = sim.poller(&tty, Signals::empty()).expect("a poller");
    let error = poller.wait(None).expect_err("refused");
    assert_eq!(error.raw_os_error(), Some(libc::EDEADLK));
}
