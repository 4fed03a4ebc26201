//! The rules of the kernel that the driver counts on: one test for each, with its source.
//!
//! Sources are files of xnu-11417.101.15 unless they say otherwise. On macOS the tests ask the real
//! kernel, elsewhere the emulated one, which keeps a few more rules that need a process made up for
//! the purpose (`emulated.rs`; `tests/macos` shows the same of the real one). The driver is not
//! involved.
#![allow(clippy::unwrap_used, reason = "tests")]

#[cfg(not(target_vendor = "apple"))]
mod emulated;
#[cfg(not(target_vendor = "apple"))]
#[path = "../kernel/mod.rs"]
mod kernel;

use std::ffi::CStr;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use ttyring_platform::darwin::abi::{
    Attributes, Errno, FdSet, Kevent, Timespec, Timeval, ev, filter, lflag, note, open, request,
    signal,
};
use ttyring_platform::darwin::sys::{PATH, Sys};
use ttyring_test_support::{PATIENCE, Pty, wait_until};

#[cfg(not(target_vendor = "apple"))]
use emulated::{Kernel, subject};
#[cfg(target_vendor = "apple")]
use ttyring_platform::Kernel;

/// The kernel in question, with a process whose controlling terminal this is.
#[cfg(target_vendor = "apple")]
fn subject(_: &Pty) -> Kernel {
    Kernel
}

const FLAGS: i32 = open::RDWR | open::NOCTTY | open::NONBLOCK | open::CLOEXEC;

/// A kernel with one terminal that the process has open without blocking, and a queue.
struct Setting {
    kernel: Kernel,
    pty: Pty,
    tty: OwnedFd,
    queue: OwnedFd,
}

impl Setting {
    fn new() -> Self {
        let pty = Pty::open();
        let kernel = subject(&pty);
        let mut name = [0; PATH];
        kernel.ttyname(pty.slave(), &mut name).unwrap();
        let name = CStr::from_bytes_until_nul(&name).unwrap();
        let tty = kernel.open(name, FLAGS).unwrap();
        let setting = Setting {
            queue: kernel.kqueue().unwrap(),
            kernel,
            pty,
            tty,
        };
        setting.raw();
        setting
    }

    fn raw(&self) {
        let mut settings = self.settings();
        settings.lflag &= !(lflag::ICANON | lflag::ECHO);
        self.set(settings);
    }

    fn settings(&self) -> Attributes {
        let mut settings = Attributes::default();
        let tty = self.tty.as_fd();
        self.kernel
            .ioctl(tty, request::TIOCGETA, &mut settings)
            .unwrap();
        settings
    }

    fn set(&self, mut settings: Attributes) {
        let tty = self.tty.as_fd();
        self.kernel
            .ioctl(tty, request::TIOCSETA, &mut settings)
            .unwrap();
    }

    fn ident(&self) -> usize {
        self.tty.as_raw_fd() as usize
    }

    /// Types, and waits until the line discipline has it.
    fn type_bytes(&mut self, bytes: &[u8]) {
        let before = self.pending();
        self.pty.type_bytes(bytes);
        assert!(wait_until(|| self.pending() == before + bytes.len() as i32));
    }

    fn pending(&self) -> i32 {
        let mut count = 0;
        let tty = self.tty.as_fd();
        self.kernel
            .ioctl(tty, request::FIONREAD, &mut count)
            .unwrap();
        count
    }

    fn change(&self, change: Kevent) -> Result<usize, Errno> {
        self.kernel
            .kevent(self.queue.as_fd(), &[change], &mut [], None)
    }

    fn add(&self, ident: usize, filter: i16, flags: u16) {
        self.change(Kevent::change(ident, filter, ev::ADD | flags))
            .unwrap();
    }

    /// What there is now.
    fn events(&self) -> Vec<Kevent> {
        self.wait(Duration::ZERO)
    }

    fn wait(&self, timeout: Duration) -> Vec<Kevent> {
        let mut events = [Kevent::default(); 8];
        let timeout = Timespec {
            seconds: timeout.as_secs() as i64,
            nanoseconds: timeout.subsec_nanos().into(),
        };
        let queue = self.queue.as_fd();
        let count = self
            .kernel
            .kevent(queue, &[], &mut events, Some(timeout))
            .unwrap();
        events[..count].to_vec()
    }

    fn is_readable(&self) -> bool {
        use rustix::event::{PollFd, PollFlags, poll};
        let mut interest = [PollFd::new(&self.queue, PollFlags::IN)];
        poll(&mut interest, Some(&rustix::time::Timespec::default())).unwrap() == 1
    }
}

fn trigger(udata: usize) -> Kevent {
    Kevent {
        fflags: note::TRIGGER,
        udata,
        ..Kevent::change(7, filter::USER, 0)
    }
}

/// `bsd/kern/tty.c`, `filt_tty_common`: `data` is what `ttnread` counts.
#[test]
fn read_event_counts_the_bytes() {
    let mut setting = Setting::new();
    setting.add(setting.ident(), filter::READ, 0);
    assert_eq!(setting.events(), []);
    setting.type_bytes(b"abc");
    let events = setting.events();
    assert_eq!({ events[0].data }, 3);
    assert_eq!(
        ({ events[0].ident }, { events[0].filter }),
        (setting.ident(), filter::READ)
    );
}

/// `bsd/kern/kern_event.c`, `knote_process`: without EV_CLEAR the knote is activated again.
#[test]
fn level_event_comes_again_until_the_bytes_are_read() {
    let mut setting = Setting::new();
    setting.add(setting.ident(), filter::READ, 0);
    setting.type_bytes(b"ab");
    for _ in 0..3 {
        assert_eq!(setting.events().len(), 1);
        assert!(setting.is_readable());
    }
    assert_eq!(setting.kernel.read(setting.tty.as_fd(), &mut [0; 1]), Ok(1));
    assert_eq!({ setting.events()[0].data }, 1);
    assert_eq!(setting.kernel.read(setting.tty.as_fd(), &mut [0; 1]), Ok(1));
    assert_eq!(setting.events(), []);
    assert!(!setting.is_readable());
}

/// `knote_process` and `bsd/kern/tty.c`, `ttyinput`: with EV_CLEAR each arrival is an event, also
/// with bytes left over, and `data` is the total.
#[test]
fn edge_event_comes_once_for_each_arrival() {
    let mut setting = Setting::new();
    setting.add(setting.ident(), filter::READ, ev::CLEAR);
    setting.type_bytes(b"a");
    assert_eq!({ setting.events()[0].data }, 1);
    assert_eq!(setting.events(), []);
    setting.type_bytes(b"b");
    assert_eq!({ setting.events()[0].data }, 2);
    assert_eq!(setting.events(), []);
}

/// `kevent_register` calls `f_touch`, `filt_ttytouch`: the state is looked at anew.
#[test]
fn adding_again_looks_anew() {
    let mut setting = Setting::new();
    setting.add(setting.ident(), filter::READ, ev::CLEAR);
    setting.type_bytes(b"a");
    assert_eq!(setting.events().len(), 1);
    assert_eq!(setting.events(), []);
    setting.add(setting.ident(), filter::READ, ev::CLEAR);
    assert_eq!(setting.events().len(), 1);
}

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

/// `filt_tty_common`: EV_EOF is kept in the knote, and as long as it is there it is an event.
#[test]
fn end_of_file_is_sticky() {
    let setting = Setting::new();
    setting.add(setting.ident(), filter::READ, 0);
    let Setting {
        kernel,
        pty,
        tty,
        queue,
    } = setting;
    pty.hang_up();
    let mut events = [Kevent::default()];
    for _ in 0..3 {
        assert_eq!(kernel.kevent(queue.as_fd(), &[], &mut events, None), Ok(1));
        assert_ne!({ events[0].flags } & ev::EOF, 0);
        assert_eq!(kernel.read(tty.as_fd(), &mut [0; 8]), Ok(0));
    }
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

/// `libsyscall/wrappers/select-base.c`: more than FD_SETSIZE is EINVAL.
#[test]
fn select_refuses_more_than_its_limit() {
    let kernel = subject(&Pty::open());
    let answer = kernel.select(1025, &mut FdSet::default(), Some(Timeval::default()));
    assert_eq!(answer, Err(Errno::INVAL));
}

/// `kevent_register`: a touch overwrites udata, and NOTE_TRIGGER is a touch.
#[test]
fn trigger_overwrites_udata() {
    let setting = Setting::new();
    let added = Kevent {
        udata: 11,
        ..Kevent::change(7, filter::USER, ev::ADD | ev::CLEAR)
    };
    setting.change(added).unwrap();
    setting.change(trigger(22)).unwrap();
    assert_eq!({ setting.events()[0].udata }, 22);
}

/// `filt_userprocess`: with EV_CLEAR the trigger is reset, so several before a look are one event.
#[test]
fn triggers_count_as_one() {
    let setting = Setting::new();
    setting.add(7, filter::USER, ev::CLEAR);
    for _ in 0..3 {
        setting.change(trigger(0)).unwrap();
    }
    assert!(setting.is_readable());
    assert_eq!(setting.events().len(), 1);
    assert_eq!(setting.events(), []);
    assert!(!setting.is_readable());
}

/// `filt_userprocess`: without EV_CLEAR the trigger stays.
#[test]
fn trigger_without_clear_stays() {
    let setting = Setting::new();
    setting.add(7, filter::USER, 0);
    setting.change(trigger(0)).unwrap();
    assert_eq!(setting.events().len(), 1);
    assert_eq!(setting.events().len(), 1);
}

/// `kevent_internal`: a receipt is an event, and with one there is no scan: the call comes back at
/// once although there is no time-out, and bytes that wait are not reported.
#[test]
fn receipt_suppresses_the_wait() {
    let mut setting = Setting::new();
    setting.type_bytes(b"a");
    let change = Kevent::change(setting.ident(), filter::READ, ev::ADD | ev::RECEIPT);
    let mut events = [Kevent::default(); 4];
    let queue = setting.queue.as_fd();
    let count = setting.kernel.kevent(queue, &[change], &mut events, None);
    assert_eq!(count, Ok(1));
    assert_ne!({ events[0].flags } & ev::ERROR, 0);
    assert_eq!({ events[0].data }, 0);
    assert_eq!(setting.events().len(), 1);
}

/// `kevent_internal`: a change that fails is an event where there is room, else the answer.
#[test]
fn failed_change_is_an_event_where_there_is_room() {
    let setting = Setting::new();
    let delete = Kevent::change(7, filter::USER, ev::DELETE);
    let mut events = [Kevent::default(); 1];
    let queue = setting.queue.as_fd();
    assert_eq!(
        setting.kernel.kevent(queue, &[delete], &mut events, None),
        Ok(1)
    );
    assert_ne!({ events[0].flags } & ev::ERROR, 0);
    assert_eq!({ events[0].data }, Errno::NOENT.0 as isize);
    assert_eq!(setting.change(delete), Err(Errno::NOENT));
}

/// `kevent_register`, `fp_lookup`: a descriptor that is not open is EBADF.
#[test]
fn closed_descriptor_is_refused() {
    let setting = Setting::new();
    let refused = setting.change(Kevent::change(1_000_000, filter::READ, ev::ADD));
    assert_eq!(refused, Err(Errno::BADF));
}

/// `bsd/kern/kern_sig.c`, `psignal_internal`: a signal that is sent is counted.
#[test]
fn signal_that_is_sent_is_an_event() {
    let setting = Setting::new();
    setting.add(signal::WINCH as usize, filter::SIGNAL, 0);
    // SAFETY: sends a signal to this process, which watches it.
    assert_eq!(unsafe { libc::kill(libc::getpid(), libc::SIGWINCH) }, 0);
    let events = setting.wait(PATIENCE);
    assert_eq!({ events[0].ident }, signal::WINCH as usize);
}

/// `psignal_internal`: a signal to one thread (PSIG_THREAD) is no event. So the driver takes signals
/// through a handler.
#[test]
fn signal_to_one_thread_is_no_event() {
    let setting = Setting::new();
    setting.add(signal::USR1 as usize, filter::SIGNAL, 0);
    // SAFETY: sends a signal to this thread, which watches it.
    assert_eq!(unsafe { libc::raise(libc::SIGUSR1) }, 0);
    assert_eq!(setting.events(), []);
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

/// `filt_timerattach`: EV_CLEAR always; one-shot timers are dropped once they were reported.
#[test]
fn one_shot_timer_is_gone_once_reported() {
    let setting = Setting::new();
    let timer = Kevent {
        fflags: note::NSECONDS | note::CRITICAL,
        data: 2_000_000,
        ..Kevent::change(0, filter::TIMER, ev::ADD | ev::ONESHOT)
    };
    let start = Instant::now();
    setting.change(timer).unwrap();
    let events = setting.wait(PATIENCE);
    assert!(start.elapsed() >= Duration::from_millis(2));
    assert_eq!(
        ({ events[0].filter }, { events[0].data }),
        (filter::TIMER, 1)
    );
    let again = setting.change(Kevent::change(0, filter::TIMER, ev::DELETE));
    assert_eq!(again, Err(Errno::NOENT));
}

/// `filt_timertouch`: adding a timer again starts it anew, and what had fired is forgotten.
#[test]
fn timer_starts_anew_when_added_again() {
    let setting = Setting::new();
    let mut timer = Kevent {
        fflags: note::NSECONDS,
        data: 1,
        ..Kevent::change(0, filter::TIMER, ev::ADD | ev::ONESHOT)
    };
    setting.change(timer).unwrap();
    assert!(wait_until(|| setting.is_readable()));
    timer.data = PATIENCE.as_nanos() as isize;
    setting.change(timer).unwrap();
    assert_eq!(setting.events(), []);
}

/// `filt_timervalidate`: two units at once are EINVAL.
#[test]
fn timer_takes_one_unit() {
    let setting = Setting::new();
    let timer = Kevent {
        fflags: note::NSECONDS | 1,
        data: 1,
        ..Kevent::change(0, filter::TIMER, ev::ADD)
    };
    assert_eq!(setting.change(timer), Err(Errno::INVAL));
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
