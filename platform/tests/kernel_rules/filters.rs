//! Rules of the filters that are no descriptor: triggers, signals, timers.

use std::time::{Duration, Instant};

use ttyring_platform::darwin::abi::{Errno, Kevent, ev, filter, note, signal};
use ttyring_test_support::{PATIENCE, wait_until};

use super::setting::Setting;

fn trigger(udata: usize) -> Kevent {
    Kevent {
        fflags: note::TRIGGER,
        udata,
        ..Kevent::change(7, filter::USER, 0)
    }
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

/// `filt_userprocess` and `filt_usertouch`: a trigger that was reported is forgotten, so a later
/// touch that triggers nothing is no event.
#[test]
fn trigger_is_forgotten_once_reported() {
    let setting = Setting::new();
    setting.add(7, filter::USER, ev::CLEAR);
    setting.change(trigger(0)).unwrap();
    assert_eq!(setting.events().len(), 1);
    setting.add(7, filter::USER, ev::CLEAR);
    assert_eq!(setting.events(), []);
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
    // A signal that does nothing to a process that runs: on macOS no handler keeps it alive.
    setting.add(signal::CONT as usize, filter::SIGNAL, 0);
    // SAFETY: sends a signal to this thread, which watches it.
    assert_eq!(unsafe { libc::raise(libc::SIGCONT) }, 0);
    assert_eq!(setting.events(), []);
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
