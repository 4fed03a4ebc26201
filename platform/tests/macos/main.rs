//! What only the real kernel of macOS can show: that it behaves as the emulated one, where that
//! needs a controlling terminal.
#![cfg(target_vendor = "apple")]

#[path = "../child/mod.rs"]
mod child;

use std::os::fd::{AsFd, AsRawFd};

use child::{again, is_child, plays, reads_a_key_from, run_with_key, say_ready, start};
use ttyring_platform::darwin::abi::{Errno, Kevent, MAJOR_DEV_TTY, ev, filter, open};
use ttyring_platform::darwin::{Darwin, Sys};
use ttyring_platform::{Backend, Kernel, Os, Poller, Signals, Transfer, Tty};
use ttyring_test_support::PATIENCE;

const DARWIN: Darwin<Kernel> = Darwin::new(Kernel);
const FLAGS: i32 = open::RDWR | open::NOCTTY | open::NONBLOCK | open::CLOEXEC;

#[test]
fn queue_refuses_dev_tty() {
    if is_child() {
        let dev_tty = Kernel.open(c"/dev/tty", FLAGS).expect("/dev/tty");
        let device = Kernel.device(dev_tty.as_fd()).expect("fstat");
        assert_eq!(device.map(|device| device.major()), Some(MAJOR_DEV_TTY));
        let queue = Kernel.kqueue().expect("kqueue");
        let ident = dev_tty.as_raw_fd() as usize;
        let change = Kevent::change(ident, filter::READ, ev::ADD);
        let refused = Kernel.kevent(queue.as_fd(), &[change], &mut [], None);
        assert_eq!(refused, Err(Errno::INVAL));
        return reads_from_dev_tty();
    }
    run_with_key(&mut again("queue_refuses_dev_tty", "child"));
}

fn reads_from_dev_tty() {
    let dev_tty = Kernel.open(c"/dev/tty", FLAGS).expect("/dev/tty");
    let tty = DARWIN.share(dev_tty).expect("a terminal");
    assert!(
        DARWIN
            .poller(&tty, Signals::empty())
            .expect("a poller")
            .is_fallback()
    );
    reads_a_key_from(&DARWIN, &tty);
}

#[test]
fn controlling_device_has_a_name_that_kqueue_takes() {
    if is_child() {
        let device = Kernel.controlling_device().expect("proc_pidinfo");
        assert!(device.is_some_and(|device| device.major() != MAJOR_DEV_TTY));
        let tty = Os.open().expect("a terminal");
        assert!(tty.is_private());
        let fd = tty.descriptor().expect("a descriptor");
        assert_eq!(Kernel.device(fd), Ok(device));
        assert!(
            !Os.poller(&tty, Signals::empty())
                .expect("a poller")
                .is_fallback()
        );
        return reads_a_key_from(&Os, &tty);
    }
    let name = "controlling_device_has_a_name_that_kqueue_takes";
    run_with_key(&mut again(name, "child"));
}

/// The exit of the session leader takes the terminal away from everybody else.
#[test]
fn revocation_is_the_end() {
    const NAME: &str = "revocation_is_the_end";
    if plays("left behind") {
        let tty = Os.open().expect("a terminal");
        let mut poller = Os.poller(&tty, Signals::HUP).expect("a poller");
        say_ready(&tty);
        let mut gone = false;
        while !gone {
            gone = poller.wait(Some(PATIENCE)).expect("wait").tty;
        }
        for _ in 0..3 {
            assert!(poller.wait(Some(PATIENCE)).expect("wait").tty);
            assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::End);
        }
        std::fs::write(report(), "ended").expect("report");
        return;
    }
    if is_child() {
        let other = again(NAME, "left behind").spawn();
        drop(other.expect("start the grandchild"));
        let mut line = String::new();
        // The test types a line once the grandchild is ready.
        let dev_tty = std::fs::File::open("/dev/tty").expect("/dev/tty");
        std::io::BufRead::read_line(&mut std::io::BufReader::new(dev_tty), &mut line)
            .expect("read");
        return;
    }
    let path = std::env::temp_dir().join(format!("ttyring-revocation-{}", std::process::id()));
    let mut command = again(NAME, "child");
    command.env(REPORT, &path);
    let (mut pty, mut program) = start(&mut command);
    pty.type_bytes(b"\n");
    assert!(program.wait().success());
    assert!(ttyring_test_support::wait_until(|| path.exists()));
    std::fs::remove_file(path).expect("remove the report");
}

const REPORT: &str = "TTYRING_TEST_REPORT";

fn report() -> std::ffi::OsString {
    std::env::var_os(REPORT).expect("the place of the report")
}
