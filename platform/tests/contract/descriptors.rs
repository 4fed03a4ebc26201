//! Whose description a terminal is, and what is left alone because it is not ours.

use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rustix::fs::{OFlags, fcntl_getfl};
use rustix::termios::{OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
use ttyring_platform::portable::Portable;
use ttyring_platform::{Os, Poller, Signals, Transfer, Tty};

use crate::fixture::{Fixture, LONG};
use crate::pty::{OnDescriptor, PtyFixture};

/// Nothing that happens to a private description reaches the one that was given.
fn flags_stay<B: OnDescriptor>() {
    let mut fixture = PtyFixture::<B>::new();
    let before = fcntl_getfl(fixture.slave()).expect("fcntl");
    assert!(!before.contains(OFlags::NONBLOCK));
    let tty = fixture.private();
    assert!(tty.is_private());
    let own = tty.descriptor().expect("a descriptor");
    assert!(fcntl_getfl(own).expect("fcntl").contains(OFlags::NONBLOCK));
    let mut poller = fixture
        .backend()
        .poller(&tty, Signals::empty())
        .expect("a poller");
    fixture.type_bytes(b"x");
    assert!(poller.wait(LONG).expect("wait").tty);
    for blocking in [true, false] {
        tty.set_blocking(blocking).expect("fcntl");
        assert_eq!(fcntl_getfl(fixture.slave()).expect("fcntl"), before);
    }
}

/// A shared description keeps its flags, whatever is asked for.
fn shared_flags_stay<B: OnDescriptor>() {
    let fixture = PtyFixture::<B>::new();
    let before = fcntl_getfl(fixture.slave()).expect("fcntl");
    let tty = fixture.shared().expect("descriptions are shared");
    assert!(!tty.is_private());
    for blocking in [false, true] {
        tty.set_blocking(blocking).expect("nothing to do");
        assert_eq!(fcntl_getfl(fixture.slave()).expect("fcntl"), before);
    }
}

#[test]
fn private_description_keeps_its_flags_to_itself() {
    flags_stay::<Os>();
    flags_stay::<Portable>();
}

#[test]
fn shared_description_keeps_its_flags() {
    shared_flags_stay::<Os>();
    shared_flags_stay::<Portable>();
}

/// A read that finds nothing because VMIN is 0 just then is not the end.
fn changing_settings_are_not_the_end<B: OnDescriptor>() {
    let fixture = PtyFixture::<B>::new();
    let tty = fixture.private();
    let (slave, done) = (fixture.slave(), AtomicBool::new(false));
    let done = &done;
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut settings = tcgetattr(slave).expect("tcgetattr");
            while !done.load(Ordering::Relaxed) {
                for least in [0, 1] {
                    settings.special_codes[SpecialCodeIndex::VMIN] = least;
                    let set = tcsetattr(slave, OptionalActions::Now, &settings);
                    set.expect("tcsetattr");
                }
            }
        });
        let mut outcomes = (0..20_000).map(|_| tty.read(&mut [0; 8]).expect("read"));
        let ended = outcomes.any(|outcome| outcome == Transfer::End);
        done.store(true, Ordering::Relaxed);
        assert!(!ended, "the terminal is there");
    });
}

#[test]
fn settings_that_change_during_a_read_are_not_the_end() {
    changing_settings_are_not_the_end::<Os>();
    changing_settings_are_not_the_end::<Portable>();
}

#[test]
fn what_is_not_a_terminal_is_refused() {
    let null = || File::open("/dev/null").expect("open /dev/null").into();
    for refused in [Os.adopt(null()), Os.share(null())] {
        let refused = refused.map(|_| ()).expect_err("refused");
        assert_eq!(refused.raw_os_error(), Some(libc::ENOTTY));
    }
}
