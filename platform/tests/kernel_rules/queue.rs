//! Rules of kqueue: when a knote is an event, how often, and what a change answers.

use std::os::fd::AsFd;

use ttyring_platform::darwin::abi::{Errno, Kevent, ev, filter};
use ttyring_platform::darwin::sys::Sys;

use super::setting::Setting;

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

/// `kevent_internal`: a receipt is an event, and with one there is no scan: the call comes back at
/// once although there is no timeout, and bytes that wait are not reported.
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
