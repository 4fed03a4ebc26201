//! Rules of the line discipline, of `select(2)` and of the clock.

use std::os::fd::AsFd;

use ttyring_platform::darwin::abi::{
    Attributes, Errno, FdSet, Kevent, Timespec, Timeval, ev, filter, lflag, request,
};
use ttyring_platform::darwin::sys::Sys;
use ttyring_test_support::{Pty, wait_until};

use super::setting::Setting;
use super::subject;

/// `bsd/kern/tty.c`, `ttread` and `ttymodem`: the hangup flushes; a read finds nothing, not EIO.
#[test]
fn hangup_discards_unread_input() {
    let mut setting = Setting::new();
    setting.add(setting.ident(), filter::READ, 0);
    setting.type_bytes(b"unread");
    let Setting {
        kernel,
        pty,
        tty,
        queue,
    } = setting;
    pty.hang_up();
    assert!(wait_until(|| kernel.read(tty.as_fd(), &mut [0; 8]) == Ok(0)));
    let mut events = [Kevent::default()];
    let at_once = Some(Timespec::default());
    assert_eq!(
        kernel.kevent(queue.as_fd(), &[], &mut events, at_once),
        Ok(1)
    );
    assert_ne!({ events[0].flags } & ev::EOF, 0);
    assert_eq!({ events[0].data }, 0);
}

/// `bsd/kern/tty.c`, `ttwrite`: a write after the hangup is EIO.
#[test]
fn write_after_the_hangup_is_refused() {
    let Setting {
        kernel, pty, tty, ..
    } = Setting::new();
    pty.hang_up();
    assert!(wait_until(
        || kernel.write(tty.as_fd(), b"x") == Err(Errno::IO)
    ));
}

/// `spec_write` hands an empty write on (it returns early for block devices only), and `ttwrite`
/// looks at TS_ZOMBIE before it looks at the bytes.
#[test]
fn empty_write_is_refused_after_the_hangup_only() {
    let Setting {
        kernel, pty, tty, ..
    } = Setting::new();
    assert_eq!(kernel.write(tty.as_fd(), b""), Ok(0));
    pty.hang_up();
    assert!(wait_until(
        || kernel.write(tty.as_fd(), b"") == Err(Errno::IO)
    ));
}

/// `libsyscall/wrappers/select-base.c`: more than FD_SETSIZE is EINVAL.
#[test]
fn select_refuses_more_than_its_limit() {
    let kernel = subject(&Pty::open());
    let (mut reading, mut writing) = (FdSet::default(), FdSet::default());
    let at_once = Some(Timeval::default());
    let answer = kernel.select(1025, &mut reading, &mut writing, at_once);
    assert_eq!(answer, Err(Errno::INVAL));
}

/// `bsd/kern/tty.c`, `ttioctl`: TS_ZOMBIE does not matter to it, a hung-up terminal still answers.
#[test]
fn settings_survive_the_hangup() {
    let setting = Setting::new();
    let before = setting.settings();
    let Setting {
        kernel, pty, tty, ..
    } = setting;
    pty.hang_up();
    assert!(wait_until(
        || kernel.write(tty.as_fd(), b"x") == Err(Errno::IO)
    ));
    let mut after = Attributes::default();
    assert_eq!(
        kernel.ioctl(tty.as_fd(), request::TIOCGETA, &mut after),
        Ok(())
    );
    assert_eq!(after, before);
}

/// `Libc/gen/clock_gettime.c`: CLOCK_MONOTONIC counts microseconds.
#[test]
fn clock_counts_microseconds() {
    use ttyring_platform::darwin::abi::clock;
    assert_eq!(subject(&Pty::open()).clock(clock::MONOTONIC) % 1000, 0);
}

/// `bsd/kern/tty.c`, `ttioctl` TIOCSETA: canonical mode switched on sets PENDIN, `TIOCGETA` shows
/// it, and `ttread` clears it (`ttypend`).
#[test]
fn canonical_mode_switched_on_shows_pendin() {
    let setting = Setting::new();
    let mut settings = setting.settings();
    settings.lflag |= lflag::ICANON;
    setting.set(settings);
    assert_eq!(setting.settings().lflag, settings.lflag | lflag::PENDIN);
    let nothing = setting.kernel.read(setting.tty.as_fd(), &mut [0; 8]);
    assert_eq!(nothing, Err(Errno::AGAIN));
    assert_eq!(setting.settings().lflag, settings.lflag);
}

/// `ttread` with IO_NDELAY: VMIN = 0 and nothing typed is 0 bytes, as at the end; VMIN = 1 EAGAIN.
#[test]
fn read_without_a_minimum_returns_nothing() {
    use ttyring_platform::darwin::abi::cc;
    let setting = Setting::new();
    let nothing = || setting.kernel.read(setting.tty.as_fd(), &mut [0; 8]);
    assert_eq!(nothing(), Err(Errno::AGAIN));
    let mut settings = setting.settings();
    settings.cc[cc::VMIN] = 0;
    setting.set(settings);
    assert_eq!(nothing(), Ok(0));
}
