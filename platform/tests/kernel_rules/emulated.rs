//! Rules of the emulated kernel that need a process made up for the purpose.

use std::ffi::CStr;
use std::os::fd::{AsFd, AsRawFd};
use std::time::{Duration, Instant};

use ttyring_platform::darwin::Sys;
use ttyring_platform::darwin::abi::{
    Device, Errno, FdSet, Kevent, Timeval, ev, filter, note, signal,
};
use ttyring_test_support::{PATIENCE, Pty};

use super::FLAGS;
pub(super) use super::kernel::Emulated as Kernel;
use super::setting::Setting;

/// A process whose controlling terminal this is.
pub(super) fn subject(pty: &Pty) -> Kernel {
    let stat = rustix::fs::fstat(pty.slave()).unwrap();
    Kernel::with(|process| process.controlling = Some(rustix::fs::minor(stat.st_rdev)))
}

/// `filt_ttyevent`: NOTE_REVOKE makes it EV_EOF and EV_ONESHOT, and a one-shot knote is dropped
/// once it was reported (`knote_process`).
#[test]
fn revocation_is_reported_once() {
    let mut setting = Setting::new();
    setting.add(setting.ident(), filter::READ, 0);
    setting.type_bytes(b"a");
    setting.kernel.revoke(&setting.tty);
    let events = setting.events();
    assert_eq!(
        { events[0].flags } & (ev::EOF | ev::ONESHOT),
        ev::EOF | ev::ONESHOT
    );
    assert_eq!(setting.events(), []);
    let gone = setting.change(Kevent::change(setting.ident(), filter::READ, ev::DELETE));
    assert_eq!(gone, Err(Errno::NOENT));
    assert_eq!(setting.kernel.read(setting.tty.as_fd(), &mut [0; 8]), Ok(0));
}

/// `bsd/miscfs/specfs/spec_vnops.c`, `filt_specattach`: `/dev/tty` is no CDEVSW_SELECT_KQUEUE
/// device (`bsd/dev/i386/conf.c`).
#[test]
fn queue_refuses_dev_tty() {
    let setting = Setting::new();
    let dev_tty = setting.kernel.open(c"/dev/tty", FLAGS).unwrap();
    let ident = dev_tty.as_raw_fd() as usize;
    let refused = setting.change(Kevent::change(ident, filter::READ, ev::ADD));
    assert_eq!(refused, Err(Errno::INVAL));
}

/// The same through a duplicate, as `</dev/tty` hands it to a program.
#[test]
fn queue_refuses_a_duplicate_of_dev_tty() {
    let setting = Setting::new();
    let dev_tty = setting.kernel.open(c"/dev/tty", FLAGS).unwrap();
    let duplicate = setting.kernel.duplicate(dev_tty.as_fd()).unwrap();
    drop(dev_tty);
    let ident = duplicate.as_raw_fd() as usize;
    let refused = setting.change(Kevent::change(ident, filter::READ, ev::ADD));
    assert_eq!(refused, Err(Errno::INVAL));
}

/// `filt_specattach`: NOTE_LOWAT with 1 gets past the check. The driver must not use it.
#[test]
fn low_water_mark_gets_past_the_refusal() {
    let setting = Setting::new();
    let dev_tty = setting.kernel.open(c"/dev/tty", FLAGS).unwrap();
    let change = Kevent {
        fflags: note::LOWAT,
        data: 1,
        ..Kevent::change(dev_tty.as_raw_fd() as usize, filter::READ, ev::ADD)
    };
    assert_eq!(setting.change(change), Ok(0));
}

/// `bsd/kern/tty_tty.c`, `cttyselect`: what kqueue refuses, select takes.
#[test]
fn select_takes_dev_tty() {
    let mut setting = Setting::new();
    let dev_tty = setting.kernel.open(c"/dev/tty", FLAGS).unwrap();
    let number = dev_tty.as_raw_fd();
    let ask = |timeout| {
        let mut set = FdSet::default();
        assert!(set.insert(number));
        let mut none = FdSet::default();
        let answer = setting
            .kernel
            .select(number + 1, &mut set, &mut none, timeout);
        (answer, set.contains(number))
    };
    assert_eq!(ask(Some(Timeval::default())), (Ok(0), false));
    setting.pty.type_bytes(b"a");
    assert_eq!(ask(None), (Ok(1), true));
}

/// `bsd/kern/tty_tty.c`, `cttyopen`: without a controlling terminal ENXIO.
#[test]
fn dev_tty_needs_a_controlling_terminal() {
    let kernel = Kernel::new();
    assert_eq!(kernel.open(c"/dev/tty", FLAGS).err(), Some(Errno::NXIO));
}

/// `bsd/kern/tty_tty.c`: `/dev/tty` is a device of its own, major 2; `Libc/gen/ttyname.c` names the
/// device of the descriptor, so its name says nothing of the terminal behind.
#[test]
fn dev_tty_has_its_own_name_and_device() {
    let setting = Setting::new();
    let dev_tty = setting.kernel.open(c"/dev/tty", FLAGS).unwrap();
    let device = setting.kernel.device(dev_tty.as_fd());
    assert_eq!(device, Ok(Some(Device::new(2, 0))));
    let mut path = [0; 128];
    setting.kernel.ttyname(dev_tty.as_fd(), &mut path).unwrap();
    assert_eq!(CStr::from_bytes_until_nul(&path).unwrap(), c"/dev/tty");
    let own = setting.kernel.device(setting.tty.as_fd()).unwrap().unwrap();
    assert_ne!(own.major(), 2);
}

/// `bsd/kern/kern_sig.c`, `filt_sigattach` and `filt_signalprocess`: EV_CLEAR whatever was asked;
/// `data` is how many signals were sent since the last event.
#[test]
fn signal_event_counts_and_clears() {
    let setting = Setting::new();
    setting.kernel.post(signal::USR2);
    setting.add(signal::USR2 as usize, filter::SIGNAL, 0);
    assert_eq!(setting.events(), []);
    for _ in 0..3 {
        setting.kernel.post(signal::USR2);
    }
    let events = setting.wait(PATIENCE);
    assert_eq!(
        ({ events[0].ident }, { events[0].data }),
        (signal::USR2 as usize, 3)
    );
    assert_ne!({ events[0].flags } & ev::CLEAR, 0);
    assert_eq!(setting.events(), []);
    setting.kernel.post(signal::USR2);
    assert_eq!({ setting.wait(PATIENCE)[0].data }, 1);
}

/// `osfmk/arm/arm_timer.c`, `tcoal_prio_params_init`: a timeout may come late by min(Δ/8, 1 ms); here
/// it always does.
#[test]
fn time_out_of_the_queue_comes_late() {
    let setting = Setting::new();
    let start = Instant::now();
    assert_eq!(setting.wait(Duration::from_millis(8)), []);
    assert!(start.elapsed() >= Duration::from_millis(9));
}
