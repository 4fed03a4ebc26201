//! Which description of which device the steps of opening arrive at.

use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{OFlags, fcntl_getfl};
use ttyring_platform::darwin::abi::{Errno, open};
use ttyring_platform::darwin::{Darwin, Sys};
use ttyring_platform::{Backend, Error, Poller, Signals, Tty};
use ttyring_test_support::Pty;

use super::kernel::{Call, Emulated, Fault};
use super::{Setting, number};

fn copy(pty: &Pty) -> Option<OwnedFd> {
    Some(pty.slave().try_clone_to_owned().unwrap())
}

/// Opens, and says whether the description is private and whether the wait falls back.
fn open_on(kernel: &Emulated) -> (bool, bool) {
    let darwin = Darwin::new(kernel.clone());
    let tty = darwin.open().unwrap();
    let poller = darwin.poller(&tty, Signals::empty()).unwrap();
    assert_eq!(poller.descriptor().is_none(), poller.is_fallback());
    (tty.is_private(), poller.is_fallback())
}

#[test]
fn stream_is_reopened_by_its_name() {
    let pty = Pty::open();
    assert_eq!(open_on(&Emulated::on(pty.slave())), (true, false));
    let flags = fcntl_getfl(pty.slave()).unwrap();
    assert!(
        !flags.contains(OFlags::NONBLOCK),
        "the stream's own description changed"
    );
}

#[test]
fn standard_error_is_enough() {
    let pty = Pty::open();
    let kernel = Emulated::with(|process| process.streams[2] = copy(&pty));
    assert_eq!(open_on(&kernel), (true, false));
}

#[test]
fn closed_streams_are_passed_over() {
    let pty = Pty::open();
    let kernel = Emulated::with(|process| process.streams = [None, None, copy(&pty)]);
    assert_eq!(open_on(&kernel), (true, false));
}

#[test]
fn piped_streams_lead_to_the_controlling_device() {
    let pty = Pty::open();
    let kernel = Emulated::with(|process| process.controlling = Some(number(&pty)));
    assert_eq!(open_on(&kernel), (true, false));
}

#[test]
fn stream_from_dev_tty_leads_to_the_controlling_device() {
    let pty = Pty::open();
    let terminal = number(&pty);
    let outer = Emulated::with(|process| process.controlling = Some(terminal));
    let dev_tty = outer.open(c"/dev/tty", open::RDWR | open::NOCTTY).unwrap();
    let kernel = Emulated::with(|process| {
        process.streams[0] = Some(dev_tty);
        process.controlling = Some(terminal);
    });
    assert_eq!(open_on(&kernel), (true, false));
}

#[test]
fn dev_tty_that_kqueue_refuses_falls_back_to_select() {
    let pty = Pty::open();
    let kernel = Emulated::with(|process| {
        process.streams[0] = copy(&pty);
        process.controlling = Some(number(&pty));
        process.denied = true;
    });
    assert_eq!(open_on(&kernel), (true, true));
}

#[test]
fn terminal_without_any_name_is_shared_as_it_is() {
    let pty = Pty::open();
    let kernel = Emulated::with(|process| {
        process.streams[0] = copy(&pty);
        process.denied = true;
    });
    let darwin = Darwin::new(kernel);
    let tty = darwin.open().unwrap();
    assert!(!tty.is_private());
    tty.set_blocking(false).unwrap();
    let flags = fcntl_getfl(tty.descriptor().unwrap()).unwrap();
    assert!(!flags.contains(OFlags::NONBLOCK));
}

#[test]
fn shared_dev_tty_falls_back_to_select() {
    let pty = Pty::open();
    let outer = Emulated::with(|process| process.controlling = Some(number(&pty)));
    let dev_tty = outer.open(c"/dev/tty", open::RDWR | open::NOCTTY).unwrap();
    let darwin = Darwin::new(Emulated::new());
    let tty = darwin.adopt(dev_tty).unwrap();
    assert!(!tty.is_private());
    assert!(darwin.poller(&tty, Signals::empty()).unwrap().is_fallback());
}

#[test]
fn name_that_means_another_terminal_is_not_taken() {
    let (pty, other) = (Pty::open(), Pty::open());
    let kernel = Emulated::on(pty.slave());
    kernel.expect(Call::Open, Fault::Opens(number(&other)));
    let tty = Darwin::new(kernel.clone()).open().unwrap();
    assert_eq!(kernel.unmet(), 0);
    assert!(
        !tty.is_private(),
        "the descriptor of the right terminal is better than a wrong one"
    );
    let device = kernel.device(tty.descriptor().unwrap()).unwrap().unwrap();
    assert_eq!(device.minor(), number(&pty));
}

#[test]
fn interrupted_open_is_made_again() {
    let pty = Pty::open();
    let kernel = Emulated::on(pty.slave());
    kernel.expect(Call::Open, Fault::Errno(Errno::INTR));
    assert_eq!(open_on(&kernel), (true, false));
    assert_eq!(kernel.unmet(), 0);
}

#[test]
fn no_terminal_at_all_is_an_error() {
    let error = Darwin::new(Emulated::new()).open().unwrap_err();
    assert!(matches!(error, Error::NoTerminal), "{error:?}");
}

#[test]
fn lack_of_descriptors_is_not_a_lack_of_a_terminal() {
    let pty = Pty::open();
    let kernel = Emulated::on(pty.slave());
    kernel.expect(Call::Open, Fault::Errno(Errno::MFILE));
    kernel.expect(Call::Open, Fault::Errno(Errno::MFILE));
    // No stream can be taken as it is either.
    kernel.expect(Call::Ioctl, Fault::Errno(Errno::NOTTY));
    let error = Darwin::new(kernel.clone()).open().unwrap_err();
    assert_eq!(error.raw_os_error(), Some(Errno::MFILE.0));
    assert_eq!(kernel.unmet(), 0);
}

#[test]
fn adopted_terminal_is_reopened() {
    let pty = Pty::open();
    let darwin = Darwin::new(Emulated::new());
    assert!(darwin.adopt(copy(&pty).unwrap()).unwrap().is_private());
    assert!(!darwin.share(copy(&pty).unwrap()).unwrap().is_private());
}

#[test]
fn adopting_a_file_is_an_error() {
    let file = std::fs::File::open("/dev/null").unwrap();
    let error = Darwin::new(Emulated::new()).adopt(file.into()).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(Errno::NOTTY.0));
}

#[test]
fn descriptor_beyond_the_limit_of_select_is_refused() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    assert!(
        limit.maximum.is_none_or(|maximum| maximum > 1100),
        "the hard limit is too low"
    );
    limit.current = limit.current.map(|current| current.max(1100));
    setrlimit(Resource::Nofile, limit).unwrap();
    let setting = Setting::fallback(Signals::empty());
    let dev_tty = setting.tty.descriptor().unwrap();
    let high = rustix::io::fcntl_dupfd_cloexec(dev_tty.as_fd(), 1024).unwrap();
    let tty = setting.darwin.share(high).unwrap();
    let error = setting.darwin.poller(&tty, Signals::empty()).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(Errno::INVAL.0));
}
