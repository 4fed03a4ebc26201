//! Waiting: kqueue and its fallback, wake-ups, signals, timeouts, and faults of the kernel.

use std::fs::File;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use ttyring_platform::darwin::abi::{Errno, Kevent, ev, filter, note};
use ttyring_platform::unix::signal::subscribe;
use ttyring_platform::{Poller, Ready, Signals, Transfer, Tty, Wake};
use ttyring_test_support::{PATIENCE, join};

use super::kernel::{Call, Fault};
use super::{Setting, TTY, WOKEN};

/// Both ways of waiting.
fn both(signals: Signals) -> [Setting; 2] {
    let both = [Setting::with(signals), Setting::fallback(signals)];
    assert_eq!(
        both.each_ref().map(|each| each.poller.is_fallback()),
        [false, true]
    );
    both
}

fn send(signal: i32) {
    // SAFETY: sends a signal to this process; every test that does so listens to it.
    assert_eq!(unsafe { libc::kill(libc::getpid(), signal) }, 0);
}

#[test]
fn unread_bytes_are_reported_again() {
    for mut setting in both(Signals::empty()) {
        setting.type_bytes(b"ab");
        for _ in 0..3 {
            assert_eq!(setting.wait(), TTY);
        }
        assert_eq!(setting.tty.read(&mut [0; 1]).unwrap(), Transfer::Bytes(1));
        assert_eq!(setting.wait(), TTY);
        assert_eq!(setting.tty.read(&mut [0; 1]).unwrap(), Transfer::Bytes(1));
        assert_eq!(setting.look(), Ready::default());
    }
}

#[test]
fn hangup_is_ready_until_somebody_gives_up() {
    for mut setting in both(Signals::empty()) {
        setting.type_bytes(b"unread");
        let Setting {
            pty,
            tty,
            mut poller,
            ..
        } = setting;
        pty.hang_up();
        for _ in 0..3 {
            assert_eq!(poller.wait(Some(PATIENCE)).unwrap(), TTY);
        }
        assert_eq!(tty.read(&mut [0; 8]).unwrap(), Transfer::End);
    }
}

#[test]
fn revoked_terminal_stays_ready() {
    for mut setting in both(Signals::empty()) {
        setting.kernel.revoke(setting.pty.slave());
        for _ in 0..3 {
            assert_eq!(setting.wait(), TTY);
        }
        setting.poller.waker().wake();
        let ready = setting.wait();
        assert!(ready.tty && ready.woken);
        assert_eq!(setting.tty.read(&mut [0; 8]).unwrap(), Transfer::End);
    }
}

#[test]
fn wakes_before_the_wait_count_as_one() {
    for mut setting in both(Signals::empty()) {
        let waker = setting.poller.waker();
        for waker in [&waker, &waker.clone(), &waker] {
            waker.wake();
        }
        assert_eq!(setting.wait(), WOKEN);
        assert_eq!(setting.look(), Ready::default());
    }
}

#[test]
fn wake_ends_a_wait_without_a_limit() {
    for mut setting in both(Signals::empty()) {
        let waker = setting.poller.waker();
        let other = thread::spawn(move || waker.wake());
        assert_eq!(setting.poller.wait(None).unwrap(), WOKEN);
        join("the thread that wakes", other);
    }
}

#[test]
fn bytes_and_wakes_are_reported_together() {
    for mut setting in both(Signals::empty()) {
        setting.type_bytes(b"a");
        setting.poller.waker().wake();
        let ready = setting.wait();
        assert!(ready.tty && ready.woken);
        assert_eq!(setting.wait(), TTY);
    }
}

#[test]
fn waker_outlives_its_poller() {
    for setting in both(Signals::empty()) {
        let waker = setting.poller.waker();
        drop(setting);
        waker.wake();
    }
}

#[test]
fn window_change_is_an_event() {
    for mut setting in both(Signals::WINCH) {
        send(libc::SIGWINCH);
        assert_eq!(setting.wait().signals, Signals::WINCH);
    }
}

#[test]
fn user_signal_is_an_event() {
    // A signal to the process may be taken by any thread, late, when the subscription of this test
    // is gone and its default action would end the process. This one stays.
    let nowhere = File::options().write(true).open("/dev/null").unwrap();
    std::mem::forget(subscribe(Signals::USR1, Arc::new(nowhere.into())).unwrap());
    for mut setting in both(Signals::USR1) {
        send(libc::SIGUSR1);
        assert_eq!(setting.wait().signals, Signals::USR1);
        assert!(!setting.look().tty);
    }
}

#[test]
fn signal_to_one_thread_is_an_event() {
    for mut setting in both(Signals::CONT) {
        // SAFETY: sends a signal to this thread, which listens to it.
        assert_eq!(unsafe { libc::raise(libc::SIGCONT) }, 0);
        assert_eq!(setting.wait().signals, Signals::CONT);
    }
}

#[test]
fn registration_cannot_block_and_is_level_triggered() {
    let setting = Setting::with(Signals::all());
    for change in setting.kernel.changes() {
        assert_ne!({ change.flags } & ev::RECEIPT, 0, "{change:?}");
        if change.filter == filter::READ {
            assert_eq!(
                { change.flags } & (ev::CLEAR | ev::ONESHOT),
                0,
                "{change:?}"
            );
            assert_eq!({ change.fflags } & note::LOWAT, 0, "{change:?}");
        }
    }
}

#[test]
fn time_out_is_never_early() {
    for mut setting in both(Signals::empty()) {
        for micros in [1, 999, 1_001, 7_300] {
            let timeout = Duration::from_micros(micros);
            let start = Instant::now();
            assert_eq!(
                setting.poller.wait(Some(timeout)).unwrap(),
                Ready::default()
            );
            assert!(start.elapsed() >= timeout, "{timeout:?}");
        }
    }
}

#[test]
fn short_wait_is_timed_to_the_nanosecond() {
    let mut setting = Setting::new();
    let timeout = Duration::from_millis(2);
    assert_eq!(
        setting.poller.wait(Some(timeout)).unwrap(),
        Ready::default()
    );
    let timer = setting
        .kernel
        .changes()
        .into_iter()
        .find(|change| change.filter == filter::TIMER);
    let timer = timer.expect("a timer, since the timeout of the queue comes late");
    assert_eq!({ timer.fflags }, note::NSECONDS | note::CRITICAL);
    assert_eq!({ timer.data }, 2_000_000);
}

#[test]
fn long_wait_leaves_the_timer_alone() {
    let mut setting = Setting::new();
    setting.type_bytes(b"a");
    assert_eq!(setting.poller.wait(Some(PATIENCE)).unwrap(), TTY);
    let changes = setting.kernel.changes();
    assert!(changes.iter().all(|change| change.filter != filter::TIMER));
}

#[test]
fn timer_of_an_earlier_wait_does_not_end_a_later_one() {
    let mut setting = Setting::new();
    setting.type_bytes(b"a");
    let millisecond = Duration::from_millis(1);
    assert_eq!(setting.poller.wait(Some(millisecond)).unwrap(), TTY);
    assert_eq!(setting.tty.read(&mut [0; 8]).unwrap(), Transfer::Bytes(1));
    setting.poller.waker().wake();
    assert_eq!(setting.poller.wait(None).unwrap(), WOKEN);
    let last = setting
        .kernel
        .changes()
        .into_iter()
        .rfind(|change| change.filter == filter::TIMER);
    assert_eq!(last.map(|change| change.flags), Some(ev::DELETE));
}

#[test]
fn refused_timer_makes_the_wait_no_longer_than_the_queue_does() {
    let mut setting = Setting::new();
    let refusal = Kevent {
        data: 12,
        ..Kevent::change(0, filter::TIMER, ev::ADD | ev::ERROR)
    };
    setting
        .kernel
        .expect(Call::Kevent, Fault::Events(vec![refusal]));
    let timeout = Duration::from_millis(3);
    let start = Instant::now();
    assert_eq!(
        setting.poller.wait(Some(timeout)).unwrap(),
        Ready::default()
    );
    assert!(start.elapsed() >= timeout);
    assert_eq!(setting.kernel.unmet(), 0);
}

#[test]
fn interrupted_wait_goes_on() {
    for (mut setting, call) in both(Signals::empty())
        .into_iter()
        .zip([Call::Kevent, Call::Select])
    {
        for _ in 0..3 {
            setting.kernel.expect(call, Fault::Errno(Errno::INTR));
        }
        setting.type_bytes(b"a");
        assert_eq!(setting.wait(), TTY);
        assert_eq!(setting.kernel.unmet(), 0);
    }
}

#[test]
fn interruption_does_not_make_a_wait_longer() {
    let mut setting = Setting::new();
    setting
        .kernel
        .expect(Call::Kevent, Fault::Errno(Errno::INTR));
    let start = Instant::now();
    let timeout = Duration::from_millis(5);
    assert_eq!(
        setting.poller.wait(Some(timeout)).unwrap(),
        Ready::default()
    );
    assert!(start.elapsed() >= timeout);
    let timers = setting.kernel.changes().into_iter();
    let times = timers
        .filter(|change| change.filter == filter::TIMER)
        .map(|timer| timer.data);
    let times: Vec<isize> = times.collect();
    // What is left is measured with a clock that may be behind by a microsecond.
    let shrink = |pair: &[isize]| pair[1] <= pair[0] + 1_000;
    assert!(times.windows(2).all(shrink), "{times:?}");
}

#[test]
fn spurious_readiness_is_not_reported() {
    let mut setting = Setting::new();
    let nothing = Kevent::change(descriptor(&setting), filter::READ, ev::ADD);
    setting
        .kernel
        .expect(Call::Kevent, Fault::Events(vec![nothing]));
    let short = Duration::from_millis(1);
    assert_eq!(setting.poller.wait(Some(short)).unwrap(), Ready::default());
    assert_eq!(setting.kernel.unmet(), 0);
}

#[test]
fn end_without_bytes_is_ready() {
    let mut setting = Setting::new();
    let end = Kevent::change(descriptor(&setting), filter::READ, ev::ADD | ev::EOF);
    setting
        .kernel
        .expect(Call::Kevent, Fault::Events(vec![end]));
    assert_eq!(setting.wait(), TTY);
}

#[test]
fn udata_means_nothing() {
    let mut setting = Setting::new();
    let event = Kevent {
        udata: 0xdead,
        data: 1,
        ..Kevent::change(descriptor(&setting), filter::READ, ev::ADD)
    };
    setting
        .kernel
        .expect(Call::Kevent, Fault::Events(vec![event]));
    assert_eq!(setting.wait(), TTY);
}

#[test]
fn error_event_is_an_error() {
    let mut setting = Setting::new();
    let failure = Kevent {
        data: Errno::IO.0 as isize,
        ..Kevent::change(descriptor(&setting), filter::READ, ev::ADD | ev::ERROR)
    };
    setting
        .kernel
        .expect(Call::Kevent, Fault::Events(vec![failure]));
    let error = setting.poller.wait(Some(PATIENCE)).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(Errno::IO.0));
}

#[test]
fn failure_of_the_wait_is_an_error() {
    for (mut setting, call) in both(Signals::empty())
        .into_iter()
        .zip([Call::Kevent, Call::Select])
    {
        setting.kernel.expect(call, Fault::Errno(Errno::BADF));
        let error = setting.poller.wait(None).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(Errno::BADF.0));
    }
}

#[test]
fn descriptor_polls_readable_when_the_wait_would_not_block() {
    let mut setting = Setting::with(Signals::USR2);
    assert!(!is_readable(&setting));
    setting.type_bytes(b"a");
    assert!(is_readable(&setting));
    assert_eq!(setting.look(), TTY);
    assert!(is_readable(&setting));
    assert_eq!(setting.tty.read(&mut [0; 8]).unwrap(), Transfer::Bytes(1));
    setting.poller.waker().wake();
    assert!(is_readable(&setting));
    assert_eq!(setting.look(), WOKEN);
    assert!(!is_readable(&setting));
}

fn is_readable(setting: &Setting) -> bool {
    let mut interest = [PollFd::from_borrowed_fd(
        setting.poller.descriptor().unwrap(),
        PollFlags::IN,
    )];
    poll(&mut interest, Some(&rustix::time::Timespec::default())).unwrap() == 1
}

fn descriptor(setting: &Setting) -> usize {
    use std::os::fd::AsRawFd;
    setting.tty.descriptor().unwrap().as_raw_fd() as usize
}
