//! Reads and waits, beyond the contract of every backend.

use std::thread;
use std::time::{Duration, Instant};

use ttyring_platform::windows::record::Window;
use ttyring_platform::{LineMode, Poller, Ready, Signals, Termios, Transfer, Tty, Wake, When};

use super::console::Vt;
use super::{A, NOW, Raw, up};

#[test]
fn record_that_is_no_input_does_not_end_a_wait() {
    let raw = Raw::new(Vt::HeededButReleases);
    let mut poller = raw.poller(Signals::empty());
    raw.console.key(up(A));
    raw.console.focus(true);
    raw.console.resize(Window::default());
    let short = Some(Duration::from_millis(5));
    assert_eq!(poller.wait(short).expect("wait"), Ready::default());
    raw.console.key(A);
    assert!(poller.wait(None).expect("wait").tty);
}

#[test]
fn record_that_is_no_input_does_not_shorten_a_wait() {
    let raw = Raw::new(Vt::HeededButReleases);
    let mut poller = raw.poller(Signals::empty());
    let console = raw.console.clone();
    let typist = thread::spawn(move || console.key(up(A)));
    let (start, time) = (Instant::now(), Duration::from_millis(50));
    assert!(poller.wait(Some(time)).expect("wait").is_empty());
    assert!(start.elapsed() >= time);
    typist.join().expect("it has typed");
}

#[test]
fn wake_up_does_not_hide_a_line() {
    let raw = Raw::new(Vt::Ignored);
    let line = raw.tty.termios().expect("modes").with(&LineMode::PASSWORD);
    raw.tty
        .set_termios(When::Now, &line)
        .expect("SetConsoleMode");
    let mut poller = raw.poller(Signals::empty());
    raw.console.text("line\r");
    poller.waker().wake();
    let ready = poller.wait(None).expect("wait");
    assert!(ready.tty && ready.woken, "{ready:?}");
}

#[test]
fn change_of_the_window_that_a_read_finds_is_reported_by_the_wait() {
    let raw = Raw::new(Vt::Heeded);
    let mut poller = raw.poller(Signals::WINCH);
    raw.console.resize(Window::default());
    assert_eq!(raw.read(), "");
    assert_eq!(poller.wait(NOW).expect("wait").signals, Signals::WINCH);
    assert_eq!(poller.wait(NOW).expect("wait"), Ready::default());
}

#[test]
fn key_and_wake_up_are_reported_together() {
    let raw = Raw::new(Vt::Heeded);
    let mut poller = raw.poller(Signals::empty());
    poller.waker().wake();
    raw.console.key(A);
    let ready = poller.wait(None).expect("wait");
    assert!(ready.tty && ready.woken, "{ready:?}");
}

#[test]
fn signal_of_another_console_does_not_interrupt_a_read() {
    let (raw, other) = (Raw::new(Vt::Heeded), Raw::new(Vt::Heeded));
    let _poller = other.poller(Signals::WINCH);
    raw.tty.set_blocking(true).expect("an event");
    let (console, typist) = (other.console.clone(), raw.console.clone());
    let other = thread::spawn(move || {
        console.resize(Window::default());
        typist.key(A);
    });
    assert_eq!(raw.tty.read(&mut [0; 8]).expect("read"), Transfer::Bytes(1));
    other.join().expect("it has typed");
}

#[test]
fn signal_that_does_not_exist_here_never_comes() {
    let raw = Raw::new(Vt::Heeded);
    let mut poller = raw.poller(Signals::TSTP | Signals::USR1);
    assert_eq!(poller.wait(NOW).expect("wait"), Ready::default());
}

#[test]
fn wait_is_kept_without_a_timer() {
    let raw = Raw::new(Vt::Heeded);
    raw.console.change(|state| state.timers = false);
    let mut poller = raw.poller(Signals::empty());
    let start = Instant::now();
    let time = Duration::from_micros(2500);
    assert!(poller.wait(Some(time)).expect("wait").is_empty());
    assert!(start.elapsed() >= time);
}

#[test]
fn console_that_is_gone_ends_waits_and_reads_however_it_says_so() {
    for signalled in [true, false] {
        let raw = Raw::new(Vt::Heeded);
        raw.console
            .change(|state| state.closed_is_signalled = signalled);
        let mut poller = raw.poller(Signals::empty());
        let console = raw.console.clone();
        let closer = thread::spawn(move || console.close());
        assert!(poller.wait(None).expect("wait").tty);
        closer.join().expect("it is closed");
        assert_eq!(raw.tty.read(&mut [0; 8]).expect("read"), Transfer::End);
    }
}

#[test]
fn what_was_typed_before_the_end_is_read() {
    let raw = Raw::new(Vt::Heeded);
    raw.console.key(A);
    assert_eq!(raw.tty.pending().expect("a console"), 1);
    raw.console.close();
    let mut buffer = [0; 8];
    assert_eq!(raw.tty.read(&mut buffer).expect("read"), Transfer::Bytes(1));
    assert_eq!(raw.tty.read(&mut buffer).expect("read"), Transfer::End);
}

#[test]
fn line_is_read_whole_with_one_newline() {
    let raw = Raw::new(Vt::Ignored);
    let line = raw.tty.termios().expect("modes").with(&LineMode::PASSWORD);
    raw.tty
        .set_termios(When::Now, &line)
        .expect("SetConsoleMode");
    let mut poller = raw.poller(Signals::empty());
    assert!(!poller.wait(NOW).expect("wait").tty);
    raw.console.text("pässword\r");
    assert!(poller.wait(None).expect("wait").tty);
    let mut buffer = [0; 4];
    let mut read = Vec::new();
    while read.last() != Some(&b'\n') {
        let Transfer::Bytes(count) = raw.tty.read(&mut buffer).expect("read") else {
            panic!("no line");
        };
        read.extend_from_slice(&buffer[..count]);
    }
    assert_eq!(read, "pässword\n".as_bytes());
    raw.console.text("\u{1a}\r");
    assert_eq!(raw.tty.read(&mut buffer).expect("read"), Transfer::End);
}
