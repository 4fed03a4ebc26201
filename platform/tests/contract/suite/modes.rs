//! Settings: round trips, the raw mask, type-ahead, and the four cases of VMIN and VTIME.

use std::time::Duration;

use ttyring_platform::{Backend, LineMode, Poller, Reading, Signals, Termios, Transfer, Tty, When};

use super::{TtyOf, read_exactly, set_up, wait_for_pending};
use crate::fixture::{Fixture, LONG, NOW, signals_alone};

/// Kernels count VTIME in ticks of up to 10 ms, the first of which has begun already.
const TICK: Duration = Duration::from_millis(10);
const TENTH: Duration = Duration::from_millis(100);

pub(crate) fn settings_round_trip<S: Fixture>() {
    let (_fixture, tty, _poller) = set_up::<S>(Signals::empty());
    let found = tty.termios().expect("tcgetattr");
    for mode in [LineMode::CBREAK, LineMode::PASSWORD, LineMode::RAW] {
        let wanted = found.with(&mode);
        tty.set_termios(When::Now, &wanted).expect("tcsetattr");
        assert_eq!(tty.termios().expect("tcgetattr"), wanted);
    }
    tty.set_termios(When::Drain, &found).expect("tcsetattr");
    assert_eq!(tty.termios().expect("tcgetattr"), found);
}

pub(crate) fn every_preset_reads_back<S: Fixture>() {
    let (_fixture, tty, _poller) = set_up::<S>(Signals::empty());
    let reading = Reading::Interbyte {
        bytes: 200,
        deciseconds: 255,
    };
    for mode in [
        LineMode::RAW,
        LineMode::CBREAK,
        LineMode::RAW_WITH_SIGNALS,
        LineMode {
            ignore_break: true,
            reading,
            ..LineMode::RAW
        },
        LineMode {
            reading: Reading::Counted { bytes: 1 },
            ..LineMode::PASSWORD
        },
    ] {
        let mode = LineMode {
            utf8: Some(true),
            ..mode
        };
        let wanted = tty.termios().expect("tcgetattr").with(&mode);
        tty.set_termios(When::Now, &wanted).expect("tcsetattr");
        let found = tty.termios().expect("tcgetattr").line_mode();
        // VMIN and VTIME are without meaning in canonical mode and stay as they were.
        let expected = LineMode {
            reading: if mode.canonical {
                found.reading
            } else {
                mode.reading
            },
            ..mode
        };
        assert_eq!(found, expected);
    }
}

pub(crate) fn raw_mode_touches_only_its_mask<S: Fixture>() {
    let (_fixture, tty, _poller) = set_up::<S>(Signals::empty());
    let raw = tty.termios().expect("tcgetattr").with(&LineMode::RAW);
    assert_eq!(raw.with(&LineMode::RAW), raw, "raw twice is raw once");
    let there = raw.with(&LineMode::CBREAK);
    assert_ne!(there, raw);
    assert_eq!(there.with(&LineMode::RAW), raw, "raw undoes cbreak");
}

pub(crate) fn entering_raw_mode_keeps_what_was_typed<S: Fixture>() {
    for when in [When::Now, When::Drain] {
        let (mut fixture, tty, mut poller) = set_up::<S>(Signals::empty());
        fixture.type_bytes(b"ahead");
        wait_for_pending(&tty, 5);
        set_reading(&tty, when, Reading::Counted { bytes: 1 });
        assert_eq!(read_exactly(&tty, &mut poller, 5), b"ahead");
    }
}

pub(crate) fn flush_throws_away_what_was_typed<S: Fixture>() {
    let (mut fixture, tty, mut poller) = set_up::<S>(Signals::empty());
    fixture.type_bytes(b"ahead");
    wait_for_pending(&tty, 5);
    set_reading(&tty, When::Flush, Reading::Counted { bytes: 1 });
    assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::NotReady);
    assert!(poller.wait(NOW).expect("wait").is_empty());
}

pub(crate) fn polling_read_returns_at_once<S: Fixture>() {
    let (mut fixture, tty) = blocking_fixture::<S>(Reading::Polling);
    assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::NotReady);
    fixture.type_bytes(b"ab");
    wait_for_pending(&tty, 2);
    assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::Bytes(2));
}

pub(crate) fn timed_read_gives_up_after_its_time<S: Fixture>() {
    let (fixture, tty) = blocking_fixture::<S>(Reading::Timed { deciseconds: 2 });
    let start = fixture.backend().now();
    assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::NotReady);
    let waited = fixture.backend().now().since(start);
    assert!(waited + TICK >= 2 * TENTH, "{waited:?}");
}

pub(crate) fn timed_read_returns_the_first_byte<S: Fixture>() {
    let (mut fixture, tty) = blocking_fixture::<S>(Reading::Timed { deciseconds: 255 });
    fixture.type_soon(b"a");
    assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::Bytes(1));
}

pub(crate) fn counted_read_waits_for_all_bytes<S: Fixture>() {
    let (mut fixture, tty) = blocking_fixture::<S>(Reading::Counted { bytes: 3 });
    fixture.type_bytes(b"ab");
    wait_for_pending(&tty, 2);
    fixture.type_soon(b"c");
    let mut buffer = [0; 8];
    assert_eq!(tty.read(&mut buffer).expect("read"), Transfer::Bytes(3));
    assert_eq!(&buffer[..3], b"abc");
}

pub(crate) fn interbyte_read_returns_what_came_before_the_pause<S: Fixture>() {
    let reading = Reading::Interbyte {
        bytes: 5,
        deciseconds: 2,
    };
    let (mut fixture, tty) = blocking_fixture::<S>(reading);
    fixture.type_bytes(b"ab");
    wait_for_pending(&tty, 2);
    let start = fixture.backend().now();
    assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::Bytes(2));
    let waited = fixture.backend().now().since(start);
    assert!(waited + TICK >= 2 * TENTH, "{waited:?}");
    // The whole number ends the read before any pause.
    fixture.type_bytes(b"abcde");
    assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::Bytes(5));
}

pub(crate) fn blocking_read_sees_signals<S: Fixture>() {
    let _alone = signals_alone();
    let (mut fixture, tty) = blocking_fixture::<S>(Reading::Counted { bytes: 1 });
    let poller = fixture.backend().poller(&tty, Signals::WINCH);
    let mut poller = poller.expect("a poller");
    let raising = fixture.raise_soon(Signals::WINCH);
    assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::NotReady);
    drop(raising);
    assert_eq!(poller.wait(LONG).expect("wait").signals, Signals::WINCH);
}

pub(crate) fn shared_description_is_never_made_blocking<S: Fixture>() {
    let fixture = S::new();
    let Some(tty) = fixture.shared() else {
        println!("SKIPPED: descriptions are not shared here");
        return;
    };
    assert!(!tty.is_private());
    tty.set_blocking(false).expect("nothing to do");
    tty.set_blocking(true).expect("nothing to do");
    assert!(!tty.is_private());
    let mut poller = fixture
        .backend()
        .poller(&tty, Signals::empty())
        .expect("a poller");
    let mut fixture = fixture;
    fixture.type_bytes(b"shared");
    assert_eq!(read_exactly(&tty, &mut poller, 6), b"shared");
}

pub(crate) fn device_tells_terminals_apart<S: Fixture>() {
    let (fixture, other) = (S::new(), S::new());
    let one = fixture.private();
    let same = fixture.shared().unwrap_or_else(|| fixture.private());
    assert!(one.device().is_some());
    assert_eq!(one.device(), same.device());
    assert_ne!(one.device(), other.private().device());
}

/// A fixture whose terminal reads in one of the four ways, and blocks.
fn blocking_fixture<S: Fixture>(reading: Reading) -> (S, TtyOf<S>) {
    let fixture = S::new();
    let tty = fixture.private();
    set_reading(&tty, When::Now, reading);
    tty.set_blocking(true).expect("a private description");
    (fixture, tty)
}

fn set_reading(tty: &impl Tty, when: When, reading: Reading) {
    let mode = LineMode {
        reading,
        ..LineMode::RAW
    };
    let termios = tty.termios().expect("tcgetattr").with(&mode);
    tty.set_termios(when, &termios).expect("tcsetattr");
}
